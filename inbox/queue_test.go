package inbox_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"jotwatch/inbox"
)

// Whoever sends, each arrival is taken once, under an id of its own, and noise keeps none out.
func TestQueue(t *testing.T) {
	t.Parallel()
	q := inbox.NewQueue()
	const senders, each = 8, 1000 // so many have a place
	var sending sync.WaitGroup
	for range senders {
		sending.Go(func() {
			for range each {
				if _, ok := q.Offer(&inbox.Arrival{Text: "x"}); !ok {
					t.Error("there was no place")
				}
				q.Refuse(&inbox.Arrival{})
			}
		})
	}
	ctx, end := context.WithCancel(context.Background())
	go func() { sending.Wait(); end() }()
	ids := map[uint64]bool{}
	taken, refused := 0, 0
	for batch := q.Take(ctx); len(batch) > 0; batch = q.Take(ctx) {
		for i, a := range batch {
			if ids[a.ID] || a.ID == 0 || i > 0 && batch[i-1].ID > a.ID {
				t.Fatalf("id %d, after %d", a.ID, batch[max(0, i-1)].ID)
			}
			ids[a.ID] = true
			if a.Outcome == inbox.Rejected {
				refused++
			} else {
				taken++
			}
		}
	}
	if taken != senders*each || uint64(refused)+q.Lost() != senders*each {
		t.Errorf("%d were taken, %d refused and %d only counted, of %d each", taken, refused, q.Lost(), senders*each)
	}
}

// What waits is bounded by its text, too.
func TestQueueBytes(t *testing.T) {
	t.Parallel()
	q := inbox.NewQueue()
	ended, end := context.WithCancel(context.Background())
	end()
	large := strings.Repeat("x", 1<<20)
	for round := range 2 {
		n := 0
		for ; n < 100; n++ {
			if _, ok := q.Offer(&inbox.Arrival{Text: large}); !ok {
				break
			}
		}
		if n != 12 {
			t.Errorf("round %d: %d MiB wait, want 12", round, n)
		}
		for len(q.Take(ended)) > 0 {
		}
	}
}
