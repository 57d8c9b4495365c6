package main

import (
	"context"
	"sync"
	"time"

	"jotwatch/tui"
	"jotwatch/verifier"
)

// console is what the console judges by: what the flags hold, or else the profiles. It tells nobody anything on the way: the
// screen is the console's.
func (f *credentialFlags) console(ctx context.Context, leeway time.Duration) (tui.Config, error) {
	given, err := f.adHoc(stdinTaken)
	if err != nil || given != nil {
		cfg := tui.Config{Profiles: "ad hoc credentials", Leeway: leeway}
		if given != nil {
			cfg.Credentials = []verifier.Credential{*given}
		}
		return cfg, err
	}
	f.silent = true
	book, ix, named, err := f.profiles()
	if err != nil {
		if f.set.Changed("profile") {
			return tui.Config{}, err
		}
		return tui.Config{Profiles: "profiles cannot be read: jotwatch profile list says why", Leeway: leeway}, nil
	}
	if len(ix.Profiles) == 0 {
		return tui.Config{Leeway: leeway}, nil
	}
	judge := book.NewJudge(ix, named, false)
	var one sync.Mutex
	return tui.Config{
		Credentials: judge.Credentials(),
		Fetch: func(text string) []*verifier.Report {
			one.Lock()
			defer one.Unlock()
			reports := judge.InspectAll(ctx, text, verifier.WithLeeway(leeway))
			book.Used(ctx, reports, time.Now())
			return reports
		},
		Profiles: count(len(ix.Profiles), "profile"),
		Vault:    string(ix.Vault),
		Leeway:   leeway,
	}, nil
}
