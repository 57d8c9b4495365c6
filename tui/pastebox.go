package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"jotwatch/verifier"
)

// A pasteBox takes a token that is typed, as terminals without bracketed paste do with a pasted one. It judges when no more comes
// after an enter.
type pasteBox struct {
	text string
	keys int // pressed since it opened
}

func newPasteBox(text string) dialog { return pasteBox{text: text} }

func (d pasteBox) takesText() bool { return true }

func (d pasteBox) hints() []hint {
	return []hint{{key: "enter", does: "judge"}, {key: "esc", does: "cancel"}, {key: "ctrl+u", does: "clear"}}
}

// paste takes a real paste, which goes on from what was typed.
func (d pasteBox) paste(text string) (dialog, answer) {
	d.text += text[:min(len(text), max(0, verifier.MaxText+1-len(d.text)))]
	d.keys++
	return d, judgeSoon{d.keys}
}

func (d pasteBox) trimmed() string { return strings.TrimSpace(d.text) }

func (d pasteBox) update(key tea.KeyPressMsg, _ keymap, _, _ int) (dialog, answer) {
	d.keys++
	switch key.String() {
	case "esc":
		return d, closed{}
	case "enter", "ctrl+j":
		d.text += "\n"
		return d, judgeSoon{d.keys}
	case "backspace":
		r := []rune(d.text)
		d.text = string(r[:max(0, len(r)-1)])
	case "ctrl+u":
		d.text = ""
	default:
		if len(d.text)+len(key.Text) <= verifier.MaxText+1 {
			d.text += key.Text
		}
	}
	return d, nil
}

func (d pasteBox) view(m Model) (string, rect) {
	const tail = 400 // the end of what was typed is enough to see that it arrives
	inner := box(m.width, 0, dialogWidth, 0).W - 4
	end := d.text[max(0, len(d.text)-tail):]
	if verifier.HoldsSecret(d.text) {
		end = "what looks like a client secret is not shown"
	}
	lines := append(paragraph("Paste a token, or type one and press enter.", inner), fmt.Sprintf("%d bytes so far:", len(d.text)), "")
	lines = append(lines, m.door.paragraph(strings.ToValidUTF8(end, "")+"▏", inner)...)
	at := box(m.width, m.height, dialogWidth, len(lines)+4)
	return m.frameDialog(at, "Paste box", window(lines, len(lines), at.H-4), 0), at
}
