package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"jotwatch/verifier"
)

// judge makes a row of every token in a pasted text and selects the newest. What lacks a secret is judged again once that is
// fetched.
func (m Model) judge(text string) (Model, tea.Cmd) {
	m.dialog = dialog{}
	if text == "" {
		return m, nil
	}
	// One byte past the limit is left, so that the verifier sees that it is too much and says so.
	text = text[:min(len(text), verifier.MaxText+1)]
	reports := verifier.InspectAll(text, m.cfg.Credentials, verifier.WithLeeway(m.cfg.Leeway))
	rows := make([]row, 0, min(len(reports)+len(m.rows), rowLimit))
	for _, r := range slices.Backward(reports) {
		if len(rows) < rowLimit {
			rows = append(rows, row{m.now, r})
		}
	}
	kept := m.rows[:min(len(m.rows), rowLimit-len(rows))]
	m.gone += len(reports) + len(m.rows) - len(rows) - len(kept)
	m.rows = append(rows, kept...)
	m.selected, m.scroll, m.tab, m.focus = 0, 0, findingsTab, onList
	if len(reports) == 1 && arrange(m.width, m.height).Shape == single {
		m.focus = onDetail // the answer is wanted, and only one pane is seen
	}
	wants := slices.ContainsFunc(reports, func(r *verifier.Report) bool { return len(r.Wants) > 0 })
	if m.cfg.Fetch == nil || !wants {
		return m, nil
	}
	m.fetching++
	return m, fetch(m.cfg.Fetch, text, reports)
}

// judged puts what was judged with its secrets in the place of what was judged without. Rows that are gone by now stay gone.
func (m Model) judged(msg judgedMsg) Model {
	m.fetching--
	m.rows = slices.Clone(m.rows)
	for i := range m.rows {
		if at := slices.Index(msg.without, m.rows[i].report); at >= 0 && at < len(msg.with) {
			m.rows[i].report = msg.with[at]
		}
	}
	return m
}
