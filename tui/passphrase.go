package tui

import (
	tea "charm.land/bubbletea/v2"

	"jotwatch/profiles"
)

// A passphrase is asked for by a vault.
type passphrase struct {
	question *question
	under    dialog // what waits for it; nil is nothing
	trying   bool   // it was given, and is being tried
	first    string // of a new one, which is typed twice
	field    field
	wrong    string
}

func newPassphrase(q *question, under dialog) dialog {
	f := newField("")
	f.secret = true
	return passphrase{question: q, under: under, field: f}
}

func (d passphrase) takesText() bool { return true }
func (d passphrase) hints() []hint {
	if d.trying {
		return []hint{{key: "esc", does: "do not wait for it"}}
	}
	return []hint{{key: "enter", does: "give it"}, {key: "esc", does: "give none"}}
}

func (d passphrase) paste(text string) (dialog, answer) {
	if !d.trying {
		d.field = d.field.pasted(text)
	}
	return d, nil
}

func (d passphrase) update(key tea.KeyPressMsg, _ keymap, _, _ int) (dialog, answer) {
	text := d.field.value()
	switch name := key.String(); {
	case name == "esc" && d.trying:
		return d.under, nil
	case name == "esc":
		return d.under, givePhrase{d.question, ""}
	case d.trying:
	case name == "enter":
		again := newField("")
		again.secret = true
		switch {
		case text == "":
			d.wrong = "it is empty"
		case !d.new() || d.first == text:
			d.trying = true
			return d, givePhrase{d.question, text}
		case d.first == "":
			d.first, d.wrong, d.field = text, "", again
		default:
			d.first, d.wrong, d.field = "", "the two differ: type it anew", again
		}
	default:
		d.wrong, d.field = "", d.field.pressed(key)
	}
	return d, nil
}

// new reports whether a passphrase is chosen, and not remembered.
func (d passphrase) new() bool {
	return (d.question.purpose == profiles.NewVault || d.question.purpose == profiles.NewExport)
}

func (d passphrase) view(m Model) (string, rect) {
	say := "The passphrase of secrets.age:"
	switch {
	case d.trying:
		say = "It is being tried."
	case d.new() && d.first == "":
		say = "A new passphrase for secrets.age, the file that secrets are kept in. Nobody can read them without it:"
	case d.new():
		say = "The same once more:"
	case d.question.again:
		say = "That was not it. The passphrase of secrets.age:"
	}
	inner := box(m.width, 0, 64, 0).W - 4
	lines := append(paragraph(say, inner), "", d.field.view(m, inner, true))
	if d.wrong != "" {
		lines = append(lines, m.theme.Warn.Render(d.wrong))
	}
	at := box(m.width, m.height, 64, len(lines)+4)
	return m.frameDialog(at, "Passphrase", lines, 0), at
}
