package tui

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/profiles"
	"jotwatch/tui/tmuxtest"
)

// crashIn names, in the environment, where the console of this very test binary is to panic.
const crashIn = "JOTWATCH_TEST_CRASH"

func TestMain(m *testing.M) {
	if place := os.Getenv(crashIn); place != "" {
		os.Exit(crashing(place))
	}
	os.Exit(m.Run())
}

// crashing runs a console that panics with a secret in hand, and prints the report.
func crashing(place string) int {
	fail := func() { panic("the secret is " + secret) }
	sockets, err := listener.Open(context.Background(), "127.0.0.1:0", listener.Options{})
	if err != nil {
		return 1
	}
	cfg := Config{
		Inbox: inbox.New(inbox.Limits{}, 0), Queue: inbox.NewQueue(), Index: profiles.Empty(), Snippet: snippet,
		Listen: func(context.Context, string) (*listener.Sockets, error) {
			if place == "command" {
				fail()
			}
			return sockets, nil
		},
		Doors: func(*profiles.Index) []listener.Key {
			if place == "update" {
				fail()
			}
			return nil
		},
	}
	if place == "goroutine" {
		cfg.Beside = append(cfg.Beside, func(context.Context) { fail() })
	}
	if place == "nil" {
		cfg.Beside = append(cfg.Beside, func(context.Context) { cfg.Inbox.At(4242) })
	}
	if place == "view" {
		cfg.Inbox = nil // Update has no use for it before something arrives
	}
	err = Run(context.Background(), cfg)
	crash, ok := err.(*CrashError) //nolint:errorlint // it is not wrapped
	if !ok {
		fmt.Println("no crash:", err)
		return 1
	}
	fmt.Println("caught, in", strings.Count(crash.Report, "\n"), "lines:", strings.SplitN(crash.Report, "\n", 2)[0])
	if strings.Contains(crash.Report, secret) {
		fmt.Println("the report has the secret")
	}
	return 3
}

// A panic anywhere puts the terminal back and leaves a report without the secret that was at hand.
func TestCrash(t *testing.T) {
	t.Parallel()
	dir := tmuxtest.Build(t)
	for _, c := range []struct{ place, says string }{
		{"command", "panic: a value of type string"}, {"update", "panic: a value of type string"}, {"goroutine", "panic: a value of type string"},
		{"view", "panic: runtime error: invalid memory address"}, {"nil", "index out of range [4242]"},
	} {
		t.Run(c.place, func(t *testing.T) {
			t.Parallel()
			term := tmuxtest.New(t, dir, "crash-"+c.place, "80", "24")
			term.Line("stty -g >" + dir + "/before-" + c.place + "; clear")
			term.Line(crashIn + "=" + c.place + " " + os.Args[0] + "; echo exit=$?")
			term.Until("caught, in", c.says, "exit=3")
			if got := strings.TrimSpace(term.Tmux("display-message", "-p", "#{alternate_on}")); got != "0" {
				t.Errorf("alternate_on is %q", got)
			}
			if frame := term.Tmux("capture-pane", "-p", "-S", "-"); strings.Contains(frame, secret[:16]) || strings.Contains(frame, "the report has") {
				t.Errorf("the secret is on the screen or in the report:\n%s", frame)
			}
			term.Line("stty -g >" + dir + "/after-" + c.place + "; echo st''ill here")
			term.Until("still here")
			if before, after := term.File("before-"+c.place), term.File("after-"+c.place); before != after {
				t.Errorf("terminal modes were %s and are %s", before, after)
			}
		})
	}
}

// A guard goes on with what it has: neither the loop nor the renderer sees the panic.
func TestGuard(t *testing.T) {
	t.Parallel()
	stopped := make(chan struct{}, 4)
	g := newGuard(model(given(t), 80, 24))
	g.crash.stop = func() { stopped <- struct{}{} }
	cmd := g.guarded(func() tea.Msg {
		return tea.BatchMsg{func() tea.Msg { panic("one of several") }}
	})
	batch, ok := cmd().(tea.BatchMsg)
	if !ok || len(batch) != 1 {
		t.Fatalf("%v", batch)
	}
	if msg := batch[0](); msg != nil {
		t.Errorf("got %v", msg)
	}
	<-stopped
	if err := g.crash.error(); err == nil {
		t.Error("the panic is not known")
	}
}
