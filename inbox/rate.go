package inbox

import "time"

// rateSeconds is how far back the rate is known.
const rateSeconds = 600

// A rate counts by the second, in a ring.
type rate struct {
	counts [rateSeconds]int
	newest int64 // Unix seconds
}

func (r *rate) add(at time.Time) {
	second := at.Unix()
	if second <= r.newest-rateSeconds {
		return
	}
	for r.newest < second {
		if second-r.newest > rateSeconds {
			r.newest = second - rateSeconds
		}
		r.newest++
		r.counts[r.newest%rateSeconds] = 0
	}
	r.counts[second%rateSeconds]++
}

func (r *rate) last(now time.Time, span time.Duration, n int) []int {
	counts := make([]int, n)
	for back := range int64(rateSeconds) {
		second := r.newest - back
		age := now.Unix() - second
		i := n - 1 - int(age/max(1, int64(span/time.Second)))
		if age < 0 || i < 0 || second <= 0 {
			continue
		}
		counts[i] += r.counts[second%rateSeconds]
	}
	return counts
}
