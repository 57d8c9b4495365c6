package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"jotwatch/verifier"
)

// A row is one token that was pasted: when, and what was found.
type row struct {
	at     time.Time
	report *verifier.Report
}

// actOnList does what a key asks for while the list has the focus.
func (m Model) actOnList(a action) Model {
	to := m.selected
	switch a {
	case up:
		to--
	case down:
		to++
	case first:
		to = 0
	case last:
		to = len(m.rows) - 1
	default:
		return m
	}
	to = min(max(to, 0), max(0, len(m.rows)-1))
	if to != m.selected {
		m.selected, m.scroll = to, 0
	}
	return m
}

// removed deletes the selected row.
func (m Model) removed() Model {
	if len(m.rows) == 0 {
		return m
	}
	m.rows = slices.Delete(slices.Clone(m.rows), m.selected, m.selected+1)
	m.selected, m.scroll = min(m.selected, max(0, len(m.rows)-1)), 0
	if len(m.rows) == 0 {
		m.focus = onList
	}
	return m
}

// list draws the rows that fit around the selected one.
func (m Model) list(r rect) []string {
	if len(m.rows) == 0 {
		return m.emptyList(r)
	}
	head := fmt.Sprintf("  %d pasted", len(m.rows))
	if m.gone > 0 {
		head += fmt.Sprintf(" · %d older gone", m.gone)
	}
	lines := []string{m.theme.Dim.Render(head)}
	seen := r.H - 1
	start := min(max(0, m.selected-seen/2), max(0, len(m.rows)-seen))
	for i := start; i < min(len(m.rows), start+seen); i++ {
		lines = append(lines, m.rowLine(i, r.W))
	}
	return lines
}

// emptyList says what to do, in three lines.
func (m Model) emptyList(r rect) []string {
	if m.gone > 0 {
		return []string{m.theme.Dim.Render(fmt.Sprintf("  0 pasted · %d older gone", m.gone))}
	}
	how := "It is decoded and judged at once. To check signatures, keep your app's credentials: jotwatch profile add."
	if len(m.cfg.Credentials) > 0 {
		how = "It is judged at once: whose it is, whether it is good, and if not, why."
	}
	var lines []string
	for _, l := range []string{
		"Paste a token here: bare, as \"Bearer …\", as JSON, in a URL or in a log.",
		how,
		"If your terminal does not paste, press p for a paste box. ? shows all keys.",
	} {
		for _, w := range paragraph(l, r.W-4) {
			lines = append(lines, "  "+w)
		}
	}
	return append([]string{""}, lines...)
}

// rowLine draws one token: when, verdict, time left, and who it is about or what is wrong with it.
func (m Model) rowLine(i, width int) string {
	r := m.rows[i]
	verdict := r.report.Verdict(m.now)
	mark, rest := " ", m.theme.Dim
	if i == m.selected {
		mark, rest = m.theme.Key.Render("▌"), m.theme.Selected
		if m.focus != onList {
			mark = m.theme.Key.Render("│")
		}
	}
	timeColumn := 0 // in a narrow list the customer follows the time at once
	if width >= stackedWidth {
		timeColumn = len("59 min ago")
	}
	about := about(r.report, m.now, timeColumn)
	if r.report.Profile != "" && width >= stackedWidth {
		about = padTo(line(r.report.Profile, 16), 17) + " " + about
	}
	return mark + " " + rest.Render(r.at.In(m.now.Location()).Format(time.TimeOnly)) + "  " +
		m.theme.verdict(verdict).Render(padTo(verdict.Words(), 15)) + " " + rest.Render(cutTo(about, width-28))
}

// about says in a few words what is worth knowing of a token beside its verdict: what is wrong with it, or else the time left
// or gone, and who the customer is.
func about(r *verifier.Report, now time.Time, timeColumn int) string {
	customer := r.Customer()
	customer.Group = "" // for want of room
	who := line(customer.String(), 80)
	if r.Kind != verifier.CurrentCustomer {
		who = strings.TrimSpace(r.Kind.Label() + " " + who)
	}
	switch verdict := r.Verdict(now); verdict {
	case verifier.Malformed, verifier.Invalid:
		return telling(r.Findings(now))
	case verifier.Expired, verifier.NotYetValid, verifier.Unverified, verifier.Valid:
		left, ok := r.Remaining(now)
		switch from, _ := r.ValidFrom(); {
		case verdict == verifier.NotYetValid:
			return atLeast("in "+clock(from.Sub(now)), timeColumn) + who
		case ok && left <= 0 && verdict != verifier.Expired:
			return atLeast("in leeway", timeColumn) + who
		case ok && left > 0:
			return atLeast(clock(left), timeColumn) + who
		case ok:
			return atLeast(ago(-left), timeColumn) + who
		}
	}
	return atLeast("", timeColumn) + who
}

// telling is the title of the finding that says most about why a token is not good: that it is another app's explains why the
// signature does not fit; else the worst.
func telling(found []verifier.Finding) string {
	if len(found) == 0 {
		return ""
	}
	code := found[0].Code
	for _, f := range found {
		if f.Code == verifier.CodeClaimsAud {
			code = f.Code
		}
	}
	return strings.TrimSuffix(code.Title(), ".")
}

// atLeast is a text and two blanks, padded to a column of so many cells where it is shorter.
func atLeast(s string, column int) string {
	return fmt.Sprintf("%-*s  ", column, s)
}
