package tui

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/safe"
	"jotwatch/verifier"
)

// A field is a line that can be typed into. The editing is the library's; the drawing is not, because what is in it may be hostile,
// or a secret.
type field struct {
	input  *textinput.Model // never changed, but for another
	secret bool             // shown as dots
}

// longestField is how much can be typed into a field, in characters; a pasted address may be long.
const longestField = 4000

func newField(text string) field {
	input := textinput.New()
	input.CharLimit = longestField
	input.SetValue(text)
	input.CursorEnd()
	_ = input.Focus() // its command makes a cursor blink that is not drawn
	return field{input: &input}
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
	return f
}

// view draws the part around the cursor in a width, with the cursor; or what is in it where it has not the focus.
func (f field) view(m Model, width int, focused bool) string {
	runes := []rune(f.input.Value())
	at := min(f.input.Position(), len(runes))
	hidden := f.secret || verifier.HoldsSecret(f.input.Value()) // it was typed or pasted into the wrong one
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
