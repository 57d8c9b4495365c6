package tui

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A terminal is a shell in a tmux of its own.
type terminal struct {
	t      *testing.T
	dir    string // sockets, binary, and what the shell writes
	socket string
}

func newTerminal(t *testing.T, dir, socket, width, height string) terminal {
	t.Helper()
	term := terminal{t, dir, socket}
	t.Cleanup(func() { _ = term.command("kill-server").Run() })
	term.tmux("new-session", "-d", "-x", width, "-y", height, "PS1='ready> ' exec sh")
	term.until("ready>")
	return term
}

func (term terminal) command(args ...string) *exec.Cmd {
	// Not the test's context: the server is to be killed after that has ended.
	cmd := exec.CommandContext(context.Background(), "tmux", append([]string{"-u", "-L", term.socket, "-f", os.DevNull}, args...)...)
	cmd.Env = append(os.Environ(), "TMUX=", "TMUX_TMPDIR="+term.dir, "TERM=xterm-256color", "LC_ALL=C.UTF-8", "NO_COLOR=")
	return cmd
}

func (term terminal) tmux(args ...string) string {
	term.t.Helper()
	out, err := term.command(args...).CombinedOutput()
	if err != nil {
		term.t.Fatalf("tmux %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

// line types a line into the shell.
func (term terminal) line(s string) {
	term.t.Helper()
	term.tmux("send-keys", "-l", s)
	term.tmux("send-keys", "Enter")
}

// until polls the screen until all wants are on it.
func (term terminal) until(wants ...string) {
	term.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		seen := term.tmux("capture-pane", "-p")
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

func (term terminal) file(name string) string {
	term.t.Helper()
	b, err := os.ReadFile(filepath.Join(term.dir, name))
	if err != nil {
		term.t.Fatal(err)
	}
	return string(b)
}

func buildForTmux(t *testing.T) string {
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
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "jotwatch"), "../cmd/jotwatch")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestInTerminal runs the real binary in a real terminal: a token is pasted, is valid, expires while one looks, and
// afterwards the terminal is as it was.
func TestInTerminal(t *testing.T) {
	t.Parallel()
	dir := buildForTmux(t)
	start := "sh -c 'echo $$ >" + dir + "/pid; exec " + dir + "/jotwatch --client-id " + clientID + " --store-hash " + storeHash +
		" --secret-file " + dir + "/secret'; echo exit=$?"
	for _, end := range []struct {
		name, env, key, exit string
		colours              bool
	}{
		{"q", "", "q", "exit=0", true},
		{"ctrl+c without colours", "NO_COLOR=yes ", "C-c", "exit=130", false},
		{"SIGTERM", "", "", "exit=130", true},
	} {
		t.Run(end.name, func(t *testing.T) {
			term := newTerminal(t, dir, strings.Fields(end.name)[0], "80", "24")
			term.line("stty -g >" + dir + "/before; clear")
			term.line(end.env + start)
			term.until("1 Tokens", "Paste a token")
			exp := time.Now().Truncate(time.Second).Add(4 * time.Second)
			term.tmux("set-buffer", "-b", "token", token(exp.Add(-15*time.Minute), 15*time.Minute, secret))
			term.tmux("paste-buffer", "-p", "-b", "token")
			term.until("✓ valid", "left", "#4927")
			if got := strings.TrimSpace(term.tmux("display-message", "-p", "#{alternate_on}")); got != "1" {
				t.Errorf("alternate_on is %q while the console runs", got)
			}
			if got := strings.Contains(term.tmux("capture-pane", "-p", "-e"), "\x1b[38;"); got != end.colours {
				t.Errorf("colours on screen: %v, want %v", got, end.colours)
			}
			term.until("◷ expired")
			if early := time.Until(exp); early > 0 {
				t.Errorf("expired %v too early", early)
			}
			if end.key != "" {
				term.tmux("send-keys", end.key)
			} else if out, err := exec.CommandContext(t.Context(), "kill", strings.TrimSpace(term.file("pid"))).CombinedOutput(); err != nil {
				t.Fatalf("kill: %v\n%s", err, out)
			}
			term.until(end.exit)
			if got := strings.TrimSpace(term.tmux("display-message", "-p", "#{alternate_on}")); got != "0" {
				t.Errorf("alternate_on is %q after the end", got)
			}
			term.line("stty -g >" + dir + "/after; echo st''ill here")
			term.until("still here")
			if before, after := term.file("before"), term.file("after"); before != after {
				t.Errorf("terminal modes were %s and are %s", before, after)
			}
		})
	}
}
