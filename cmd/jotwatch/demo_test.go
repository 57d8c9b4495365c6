package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/tui/tmuxtest"
	"jotwatch/verifier"
)

// openDemo serves a demo without its console and shoppers.
func openDemo(t *testing.T) (*demo, context.Context) {
	t.Helper()
	ctx := t.Context() // ends before what is cleaned up
	d, err := newDemo(ctx)
	if err != nil {
		t.Fatal(err)
	}
	door := listener.New(listener.Config{Queue: d.queue, Hosts: d.listener.Hosts(), Now: time.Now})
	door.Admit(keys(d.ix, nil))
	var beside sync.WaitGroup
	t.Cleanup(beside.Wait)
	beside.Go(func() { _ = d.listener.Serve(ctx, door, nil) })
	beside.Go(func() { _ = d.shop.Serve(ctx, d.storefront, nil) })
	return d, ctx
}

// The shoppers bring one of everything, in the order that makes the list tell a story.
func TestDemoShoppers(t *testing.T) {
	t.Parallel()
	d, ctx := openDemo(t)
	var beside sync.WaitGroup
	t.Cleanup(beside.Wait) // after ctx has ended
	beside.Go(func() { d.shoppers.run(ctx) })

	const token, valid, invalid = inbox.Token, verifier.Valid, verifier.Invalid
	wanted := []struct {
		outcome  inbox.Outcome
		status   int
		verdict  verifier.Verdict // of a token
		profile  string
		customer string
		codes    string // among those found
	}{
		{token, 200, valid, "acme-sandbox", "6606", ""},
		{token, 200, valid, "acme-sandbox", "12", "header.alg-live"},
		{token, 0, verifier.Unverified, "", "31", "signature.unchecked"},
		{inbox.Guest, 404, "", "acme-sandbox", "", ""},
		{token, 200, valid, "beta-store", "2301", "header.alg-docs-example"},
		{token, 200, valid, "acme-sandbox", "318", ""},
		{inbox.Error, 503, "", "acme-sandbox", "", ""},
		{token, 200, verifier.Expired, "acme-sandbox", "77", "time.expired"},
		{token, 200, valid, "acme-sandbox", "318", "claims.stale-group"},
		{token, 200, valid, "acme-sandbox", "318", "claims.cached claims.stale-group"},
		{token, 200, valid, "acme-sandbox", "12", ""}, // expires soon
		{inbox.Rejected, 403, "", "acme-sandbox", "", ""},
		{token, 200, valid, "beta-store", "2214", ""},
		{token, 200, invalid, "acme-sandbox", "318", "signature.other-profile"},
		{token, 200, valid, "acme-sandbox", "4927", ""},
	}
	jury := &jury{box: inbox.New(inbox.Limits{}, 0), book: d.book}
	jury.use(ctx, d.ix)
	defer jury.finish()
	var got []*inbox.Arrival
	late, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for len(got) < len(wanted) && late.Err() == nil {
		batch := d.queue.Take(late)
		jury.add(ctx, batch)
		got = append(got, batch...)
	}
	if len(got) < len(wanted) {
		t.Fatalf("%d arrivals, want %d", len(got), len(wanted))
	}
	for i, want := range wanted {
		a := got[i]
		if a.Outcome != want.outcome || a.Status != want.status || a.Store() != want.profile && want.profile != "" {
			t.Errorf("#%d: got %s %d of %q, want %+v", a.ID, a.Outcome, a.Status, a.Store(), want)
			continue
		}
		if a.Outcome != token {
			continue
		}
		r := jury.box.Report(a)
		var codes []string
		for _, f := range jury.box.Findings(a, a.At) {
			codes = append(codes, string(f.Code))
		}
		if r.Verdict(a.At) != want.verdict || r.Profile != want.profile || r.Customer().ID != want.customer {
			t.Errorf("#%d: got %s of %q, customer %s, want %+v", a.ID, r.Verdict(a.At), r.Profile, r.Customer().ID, want)
		}
		for code := range strings.FieldsSeq(want.codes) {
			if !strings.Contains(" "+strings.Join(codes, " ")+" ", " "+code+" ") {
				t.Errorf("#%d: got %v, want %s among them", a.ID, codes, code)
			}
		}
	}
	soon, _ := jury.box.Report(got[10]).Remaining(got[10].At)
	if soon <= 0 || soon > 30*time.Second {
		t.Errorf("what expires soon has %s left", soon)
	}
	if text := got[0].Text; strings.ContainsAny(text, "\x1b\x07") || !strings.ContainsRune(jury.box.Report(got[0]).Customer().Email, '\x1b') {
		t.Errorf("the hostile one is not: %q", text)
	}
	if slow := time.Duration(len(wanted)) * shoppingPace; slow > time.Second { // a machine may need as long on top of it
		t.Errorf("the first ones take %s by themselves", slow)
	}
}

// Everything that may come later is taken, and nothing is dated, signed or sent in a way that fails.
func TestDemoGoesOn(t *testing.T) {
	t.Parallel()
	d, ctx := openDemo(t)
	jury := &jury{box: inbox.New(inbox.Limits{}, 0), book: d.book}
	jury.use(ctx, d.ix)
	defer jury.finish()
	const visits = 200
	good := 0
	for i := range visits {
		d.shoppers.next()(ctx)
		late, cancel := context.WithTimeout(ctx, 10*time.Second)
		batch := d.queue.Take(late)
		cancel()
		if len(batch) != 1 {
			t.Fatalf("visit %d brought %d arrivals", i, len(batch))
		}
		jury.add(ctx, batch)
		if a := batch[0]; a.Outcome == inbox.Token && jury.box.Brief(a).Verdict(a.At) == verifier.Valid {
			good++
		}
	}
	if good < visits*6/10 {
		t.Errorf("%d of %d are valid", good, visits)
	}
}

// The command needs nothing, leaves nothing, and ends with ctrl+c.
func TestDemoCommand(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // a process cannot be sent an interrupt there
	}
	home := t.TempDir()
	config := filepath.Join(home, "config")
	if err := os.Mkdir(config, 0o700); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(config, "profiles.json") // which a command that reads it would say
	if err := os.WriteFile(broken, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := tmuxtest.Build(t)
	term := tmuxtest.New(t, dir, "demo", "120", "40", "HOME="+home, "XDG_CONFIG_HOME="+home, configDirVariable+"="+config)
	term.Line("clear; " + dir + "/jotwatch demo; echo exit=$?")
	term.Until("2 profiles", "memory gone at exit", "the test storefront: http://127.0.0.1:", "#4927 jane@example.com")
	term.Tmux("send-keys", "C-c")
	term.Until("exit=130")
	term.Line("clear; " + dir + "/jotwatch demo --no-shoppers; echo exit=$?")
	term.Until("Paste a token here", "the test storefront: http://127.0.0.1:")
	term.Tmux("send-keys", "q")
	term.Until("exit=0")
	var files []string
	_ = filepath.WalkDir(home, func(path string, entry os.DirEntry, _ error) error {
		if !entry.IsDir() {
			files = append(files, path)
		}
		return nil
	})
	if len(files) != 1 || files[0] != broken {
		t.Errorf("it wrote %v", files)
	}
}
