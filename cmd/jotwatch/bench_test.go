package main

import (
	"strings"
	"testing"
	"time"

	"jotwatch/inbox"
	"jotwatch/mint"
	"jotwatch/verifier"
)

// What an arrival costs to write, against what it costs to judge.
func BenchmarkLines(b *testing.B) {
	app := mint.App{ClientID: clientID, StoreHash: storeHash, Secret: verifier.NewSecret(secret)}
	now := time.Now()
	text, err := mint.Token(app, "valid", now)
	if err != nil {
		b.Fatal(err)
	}
	box := inbox.New(inbox.Limits{}, 0)
	box.Use([]verifier.Credential{{Profile: "acme", ClientID: clientID, StoreHash: storeHash, Secret: app.Secret}})
	arrival := inbox.Arrival{ID: 1, At: now, Source: inbox.Listener, Text: text, Page: "https://shop.example.com/cart", Origin: "https://shop.example.com"}
	b.Run("judge", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			a := arrival
			box.Add(&a)
		}
	})
	a := &arrival
	box.Add(a)
	b.Run("line", func(b *testing.B) {
		b.ReportAllocs()
		l := newLines()
		for b.Loop() {
			var out strings.Builder
			l.write(&out, box, a, now)
		}
	})
	b.Run("JSON", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			box.JSON(a, now)
		}
	})
}
