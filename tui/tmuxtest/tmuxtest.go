// Package tmuxtest runs the built program in a real terminal, for tests.
package tmuxtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
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
	watch  func(shown string) (problem string) // nil: nobody does
	tty    string                              // "": not asked for yet
}

// patience is how long a test waits for what is to be on the screen: far longer than anything takes.
const patience = 20 * time.Second

// New opens a terminal of a size, whose shell has env beside the variables of the test. dir is Build's; socket is the name of
// the tmux there.
func New(t testing.TB, dir, socket, width, height string, env ...string) *Terminal {
	t.Helper()
	term := &Terminal{t: t, dir: dir, socket: socket, env: env}
	t.Cleanup(func() { _ = term.command("kill-server").Run() })
	term.Tmux("new-session", "-d", "-x", width, "-y", height, "PS1='ready> ' exec sh")
	term.Until("ready>")
	return term
}

func (term *Terminal) command(args ...string) *exec.Cmd {
	// Not the test's context: the server is to be killed after that has ended.
	cmd := exec.CommandContext(context.Background(), "tmux", append([]string{"-u", "-L", term.socket, "-f", os.DevNull}, args...)...)
	cmd.Env = append(os.Environ(), "TMUX=", "TMUX_TMPDIR="+term.dir, "TERM=xterm-256color", "LC_ALL=C.UTF-8", "NO_COLOR=")
	cmd.Env = append(cmd.Env, term.env...)
	return cmd
}

// Tmux runs a tmux command and returns what it prints.
func (term *Terminal) Tmux(args ...string) string {
	term.t.Helper()
	out, err := term.command(args...).CombinedOutput()
	if err != nil {
		term.t.Fatalf("tmux %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

// Line types a line into the shell.
func (term *Terminal) Line(s string) {
	term.t.Helper()
	term.Tmux("send-keys", "-l", s)
	term.Tmux("send-keys", "Enter")
}

// Press presses keys, by their tmux names (Enter, C-c), one after the other.
func (term *Terminal) Press(keys ...string) {
	term.t.Helper()
	term.Tmux(append([]string{"send-keys"}, keys...)...)
}

// Type types a text as keys.
func (term *Terminal) Type(text string) {
	term.t.Helper()
	term.Tmux("send-keys", "-l", text)
}

// Paste pastes a text, as one event (bracketed) where the program asked for that.
func (term *Terminal) Paste(text string) {
	term.t.Helper()
	term.Tmux("set-buffer", "-b", "paste", text)
	term.Tmux("paste-buffer", "-d", "-p", "-b", "paste")
}

// Resize gives the terminal another size, and waits until the program can know it.
func (term *Terminal) Resize(width, height int) {
	term.t.Helper()
	term.Tmux("resize-window", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height))
	want, got := fmt.Sprintf("%d %d", height, width), ""
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) { // between two polls
		if got = strings.TrimSpace(term.stty("size")); got == want {
			return
		}
		if time.Now().After(deadline) {
			term.t.Fatalf("the terminal's size is %q, not %q", got, want)
		}
	}
}

// Say tells the program that its terminal has another size, at once; what tmux shows keeps its own. Of many sizes that follow each
// other tmux itself tells a program the last one only.
func (term *Terminal) Say(width, height int) {
	term.t.Helper()
	term.stty("cols", strconv.Itoa(width), "rows", strconv.Itoa(height))
}

// stty runs stty on the terminal.
func (term *Terminal) stty(args ...string) string {
	term.t.Helper()
	of := "-F"
	if runtime.GOOS == "darwin" {
		of = "-f"
	}
	if term.tty == "" {
		term.tty = strings.TrimSpace(term.Tmux("display-message", "-p", "#{pane_tty}"))
	}
	out, err := exec.CommandContext(context.Background(), "stty", append([]string{of, term.tty}, args...)...).CombinedOutput()
	if err != nil {
		term.t.Fatalf("stty %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// Alternate reports whether the alternate screen is shown, as full-screen programs have it.
func (term *Terminal) Alternate() bool {
	term.t.Helper()
	return strings.TrimSpace(term.Tmux("display-message", "-p", "#{alternate_on}")) == "1"
}

// Watch holds everything that the terminal is sent from now on, and every screen that the test looks at, to a check, which says
// what is wrong with it, "" for nothing. What was sent is checked when the test ends.
func (term *Terminal) Watch(check func(shown string) (problem string)) {
	term.t.Helper()
	term.watch = check
	sent := filepath.Join(term.dir, term.socket+".sent")
	term.Tmux("pipe-pane", "exec cat >>"+sent)
	term.t.Cleanup(func() {
		stream, err := os.ReadFile(sent)
		if err != nil || len(stream) == 0 {
			term.t.Errorf("what the terminal was sent is not known: %v", err)
		}
		if problem := check(string(stream)); problem != "" {
			term.t.Errorf("the terminal was sent %s", problem)
		}
	})
}

// Screen is what is on the screen, line by line.
func (term *Terminal) Screen() string {
	term.t.Helper()
	seen := term.Tmux("capture-pane", "-p")
	if term.watch != nil {
		if problem := term.watch(seen); problem != "" {
			term.t.Fatalf("the screen has %s:\n%s", problem, seen)
		}
	}
	return seen
}

// Until polls the screen until all wants are on it, and returns it.
func (term *Terminal) Until(wants ...string) string {
	term.t.Helper()
	return term.Within(patience, wants...)
}

// Within is Until with a time in which it has to be so.
func (term *Terminal) Within(limit time.Duration, wants ...string) string {
	term.t.Helper()
	missing := ""
	seen, ok := term.poll(limit, func(seen string) bool {
		missing = ""
		for _, want := range wants {
			if !strings.Contains(seen, want) {
				missing = want
			}
		}
		return missing == ""
	})
	if !ok {
		term.t.Fatalf("%q is not on the screen after %v:\n%s", missing, limit, seen)
	}
	return seen
}

// UntilMatch polls the screen until an expression matches, and returns what its groups did.
func (term *Terminal) UntilMatch(want *regexp.Regexp) []string {
	term.t.Helper()
	seen, ok := term.poll(patience, want.MatchString)
	if !ok {
		term.t.Fatalf("nothing on the screen matches %s:\n%s", want, seen)
	}
	return want.FindStringSubmatch(seen)
}

// UntilGone polls the screen until a text is not on it any more.
func (term *Terminal) UntilGone(text string) string {
	term.t.Helper()
	seen, ok := term.poll(patience, func(seen string) bool { return !strings.Contains(seen, text) })
	if !ok {
		term.t.Fatalf("%q is still on the screen:\n%s", text, seen)
	}
	return seen
}

// UntilRight polls the screen until a check has nothing against it.
func (term *Terminal) UntilRight(check func(seen string) (problem string)) {
	term.t.Helper()
	problem := ""
	seen, ok := term.poll(patience, func(seen string) bool { problem = check(seen); return problem == "" })
	if !ok {
		term.t.Fatalf("the screen is not right: %s:\n%s", problem, seen)
	}
}

// poll looks at the screen until it is as wanted twice in a row: a look in the middle of a frame sees a part of it. A screen that
// never rests is as it is at the end.
func (term *Terminal) poll(limit time.Duration, wanted func(seen string) bool) (seen string, ok bool) {
	term.t.Helper()
	before := ""
	for deadline := time.Now().Add(limit); ; before = seen {
		last := time.Now().After(deadline)
		seen = term.Screen()
		if ok = wanted(seen); ok && seen == before || last {
			return seen, ok
		}
		time.Sleep(20 * time.Millisecond) // between two polls; nothing is timed by it
	}
}

// File is what the shell wrote to a file of its directory.
func (term *Terminal) File(name string) string {
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
