package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"jotwatch/inbox"
	"jotwatch/verifier"
)

// A tab is one of the views of an arrival.
type tab int

const (
	findingsTab tab = iota
	claimsTab
	rawTab
	requestTab
	tabs // how many
)

// actOnDetail does what a key asks for while the token has the focus.
func (m Model) actOnDetail(a action) Model {
	page := m.page()
	switch a {
	case up:
		return m.scrolled(m.tokens.scroll - 1)
	case down:
		return m.scrolled(m.tokens.scroll + 1)
	case pageUp:
		return m.scrolled(m.tokens.scroll - page)
	case pageDown:
		return m.scrolled(m.tokens.scroll + page)
	case first:
		return m.scrolled(0)
	case last:
		return m.scrolled(len(m.tabText()))
	default:
		return m
	}
}

// scrolled moves the tab's text so that a line is the first seen, as far as there is text.
func (m Model) scrolled(to int) Model {
	m.tokens.scroll = max(0, min(to, len(m.tabText())-m.page()))
	return m
}

// page is the number of the tab's lines that are seen at once.
func (m Model) page() int {
	a := m.current()
	if a == nil {
		return 1
	}
	at := arrange(m.width, m.height).Detail
	return max(1, at.H-len(m.head(a, at.W))-1)
}

// tabText is the text of the tab in the width that there is.
func (m Model) tabText() []string {
	a := m.current()
	if a == nil {
		return nil
	}
	width := arrange(m.width, m.height).Detail.W
	switch m.tokens.tab {
	case claimsTab:
		return m.claims(a, width)
	case rawTab:
		return m.raw(a, width)
	case requestTab:
		return m.request(a, width)
	default:
		return m.findings(a, width)
	}
}

// detail draws the selected arrival.
func (m Model) detail(at rect) []string {
	a := m.current()
	if a == nil {
		return nil
	}
	lines, text, page := m.head(a, at.W), m.tabText(), m.page()
	lines = append(lines, m.tabLine(a, at.W, len(text)-m.tokens.scroll-page))
	return append(lines, window(text, m.tokens.scroll, page)...)
}

// head answers the three questions: is it good, whose is it, and what is known.
func (m Model) head(a *inbox.Arrival, width int) []string {
	word, style := m.word(a)
	if a.Recorded() {
		word += " (as recorded)"
	}
	r := m.cfg.Inbox.Brief(a)
	if a.Outcome != inbox.Token || r == nil {
		lines := flow(width, style.Render(word), m.of(a.Profile, ""), number(a))
		for _, l := range m.door.paragraph(m.reasonOf(a), width-2) {
			if l != "" {
				lines = append(lines, " "+l)
			}
		}
		return lines
	}
	verdict := r.Verdict(m.now)
	lines := flow(width, style.Render(verdict.Words()+strings.TrimPrefix(word, strings.TrimSuffix(word, " (as recorded)"))), m.theme.Strong.Render(r.Kind.Label()), m.of(r.Profile, r.Store()))
	if verdict != verifier.Malformed {
		lines = append(lines, flow(width, m.signature(r), m.claimsAxis(r), m.timeAxis(r))...)
	}
	who := ""
	if c := m.customer(r); c != "" {
		who = "customer " + m.door.line(c, width-10)
	}
	return append(lines, flow(width, who, m.theme.Dim.Render(number(a)))...)
}

// number names an arrival; a # alone is a customer's.
func number(a *inbox.Arrival) string { return fmt.Sprintf("arrival #%d", a.ID) }

// customer is whose token it is, in words.
func (m Model) customer(r *verifier.Report) string {
	c := r.Customer()
	c.Email = m.door.claim("email", c.Email)
	return c.String()
}

// reasonOf is why it is no token, where no finding says that.
func (m Model) reasonOf(a *inbox.Arrival) string {
	for _, f := range m.cfg.Inbox.Findings(a, m.now) {
		if strings.HasPrefix(a.Reason, strings.TrimSuffix(f.Message, ".")) {
			return ""
		}
	}
	return a.Reason
}

// of says whose it is.
func (m Model) of(profile, store string) string {
	said := ""
	if profile != "" {
		said = "of " + m.door.line(profile, 40)
	}
	if store != "" {
		said += " store " + m.door.line(store, 24)
	}
	return strings.TrimSpace(said)
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
func (m Model) tabLine(a *inbox.Arrival, width, below int) string {
	names := []string{fmt.Sprintf("Findings %d", len(m.findingsOf(a))), "Claims", "Raw", "Request"}
	bar := " "
	if m.tokens.focus == onDetailPane {
		bar = m.theme.Key.Render("▌")
	}
	for i, n := range names {
		if tab(i) == m.tokens.tab {
			bar += m.theme.Name.Render("▸"+n) + "  "
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
	return symbol + " " + m.door.line(r.Signed(), 60)
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
		return m.theme.Bad.Render("◷ expired "+ago(-left)) + ", at " + m.moment(exp) + " " + m.barOf(0, 10, m.theme.Bad)
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
	switch {
	case r.Verdict(m.now) == verifier.Invalid:
		style = m.theme.Dim // its time does not matter
	case left < soon:
		style = m.theme.Warn
	}
	return style.Render("◷ "+clock(left)+" left") + ", until " + m.moment(exp) + " " + m.barOf(lifeLeft(r, left), 10, style)
}

// moment is a local time of day, with the date where it is not today's.
func (m Model) moment(t time.Time) string {
	t = t.In(m.now.Location())
	if t.Format(time.DateOnly) == m.now.Format(time.DateOnly) {
		return t.Format("15:04:05 MST")
	}
	return t.Format("2006-01-02 15:04:05 MST")
}

// barOf draws a part of one as so many cells between two edges.
func (m Model) barOf(part float64, cells int, style style) string {
	n := min(max(int(part*float64(cells)+0.999), 0), cells)
	return m.theme.Dim.Render("▕") + style.Render(strings.Repeat("━", n)) + strings.Repeat(" ", cells-n) + m.theme.Dim.Render("▏")
}
