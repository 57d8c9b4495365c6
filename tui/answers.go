package tui

import (
	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
	"jotwatch/verifier"
)

// What a dialog answers. nil is nothing: it goes on.
type (
	answer      any
	closed      struct{}
	explainNext struct{ of int }
	judgeSoon   struct{ keys int } // the paste box may be done
	doAction    struct {           // of the palette
		action action
		on     screen
	}
	doFilter struct{ query *inbox.Query }
	doCopy   struct{ what, text string }
	doExport struct {
		format inbox.ExportFormat
		all    bool
		raw    bool
	}
	doRemove   struct{ id, name string }         // a profile
	doSelect   struct{ id string }               // a profile
	doAllow    struct{ id, name, origin string } // of a profile
	givePhrase struct {
		question *question
		text     string
	}
)

// answered does what a dialog asks for.
func (m Model) answered(a answer) (tea.Model, tea.Cmd) {
	switch a := a.(type) {
	case closed:
		m.dialog = nil
	case explainNext:
		return m.explains(a.of), nil
	case judgeSoon:
		return m, settled(a.keys)
	case doAction:
		m.dialog = nil
		if a.on != anywhere {
			m.screen = a.on
		}
		return m.act(a.action)
	case doFilter:
		return m.filtered(a.query).looksOn()
	case doCopy:
		if _, choosing := m.dialog.(menu); choosing {
			m.dialog = nil
		}
		return m.say("copied " + a.what + " (OSC 52: the terminal has to allow it)"), tea.SetClipboard(a.text)
	case doExport:
		m.dialog = nil
		return m.exported(a)
	case doSelect:
		m.dialog, m.profiles.cursor, m.profiles.scroll = nil, a.id, 0
	case doAllow:
		m.dialog = nil
		return m.allows(a)
	case doRemove:
		m.dialog = nil
		return m.removesProfile(a)
	case givePhrase:
		if m.judging.question == a.question { // once: nobody waits for a second answer
			m.judging.question, m.notice = nil, notice{}
			a.question.reply <- a.text
		}
	case save:
		return m.saves(a)
	}
	return m, nil
}

// explains opens the explanation of a finding of the selected arrival: the worst is the first, and after the last comes the first.
func (m Model) explains(of int) Model {
	a := m.current()
	if a == nil {
		return m
	}
	found := m.findingsOf(a)
	if len(found) == 0 {
		return m.say("nothing was found that would have to be explained")
	}
	m = m.holds()
	of %= len(found)
	text, _ := verifier.Explain(found[of].Code) // every code has one
	m.dialog = newExplanation(found[of], text, of, len(found), m.door)
	return m
}
