package tui

// The sizes at which the screen changes its shape.
const (
	leastWidth, leastHeight     = 60, 16
	stackedWidth, stackedHeight = 80, 24
	besideWidth                 = 120
)

// A screen is one of the three.
type screen int

const (
	onTokens screen = iota
	onProfiles
	onSetup
	anywhere // for keys
)

// A shape says how list and detail share the screen.
type shape int

const (
	tooSmall shape = iota // nothing but the size that is needed
	single                // one pane at a time, the focused one
	stacked               // list above detail
	beside                // list left of detail
)

// A rect is a place on the screen in cells.
type rect struct{ X, Y, W, H int }

// A layout is where everything stands. It is a value: two layouts are the same when they are ==.
type layout struct {
	Shape                         shape
	Bar, Body, List, Detail, Keys rect
}

// arrange is the whole of the layout: window size in, rectangles out. A row between bar and body, between body and
// keys, and a row or column between the panes is left for a rule.
func arrange(width, height int) layout {
	if width < leastWidth || height < leastHeight {
		return layout{}
	}
	body := rect{Y: 2, W: width, H: height - 4}
	l := layout{
		Shape: single, Body: body, List: body, Detail: body,
		Bar:  rect{W: width, H: 1},
		Keys: rect{Y: height - 1, W: width, H: 1},
	}
	switch {
	case width >= besideWidth:
		l.Shape = beside
		l.List.W = min(width*11/20, 110)
		l.Detail.X = l.List.W + 1
		l.Detail.W = width - l.Detail.X
	case width >= stackedWidth && height >= stackedHeight:
		l.Shape = stacked
		l.List.H = body.H * 3 / 8
		l.Detail.Y = body.Y + l.List.H + 1
		l.Detail.H = body.H - l.List.H - 1
	}
	return l
}

// box is where a dialog of at most width cells and height rows stands, border included.
func box(width, height, wantWidth, wantHeight int) rect {
	w, h := min(wantWidth, width-4), min(wantHeight, height-2)
	return rect{X: (width - w) / 2, Y: (height - h) / 2, W: w, H: h}
}
