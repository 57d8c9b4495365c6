package inbox

import (
	"cmp"
	"slices"
	"time"
)

// Seq is an arrival's place in the order in which an Inbox was given all arrivals and refusals, from 1; 0 before that. Any list that
// an Inbox hands out is sorted by it, unlike by ID or time.
func (a *Arrival) Seq() uint64 { return a.seq }

// bySeq orders arrivals as they were added.
func bySeq(a, b *Arrival) int { return cmp.Compare(a.seq, b.seq) }

// Len is how many arrivals are held beside the refusals.
func (b *Inbox) Len() int { return len(b.arrivals) }

// At returns the arrival of a place, from 0 for the oldest that is held.
func (b *Inbox) At(i int) *Arrival { return b.arrivals[i] }

// Refusals are the requests that were refused, oldest first.
func (b *Inbox) Refusals() []*Arrival { return b.refusals }

// ByID returns an arrival or refusal, nil where it is not held.
func (b *Inbox) ByID(id uint64) *Arrival { return b.byID[id] }

// Place is the place of an arrival for At, or, of one that is not held there, where it would stand: from 0 to Len.
func (b *Inbox) Place(a *Arrival) int {
	i, _ := slices.BinarySearchFunc(b.arrivals, a, bySeq)
	return i
}

// Held reports whether an arrival, or refusal, has not been let go.
func (b *Inbox) Held(a *Arrival) bool {
	list := b.arrivals
	if a.Outcome == Rejected {
		list = b.refusals
	}
	i, found := slices.BinarySearchFunc(list, a, bySeq)
	return found && list[i] == a
}

// Delete lets an arrival go.
func (b *Inbox) Delete(id uint64) bool {
	a := b.byID[id]
	if a == nil {
		return false
	}
	delete(b.byID, id)
	if a.Outcome == Rejected {
		b.refusals = without(b.refusals, a)
		return true
	}
	b.arrivals = without(b.arrivals, a)
	b.bytes -= a.size()
	b.history.forget(a)
	return true
}

// without takes an arrival out of a list that holds it.
func without(list []*Arrival, a *Arrival) []*Arrival {
	i, found := slices.BinarySearchFunc(list, a, bySeq)
	if !found {
		return list
	}
	return slices.Delete(list, i, i+1)
}

// Filter gives the arrivals that a query wants as of now, oldest first, in the memory of matched. Refusals are among them only
// where the query asks for those.
func (b *Inbox) Filter(q *Query, now time.Time, matched []*Arrival) []*Arrival {
	was, matched := matched, matched[:0]
	var refusals []*Arrival
	if q.Refusals() {
		refusals = b.refusals
	}
	refusalsBefore := func(seq uint64) {
		for len(refusals) > 0 && refusals[0].seq < seq {
			if b.Match(q, refusals[0], now) {
				matched = append(matched, refusals[0])
			}
			refusals = refusals[1:]
		}
	}
	for _, a := range b.arrivals {
		if len(refusals) > 0 {
			refusalsBefore(a.seq)
		}
		if b.Match(q, a, now) {
			matched = append(matched, a)
		}
	}
	refusalsBefore(b.added + 1)
	if len(matched) < len(was) {
		clear(was[len(matched):]) // what is no longer held is let go
	}
	return matched
}

// Refusals reports whether a query asks for refusals by name: is:refused, and no minus before it.
func (q *Query) Refusals() bool {
	return slices.ContainsFunc(q.terms, func(t term) bool {
		return t.field == "is" && !t.not && slices.Contains(t.any, string(Rejected))
	})
}
