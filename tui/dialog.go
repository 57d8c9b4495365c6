package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/verifier"
)

// A dialog lies over the screen and gets every key. It answers with a value; the root opens, closes and acts. Nothing that arrives
// opens one.
type dialog interface {
	update(key tea.KeyPressMsg, keys keymap, width, height int) (dialog, answer)
	paste(text string) (dialog, answer) // where it takes text
	view(m Model) (string, rect)        // and where it stands
	hints() []hint
	takesText() bool // a paste, and letters, are for it
}

const dialogWidth = 84

// frameDialog draws lines in a border, with a title above them; below is how many lines there are under those that are seen.
func (m Model) frameDialog(at rect, title string, lines []string, below int) string {
	inner := at.W - 4
	t := m.theme
	head := t.Name.Render(m.door.line(title, inner-14))
	if below > 0 {
		more := fmt.Sprintf("↓ %d more", below)
		head = padTo(head, inner-ansi.StringWidth(more)) + t.Dim.Render(more)
	}
	out := append([]string{head, ""}, lines...)
	for i := range out {
		out[i] = padTo(out[i], inner)
	}
	return t.Dialog.Render(strings.Join(out, "\n"))
}

// A reading is a dialog to read: help, an explanation, a comparison.
type reading struct {
	title  string
	wide   bool                               // as wide as the window
	lines  func(t *theme, width int) []string // wrapped for a width
	scroll int
	again  int    // which finding is explained next by the same key; 0 is none
	then   string // which that is, in words
	text   string // that can be copied; "" is nothing
}

func (d reading) paste(string) (dialog, answer) { return d, nil }
func (d reading) takesText() bool               { return false }

func (d reading) hints() []hint {
	hints := []hint{{key: "↑↓", does: "scroll"}, by(back, "close")}
	if d.again > 0 {
		hints = append(hints, by(explain, d.then))
	}
	if d.text != "" {
		hints = append(hints, hint{key: "c", does: "copy it"})
	}
	return hints
}

// place is where it stands, and how many lines are seen: border, title and an empty line below it take four rows.
func (d reading) place(width, height int) (at rect, lines []string, room int) {
	want := dialogWidth
	if d.wide {
		want = width
	}
	inner := box(width, 0, want, 0).W - 4
	lines = d.lines(&theme{}, inner)
	at = box(width, height, want, len(lines)+4)
	return at, lines, max(1, at.H-4)
}

func (d reading) update(key tea.KeyPressMsg, keys keymap, width, height int) (dialog, answer) {
	_, lines, room := d.place(width, height)
	bottom := max(0, len(lines)-room)
	is := func(a action) bool { return keys.isKey(key, a) }
	switch {
	case is(explain) && d.again > 0:
		return d, explainNext{d.again}
	case key.String() == "c" && d.text != "": // not as elsewhere by y, which the beginning of a typed token has
		return d, doCopy{"the explanation", d.text}
	case key.String() == "esc", is(back), is(quit), is(help), is(open), is(explain), is(diff):
		return d, closed{}
	case is(up):
		d.scroll--
	case is(down):
		d.scroll++
	case is(pageUp):
		d.scroll -= room
	case is(pageDown):
		d.scroll += room
	case is(first):
		d.scroll = 0
	case is(last):
		d.scroll = bottom
	}
	d.scroll = min(max(d.scroll, 0), bottom)
	return d, nil
}

func (d reading) view(m Model) (string, rect) {
	at, _, room := d.place(m.width, m.height)
	lines := d.lines(m.theme, at.W-4)
	below := max(0, len(lines)-d.scroll-room)
	return m.frameDialog(at, d.title, window(lines, d.scroll, room), below), at
}

// helpDialog lists the keys: those of the screen, then those that mean the same everywhere.
func (m Model) helpDialog() dialog {
	here, screens := m.screen, []string{"On the Tokens screen", "On the Profiles screen", "On the Setup screen"}
	keys := m.keys
	return reading{title: "Keys", lines: func(t *theme, width int) []string {
		lines := paragraph("Paste a token anywhere: it is judged at once and selected.", width)
		for _, on := range []screen{here, anywhere} {
			title := "Everywhere"
			if on != anywhere {
				title = screens[on]
			}
			lines = append(lines, "", t.Strong.Render(title))
			for _, b := range keys {
				if b.on != on || len(b.keys) == 0 {
					continue
				}
				column := 14
				if width > 70 {
					column = 20
				}
				for i, l := range paragraph(b.help, max(10, width-column)) {
					label := ""
					if i == 0 {
						label = cutTo(b.labels(), column-2)
					}
					lines = append(lines, " "+t.Key.Render(padTo(label, column-1))+l)
				}
			}
		}
		return append(append(lines, ""), paragraph("config.toml can bind other keys: jotwatch config path says where it is.", width)...)
	}}
}

// newExplanation is the text of explain on a finding, below what it says of this token.
func newExplanation(f verifier.Finding, text string, of, all int, d door) dialog {
	text = strings.TrimSpace(text)
	whole := text // as it is written: code for an editor
	text = unfilled(text)
	next, then := 0, "next finding"
	switch {
	case of+1 < all:
		next = of + 1
	case all > 1:
		next, then = all, "first finding"
	}
	return reading{title: fmt.Sprintf("Explain %d of %d: %s", of+1, all, f.Code), again: next, then: then, text: whole, lines: func(t *theme, width int) []string {
		var lines []string
		sign := t.severity(f.Severity).Render(f.Severity.Sign()) + " "
		for _, l := range d.paragraph(f.Message, width-2) {
			lines = append(lines, sign+l)
			sign = "  "
		}
		for i, l := range d.paragraph(f.Fix, width-4) {
			if f.Fix != "" {
				lines = append(lines, arrowed(t, i)+l)
			}
		}
		lines = append(lines, "")
		for l := range strings.SplitSeq(text, "\n") {
			var style style
			switch l {
			case "What it means", "How it comes about", "How to put it right", "Where it is documented":
				style = t.Strong
			default:
				if strings.HasPrefix(l, "    ") { // code
					style = t.Key
				}
			}
			for _, l := range paragraph(l, width) {
				lines = append(lines, style.Render(l))
			}
		}
		return lines
	}}
}

// arrowed begins the lines of what is to be done.
func arrowed(t *theme, i int) string {
	if i == 0 {
		return "  " + t.Key.Render("→") + " "
	}
	return "    "
}

// window is the part of lines that is seen from scroll on, never past the end.
func window(lines []string, scroll, height int) []string {
	start := min(max(scroll, 0), max(0, len(lines)-height))
	return lines[start:min(len(lines), start+max(height, 0))]
}
