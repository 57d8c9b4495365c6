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
	count   int
	expect  []string
	timeout time.Duration
}

func (f *expectFlags) register(set *pflag.FlagSet) {
	set.IntVar(&f.count, "count", 0, "end after so many arrivals")
	set.StringArrayVar(&f.expect, "expect", nil, "a filter that each arrival must meet; repeatable")
	set.DurationVar(&f.timeout, "timeout", 0, "how long to wait for them, such as 30s")
}

// A goal is what decides how listen ends.
type goal struct {
	count   int // 0: never by itself
	expect  []*inbox.Query
	timeout time.Duration

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
	for _, text := range f.expect {
		q, err := inbox.ParseQuery(text)
		if wrong, ok := errors.AsType[*inbox.QueryError](err); ok {
			return nil, wrongCall(wrong.Hint, "--expect %s: %w", echo(text), err)
		}
		if q.String() == "" {
			return nil, wrongCall("write it as --expect is:valid", "an expectation is empty")
		}
		g.expect = append(g.expect, q)
	}
	if g.count == 0 && (len(g.expect) > 0 || g.timeout > 0) {
		g.count = 1
	}
	return g, nil
}

// timer calls end when the time has run out.
func (g *goal) timer(end func()) *time.Timer {
	if g.timeout == 0 {
		timer := time.NewTimer(0)
		timer.Stop()
		return timer
	}
	return time.AfterFunc(g.timeout, end)
}

// weigh holds an arrival against the expectations.
func (g *goal) weigh(box *inbox.Inbox, a *inbox.Arrival, now time.Time) {
	if a.Outcome == inbox.Rejected || g.count == 0 {
		return
	}
	g.seen++
	for _, q := range g.expect {
		if !box.Match(q, a, now) {
			g.failed = fmt.Sprintf("#%d is not %s", a.ID, q)
			g.hint = "its line above says what it is"
			for _, f := range box.Findings(a, now) {
				if f.Fix != "" {
					g.hint = "jotwatch explain " + string(f.Code)
					break
				}
			}
			return
		}
	}
}

func (g *goal) met() bool     { return g.count > 0 && g.seen >= g.count && g.failed == "" }
func (g *goal) decided() bool { return g.failed != "" || g.met() }

// tooLate says what the time ran out for.
func (g *goal) tooLate() string {
	what := count(g.count, "arrival")
	if len(g.expect) > 0 {
		var all []string
		for _, q := range g.expect {
			all = append(all, q.String())
		}
		what += " (" + strings.Join(all, ", ") + ")"
	}
	return fmt.Sprintf("%d of %s came within %s", g.seen, what, g.timeout)
}
