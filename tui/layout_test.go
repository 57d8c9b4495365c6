package tui

import (
	"bytes"
	"fmt"
	"image"
	"path/filepath"
	"testing"
)

func TestArrange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		w, h int
		want shape
	}{
		{59, 16, tooSmall}, {60, 15, tooSmall}, {60, 16, single}, {79, 24, single}, {80, 23, single}, {80, 24, stacked},
		{119, 40, stacked}, {120, 40, beside}, {120, 16, beside}, {0, 0, tooSmall}, {-1, -1, tooSmall},
	} {
		if got := arrange(c.w, c.h); got.Shape != c.want {
			t.Errorf("%d×%d: %+v, want shape %d", c.w, c.h, got, c.want)
		}
	}
	for w := leastWidth; w < 320; w++ {
		for _, h := range []int{16, 23, 24, 40, 120} {
			l := arrange(w, h)
			inside := image.Rect(0, 0, w, h)
			for _, r := range []rect{l.Bar, l.Body, l.List, l.Detail, l.Keys} {
				if at := image.Rect(r.X, r.Y, r.X+r.W, r.Y+r.H); !at.In(inside) || at.Empty() {
					t.Fatalf("%d×%d: %+v is not in the window", w, h, r)
				}
			}
		}
	}
}

// TestLayoutPictures draws each shape: B the bar, L the list, D the detail, X both in turn, K the key bar, · a rule.
func TestLayoutPictures(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 20}} {
		l := arrange(size[0], size[1])
		fmt.Fprintf(&b, "%d×%d\n", size[0], size[1])
		// One character stands for four columns.
		for y := 0; y < size[1]; y++ {
			for x := 0; x < size[0]; x += 4 {
				in := func(r rect) bool { return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H }
				switch {
				case in(l.Bar):
					b.WriteByte('B')
				case in(l.Keys):
					b.WriteByte('K')
				case in(l.List) && in(l.Detail):
					b.WriteByte('X')
				case in(l.List):
					b.WriteByte('L')
				case in(l.Detail):
					b.WriteByte('D')
				default:
					b.WriteString("·")
				}
			}
			b.WriteByte('\n')
		}
	}
	golden(t, filepath.Join("testdata", "layout.txt"), b.String())
}
