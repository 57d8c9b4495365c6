package main

import (
	"context"
	"os"
	"slices"
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
	askVault  = 15 * time.Second // a vault again that did not answer
	noteUsed  = 10 * time.Second // which profiles judged a token, at most so often
)

// storefrontAddr is where the test storefront is, unless it is told otherwise.
const storefrontAddr = "127.0.0.1:4928"

// storefrontOrigins are those of the test storefront, which may always send.
var storefrontOrigins = []string{"http://127.0.0.1:4928", "http://localhost:4928", "https://127.0.0.1:4928", "https://localhost:4928"}

// A jury judges what arrives by the user's profiles, also as they change, or by ad hoc credentials.
type jury struct {
	box   *inbox.Inbox
	book  *profiles.Book // nil: ad hoc credentials
	judge *profiles.Judge
	named string // the profile that --profile names, "" for whichever the token does
	ix    *profiles.Index
	seen  os.FileInfo // of the index, as it was read last

	next  atomic.Pointer[profiles.Index] // that was read since
	asked time.Time                      // when a vault did not answer last
	noted time.Time
}

// jury makes one of what the flags hold. Where the profiles cannot be read, that is said, and everything is decoded all the same.
func (f *credentialFlags) jury(ctx context.Context, leeway time.Duration) (*jury, error) {
	j := &jury{box: inbox.New(inbox.Limits{}, leeway)}
	given, err := f.adHoc(stdinFree)
	if err != nil {
		return nil, err
	}
	if given != nil {
		j.box.Use([]verifier.Credential{*given})
	}
	book, err := f.book()
	if err != nil {
		return nil, err
	}
	ix, err := book.Keep(ctx, false)
	if err != nil {
		if f.set.Changed("profile") {
			return nil, explained("", err)
		}
		speak(os.Stderr, fang.Styles{}, explained("the profiles and their keys are left out: ", err))
		ix = profiles.Empty() // with a key for this time
	}
	j.ix = ix
	if given != nil {
		return j, nil
	}
	j.book = book
	named, err := f.named(ix)
	if err != nil {
		return nil, err
	}
	if named != nil {
		j.named = named.ID
	}
	j.seen, _ = os.Stat(j.book.Path())
	j.use(j.ix)
	return j, nil
}

// use judges by an index from now on.
func (j *jury) use(ix *profiles.Index) {
	j.ix = ix
	var named *profiles.Profile
	if i := slices.IndexFunc(ix.Profiles, func(p profiles.Profile) bool { return p.ID == j.named }); i >= 0 {
		named = &ix.Profiles[i]
	}
	j.judge = j.book.NewJudge(ix, named, false)
	j.box.Use(j.judge.Credentials())
}

// watch reads the profiles again when they change, and tells of them, until ctx ends.
func (j *jury) watch(ctx context.Context, tell func(*profiles.Index)) {
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
		now, err := os.Stat(j.book.Path())
		if err != nil || j.seen != nil && os.SameFile(now, j.seen) && now.ModTime().Equal(j.seen.ModTime()) {
			continue
		}
		if ix, err := j.book.Load(); err == nil { // else what was read before holds
			j.seen = now
			tell(ix)
			j.next.Store(ix)
		}
	}
}

// add judges arrivals, with the secrets that they want.
func (j *jury) add(ctx context.Context, batch []inbox.Arrival, now time.Time) []*inbox.Arrival {
	if ix := j.next.Swap(nil); ix != nil {
		j.use(ix)
	}
	if j.judge != nil && j.judge.Unanswered() && now.Sub(j.asked) > askVault {
		j.judge.Retry()
		j.settle(ctx, nil)
	}
	added := j.box.Add(batch...)
	if j.judge == nil || len(j.box.Wants(added)) == 0 {
		j.used(ctx, added, now)
		return added
	}
	j.settle(ctx, added)
	j.asked = now
	j.used(ctx, added, now)
	return added
}

// settle judges with all secrets that are there, and those that arrivals want.
func (j *jury) settle(ctx context.Context, arrivals []*inbox.Arrival) {
	j.judge.Settle(ctx, func(known []verifier.Credential) []*verifier.Report {
		j.box.Use(known)
		return j.box.Wants(arrivals)
	})
}

// used notes which profiles judged a token.
func (j *jury) used(ctx context.Context, added []*inbox.Arrival, now time.Time) {
	if j.judge == nil || now.Sub(j.noted) < noteUsed {
		return
	}
	var reports []*verifier.Report
	for _, a := range added {
		if r := j.box.Brief(a); r != nil {
			reports = append(reports, r)
		}
	}
	if len(reports) > 0 {
		j.noted = now
		j.book.Used(ctx, reports, now)
	}
}

// keys are the addresses that snippets may post to, by the profiles and with further origins of pages.
func keys(ix *profiles.Index, more []string) []listener.Key {
	more = slices.Concat(storefrontOrigins, more)
	all := listener.Key{Key: ix.IngestKey, Origins: more}
	var keys []listener.Key
	for _, p := range ix.Profiles {
		own := slices.Clone(p.Origins)
		if p.StoreHash != "" {
			own = append(own, "https://store-"+p.StoreHash+".mybigcommerce.com")
		}
		all.Origins = append(all.Origins, own...)
		keys = append(keys, listener.Key{Key: p.IngestKey, Profile: p.Name, Origins: append(own, more...)})
	}
	return append(keys, all)
}
