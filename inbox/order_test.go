package inbox_test

import (
	"fmt"
	"slices"
	"testing"

	"jotwatch/inbox"
)

// Arrivals have places whatever their ids, and those that are gone have the place where they would stand.
func TestPlaces(t *testing.T) {
	t.Parallel()
	box := inbox.New(inbox.Limits{Arrivals: 5, Refusals: 2}, 0)
	var all []*inbox.Arrival
	for i := range 8 { // the ids go down, and every third is a refusal: 2 and 5
		a := &inbox.Arrival{ID: uint64(100 - i), Text: "x"}
		if i%3 == 2 {
			a.Outcome = inbox.Rejected
		}
		all = append(all, a)
	}
	stranger := &inbox.Arrival{ID: 1}
	if box.Place(stranger) != 0 || box.Held(stranger) || stranger.Seq() != 0 {
		t.Error("one that was never added is held")
	}
	for _, step := range []struct {
		does   string
		do     func()
		places string // of all
		held   string
	}{
		{"add all, one too many", func() { box.Add(all...) }, "[0 0 1 1 2 3 3 4]", "[1 2 3 4 5 6 7]"},
		{"delete one", func() { box.Delete(all[3].ID) }, "[0 0 1 1 1 2 2 3]", "[1 2 4 5 6 7]"},
		{"delete a refusal", func() { box.Delete(all[2].ID) }, "[0 0 1 1 1 2 2 3]", "[1 4 5 6 7]"},
		{"make room", func() {
			for i := range 3 {
				box.Add(&inbox.Arrival{ID: uint64(200 + i), Text: "x"})
			}
		}, "[0 0 0 0 0 0 0 1]", "[5 6 7]"},
		{"delete all", func() {
			for box.Len() > 0 {
				box.Delete(box.At(0).ID)
			}
		}, "[0 0 0 0 0 0 0 0]", "[5]"},
	} {
		step.do()
		var places, held []int
		for i, a := range all {
			places = append(places, box.Place(a))
			if box.Held(a) {
				held = append(held, i)
			}
		}
		if got := fmt.Sprint(places); got != step.places {
			t.Errorf("%s: places %s, want %s", step.does, got, step.places)
		}
		if got := fmt.Sprint(held); got != step.held {
			t.Errorf("%s: held %s, want %s", step.does, got, step.held)
		}
		for i := range box.Len() {
			if got := box.Place(box.At(i)); got != i {
				t.Errorf("%s: the place of At(%d) is %d", step.does, i, got)
			}
		}
	}
}

// Refusals stand among the others, in the order of arrival, where they are asked for.
func TestFilter(t *testing.T) {
	t.Parallel()
	s := newSender(acme)
	s.send(inbox.Arrival{Outcome: inbox.Rejected, Reason: "first"})
	s.send(inbox.Arrival{Text: token(t, "valid", noon)})
	s.send(inbox.Arrival{Status: 404})
	s.send(inbox.Arrival{Outcome: inbox.Rejected, Reason: "second"})
	s.send(inbox.Arrival{Text: token(t, "wrong-secret", noon)})
	s.send(inbox.Arrival{Outcome: inbox.Rejected, Reason: "third"})
	var found []*inbox.Arrival
	for _, c := range []struct {
		query    string
		want     string // ids
		refusals bool
	}{
		{"", "[2 3 5]", false},
		{"is:token", "[2 5]", false},
		{"is:refused", "[1 4 6]", true},
		{"is:rejected second", "[4]", true},
		{"is:valid,refused", "[1 2 4 6]", true},
		{"is:guest,mismatch,refused", "[1 3 4 5 6]", true},
		{"-is:refused", "[2 3 5]", false},
		{"second", "[]", false},
		{"is:guest is:refused", "[]", true},
	} {
		q, err := inbox.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		before := found
		found = s.box.Filter(q, noon, found)
		ids := make([]uint64, len(found))
		for i, a := range found {
			ids[i] = a.ID
		}
		if got := fmt.Sprint(ids); got != c.want || q.Refusals() != c.refusals {
			t.Errorf("%q: found %s, refusals %v, want %s, %v", c.query, got, q.Refusals(), c.want, c.refusals)
		}
		if !slices.IsSortedFunc(found, func(a, b *inbox.Arrival) int { return int(a.Seq()) - int(b.Seq()) }) {
			t.Errorf("%q: not in the order of arrival", c.query)
		}
		for _, a := range before[min(len(found), len(before)):] {
			if a != nil {
				t.Errorf("%q: #%d, which an earlier filter found, is held on to", c.query, a.ID)
			}
		}
	}
}
