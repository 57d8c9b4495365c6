package tui

import (
	"image"
	"testing"
)

func TestArrange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		w, h int
		want shape
	}{
		{59, 16, tooSmall}, {60, 15, tooSmall}, {60, 16, single}, {79, 24, single}, {80, 23, single}, {80, 24, stacked},
		{119, 40, stacked}, {120, 40, beside}, {120, 16, beside},
	} {
		got := arrange(c.w, c.h)
		if got.Shape != c.want {
			t.Errorf("%d×%d: %+v, want shape %d", c.w, c.h, got, c.want)
		}
		inside, overlap := image.Rect(0, 0, c.w, c.h), got.Shape == stacked || got.Shape == beside
		for _, r := range []rect{got.Bar, got.List, got.Detail, got.Keys} {
			if at := image.Rect(r.X, r.Y, r.X+r.W, r.Y+r.H); !at.In(inside) {
				t.Errorf("%d×%d: %+v is not in the window", c.w, c.h, r)
			}
		}
		list, detail := got.List, got.Detail
		if overlap && image.Rect(list.X, list.Y, list.X+list.W, list.Y+list.H).Overlaps(image.Rect(detail.X, detail.Y, detail.X+detail.W, detail.Y+detail.H)) {
			t.Errorf("%d×%d: list %+v and detail %+v overlap", c.w, c.h, list, detail)
		}
	}
}
