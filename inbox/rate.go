package inbox

import "time"

// rateSeconds is how far back the rate is known.
const rateSeconds = 600

// A rate counts by the second, in a ring. A clock that is set makes it count anew, and nothing worse.
type rate [rateSeconds]struct {
	second int64 // Unix
	count  int
}

func (r *rate) add(at time.Time) {
	second := at.Unix()
	slot := &r[place(second)]
	if slot.second != second {
		slot.second, slot.count = second, 0
	}
	slot.count++
}

func (r *rate) last(now time.Time, span time.Duration, n int) []int {
	counts := make([]int, n)
	width := max(1, int64(span/time.Second))
	for back := range int64(rateSeconds) {
		second := now.Unix() - back
		if i := n - 1 - int(back/width); i >= 0 && r[place(second)].second == second {
			counts[i] += r[place(second)].count
		}
	}
	return counts
}

func place(second int64) int64 { return (second%rateSeconds + rateSeconds) % rateSeconds }
