package tui

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/safe"
)

// A field is a line that can be typed into. The editing is the library's; the drawing is not, because what is in it may be hostile,
// or a secret.
type field struct {
	input  *textinput.Model // never changed, but for another
	secret bool             // shown as dots
	hidden bool             // it has held what looks like a secret, and is shown as dots until it is empty
}

// longestField is how much can be typed into a field, in characters; a pasted address may be long.
const longestField = 4000

func newField(text string) field {
	input := textinput.New()
	input.CharLimit = max(longestField, 2*len(text)) // what is there already is not cut
	input.SetValue(text)
	input.CursorEnd()
	_ = input.Focus() // its command makes a cursor blink that is not drawn
	return field{input: &input}.wary()
}

func (f field) value() string { return f.input.Value() }

func (f field) pressed(key tea.KeyPressMsg) field {
	return f.updated(key)
}

// pasted inserts a text where the cursor is, as one line.
func (f field) pasted(text string) field {
	return f.updated(tea.PasteMsg{Content: strings.Join(strings.Fields(text), " ")})
}

func (f field) updated(msg tea.Msg) field {
	next, _ := f.input.Update(msg)
	f.input = &next
	return f.wary()
}

// view draws the part around the cursor in a width, with the cursor; or what is in it where it has not the focus.
func (f field) view(m Model, width int, focused bool) string {
	runes := []rune(f.input.Value())
	at := min(f.input.Position(), len(runes))
	hidden := f.secret || f.hidden
	show := func(r []rune) string {
		if hidden {
			return strings.Repeat("•", len(r))
		}
		return safe.Line(string(r))
	}
	switch {
	case !focused && hidden:
		return cutTo(show(runes), width)
	case !focused:
		return m.door.line(f.input.Value(), width)
	}
	under, rest := " ", ""
	if at < len(runes) {
		under, rest = show(runes[at:at+1]), show(runes[at+1:])
	}
	before := show(runes[:at])
	if over := ansi.StringWidth(before) + ansi.StringWidth(under) + 1 - width; over > 0 {
		before = ansi.TruncateLeft(before, over+1, "…")
	}
	return cutTo(before+m.theme.Cursor.Render(under)+rest, width)
}

// wary hides what looks like a secret that was typed or pasted into the wrong field, or most of one.
func (f field) wary() field {
	const most = 40 // hex digits in a row; a client id has 31 letters and digits
	run := 0
	for _, r := range f.value() {
		if !strings.ContainsRune("0123456789abcdefABCDEF", r) {
			run = 0
		} else if run++; run >= most {
			f.hidden = true
		}
	}
	f.hidden = f.hidden && f.value() != ""
	return f
}
