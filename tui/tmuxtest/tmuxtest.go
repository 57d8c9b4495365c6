// Package tmuxtest runs the built program in a real terminal, for tests.
package tmuxtest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A Terminal is a shell in a tmux of its own.
type Terminal struct {
	t      testing.TB
	dir    string // sockets, binary, and what the shell writes
	socket string
	env    []string
}

// New opens a terminal of a size, whose shell has env beside the variables of the test. dir is Build's; socket is the name of
// the tmux there.
func New(t testing.TB, dir, socket, width, height string, env ...string) Terminal {
	t.Helper()
	term := Terminal{t, dir, socket, env}
	t.Cleanup(func() { _ = term.command("kill-server").Run() })
	term.Tmux("new-session", "-d", "-x", width, "-y", height, "PS1='ready> ' exec sh")
	term.Until("ready>")
	return term
}

func (term Terminal) command(args ...string) *exec.Cmd {
	// Not the test's context: the server is to be killed after that has ended.
	cmd := exec.CommandContext(context.Background(), "tmux", append([]string{"-u", "-L", term.socket, "-f", os.DevNull}, args...)...)
	cmd.Env = append(os.Environ(), "TMUX=", "TMUX_TMPDIR="+term.dir, "TERM=xterm-256color", "LC_ALL=C.UTF-8", "NO_COLOR=")
	cmd.Env = append(cmd.Env, term.env...)
	return cmd
}

// Tmux runs a tmux command and returns what it prints.
func (term Terminal) Tmux(args ...string) string {
	term.t.Helper()
	out, err := term.command(args...).CombinedOutput()
	if err != nil {
		term.t.Fatalf("tmux %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

// Line types a line into the shell.
func (term Terminal) Line(s string) {
	term.t.Helper()
	term.Tmux("send-keys", "-l", s)
	term.Tmux("send-keys", "Enter")
}

// Until polls the screen until all wants are on it.
func (term Terminal) Until(wants ...string) {
	term.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		seen := term.Tmux("capture-pane", "-p")
		missing := ""
		for _, want := range wants {
			if !strings.Contains(seen, want) {
				missing = want
			}
		}
		if missing == "" {
			return
		}
		if time.Now().After(deadline) {
			term.t.Fatalf("%q is not on the screen:\n%s", missing, seen)
		}
		time.Sleep(20 * time.Millisecond) // between two polls; nothing is timed by it
	}
}

// File is what the shell wrote to a file of its directory.
func (term Terminal) File(name string) string {
	term.t.Helper()
	b, err := os.ReadFile(filepath.Join(term.dir, name))
	if err != nil {
		term.t.Fatal(err)
	}
	return string(b)
}

// Build builds the program into a directory of its own, and skips the test where there is no tmux. Under CI=true it fails
// instead.
func Build(t testing.TB) string {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("tmux is not installed")
		}
		t.Skip("tmux is not installed")
	}
	dir, err := os.MkdirTemp("", "jotwatch") // t.TempDir is too long for a socket's path on some systems
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "jotwatch"), "jotwatch/cmd/jotwatch")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return dir
}
