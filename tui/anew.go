package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
)

// A change of credentials, or a secret that was fetched, makes a filter judge all arrivals again: a second of work where 100,000
// are held. It is done in steps, between which keys are answered. The list is in order all the while: what was looked at is
// new in it, and the rest is as it was.

// stepLength is how many arrivals one step judges: some milliseconds of work.
const stepLength = 500

// judgedAnew has the filter look at all arrivals again, since they may be judged otherwise from now on.
func (m Model) judgedAnew() (Model, tea.Cmd) {
	m.tokens.stale, m.tokens.looked = true, nil
	return m.looksOn()
}

// looksOn begins the steps where the list needs them and none is under way.
func (m Model) looksOn() (Model, tea.Cmd) {
	if !m.tokens.stale || m.tokens.query == nil || m.tokens.stepping {
		return m, nil
	}
	return m.step()
}

// step looks at the next arrivals again.
func (m Model) step() (Model, tea.Cmd) {
	m.tokens.stepping = false
	if m.tokens.query == nil || !m.tokens.stale {
		return m, nil
	}
	box, shown := m.cfg.Inbox, m.tokens.shown
	from := 0
	if m.tokens.looked != nil {
		if from = box.Place(m.tokens.looked); from < box.Len() && box.At(from) == m.tokens.looked {
			from++
		}
	}
	to := min(from+stepLength, box.Len())
	if from < to {
		var found []*inbox.Arrival
		for i := from; i < to; i++ {
			if a := box.At(i); box.Match(m.tokens.query, a, m.now) {
				found = append(found, a)
			}
		}
		first, _ := slices.BinarySearchFunc(shown, box.At(from), bySeq)
		m.tokens.looked = box.At(to - 1)
		last, there := slices.BinarySearchFunc(shown, m.tokens.looked, bySeq)
		if there {
			last++
		}
		m.tokens.shown = slices.Replace(shown, first, last, found...)
	}
	if to == box.Len() {
		m.tokens.stale, m.tokens.looked = false, nil
		return m.refiltered(), nil // time has passed meanwhile, and refusals are not among those of At
	}
	m.tokens.stepping = true
	return m, nextStep
}
