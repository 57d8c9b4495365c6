package inbox_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"jotwatch/inbox"
)

// many are the texts of 100,000 tokens, of as many customers, over half an hour.
func many(b *testing.B) []string {
	b.Helper()
	texts := make([]string, 100_000)
	for i := range texts {
		texts[i] = token(b, "valid", then(i), fmt.Sprintf("customer.id=%d", i+1), fmt.Sprintf("customer.email=shopper%d@example.com", i))
	}
	return texts
}

func then(i int) time.Time { return noon.Add(time.Duration(i) * 18 * time.Millisecond) }

func (s *sender) sendAll(texts []string) {
	for i, text := range texts {
		s.send(inbox.Arrival{Text: text, At: then(i), Page: "https://shop.example/cart"})
	}
}

// What an arrival takes beside its text.
func BenchmarkHeld100000(b *testing.B) {
	texts := many(b)
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		s := newSender(acme)
		s.sendAll(texts)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(len(texts)), "B/arrival")
		runtime.KeepAlive(s)
	}
}

// One frame at 60 Hz is 16.7 ms.
func BenchmarkFilter100000(b *testing.B) {
	s := newSender(acme)
	texts := many(b)
	s.sendAll(texts)
	now := then(len(texts))
	for _, query := range []string{
		"is:invalid", "store:beta", "email:@nowhere", "customer:x", "kind:app", "jane@nowhere", "signature.mis",
		"code:signature.mismatch", "code:time.not", "-is:valid age>5m bob",
	} {
		q, err := inbox.ParseQuery(query)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(query, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if len(s.box.Filter(q, now, nil)) > 0 {
					b.Fatal("found")
				}
			}
		})
	}
	all, found := &inbox.Query{}, []*inbox.Arrival(nil)
	b.Run("everything", func(b *testing.B) {
		for b.Loop() {
			found = s.box.Filter(all, now, found)
		}
	})
}
