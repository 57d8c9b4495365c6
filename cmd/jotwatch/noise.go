package main

import (
	"fmt"
	"time"

	"jotwatch/inbox"
)

const (
	noiseSpan  = 10 * time.Second // in which a refusal is said once
	noiseKinds = 20               // that are said in a span
)

// Noise keeps refusals, which any page can cause, from filling the screen and the disk: each kind is said once in a span, and how often it
// came since.
type noise struct {
	since time.Time
	kinds map[string]*kindOfNoise
}

type kindOfNoise struct {
	said time.Time
	more int
}

// hear reports whether an arrival is to be said, and what is to be said of those like it that were not.
func (n *noise) hear(a *inbox.Arrival, now time.Time) (again string, say bool) {
	if a.Outcome != inbox.Rejected {
		return "", true
	}
	return n.hearKind(fmt.Sprint(a.Status, a.Reason), now)
}

func (n *noise) hearKind(kind string, now time.Time) (again string, say bool) {
	if now.Sub(n.since) > noiseSpan || n.kinds == nil {
		kept := map[string]*kindOfNoise{}
		for kind, k := range n.kinds {
			if k.more > 0 {
				kept[kind] = k // how many more is said when it comes again
			}
		}
		if len(kept) > noiseKinds {
			kept = map[string]*kindOfNoise{}
		}
		n.since, n.kinds = now, kept
	}
	k := n.kinds[kind]
	switch {
	case k == nil && len(n.kinds) >= noiseKinds:
		return "", false
	case k == nil:
		n.kinds[kind] = &kindOfNoise{said: now}
		return "", true
	case now.Sub(k.said) < noiseSpan:
		k.more++
		return "", false
	}
	if k.more > 0 {
		again = fmt.Sprintf("; and %d more like it since %s", k.more, k.said.Local().Format(time.TimeOnly))
	}
	k.said, k.more = now, 0
	return again, true
}
