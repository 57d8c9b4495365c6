package inbox

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync/atomic"
	"time"
)

const (
	queueLength   = 8192                   // arrivals that wait for the owner: a tenth of a second of the fastest flood
	queueBytes    = 12 << 20               // of text that wait: what is no token costs its owner milliseconds each
	queuePatience = 250 * time.Millisecond // that a door has with an owner who is behind: a flood is slowed and not refused
	queueStep     = 10 * time.Millisecond
	refusalLength = 1024    // as many as the Inbox keeps
	batchLength   = 512     // that the owner takes at once, so that a flood costs a frame and not a frame a token
	batchBytes    = 1 << 20 // and of their text: some tens of milliseconds of work at most
)

// A Queue is the way from the doors to the owner of an Inbox. Doors may use it from any goroutine. Refusals have
// places of their own, so that noise keeps no token out.
type Queue struct {
	arrivals, refusals chan *Arrival
	bytes              atomic.Int64
	last               atomic.Uint64 // the id given last
	lost               atomic.Uint64
}

// NewQueue makes a Queue.
func NewQueue() *Queue {
	return &Queue{arrivals: make(chan *Arrival, queueLength), refusals: make(chan *Arrival, refusalLength)}
}

// NextID gives an id that no other arrival has, for those that are added without waiting.
func (q *Queue) NextID() uint64 { return q.last.Add(1) }

// Offer puts an arrival into the queue and gives it its id. It reports whether there was a place, soon at least.
func (q *Queue) Offer(a *Arrival) (id uint64, ok bool) {
	size := int64(a.size())
	if q.bytes.Add(size) > queueBytes || len(q.arrivals) == cap(q.arrivals) {
		q.wait()
	}
	id = q.NextID()
	a.ID = id
	if q.bytes.Load() <= queueBytes {
		select {
		case q.arrivals <- a: // which is its owner's from then on
			return id, true
		default:
		}
	}
	q.bytes.Add(-size)
	return 0, false
}

// wait gives an owner who is behind a little time.
func (q *Queue) wait() {
	for range queuePatience / queueStep {
		time.Sleep(queueStep)
		if q.bytes.Load() <= queueBytes && len(q.arrivals) < cap(q.arrivals) {
			return
		}
	}
}

// Refuse tells the owner of a request that was refused. Where there is no place for that it is only counted.
func (q *Queue) Refuse(a *Arrival) {
	a.Outcome = Rejected
	a.ID = q.NextID()
	select {
	case q.refusals <- a:
	default:
		q.lost.Add(1)
	}
}

// Lost is how many refusals were only counted.
func (q *Queue) Lost() uint64 { return q.lost.Load() }

// Behind reports whether more wait than Take takes at once.
func (q *Queue) Behind() bool { return len(q.arrivals) >= batchLength }

// Take waits for arrivals and takes all that are there, up to 512 and as many refusals, in the order of their ids. Once ctx has
// ended it waits no more, and returns none when nothing is left.
func (q *Queue) Take(ctx context.Context) []*Arrival {
	var batch []*Arrival
	select {
	case a := <-q.arrivals:
		batch = append(batch, a)
	case a := <-q.refusals:
		batch = append(batch, a)
	case <-ctx.Done():
	}
	runtime.Gosched() // so that in a flood more of it is taken at once: fewer writes, or frames
	batch = drain(q.arrivals, batch, batchLength)
	batch = drain(q.refusals, batch, len(batch)+batchLength)
	for _, a := range batch {
		if a.Outcome != Rejected {
			q.bytes.Add(-int64(a.size()))
		}
	}
	slices.SortFunc(batch, func(a, b *Arrival) int { return cmp.Compare(a.ID, b.ID) })
	return batch
}

// drain takes what is there, until a batch has so many, or so much text.
func drain(from <-chan *Arrival, batch []*Arrival, most int) []*Arrival {
	size := 0
	for len(batch) < most && size < batchBytes {
		select {
		case a := <-from:
			batch = append(batch, a)
			size += a.size()
		default:
			return batch
		}
	}
	return batch
}
