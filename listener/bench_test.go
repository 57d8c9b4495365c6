package listener_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/mint"
	"jotwatch/verifier"
)

const (
	benchConnections = 16
	benchRound       = 20_000 // requests
)

// requests are POSTs of distinct tokens.
func requests(b *testing.B, addr string, app mint.App, n int) [][]byte {
	b.Helper()
	now := time.Now()
	all := make([][]byte, n)
	for i := range all {
		token, err := mint.Token(app, "valid", now, mint.Claim{Name: "customer.id", Value: strconv.Itoa(i + 1)})
		if err != nil {
			b.Fatal(err)
		}
		all[i] = fmt.Appendf(nil, "POST /in/%s HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s", key, addr, origin, len(token), token)
	}
	return all
}

// send sends requests over a few connections, and returns how long that took and how many were not answered with want.
func send(b *testing.B, addr string, all [][]byte, want string) (took time.Duration, others int64) {
	b.Helper()
	var group sync.WaitGroup
	var other atomic.Int64
	start := time.Now()
	for c := range benchConnections {
		group.Go(func() {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				b.Error(err)
				return
			}
			defer func() { _ = conn.Close() }()
			answers := bufio.NewReader(conn)
			for i := c; i < len(all); i += benchConnections {
				if _, err := conn.Write(all[i]); err != nil {
					b.Error(err)
					return
				}
				if status := answer(answers); status != want {
					other.Add(1)
				}
			}
		})
	}
	group.Wait()
	return time.Since(start), other.Load()
}

// answer reads an answer and returns its status.
func answer(from *bufio.Reader) (status string) {
	length := 0
	for first := true; ; first = false {
		line, err := from.ReadSlice('\n')
		if err != nil {
			return err.Error()
		}
		if first {
			status = string(line[len("HTTP/1.1 "):len("HTTP/1.1 200")])
		}
		if text, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			length, _ = strconv.Atoi(strings.TrimSpace(string(text)))
		}
		if len(line) <= 2 {
			_, _ = io.CopyN(io.Discard, from, int64(length))
			return status
		}
	}
}

// The listener with every token verified, against a handler that does nothing, with the same bodies. The design's target is
// at least 0.55 of its requests a second.
func BenchmarkListener(b *testing.B) {
	app := mint.App{ClientID: "abcdefghijklmnopqrstuvwxyz01234", StoreHash: "abc123def", Secret: verifier.NewSecret(strings.Repeat("c3f1a9d2", 8))}
	bound, err := listener.Open(b.Context(), "127.0.0.1:0", listener.Options{})
	if err != nil {
		b.Fatal(err)
	}
	idle, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	empty := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), ReadHeaderTimeout: time.Minute}
	go func() { _ = empty.Serve(idle) }()
	defer func() { _ = empty.Close() }()

	queue := inbox.NewQueue()
	door := listener.New(listener.Config{Queue: queue, Hosts: bound.Hosts(), Now: time.Now})
	door.Admit([]listener.Key{{Key: key, Origins: []string{origin}}})
	ctx, stop := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	ended.Go(func() { _ = bound.Serve(ctx, door, nil) })
	verified := 0
	box := inbox.New(inbox.Limits{}, 0)
	box.Use([]verifier.Credential{{Profile: "acme", ClientID: app.ClientID, StoreHash: app.StoreHash, Secret: app.Secret}})
	ended.Go(func() {
		for batch := queue.Take(ctx); len(batch) > 0; batch = queue.Take(ctx) {
			box.Add(batch...)
			for _, a := range batch {
				if r := box.Brief(a); r != nil && r.Signature == verifier.SignatureVerified {
					verified++
				}
			}
		}
	})
	all := requests(b, bound.Addr(), app, benchRound)
	var ratios []float64
	sent := 0
	for b.Loop() {
		plain, _ := send(b, idle.Addr().String(), all, "200")
		full, refused := send(b, bound.Addr(), all, "202")
		if refused > 0 {
			b.Errorf("%d were not taken", refused)
		}
		sent += len(all)
		ratios = append(ratios, float64(plain)/float64(full))
	}
	stop()
	ended.Wait()
	if verified != sent {
		b.Errorf("%d of %d were verified", verified, sent)
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "×empty")
	b.ReportMetric(float64(sent)/b.Elapsed().Seconds(), "tokens/s")
	b.ReportMetric(0, "ns/op")
}

// A million tokens in a bounded inbox: what is held at the end is what was held when it was full.
func BenchmarkMillion(b *testing.B) {
	app := mint.App{ClientID: "abcdefghijklmnopqrstuvwxyz01234", StoreHash: "abc123def", Secret: verifier.NewSecret(strings.Repeat("c3f1a9d2", 8))}
	now := time.Now()
	text, err := mint.Token(app, "valid", now)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		box := inbox.New(inbox.Limits{}, 0)
		box.Use([]verifier.Credential{{Profile: "acme", ClientID: app.ClientID, StoreHash: app.StoreHash, Secret: app.Secret}})
		held := func() float64 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return float64(m.HeapAlloc)
		}
		before := held()
		full := 0.0
		for id := range uint64(1_000_000) {
			box.Add(&inbox.Arrival{ID: id + 1, At: now, Source: inbox.Listener, Text: strings.Clone(text), Page: "https://shop.example.com/cart", Origin: origin})
			if id == 150_000 {
				full = held()
			}
		}
		b.ReportMetric((full-before)/float64(box.Len()), "B/arrival")
		b.ReportMetric((held()-before)/(full-before), "×full")
		runtime.KeepAlive(box)
	}
}
