package tui

import (
	"bytes"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
)

// A leastModel is about the least that a model can be.
type leastModel struct{}

func (leastModel) Init() tea.Cmd                         { return nil }
func (m leastModel) Update(tea.Msg) (tea.Model, tea.Cmd) { return m, nil }

func (leastModel) View() tea.View {
	v := tea.NewView("1 Tokens")
	v.AltScreen = true
	return v
}

// until is an output that tells when a text was written.
type until struct {
	mu   sync.Mutex
	text []byte
	seen chan struct{}
}

func (u *until) Write(p []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.text != nil && bytes.Contains(p, u.text) {
		u.text = nil
		close(u.seen)
	}
	return len(p), nil
}

// firstBytes is how long a program takes in this process, from before its model is made to the bytes of its first frame.
func firstBytes(b *testing.B, made func() tea.Model) time.Duration {
	b.Helper()
	out := &until{text: []byte("Tokens"), seen: make(chan struct{})}
	began := time.Now()
	program := tea.NewProgram(made(), tea.WithInput(nil), tea.WithOutput(out), tea.WithWindowSize(120, 40), tea.WithoutSignals(),
		tea.WithEnvironment([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}))
	ended := make(chan error, 1)
	go func() {
		_, err := program.Run()
		ended <- err
	}()
	<-out.seen
	took := time.Since(began)
	program.Quit()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
	return took
}

// BenchmarkInit holds making the model, Init and the first frame against a minimal model's (target: a ratio of at most 1.3), from
// the start to the bytes of the frame; of that, own is what New, Init and the first two Views take by themselves.
func BenchmarkInit(b *testing.B) {
	console := func() tea.Model { return New(b.Context(), benchConfig(inbox.Limits{}), time.Now()) }
	var ours, least, own time.Duration
	for b.Loop() {
		ours += firstBytes(b, console)
		least += firstBytes(b, func() tea.Model { return leastModel{} })
		began := time.Now()
		m := console()
		_ = m.Init()
		_ = m.View()
		_ = updated(m, tea.WindowSizeMsg{Width: 120, Height: 40}).View()
		own += time.Since(began)
	}
	b.ReportMetric(float64(ours.Microseconds())/float64(b.N), "µs/console")
	b.ReportMetric(float64(least.Microseconds())/float64(b.N), "µs/minimal")
	b.ReportMetric(float64(own.Microseconds())/float64(b.N), "µs/own")
	b.ReportMetric(float64(ours)/float64(least), "ratio")
}
