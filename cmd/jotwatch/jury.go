package main

import (
	"context"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"charm.land/fang/v2"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/profiles"
	"jotwatch/verifier"
)

const (
	lookAgain = time.Second      // for a change of the profiles
	askVault  = 15 * time.Second // again, for a secret that could not be had
	noteUsed  = 10 * time.Second // which profiles judged a token, at most so often
)

// storefrontAddr is where the test storefront is, unless it is told otherwise.
const storefrontAddr = "127.0.0.1:4928"

// storefrontOrigins are those of the test storefront, which may always send.
var storefrontOrigins = []string{"http://127.0.0.1:4928", "http://localhost:4928", "https://127.0.0.1:4928", "https://localhost:4928"}

// shopOrigins are those of a test storefront that config.toml puts at another address, which may always send too.
func shopOrigins(addr string) []string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || port == "0" {
		return nil // the port is not known before it is there
	}
	hosts := []string{host}
	if host == "localhost" {
		hosts = append(hosts, "127.0.0.1", "::1")
	}
	var origins []string
	for _, host := range hosts {
		for _, scheme := range []string{"http://", "https://"} {
			if origin, _, err := profiles.Origin(scheme + net.JoinHostPort(host, port)); err == nil {
				origins = append(origins, origin)
			}
		}
	}
	return origins
}

// A jury judges what arrives by the user's profiles, also as they change, or by ad hoc credentials.
type jury struct {
	box   *inbox.Inbox
	book  *profiles.Book // nil: there is no place for profiles
	ix    *profiles.Index
	seen  os.FileInfo     // of the index, when it was read last
	judge *profiles.Judge // nil: ad hoc credentials
	named string          // id of the profile that --profile names, "" for whichever the token does

	next  atomic.Pointer[profiles.Index] // that was read since
	asked time.Time                      // a vault, last
	noted time.Time

	noting sync.WaitGroup
}

// jury makes one of what the flags hold. Where the profiles cannot be read, that is said, and everything is decoded all the same.
func (f *credentialFlags) jury(ctx context.Context, leeway time.Duration) (*jury, error) {
	given, err := f.adHoc(stdinFree)
	if err != nil {
		return nil, err
	}
	j := &jury{box: inbox.New(inbox.Limits{}, leeway)}
	if j.book, j.ix, j.seen, err = f.keep(ctx, leftOut); err != nil {
		if f.set.Changed("profile") {
			return nil, err
		}
		speak(os.Stderr, fang.Styles{}, err)
		j.ix = profiles.Empty() // with a key for this time
	}
	if given != nil {
		j.box.Use([]verifier.Credential{*given})
		return j, nil
	}
	named, err := f.named(j.ix)
	if err != nil {
		return nil, err
	}
	if named != nil {
		j.named = named.ID
	}
	if j.book != nil {
		j.use(ctx, j.ix)
	}
	return j, nil
}

// leftOut is what becomes of profiles that cannot be read, where it goes on without them.
const leftOut = "the profiles and their keys are left out: "

// keep reads the profiles, and sees to it that the installation has an ingest key that stays. The book is nil where there is no
// place for one. tried stands before the error.
func (f *vaultFlags) keep(ctx context.Context, tried string) (*profiles.Book, *profiles.Index, os.FileInfo, error) {
	book, err := f.book()
	if err != nil {
		return nil, nil, nil, explained(tried, err)
	}
	before, _ := os.Stat(book.Path()) // what changes while it is read is read again
	ix, err := book.Keep(ctx)
	return book, ix, before, explained(tried, err)
}

// use judges by an index from now on, with the secrets that were fetched already.
func (j *jury) use(ctx context.Context, ix *profiles.Index) {
	j.ix = ix
	var named *profiles.Profile
	if i := slices.IndexFunc(ix.Profiles, func(p profiles.Profile) bool { return p.ID == j.named }); i >= 0 {
		named = &ix.Profiles[i]
	} else if j.named != "" {
		tell("the profile that --profile named is gone: tokens are judged as whosever they are")
		j.named = ""
	}
	judge := j.book.NewJudge(ix, named, false)
	if j.judge != nil {
		judge.Inherit(j.judge)
	}
	j.judge = judge
	j.settle(ctx, nil)
}

// watch reads the profiles again when they change, and calls changed with them, until ctx ends.
func (j *jury) watch(ctx context.Context, changed func(*profiles.Index)) {
	if j.book == nil {
		return
	}
	ticks := time.NewTicker(lookAgain)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		ix, now, _ := j.book.Changed(j.seen) // where it cannot be read, what was read before holds
		if ix == nil {
			continue
		}
		j.seen = now
		changed(ix)
		j.next.Store(ix)
	}
}

// add judges arrivals, with the secrets that they want.
func (j *jury) add(ctx context.Context, batch []*inbox.Arrival) {
	if ix := j.next.Swap(nil); ix != nil && j.judge != nil {
		j.use(ctx, ix)
	}
	if j.judge != nil && j.judge.Unanswered() && time.Since(j.asked) > askVault {
		j.judge.Retry()
		j.settle(ctx, nil)
	}
	j.box.Add(batch...)
	if j.judge == nil {
		return
	}
	if len(j.box.Wants(batch)) > 0 {
		j.settle(ctx, batch)
		j.asked = time.Now()
	}
	j.used(ctx, batch)
}

// settle judges with all secrets that are there, and those that arrivals want.
func (j *jury) settle(ctx context.Context, arrivals []*inbox.Arrival) {
	j.judge.Settle(ctx, func(known []verifier.Credential) []*verifier.Report {
		j.box.Use(known)
		return j.box.Wants(arrivals)
	})
}

// used notes which profiles judged a token, beside what is going on: it may have to wait for the disk.
func (j *jury) used(ctx context.Context, arrivals []*inbox.Arrival) {
	if time.Since(j.noted) < noteUsed {
		return
	}
	var reports []*verifier.Report
	for _, a := range arrivals {
		if r := j.box.Brief(a); r != nil && r.SignedBy != "" {
			reports = append(reports, r)
		}
	}
	if len(reports) > 0 {
		now := time.Now()
		j.noted = now
		j.noting.Go(func() { j.book.Used(ctx, reports, now) })
	}
}

// finish waits for what goes on beside.
func (j *jury) finish() { j.noting.Wait() }

// keys are the addresses that snippets may post to, by the profiles and with further origins of pages.
func keys(ix *profiles.Index, more []string) []listener.Key {
	more = slices.Concat(storefrontOrigins, more)
	all := listener.Key{Key: ix.IngestKey, Origins: more}
	var keys []listener.Key
	for _, p := range ix.Profiles {
		own := p.Senders()
		all.Origins = append(all.Origins, own...)
		keys = append(keys, listener.Key{Key: p.IngestKey, Profile: p.Name, Origins: append(own, more...)})
	}
	return append(keys, all)
}
