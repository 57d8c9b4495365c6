package main

import (
	"fmt"
	"time"

	"jotwatch/inbox"
)

const (
	noiseSpan  = 10 * time.Second // in which a kind of refusal is said once
	noiseKinds = 20               // that are said in a span
)

// Noise keeps refusals, which any page can cause, from filling the screen and the disk: each kind is said once in a span. How many
// there were in all is in the tally.
type noise struct {
	since time.Time
	kinds map[string]int // how often each came
}

// shown reports whether an arrival is to be shown.
func (n *noise) shown(a *inbox.Arrival, now time.Time) bool {
	return a.Outcome != inbox.Rejected || n.first(fmt.Sprint(a.Status, a.Reason), now)
}

// first reports whether a kind of refusal is the first of its kind in this span, and not too many were before it.
func (n *noise) first(kind string, now time.Time) bool {
	if passed := now.Sub(n.since); passed > noiseSpan || passed < 0 || n.kinds == nil {
		n.since, n.kinds = now, map[string]int{}
	}
	if _, again := n.kinds[kind]; !again && len(n.kinds) >= noiseKinds {
		return false
	}
	n.kinds[kind]++
	return n.kinds[kind] == 1
}
