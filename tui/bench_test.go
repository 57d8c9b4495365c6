package tui

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
	"jotwatch/mint"
	"jotwatch/verifier"
)

// The benchmarks' store, and the moment that they begin at.
var (
	benchApp  = mint.App{ClientID: "abcdefghijklmnopqrstuvwxyz01234", StoreHash: "abc123def", Secret: verifier.NewSecret(strings.Repeat("c3f1a9d2", 8))}
	benchNoon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// full is as many arrivals as an inbox holds.
const full = 100_000

// shopperToken is what BigCommerce answers for one of many customers.
func shopperToken(tb testing.TB, i int, at time.Time) string {
	tb.Helper()
	text, err := mint.Token(benchApp, "valid", at, mint.Claim{Name: "customer", Value: fmt.Sprintf(`{"id":%d,"email":"shopper%d@example.com","group_id":"6"}`, i+1, i)})
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// benchConfig is a console that can verify every shopper's token.
func benchConfig(limits inbox.Limits) Config {
	return Config{
		Inbox: inbox.New(limits, 0), Queue: inbox.NewQueue(),
		Given: []verifier.Credential{{Profile: "acme-sandbox", ClientID: benchApp.ClientID, StoreHash: benchApp.StoreHash, Secret: benchApp.Secret}},
	}
}

// updated is a model after a message, whose commands are not run.
func updated(m tea.Model, msg tea.Msg) Model {
	next, _ := m.Update(msg)
	return next.(Model)
}

// arrived makes a console that holds n arrivals, which came in by its own way, in batches as the queue gives them.
func arrived(tb testing.TB, cfg Config, n int) Model {
	tb.Helper()
	const batch = 512
	m := updated(New(tb.Context(), cfg, benchNoon), tea.WindowSizeMsg{Width: 120, Height: 40})
	for i := 0; i < n; {
		at := benchNoon.Add(time.Duration(i) * 8 * time.Millisecond) // all of them within the life of a token
		msg := arrivedMsg{at: at, full: true}
		for ; i < n && len(msg.batch) < batch; i++ {
			msg.batch = append(msg.batch, &inbox.Arrival{
				ID: cfg.Queue.NextID(), At: at, Source: inbox.Listener, Status: 200, Text: shopperToken(tb, i, at),
				Page: "https://shop.example/cart", Origin: "https://shop.example",
			})
		}
		m = updated(m, msg)
	}
	if held := m.cfg.Inbox.Len(); held != min(n, full) {
		tb.Fatalf("%d arrivals are held", held)
	}
	return m
}

func keyOf(r rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: r, Text: string(r)} }

// queried is a console whose list is filtered.
func queried(tb testing.TB, m Model, query string) Model {
	tb.Helper()
	if query == "" {
		return m
	}
	m = updated(m, keyOf('/'))
	m = updated(m, tea.PasteMsg{Content: query})
	m = updated(m, tea.KeyPressMsg{Code: tea.KeyEnter})
	if m.tokens.query == nil || m.count() == 0 {
		tb.Fatalf("the filter %q shows nothing", query)
	}
	return m
}

// BenchmarkFrame holds a key and the frame after it with 100,000 arrivals held against the same with 100 (target: a ratio of at
// most 1.2), on every screen, with and without a filter. tick is what comes once a second: the filter looks at all of them again.
func BenchmarkFrame(b *testing.B) {
	few, many := arrived(b, benchConfig(inbox.Limits{}), 100), arrived(b, benchConfig(inbox.Limits{}), full)
	few.now = many.now
	for _, c := range []struct{ name, query, before string }{
		{"all", "", "1"}, {"filtered", "is:valid", "1"}, {"claims", "", "1\t"}, {"narrow", "-email:shopper7 is:valid", "1"}, {"profiles", "", "2"}, {"setup", "", "3"},
	} {
		small, large := queried(b, few, c.query), queried(b, many, c.query)
		for _, key := range c.before {
			press := keyOf(key)
			if key == '\t' {
				press = tea.KeyPressMsg{Code: tea.KeyTab}
			}
			small, large = updated(small, press), updated(large, press)
		}
		b.Run(c.name, func(b *testing.B) {
			var at100, at100000 time.Duration // taken in turns, so that a busy machine slows both alike
			n := 0
			for b.Loop() {
				key := keyOf('j')
				if n++; n%80 >= 40 {
					key = keyOf('k')
				}
				start := time.Now()
				small = updated(small, key)
				_ = small.View()
				middle := time.Now()
				large = updated(large, key)
				_ = large.View()
				at100, at100000 = at100+middle.Sub(start), at100000+time.Since(middle)
			}
			b.ReportMetric(float64(at100.Microseconds())/float64(b.N), "µs/100")
			b.ReportMetric(float64(at100000.Microseconds())/float64(b.N), "µs/100,000")
			b.ReportMetric(float64(at100000)/float64(at100), "ratio")
		})
		b.Run(c.name+"/tick", func(b *testing.B) {
			for b.Loop() {
				large = updated(large, tickMsg{large.now})
				_ = large.View()
			}
		})
	}
}

// BenchmarkPaste is a text of 1 MiB with 300 tokens in it, from the paste to the frame that shows them.
func BenchmarkPaste(b *testing.B) {
	var text strings.Builder
	for i := range 300 {
		text.WriteString("level=info authorization=\"Bearer " + shopperToken(b, i, benchNoon) + "\"\n")
		text.WriteString(strings.Repeat("level=info msg=\"GET /cart 200\" took=12ms\n", 70))
	}
	if text.Len() > verifier.MaxText {
		b.Fatalf("it is too long: %d bytes", text.Len())
	}
	text.WriteString(strings.Repeat("x", verifier.MaxText-text.Len()))
	for b.Loop() {
		m := arrived(b, benchConfig(inbox.Limits{}), 0)
		next, search := m.Update(tea.PasteMsg{Content: text.String()})
		m = updated(next, search())
		if _ = m.View(); m.count() != 300 {
			b.Fatalf("%d tokens were found", m.count())
		}
	}
}

// BenchmarkHeld is what 100,000 arrivals take, beside a console with none. (Not what the built program takes: see BenchmarkMemory of
// cmd/jotwatch.)
func BenchmarkHeld(b *testing.B) {
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		m := arrived(b, benchConfig(inbox.Limits{}), full)
		rss := residentMiB()
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(rss, "MiB-resident")
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/full, "B/arrival")
		runtime.KeepAlive(m)
	}
}

// residentMiB is how much memory this process has, 0 where that cannot be told.
func residentMiB() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kib, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, _ := strconv.ParseFloat(kib, 64)
	return n / 1024
}
