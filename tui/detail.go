package tui

import (
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/verifier"
)

// A tab is one of the views of a token.
type tab int

const (
	findingsTab tab = iota
	claimsTab
	rawTab
	tabs // how many
)

// current is the selected token's report.
func (m Model) current() (*verifier.Report, bool) {
	if m.selected >= len(m.rows) {
		return nil, false
	}
	return m.rows[m.selected].report, true
}

// actOnDetail does what a key asks for while the token has the focus.
func (m Model) actOnDetail(a action) Model {
	switch a {
	case up:
		return m.scrolled(m.scroll - 1)
	case down:
		return m.scrolled(m.scroll + 1)
	case first:
		return m.scrolled(0)
	case last:
		return m.scrolled(len(m.body()))
	default:
		return m
	}
}

// scrolled moves the tab's text so that a line is the first seen, as far as there is text.
func (m Model) scrolled(to int) Model {
	m.scroll = max(0, min(to, len(m.body())-m.page()))
	return m
}

// page is the number of the tab's lines that are seen at once.
func (m Model) page() int {
	r, ok := m.current()
	if !ok {
		return 1
	}
	at := arrange(m.width, m.height).Detail
	return max(1, at.H-len(m.head(r, at.W))-1)
}

// body is the text of the tab in the width that there is.
func (m Model) body() []string {
	r, ok := m.current()
	if !ok {
		return nil
	}
	width := arrange(m.width, m.height).Detail.W
	switch m.tab {
	case claimsTab:
		return m.claims(r, width)
	case rawTab:
		return m.raw(r, width)
	default:
		return m.findings(r, width)
	}
}

// detail draws the selected token.
func (m Model) detail(at rect) []string {
	r, ok := m.current()
	if !ok {
		return nil
	}
	lines, body, page := m.head(r, at.W), m.body(), m.page()
	lines = append(lines, m.tabLine(r, at.W, len(body)-m.scroll-page))
	return append(lines, window(body, m.scroll, page)...)
}

// head answers the three questions: is it good, whose is it, and what is known.
func (m Model) head(r *verifier.Report, width int) []string {
	verdict := r.Verdict(m.now)
	of := ""
	if r.Profile != "" {
		of = "of " + line(r.Profile, 40)
	}
	if store := r.Store(); store != "" {
		of += " store " + line(store, 24)
	}
	what := r.Kind.Label()
	if r.Token == "" {
		what = "not a token"
	}
	lines := flow(width, m.theme.verdict(verdict).Render(verdict.Words()), m.theme.Strong.Render(what), strings.TrimSpace(of))
	if verdict != verifier.Malformed || len(r.Claims) > 0 {
		lines = append(lines, flow(width, m.signature(r), m.claimsAxis(r), m.timeAxis(r))...)
	}
	if who := r.Customer().String(); who != "" {
		lines = append(lines, " customer "+line(who, width-10))
	}
	return lines
}

// flow puts parts beside each other, and what does not fit on the next line.
func flow(width int, parts ...string) []string {
	var lines []string
	current := ""
	for _, p := range parts {
		if p == "" {
			continue
		}
		next := current + "   " + p
		if current == "" {
			next = " " + p
		} else if ansi.StringWidth(next) > width {
			lines = append(lines, current)
			next = " " + p
		}
		current = next
	}
	return append(lines, current)
}

// tabLine shows the tabs, and how many lines lie below those that are seen.
func (m Model) tabLine(r *verifier.Report, width, below int) string {
	names := []string{fmt.Sprintf("Findings %d", len(r.Findings(m.now))), "Claims", "Raw"}
	bar := " "
	if m.focus == onDetail {
		bar = m.theme.Key.Render("▌")
	}
	for i, n := range names {
		if tab(i) == m.tab {
			bar += m.theme.Tab.Render("▸"+n) + "  "
		} else {
			bar += m.theme.Dim.Render(" "+n) + "  "
		}
	}
	if below > 0 {
		more := m.theme.Dim.Render(fmt.Sprintf("↓ %d more", below))
		return padTo(bar, width-ansi.StringWidth(more)-1) + more
	}
	return bar
}

// signature says what is known of the signature.
func (m Model) signature(r *verifier.Report) string {
	symbol := m.theme.Warn.Render("?")
	switch r.Signature {
	case verifier.SignatureVerified:
		symbol = m.theme.Good.Render("✓")
	case verifier.SignatureMismatch, verifier.SignatureMissing:
		symbol = m.theme.Bad.Render("✗")
	case verifier.SignatureUnsupported, verifier.SignatureUnchecked:
	}
	return symbol + " " + line(r.Signed(), 60)
}

// claimsAxis says whether the claims are as they should be.
func (m Model) claimsAxis(r *verifier.Report) string {
	switch r.ClaimSet {
	case verifier.ClaimsOK:
		return m.theme.Good.Render("✓") + " claims right"
	case verifier.ClaimsFailed:
		return m.theme.Bad.Render("✗") + " claims wrong"
	case verifier.ClaimsUnchecked:
	}
	return m.theme.Warn.Render("?") + " claims not checked"
}

// timeAxis says how much time is left, as words, bar and colour: calm, amber under two minutes, red when gone.
func (m Model) timeAxis(r *verifier.Report) string {
	left, _ := r.Remaining(m.now)
	exp, _ := r.ExpiresAt()
	switch r.Time(m.now) {
	case verifier.TimeExpired:
		return m.theme.Bad.Render("◷ expired "+ago(-left)) + ", at " + m.moment(exp) + " " + m.bar10(0, m.theme.Bad)
	case verifier.TimeNotYetValid:
		from, _ := r.ValidFrom()
		return m.theme.Warn.Render("◷ too early by "+clock(from.Sub(m.now))) + ", until " + m.moment(from)
	case verifier.TimeNone:
		return "◷ no expiry"
	case verifier.TimeOK:
	}
	if left <= 0 {
		return m.theme.Warn.Render("◷ over "+ago(-left)) + ", within the leeway, since " + m.moment(exp)
	}
	style := m.theme.Good
	if left < 2*time.Minute {
		style = m.theme.Warn
	}
	whole := 15 * time.Minute // what BigCommerce gives, where the token does not say
	if iat, ok := r.IssuedAt(); ok && exp.After(iat) {
		whole = exp.Sub(iat)
	}
	return style.Render("◷ "+clock(left)+" left") + ", until " + m.moment(exp) + " " + m.bar10(float64(left)/float64(whole), style)
}

// moment is a local time of day, with the date where it is not today's.
func (m Model) moment(t time.Time) string {
	t = t.In(m.now.Location())
	if t.Format(time.DateOnly) == m.now.Format(time.DateOnly) {
		return t.Format("15:04:05 MST")
	}
	return t.Format("2006-01-02 15:04:05 MST")
}

// bar10 draws a part of one as ten cells.
func (m Model) bar10(part float64, style lipgloss.Style) string {
	const cells = 10
	n := min(max(int(part*cells+0.999), 0), cells)
	return m.theme.Dim.Render("▕") + style.Render(strings.Repeat("█", n)) + strings.Repeat(" ", cells-n) + m.theme.Dim.Render("▏")
}
