package tui

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
	"jotwatch/profiles"
	"jotwatch/verifier"
)

// A watched console says how many keys it has seen, in the window's title: so the moment is known when the frame that they led to
// was written.
type watched struct {
	tea.Model

	keys  int
	taken *atomic.Uint64 // arrivals and refusals that it has
}

func (w watched) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	w.Model, cmd = w.Model.Update(msg)
	if _, ok := msg.(tea.KeyPressMsg); ok {
		w.keys++
	}
	t := w.Model.(Model).cfg.Inbox.Tally()
	w.taken.Store(t.Tokens + t.Guests + t.Errors + t.Refused)
	return w, cmd
}

func (w watched) View() tea.View {
	v := w.Model.View()
	v.WindowTitle = fmt.Sprintf("seen %d;", w.keys)
	return v
}

// A terminal notes when the title says that a key was seen.
type terminal struct {
	mu      sync.Mutex
	pressed []time.Time
	waits   []time.Duration // of each key, until the frame with what it did was written
}

func (t *terminal) press() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pressed = append(t.pressed, time.Now())
}

func (t *terminal) Write(p []byte) (int, error) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	for rest := p; ; {
		_, after, found := bytes.Cut(rest, []byte("seen "))
		if !found {
			return len(p), nil
		}
		rest = after
		number, _, _ := bytes.Cut(rest, []byte(";"))
		for seen, _ := strconv.Atoi(string(number)); len(t.waits) < seen; {
			t.waits = append(t.waits, now.Sub(t.pressed[len(t.waits)]))
		}
	}
}

// all waits until every key was answered.
func (t *terminal) all() (waits []time.Duration, ok bool) {
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		t.mu.Lock()
		if len(t.waits) == len(t.pressed) {
			waits = slices.Sorted(slices.Values(t.waits))
		}
		t.mu.Unlock()
		if waits != nil {
			return waits, true
		}
	}
	return nil, false
}

// A running console is the real program between two pipes.
type running struct {
	terminal terminal
	keyboard *io.PipeWriter
	taken    atomic.Uint64
	ended    chan Model
}

func run(tb testing.TB, m Model) *running {
	tb.Helper()
	r := &running{ended: make(chan Model, 1)}
	in, keyboard := io.Pipe()
	r.keyboard = keyboard
	program := tea.NewProgram(watched{Model: m, taken: &r.taken}, tea.WithInput(in), tea.WithOutput(&r.terminal),
		tea.WithWindowSize(120, 40), tea.WithoutSignals(), tea.WithEnvironment([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}))
	go func() {
		last, err := program.Run()
		_ = in.Close() // nobody reads keys any more
		if err != nil {
			tb.Error(err)
		}
		r.ended <- last.(watched).Model.(Model)
	}()
	return r
}

func (r *running) press(key string) {
	r.terminal.press()
	_, _ = io.WriteString(r.keyboard, key)
}

// quit ends the console, once it has as many arrivals as it was sent.
func (r *running) quit(tb testing.TB, taken uint64) Model {
	tb.Helper()
	for deadline := time.Now().Add(20 * time.Second); r.taken.Load() < taken && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	r.press("q")
	return <-r.ended
}

// A sent is what doors put into the queue, and what of it found no place.
type sent struct{ offered, full, refused uint64 }

// lostNothing reports whether all that was sent is counted somewhere, and held or gone.
func (s sent) lostNothing(m Model, before int) error {
	t, box, q := m.cfg.Inbox.Tally(), m.cfg.Inbox, m.cfg.Queue
	if got, want := t.Tokens+t.Guests+t.Errors, s.offered-s.full+uint64(before); got != want {
		return fmt.Errorf("%d arrivals were counted, want %d (%d offered, %d found no place, %d were there)", got, want, s.offered, s.full, before)
	}
	if got, want := uint64(box.Len())+t.Gone, t.Tokens+t.Guests+t.Errors; got != want {
		return fmt.Errorf("%d arrivals are held or gone, want %d", got, want)
	}
	if got := t.Refused + q.Lost(); got != s.refused {
		return fmt.Errorf("%d refusals were counted, want %d", got, s.refused)
	}
	if got, want := uint64(len(box.Refusals()))+t.RefusalsGone, t.Refused; got != want {
		return fmt.Errorf("%d refusals are held or gone, want %d", got, want)
	}
	return nil
}

// Of a flood of everything, faster than it can be taken and more than can be held, all is counted.
func TestFloodIsCounted(t *testing.T) {
	t.Parallel()
	cfg := benchConfig(inbox.Limits{Arrivals: 500, Refusals: 50})
	r := run(t, arrived(t, cfg, 0))
	texts := make([]string, 100)
	for i := range texts {
		texts[i] = shopperToken(t, i, benchNoon)
	}
	const doors, each = 4, 3000
	var full, refused atomic.Uint64
	var sending sync.WaitGroup
	for range doors {
		sending.Go(func() {
			for i := range each {
				if i%3 == 0 {
					cfg.Queue.Refuse(&inbox.Arrival{At: benchNoon, Status: 403, Reason: "no"})
					refused.Add(1)
				}
				if _, ok := cfg.Queue.Offer(&inbox.Arrival{At: benchNoon, Source: inbox.Listener, Status: 200, Text: texts[i%len(texts)]}); !ok {
					full.Add(1)
				}
			}
		})
	}
	sending.Wait()
	for _, key := range []string{"j", "\t", "k", "2", "1"} {
		r.press(key)
	}
	s := sent{doors * each, full.Load(), refused.Load()}
	if _, ok := r.terminal.all(); !ok {
		t.Error("a key was not answered")
	}
	m := r.quit(t, s.offered-s.full+s.refused-cfg.Queue.Lost())
	if err := s.lostNothing(m, 0); err != nil {
		t.Error(err)
	}
	if m.cfg.Inbox.Tally().Gone == 0 || m.cfg.Inbox.Tally().RefusalsGone == 0 {
		t.Error("nothing is gone: the test is too small")
	}
}

// BenchmarkFlood sends 5,000 verified tokens a second, of as many customers, and presses a key every 20 ms: target is that 99 of 100
// keys are answered within 50 ms, from the key to the bytes of the frame that shows what it did, and that nothing is lost
// uncounted. It floods for 3 s, or for JOTWATCH_FLOOD (such as 1m).
func BenchmarkFlood(b *testing.B) {
	for _, c := range []struct {
		name, query string
		held        int
		silent      bool // the vault
	}{
		{name: "empty"}, {name: "full", held: full}, {name: "filtered", query: "is:valid -email:shopper7", held: full},
		{name: "silent", query: "is:unverified", held: full, silent: true},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				cfg := benchConfig(inbox.Limits{})
				if c.silent {
					cfg.Given, cfg.Book = nil, silentBook(b)
					var err error
					if cfg.Index, err = cfg.Book.Load(); err != nil {
						b.Fatal(err)
					}
				}
				flood(b, cfg, c.held, c.query)
			}
		})
	}
}

// A silentVault takes secrets, and then answers nothing any more for as long as it is waited for.
type silentVault struct{ profiles.Memory }

func (*silentVault) Get(ctx context.Context, _ string) (verifier.Secret, error) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Second):
	}
	return verifier.Secret{}, &profiles.VaultError{Vault: profiles.MemoryVault, Reason: profiles.ErrTimedOut, Wrong: "the vault does not answer", Hint: "wait"}
}

// silentBook has the store's profile, whose secret cannot be had.
func silentBook(b *testing.B) *profiles.Book {
	b.Helper()
	book := profiles.New(profiles.Config{Vaults: map[profiles.VaultName]profiles.Vault{profiles.MemoryVault: &silentVault{}}})
	err := book.Add(b.Context(), profiles.Profile{
		Name: "acme-sandbox", ClientID: benchApp.ClientID, StoreHash: benchApp.StoreHash, Vault: profiles.MemoryVault,
	}, benchApp.Secret)
	if err != nil {
		b.Fatal(err)
	}
	return book
}

const (
	floodRate = 5000 // arrivals a second
	floodStep = 10 * time.Millisecond
	floodKeys = 20 * time.Millisecond
)

func flood(b *testing.B, cfg Config, held int, query string) {
	b.Helper()
	lasts := 3 * time.Second
	if text := os.Getenv("JOTWATCH_FLOOD"); text != "" {
		var err error
		if lasts, err = time.ParseDuration(text); err != nil {
			b.Fatal(err)
		}
	}
	m := arrived(b, cfg, held)
	m.now = time.Now()
	m.judging.fetching, m.judging.waiting = false, nil // arrived runs no commands, so that nothing is being fetched
	if query != "" {
		q, err := inbox.ParseQuery(query)
		if err != nil {
			b.Fatal(err)
		}
		m = m.filtered(q)
	}
	r := run(b, m)
	ctx, end := context.WithTimeout(b.Context(), lasts)
	defer end()
	var s sent
	var sending sync.WaitGroup
	var overslept time.Duration // by somebody who has nothing to do: the machine's part of a long wait
	sending.Go(func() {
		for ctx.Err() == nil {
			asleep := time.Now()
			time.Sleep(floodStep)
			overslept = max(overslept, time.Since(asleep)-floodStep)
		}
	})
	sending.Go(func() {
		began := time.Now()
		for tick := time.Tick(floodStep); ctx.Err() == nil; <-tick {
			for due := uint64(time.Since(began).Seconds() * floodRate); s.offered < due; s.offered++ {
				at := time.Now()
				a := &inbox.Arrival{
					At: at, Source: inbox.Listener, Status: 200, Text: shopperToken(b, held+int(s.offered), at.Add(-time.Second)),
					Page: "https://shop.example/cart", Origin: "https://shop.example",
				}
				if _, ok := cfg.Queue.Offer(a); !ok {
					s.full++
				}
			}
		}
	})
	keys := []string{"j", "j", "z", "k", "\t", "j", "z", "k", "g", "j"}
	tick := time.Tick(floodKeys)
	for i := 0; ctx.Err() == nil; i++ {
		r.press(keys[i%len(keys)])
		<-tick
	}
	sending.Wait()
	waits, ok := r.terminal.all()
	if !ok {
		b.Error("a key was not answered")
		return
	}
	m = r.quit(b, uint64(held)+s.offered-s.full)
	if err := s.lostNothing(m, held); err != nil {
		b.Error(err)
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(waits[len(waits)/2]), "ms/key-p50")
	b.ReportMetric(ms(waits[len(waits)*99/100]), "ms/key-p99")
	b.ReportMetric(ms(waits[len(waits)-1]), "ms/key-max")
	b.ReportMetric(ms(overslept), "ms/machine-max")
	b.ReportMetric(float64(s.offered-s.full)/lasts.Seconds(), "taken/s")
	b.ReportMetric(float64(s.full), "full")
}
