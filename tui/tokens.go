package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
)

// A pane of the Tokens screen can have the focus.
type pane int

const (
	onListPane pane = iota
	onDetailPane
)

// Tokens are the state of the Tokens screen: which arrivals it shows, and which of them is selected.
type tokens struct {
	query  *inbox.Query     // nil: everything
	shown  []*inbox.Arrival // what the query wants, oldest first
	cursor *inbox.Arrival   // what is selected; nil follows the newest
	newest *inbox.Arrival   // when following was paused
	marked *inbox.Arrival   // to compare another with
	focus  pane
	tab    tab
	scroll int // first line of the tab that is seen

	stale    bool           // shown is to be looked at again, in steps
	looked   *inbox.Arrival // by the last step; nil is none yet
	stepping bool           // another step is to come
}

// count is how many arrivals the list has.
func (m Model) count() int {
	if m.tokens.query != nil {
		return len(m.tokens.shown)
	}
	return m.cfg.Inbox.Len()
}

// arrival is the one of a row of the list, from 0 for the newest.
func (m Model) arrival(row int) *inbox.Arrival {
	if m.tokens.query != nil {
		return m.tokens.shown[len(m.tokens.shown)-1-row]
	}
	return m.cfg.Inbox.At(m.cfg.Inbox.Len() - 1 - row)
}

// row is that of an arrival in the list, or the one nearest to where it stood.
func (m Model) row(a *inbox.Arrival) int {
	place := 0
	if m.tokens.query == nil {
		place = m.cfg.Inbox.Place(a)
	} else {
		place, _ = slices.BinarySearchFunc(m.tokens.shown, a, bySeq)
	}
	return min(max(m.count()-1-place, 0), max(0, m.count()-1))
}

func bySeq(a, b *inbox.Arrival) int {
	switch {
	case a.Seq() < b.Seq():
		return -1
	case a.Seq() > b.Seq():
		return 1
	}
	return 0
}

// selected is the row that is selected.
func (m Model) selected() int {
	if m.tokens.cursor == nil {
		return 0
	}
	return m.row(m.tokens.cursor)
}

// current is the selected arrival, nil where the list is empty.
func (m Model) current() *inbox.Arrival {
	if m.count() == 0 {
		return nil
	}
	return m.arrival(m.selected())
}

// onScreen are the arrivals that the user may be looking at.
func (m Model) onScreen() []*inbox.Arrival {
	var seen []*inbox.Arrival
	for row := max(0, m.selected()-m.height); row < min(m.count(), m.selected()+m.height+1); row++ {
		seen = append(seen, m.arrival(row))
	}
	return seen
}

// paused is how many arrived since following was paused, and whether it is.
func (m Model) paused() (news int, yes bool) {
	if m.tokens.cursor == nil {
		return 0, false
	}
	if m.tokens.newest == nil || m.count() == 0 {
		return 0, true
	}
	place, there := m.cfg.Inbox.Place(m.tokens.newest), m.cfg.Inbox.Held(m.tokens.newest)
	if m.tokens.query != nil {
		place, there = slices.BinarySearchFunc(m.tokens.shown, m.tokens.newest, bySeq)
	}
	if there {
		place++
	}
	return m.count() - place, true
}

// selects moves the selection to a row, which pauses following.
func (m Model) selects(row int) Model {
	if m.count() == 0 {
		return m
	}
	row = min(max(row, 0), m.count()-1)
	if m.tokens.cursor == nil {
		m.tokens.newest = m.arrival(0)
	}
	if a := m.arrival(row); a != m.tokens.cursor {
		if m.tokens.cursor != nil || row != 0 {
			m.tokens.scroll = 0
		}
		m.tokens.cursor = a
	}
	return m
}

// holds keeps what is selected, so that what is read or acted on is not replaced by what arrives.
func (m Model) holds() Model {
	if m.tokens.cursor == nil {
		return m.selects(0)
	}
	return m
}

// follows goes back to the newest.
func (m Model) follows() Model {
	m.tokens.cursor, m.tokens.newest, m.tokens.scroll, m.tokens.focus = nil, nil, 0, onListPane
	return m
}

// grown takes new arrivals into the list.
func (m Model) grown(batch []*inbox.Arrival) Model {
	if m.tokens.query == nil {
		if m.tokens.cursor == nil {
			m.tokens.scroll = 0
		}
		return m
	}
	shown := m.tokens.shown
	for len(shown) > 0 && !m.cfg.Inbox.Held(shown[0]) {
		shown = shown[1:]
	}
	for _, a := range batch {
		if (a.Outcome != inbox.Rejected || m.tokens.query.Refusals()) && m.cfg.Inbox.Match(m.tokens.query, a, m.now) {
			shown = append(shown, a)
		}
	}
	m.tokens.shown = shown
	return m
}

// refiltered looks at all arrivals again, since time passed.
func (m Model) refiltered() Model {
	if m.tokens.query != nil && !m.tokens.stale {
		m.tokens.shown = m.cfg.Inbox.Filter(m.tokens.query, m.now, m.tokens.shown)
	}
	return m
}

// filtered shows what a query wants; nil is everything. What was selected stays so, where it is still shown.
func (m Model) filtered(q *inbox.Query) Model {
	selected, paused := m.current(), m.tokens.cursor != nil
	m.tokens.query, m.tokens.shown, m.tokens.looked = q, nil, nil
	if q != nil && m.tokens.stale && paused { // what is selected will be among what the steps find, or near it
		return m
	}
	m = m.refiltered()
	if paused && selected != nil && m.count() > 0 {
		m.tokens.cursor = m.arrival(m.row(selected))
		return m
	}
	return m.follows()
}

// actOnTokens does what a key asks for on the Tokens screen.
func (m Model) actOnTokens(a action) (tea.Model, tea.Cmd) {
	switch a {
	case filter:
		m.dialog = newFilter(m.tokens.query)
		return m, nil
	case nextTab:
		m.tokens.tab, m.tokens.scroll = (m.tokens.tab+1)%tabs, 0
		return m, nil
	case previousTab:
		m.tokens.tab, m.tokens.scroll = (m.tokens.tab+tabs-1)%tabs, 0
		return m, nil
	case back:
		return m.backsOut(), nil
	case keepProfile:
		return m.keeps(m.current()), nil
	default:
	}
	selected := m.current()
	if selected == nil {
		return m, nil
	}
	switch a {
	case open:
		m = m.holds()
		m.tokens.focus = onDetailPane
	case explain:
		return m.explains(0), nil
	case remove:
		return m.removed(selected), nil
	case mark:
		if m.tokens.marked == selected {
			m.tokens.marked = nil
			return m.say("no token is marked any more"), nil
		}
		m.tokens.marked = selected
		return m.selects(m.selected()).say(number(selected) + " is marked: select another, and " + m.keys.press(diff)), nil
	case diff:
		return m.compared(selected), nil
	case copyValue:
		m = m.holds()
		m.dialog = m.copyMenu(selected)
	case export:
		m = m.holds()
		m.dialog = m.exportMenu()
	default:
		if m.tokens.focus == onDetailPane {
			return m.actOnDetail(a), nil
		}
		return m.actOnList(a), nil
	}
	return m, nil
}

// backsOut goes one step back: out of the token, then out of the filter, then to the newest.
func (m Model) backsOut() Model {
	switch {
	case m.tokens.focus == onDetailPane:
		m.tokens.focus = onListPane
		return m
	case m.tokens.query != nil:
		if m.selected() > 0 || m.current() != nil && m.cfg.Inbox.Place(m.current()) != m.cfg.Inbox.Len()-1 {
			m = m.selects(m.selected()) // what was found stays selected
		}
		return m.filtered(nil)
	}
	return m.follows()
}

// actOnList does what a key asks for while the list has the focus.
func (m Model) actOnList(a action) Model {
	page := max(1, arrange(m.width, m.height).List.H-2)
	switch a {
	case up:
		return m.selects(m.selected() - 1)
	case down:
		return m.selects(m.selected() + 1)
	case pageUp:
		return m.selects(m.selected() - page)
	case pageDown:
		return m.selects(m.selected() + page)
	case first:
		return m.follows()
	case last:
		return m.selects(m.count() - 1)
	default:
		return m
	}
}

// removed deletes an arrival. The one below it is selected then.
func (m Model) removed(a *inbox.Arrival) Model {
	row := m.selected()
	m = m.say(number(a) + " is deleted")
	m.cfg.Inbox.Delete(a.ID)
	if m.tokens.marked == a {
		m.tokens.marked = nil
	}
	if i, there := slices.BinarySearchFunc(m.tokens.shown, a, bySeq); there {
		m.tokens.shown = slices.Delete(m.tokens.shown, i, i+1)
	}
	if m.count() == 0 {
		return m.follows()
	}
	if m.tokens.cursor != nil {
		m.tokens.cursor = m.arrival(min(row, m.count()-1))
	}
	m.tokens.scroll = 0
	return m
}

// tokenHints are the keys of the Tokens screen.
func (m Model) tokenHints() []hint {
	a := m.current()
	switch {
	case a == nil && m.tokens.query != nil:
		return []hint{by(back, "clear the filter"), by(filter, "filter"), by(help, "help"), by(quit, "quit")}
	case a == nil:
		return []hint{by(paste, "paste box"), by(showSetup, "set up"), by(help, "help"), by(quit, "quit")}
	}
	var hints []hint
	if m.judging.question != nil {
		hints = append(hints, by(unlock, "give the passphrase"))
	}
	if m.unknown(a) {
		hints = append(hints, by(keepProfile, "keep a profile for it"))
	}
	if m.tokens.focus == onDetailPane {
		hints = append(hints, m.keys.moving("scroll"), by(back, "back"))
	} else {
		hints = append(hints, m.keys.moving("move"), by(open, "open"))
	}
	return append(hints, by(explain, "explain"), by(help, "help"), by(quit, "quit"), by(filter, "filter"), by(nextTab, "next tab"),
		by(diff, "diff"), by(copyValue, "copy"), by(export, "write"), by(remove, "delete"))
}
