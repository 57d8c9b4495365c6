package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"jotwatch/verifier"
)

// A tickMsg is the wall clock, once a second and on the second. It is the only clock that the model has.
type tickMsg struct{ now time.Time }

func tick() tea.Cmd {
	return tea.Every(time.Second, func(now time.Time) tea.Msg { return tickMsg{now} })
}

// settle is how long the paste box waits after enter before it judges. A terminal without bracketed paste sends the
// line breaks of a pasted text as enter; what follows at once belongs to the same text, and must not run as keys.
const settle = 150 * time.Millisecond

// A settledMsg says that no more than the keys counted so far have been typed into the paste box, unless more have.
type settledMsg struct{ keys int }

func settled(keys int) tea.Cmd {
	return tea.Tick(settle, func(time.Time) tea.Msg { return settledMsg{keys} })
}

// A judgedMsg brings the reports on a text with the secrets that those before it wanted.
type judgedMsg struct{ without, with []*verifier.Report }

func fetch(with func(string) []*verifier.Report, text string, without []*verifier.Report) tea.Cmd {
	return func() tea.Msg { return judgedMsg{without, with(text)} }
}
