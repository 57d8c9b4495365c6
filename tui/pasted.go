package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
	"jotwatch/verifier"
)

// pasted takes a pasted text: into an open dialog that takes text, or else as what it is, wherever the user is.
func (m Model) pasted(text string) (tea.Model, tea.Cmd) {
	text = lineBreaks.Replace(text)
	if m.dialog != nil {
		if m.dialog.takesText() && !m.isForToken(text) {
			next, answer := m.dialog.paste(text)
			m.dialog = next
			return m.answered(answer)
		}
		m.dialog = nil
	}
	return m.judges(text)
}

// isForToken reports whether a pasted text is a token, and the open dialog one to look for something in, where nobody looks for that.
func (m Model) isForToken(text string) bool {
	const least = 100 // a token is longer, and what is looked for is not
	if len(text) < least || !strings.Contains(text, tokenStart) {
		return false
	}
	switch m.dialog.(type) {
	case menu, filterLine:
		return true
	}
	return false
}

// lineBreaks undoes what terminals make of the line breaks in a pasted text: the key that would have been pressed.
var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// judges takes a text that was pasted for what it is: credentials, or tokens and what should hold some.
func (m Model) judges(text string) (tea.Model, tea.Cmd) {
	if text == "" {
		return m, nil
	}
	// One byte past the limit is left, so that the verifier sees that it is too much and says so.
	text = text[:min(len(text), verifier.MaxText+1)]
	if draft, what, ok := credentials(text); ok {
		m.profiles.offer = &offer{draft: draft, what: what}
		what = "That was " + what + ": not shown. "
		if draft.Secret.IsZero() {
			return m.say(what + sentence(m.keys.press(keepProfile)+" if it is the client id")), nil
		}
		return m.say(what + sentence(m.keys.press(keepProfile)+" to make a profile of it")), nil
	}
	return m, search(text)
}

// found holds what was pasted, and selects the first token of it.
func (m Model) found(msg pastedMsg) (tea.Model, tea.Cmd) {
	batch := make([]*inbox.Arrival, len(msg.texts))
	for i, text := range msg.texts {
		batch[i] = &inbox.Arrival{ID: m.cfg.Queue.NextID(), At: msg.at, Source: inbox.Paste, Text: text}
	}
	slices.Reverse(batch) // the list has the newest on top: read from there, they come in their order
	m, cmd := m.received(batch, msg.at)
	m.screen, m.profiles.offer = onTokens, nil
	if last := batch[len(batch)-1]; m.tokens.query != nil && !m.cfg.Inbox.Match(m.tokens.query, last, m.now) {
		m = m.filtered(nil).say("the filter was cleared, to show what was pasted")
	}
	m = m.follows()
	m = m.selects(0)
	m.tokens.tab = findingsTab
	if len(batch) == 1 && arrange(m.width, m.height).Shape == single {
		m.tokens.focus = onDetailPane // the answer is wanted, and only one pane is seen
	}
	switch {
	case msg.more:
		m = m.say(fmt.Sprintf("%d tokens were pasted; there were more, which were not looked at", len(batch)))
	case len(batch) > 1:
		m = m.say(fmt.Sprintf("%d tokens were pasted", len(batch)))
	}
	return m, cmd
}
