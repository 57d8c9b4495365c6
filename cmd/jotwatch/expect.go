package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"jotwatch/inbox"
)

// expectFlags are what test suites hold arrivals to.
type expectFlags struct {
	count        int
	only, expect []string
	timeout      time.Duration
}

func (f *expectFlags) register(set *pflag.FlagSet) {
	set.IntVar(&f.count, "count", 0, "end after so many arrivals")
	set.StringArrayVar(&f.only, "only", nil, "count only what meets this filter; repeatable")
	set.StringArrayVar(&f.expect, "expect", nil, "a filter that each one counted must meet")
	set.DurationVar(&f.timeout, "timeout", 0, "how long to wait for them, such as 30s")
}

// A goal is what decides how listen ends.
type goal struct {
	count        int // 0: never by itself
	only, expect []*inbox.Query
	timeout      time.Duration // 0: for ever

	seen   int
	failed string // what did not meet an expectation
	hint   string
}

func (f *expectFlags) goal(set *pflag.FlagSet) (*goal, error) {
	g := &goal{count: f.count, timeout: f.timeout}
	switch {
	case set.Changed("count") && f.count < 1:
		return nil, wrongCall("--count 1 ends with the first arrival", "--count %d is no number of arrivals", f.count)
	case set.Changed("timeout") && f.timeout <= 0:
		return nil, wrongCall("write it as --timeout 30s", "the timeout is not a length of time")
	}
	var err error
	if g.only, err = queries("only", f.only); err != nil {
		return nil, err
	}
	if g.expect, err = queries("expect", f.expect); err != nil {
		return nil, err
	}
	if g.count == 0 && (len(g.only)+len(g.expect) > 0 || g.timeout > 0) {
		g.count = 1
	}
	return g, nil
}

// queries reads the filters of a flag.
func queries(flag string, texts []string) ([]*inbox.Query, error) {
	var all []*inbox.Query
	for _, text := range texts {
		q, err := inbox.ParseQuery(text)
		if wrong, ok := errors.AsType[*inbox.QueryError](err); ok {
			return nil, wrongCall(wrong.Hint, "--%s %s: %w", flag, echo(text), err)
		}
		if q.String() == "" {
			return nil, wrongCall("write it as --"+flag+" is:valid", "--%s is empty", flag)
		}
		all = append(all, q)
	}
	return all, nil
}

// weigh holds an arrival against the expectations.
func (g *goal) weigh(box *inbox.Inbox, a *inbox.Arrival, now time.Time) {
	if a.Outcome == inbox.Rejected || g.count == 0 || unmet(g.only, box, a, now) != nil {
		return
	}
	g.seen++
	if q := unmet(g.expect, box, a, now); q != nil {
		g.failed = fmt.Sprintf("#%d is not %s", a.ID, q)
		g.hint = "its line above says what it is"
		if a.Outcome != inbox.Token {
			g.hint += "; --only is:token leaves guests out"
		}
	}
}

// unmet is the first query that does not want an arrival, nil if all do.
func unmet(all []*inbox.Query, box *inbox.Inbox, a *inbox.Arrival, now time.Time) *inbox.Query {
	for _, q := range all {
		if !box.Match(q, a, now) {
			return q
		}
	}
	return nil
}

func (g *goal) met() bool     { return g.count > 0 && g.seen >= g.count && g.failed == "" }
func (g *goal) decided() bool { return g.failed != "" || g.met() }

// tooLate says what the time ran out for.
func (g *goal) tooLate() string {
	what := count(g.count, "arrival")
	var all []string
	for _, q := range append(g.only, g.expect...) {
		all = append(all, q.String())
	}
	if len(all) > 0 {
		what += " (" + strings.Join(all, ", ") + ")"
	}
	return fmt.Sprintf("%d of %s came within %s", g.seen, what, g.timeout)
}
