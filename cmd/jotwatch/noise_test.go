package main

import (
	"fmt"
	"testing"
	"time"

	"jotwatch/inbox"
)

// However much noise there is, a refusal of another kind is shown in the next span at the latest, and tokens always.
func TestNoise(t *testing.T) {
	t.Parallel()
	var n noise
	now := time.Unix(1_700_000_000, 0)
	refused := func(reason string) bool {
		return n.shown(&inbox.Arrival{Outcome: inbox.Rejected, Status: 403, Reason: reason}, now)
	}
	for i := range 30 {
		if first, again := refused(fmt.Sprint(i)), refused(fmt.Sprint(i)); first != (i < noiseKinds) || again {
			t.Errorf("kind %d is shown: %v, and again: %v", i, first, again)
		}
	}
	if !n.shown(&inbox.Arrival{Outcome: inbox.Token}, now) {
		t.Error("a token is not shown")
	}
	now = now.Add(noiseSpan + 1)
	if !refused("mine") || !refused("0") || refused("mine") {
		t.Error("in the next span each kind is shown once")
	}
	now = now.Add(-time.Hour) // the clock is set back
	if !refused("mine") {
		t.Error("after the clock was set back it is not shown")
	}
}
