package tui

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/inbox"
)

// The time axis says what now is to the token, at every turn of its life.
func TestTimeAxis(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		leeway   time.Duration
		iat      time.Time
		life     time.Duration
		row, say string
	}{
		{"full", 0, noon, 15 * time.Minute, "✓ valid      15:00", "◷ 15:00 left, until 12:18:45 UTC"},
		{"last second", 0, noon.Add(time.Second - 15*time.Minute), 15 * time.Minute, "✓ valid      00:01", "◷ 00:01 left, until 12:03:46"},
		{"at exp", 0, noon.Add(-15 * time.Minute), 15 * time.Minute, "◷ expired    just now", "◷ expired just now, at 12:03:45"},
		{"within the leeway", 30 * time.Second, noon.Add(-10*time.Second - 15*time.Minute), 15 * time.Minute, "✓ valid      leeway", "◷ over 10 s ago, within the leeway, since 12:03:35"},
		{"too early", 0, noon.Add(10 * time.Minute), 15 * time.Minute, "◷ too early  in 10:00", "◷ too early by 10:00, until 12:13:45"},
		{"tomorrow", 0, noon, 24 * time.Hour, "✓ valid      24:00:00", "◷ 24:00:00 left, until 2026-11-24 12:03:45"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg := given(t)
			cfg.Leeway, cfg.Inbox = c.leeway, inbox.New(inbox.Limits{}, c.leeway)
			m := arrives(model(cfg, 120, 40), &inbox.Arrival{Text: token(c.iat, c.life, secret)})
			wantOnScreen(t, m, c.row, c.say)
		})
	}
}

// List, detail, bar and verdict flip together, on the second, at exp; nothing is verified again for it.
func TestFlipAtExp(t *testing.T) {
	t.Parallel()
	exp := noon.Add(3 * time.Second)
	m := arrives(model(given(t), 120, 40), &inbox.Arrival{Text: token(exp.Add(-15*time.Minute), 15*time.Minute, secret)})
	for second := range 6 {
		// A tick comes a little after its second.
		m = after(m, tickMsg{noon.Add(time.Duration(second)*time.Second + 3*time.Millisecond)})
		left := []string{"00:03", "00:03", "00:02", "00:01", "", ""}[max(0, min(second+1, 5))]
		if second == 0 {
			left = "00:03"
		}
		if second < 3 {
			wantOnScreen(t, m, "✓ valid      "+left, "◷ "+left+" left", "✓ valid   Current")
			wantNotOnScreen(t, m, "expired")
		} else {
			wantOnScreen(t, m, "◷ expired", "◷ expired   Current", "time.expired")
			wantNotOnScreen(t, m, "✓ valid", " left,")
		}
	}
}

// After a laptop's sleep the time is right with the next look at the clock, whatever the monotonic clock says.
func TestAfterSleep(t *testing.T) {
	t.Parallel()
	m := arrives(model(given(t), 120, 40), &inbox.Arrival{Text: token(noon, 15*time.Minute, secret)})
	m = after(m, clockMsg{noon.Add(8 * time.Hour)})
	wantOnScreen(t, m, "◷ expired    7 h")
	if msg, ok := lookAtClock().(clockMsg); !ok || msg.now != msg.now.Round(0) {
		t.Error("the clock has a monotonic part, which stands still in a sleep")
	}
	if _, cmd := m.Update(tea.FocusMsg{}); cmd == nil {
		t.Error("the clock is not looked at when the terminal is looked at again")
	}
}

// The terminal's own progress state is the selected token's.
func TestProgress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		a     inbox.Arrival
		state tea.ProgressBarState
		value int
	}{
		{"half", inbox.Arrival{Text: token(noon.Add(-450*time.Second), 15*time.Minute, secret)}, tea.ProgressBarDefault, 50},
		{"soon over", inbox.Arrival{Text: token(noon.Add(-810*time.Second), 15*time.Minute, secret)}, tea.ProgressBarWarning, 10},
		{"over", inbox.Arrival{Text: token(noon.Add(-time.Hour), 15*time.Minute, secret)}, tea.ProgressBarError, 100},
		{"forged", inbox.Arrival{Text: token(noon, 15*time.Minute, betaSecret)}, tea.ProgressBarError, 100},
		{"guest", inbox.Arrival{Text: "{}", Status: 404}, tea.ProgressBarNone, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg := given(t)
			cfg.Progress = true
			got := arrives(model(cfg, 80, 24), &c.a).View().ProgressBar
			if got == nil {
				got = tea.NewProgressBar(tea.ProgressBarNone, 0)
			}
			if got.State != c.state || got.Value != c.value {
				t.Errorf("got %v %d, want %v %d", got.State, got.Value, c.state, c.value)
			}
		})
	}
	if model(given(t), 80, 24).View().ProgressBar != nil {
		t.Error("a terminal that is not known to show it is sent a progress state")
	}
}

// A mirrored model is one whose last frame another goroutine may look at.
type mirrored struct {
	tea.Model

	last *atomic.Pointer[string]
}

func (w mirrored) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	next, cmd := w.Model.Update(msg)
	return mirrored{next, w.last}, cmd
}

func (w mirrored) View() tea.View {
	v := w.Model.View()
	w.last.Store(&v.Content)
	return v
}

func (w mirrored) has(text string) bool { return strings.Contains(ansi.Strip(*w.last.Load()), text) }

// TestWholeProgram runs the program itself, in time that does not pass: a token is received, counts down and expires on the second.
func TestWholeProgram(t *testing.T) {
	t.Parallel()
	signal.Notify(make(chan os.Signal, 1), os.Interrupt) // the runtime's own goroutine for signals has to begin outside of the bubble
	synctest.Test(t, func(t *testing.T) {
		cfg := given(t)
		cfg.Queue = inbox.NewQueue()
		keys, typing := io.Pipe()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		out := mirrored{New(ctx, cfg, time.Now()), &atomic.Pointer[string]{}}
		program := tea.NewProgram(out, tea.WithInput(keys), tea.WithOutput(io.Discard), tea.WithWindowSize(120, 40), tea.WithoutSignals(), tea.WithContext(ctx))
		ended := make(chan error)
		go func() {
			_, err := program.Run()
			ended <- err
		}()
		time.Sleep(100 * time.Millisecond)
		exp := time.Now().Truncate(time.Second).Add(4 * time.Second)
		cfg.Queue.Offer(&inbox.Arrival{At: time.Now(), Source: inbox.Listener, Text: token(exp.Add(-15*time.Minute), 15*time.Minute, secret)})
		time.Sleep(100 * time.Millisecond)
		if !out.has("✓ valid") || !out.has("00:04") {
			t.Errorf("the token is not on the screen: %q", *out.last.Load())
		}
		time.Sleep(time.Until(exp) - 50*time.Millisecond)
		if !out.has("00:01") || out.has("expired") {
			t.Error("it expired before its time, or did not count down")
		}
		time.Sleep(150 * time.Millisecond)
		if !out.has("expired") {
			t.Error("it did not expire at exp")
		}
		if _, err := typing.Write([]byte("q")); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
		cancel()
		_ = typing.Close()
		time.Sleep(2 * time.Second) // for the tick that was under way
	})
}
