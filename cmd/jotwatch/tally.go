package main

import (
	"fmt"
	"strings"
	"time"

	"jotwatch/inbox"
	"jotwatch/verifier"
)

// A tally sums up what arrived.
type tally struct {
	started  time.Time
	outcomes map[inbox.Outcome]int
	verdicts map[verifier.Verdict]int // at arrival
	after    int                      // came after the goal was decided
}

func (t *tally) count(box *inbox.Inbox, a *inbox.Arrival, now time.Time) {
	if t.outcomes == nil {
		t.outcomes, t.verdicts = map[inbox.Outcome]int{}, map[verifier.Verdict]int{}
	}
	t.outcomes[a.Outcome]++
	if a.Outcome == inbox.Token {
		t.verdicts[box.Brief(a).Verdict(now)]++
	}
}

// late counts what is not shown any more.
func (t *tally) late(batch []*inbox.Arrival) {
	for _, a := range batch {
		if a.Outcome != inbox.Rejected {
			t.after++
		}
	}
}

// String says it on one line. lost is how many refusals were only counted.
func (t *tally) String(lost uint64, now time.Time) string {
	said := count(t.outcomes[inbox.Token], "token")
	var verdicts []string
	for _, v := range verifier.Verdicts() {
		if t.verdicts[v] > 0 {
			_, word, _ := strings.Cut(v.Words(), " ")
			verdicts = append(verdicts, fmt.Sprintf("%d %s", t.verdicts[v], word))
		}
	}
	if len(verdicts) > 0 {
		said += " (" + strings.Join(verdicts, ", ") + ")"
	}
	if n := t.outcomes[inbox.Guest]; n > 0 {
		said += ", " + count(n, "guest")
	}
	if n := t.outcomes[inbox.Error]; n > 0 {
		said += ", " + count(n, "error")
	}
	if n := uint64(t.outcomes[inbox.Rejected]) + lost; n > 0 { //nolint:gosec // a count is never negative
		said += fmt.Sprintf(", %d refused", n)
	}
	if t.after > 0 {
		said += fmt.Sprintf(", and %d more that came too late to be shown", t.after)
	}
	return said + " in " + verifier.Span(t.started, now)
}
