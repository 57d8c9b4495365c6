package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/verifier"
)

// A dialogKind says which dialog is open.
type dialogKind int

const (
	closed dialogKind = iota
	helpText
	explanation
	pasteBox
)

// A dialog lies over the screen and gets every key. It answers with a value; the root opens, closes and acts.
type dialog struct {
	kind   dialogKind
	title  string
	text   string // of a dialog to read; in the paste box what was typed
	scroll int
	keys   int // pressed since it opened
	of     int // which finding is explained
}

// An answer is what a dialog asks of the root.
type answer int

const (
	stay answer = iota
	dismiss
	judgeSoon
	explainNext
	abort
)

const dialogWidth = 84

// update takes a key; height is the window's.
func (d dialog) update(key tea.KeyPressMsg, width, height int) (dialog, answer) {
	d.keys++
	name := key.String()
	switch {
	case name == "ctrl+c":
		return d, abort
	case name == "esc":
		return d, dismiss
	case d.kind == pasteBox:
		return d.typed(name, key.Text)
	}
	page := d.room(width, height)
	bottom := max(0, len(d.lines(width))-page)
	switch actionOf(name) {
	case explain:
		if d.kind == explanation {
			return d, explainNext
		}
		return d, dismiss
	case quit, help, open:
		return d, dismiss
	case up:
		d.scroll--
	case down:
		d.scroll++
	case pageUp:
		d.scroll -= page
	case pageDown:
		d.scroll += page
	case first:
		d.scroll = 0
	case last:
		d.scroll = bottom
	default:
	}
	d.scroll = min(max(d.scroll, 0), bottom)
	return d, stay
}

// typed takes a key in the paste box.
func (d dialog) typed(name, text string) (dialog, answer) {
	switch name {
	case "enter", "ctrl+j":
		d.text += "\n"
		return d, judgeSoon
	case "backspace":
		r := []rune(d.text)
		d.text = string(r[:max(0, len(r)-1)])
	case "ctrl+u":
		d.text = ""
	default:
		if len(d.text)+len(text) <= verifier.MaxText+1 {
			d.text += text
		}
	}
	return d, stay
}

// inner is the width of the text in a dialog: border and padding take four cells.
func (d dialog) inner(width int) int { return box(width, 0, dialogWidth, 0).W - 4 }

// room is the number of lines that are seen at once: border, title and an empty line below it take four rows.
func (d dialog) room(width, height int) int {
	return max(1, box(width, height, dialogWidth, len(d.lines(width))+4).H-4)
}

// lines is the whole text, wrapped.
func (d dialog) lines(width int) []string {
	if d.kind != pasteBox {
		return page(d.text, d.inner(width))
	}
	const tail = 400 // the end of what was typed is enough to see that it arrives
	end := d.text[max(0, len(d.text)-tail):]
	lines := []string{"Paste a token, or type one and press enter.", fmt.Sprintf("%d bytes so far:", len(d.text)), ""}
	return append(lines, paragraph(strings.ToValidUTF8(end, "")+"▏", d.inner(width))...)
}

// view draws the dialog and says where it stands.
func (d dialog) view(t theme, width, height int) (string, rect) {
	lines := d.lines(width)
	at := box(width, height, dialogWidth, len(lines)+4)
	inner, room := d.inner(width), d.room(width, height)
	title := t.Name.Render(line(d.title, inner-14))
	if below := len(lines) - d.scroll - room; below > 0 {
		more := fmt.Sprintf("↓ %d more", below)
		title = padTo(title, inner-ansi.StringWidth(more)) + t.Dim.Render(more)
	}
	out := append([]string{title, ""}, window(lines, d.scroll, room)...)
	for i := range out {
		out[i] = padTo(out[i], inner)
	}
	return t.Dialog.Render(strings.Join(out, "\n")), at
}

// helpDialog lists all keys.
func helpDialog() dialog {
	var b strings.Builder
	b.WriteString("Paste a token anywhere: it is judged at once and selected.\n\n")
	for _, k := range bindings() {
		// The leading space keeps the columns: paragraph wraps what is not indented.
		b.WriteString(" " + padTo(k.label, 10) + k.help + "\n")
	}
	return dialog{kind: helpText, title: "Keys", text: strings.TrimSuffix(b.String(), "\n")}
}

// window is the part of lines that is seen from scroll on, never past the end.
func window(lines []string, scroll, height int) []string {
	start := min(max(scroll, 0), max(0, len(lines)-height))
	return lines[start:min(len(lines), start+max(height, 0))]
}
