package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"jotwatch/inbox"
	"jotwatch/verifier"
)

// list draws the arrivals that fit around the selected one, the newest on top.
func (m Model) list(r rect) []string {
	lines := []string{m.listHead(r.W)}
	seen, selected := r.H-1, m.selected()
	start := min(max(0, selected-seen/2), max(0, m.count()-seen))
	for row := start; row < min(m.count(), start+seen); row++ {
		lines = append(lines, m.rowLine(m.arrival(row), row == selected, r.W))
	}
	return lines
}

// listHead says what has come in, how fast, what is shown of it, and whether the list follows.
func (m Model) listHead(width int) string {
	t := m.cfg.Inbox.Tally()
	parts := []string{counted(int(t.Tokens), "token")} //nolint:gosec // far below the largest int
	for _, p := range []struct {
		n    uint64
		what string
	}{{t.Guests, "guest"}, {t.Errors, "error"}} {
		if p.n > 0 {
			parts = append(parts, counted(int(p.n), p.what)) //nolint:gosec // as above
		}
	}
	if n := t.Refused + m.cfg.Queue.Lost(); n > 0 {
		parts = append(parts, fmt.Sprintf("%d refused", n))
	}
	if t.Gone > 0 {
		parts = append(parts, fmt.Sprintf("%d gone", t.Gone))
	}
	left := "  " + m.theme.Dim.Render(strings.Join(parts, " · "))
	right := ""
	if m.tokens.query != nil {
		right = m.theme.Key.Render("filter: ") + m.door.line(verifier.HideSecrets(m.tokens.query.String()), width/2) + m.theme.Dim.Render(fmt.Sprintf(" (%d)", m.count()))
	}
	switch news, paused := m.paused(); {
	case news > 0:
		right = m.theme.Warn.Render(fmt.Sprintf("paused, %d new", news)) + "  " + right
	case paused:
		right = m.theme.Dim.Render("paused") + "  " + right
	}
	right = strings.TrimRight(right, " ")
	const cells = 12 // of five seconds each: a minute
	rates := m.cfg.Inbox.Rate(m.now, time.Minute/cells, cells)
	perMinute := 0
	for _, n := range rates {
		perMinute += n
	}
	if middle := "  " + m.theme.Quiet.Render(sparkline(rates)) + m.theme.Dim.Render(fmt.Sprintf(" %d/min", perMinute)); perMinute > 0 &&
		ansi.StringWidth(left)+ansi.StringWidth(middle)+ansi.StringWidth(right)+2 <= width {
		left += middle
	}
	if right != "" {
		left = padTo(left, width-ansi.StringWidth(right)-3) + "  " + right
	}
	return padTo(left, width)
}

// sparkline draws counts as bars, the greatest as the highest.
func sparkline(counts []int) string {
	bars := []rune("▁▂▃▄▅▆▇")
	most := 1
	for _, n := range counts {
		most = max(most, n)
	}
	var b strings.Builder
	for _, n := range counts {
		b.WriteRune(bars[(n*(len(bars)-1)+most-1)/most])
	}
	return b.String()
}

const (
	verdictWidth = 12 // ? unverified
	storeWidth   = 12
	leftWidth    = 8   // in 10:00
	barsWidth    = 10  // beside the time left
	storeFrom    = 56  // cells of a list that names the store
	barsFrom     = 100 // and of one that draws bars
)

// rowLine draws one arrival: when, whose, what, time left, and who it is about or what is wrong with it.
func (m Model) rowLine(a *inbox.Arrival, selected bool, width int) string {
	mark, rest := " ", m.theme.Dim
	if selected {
		mark, rest = m.theme.Key.Render("▌"), m.theme.Selected
		if m.tokens.focus != onListPane {
			mark = m.theme.Key.Render("│")
		}
	}
	sign := " "
	if a == m.tokens.marked {
		sign = m.theme.Name.Render("◆")
	}
	word, style := m.word(a)
	line := mark + sign + rest.Render(a.At.In(m.now.Location()).Format(time.TimeOnly)) + " "
	if width >= storeFrom {
		line += m.storeOf(a, rest) + " "
	}
	line += style.Render(padTo(word, verdictWidth)) + " "
	left, bar := m.timeLeft(a)
	switch {
	case width >= barsFrom:
		line += padTo(padTo(left, leftWidth)+" "+bar, leftWidth+1+barsWidth) + " "
	case left != "": // else what is wrong needs the room
		line += padTo(left, leftWidth) + " "
	}
	return line + rest.Render(m.door.line(m.about(a), width-ansi.StringWidth(line)-1))
}

// storeOf is the profile or store of an arrival, in the profile's colour.
func (m Model) storeOf(a *inbox.Arrival, rest style) string {
	store := a.Store()
	for i := range m.judging.ix.Profiles {
		if p := &m.judging.ix.Profiles[i]; p.Name == store && p.Colour != "" {
			return m.theme.mark(p.Colour).Render(padTo(m.door.line(store, storeWidth), storeWidth))
		}
	}
	return rest.Render(padTo(m.door.line(store, storeWidth), storeWidth))
}

// word is what arrived, in a word with a sign.
func (m Model) word(a *inbox.Arrival) (string, style) {
	words := m.cfg.Inbox.Words(a, m.now)
	switch a.Outcome {
	case inbox.Guest:
		return words, m.theme.Quiet
	case inbox.Error:
		return words, m.theme.Warn
	case inbox.Rejected:
		return words, m.theme.Dim
	case inbox.Token:
	}
	verdict := m.cfg.Inbox.Brief(a).Verdict(m.now)
	if verdict == verifier.NotYetValid {
		words = "◷ too early" // for want of room
	}
	return words, m.theme.verdict(verdict)
}

// soon is when the colour says that time is running out.
const soon = 2 * time.Minute

// timeLeft is the countdown of a token that counts, and its bar; of one that is over how long ago.
func (m Model) timeLeft(a *inbox.Arrival) (left, bar string) {
	r := m.cfg.Inbox.Brief(a)
	if a.Outcome != inbox.Token || r == nil {
		return "", ""
	}
	remaining, ok := r.Remaining(m.now)
	switch verdict := r.Verdict(m.now); {
	case verdict == verifier.NotYetValid:
		from, _ := r.ValidFrom()
		return "in " + clock(from.Sub(m.now)), ""
	case !ok || verdict == verifier.Malformed || verdict == verifier.Invalid:
		return "", ""
	case remaining <= 0 && verdict != verifier.Expired:
		return "leeway", ""
	case remaining <= 0:
		return strings.TrimSuffix(ago(-remaining), " ago"), ""
	}
	style := m.theme.Good
	if remaining < soon {
		style = m.theme.Warn
	}
	return style.Render(clock(remaining)), m.barOf(lifeLeft(r, remaining), 8, style)
}

// lifeLeft is the part of a token's life that is left, from 0 to 1.
func lifeLeft(r *verifier.Report, left time.Duration) float64 {
	whole := 15 * time.Minute // what BigCommerce gives, where the token does not say
	exp, _ := r.ExpiresAt()
	if iat, ok := r.IssuedAt(); ok && exp.After(iat) {
		whole = exp.Sub(iat)
	}
	return min(max(float64(left)/float64(whole), 0), 1)
}

// about says in a few words what is worth knowing of an arrival beside what it is: what is wrong with it, or else who the
// customer is.
func (m Model) about(a *inbox.Arrival) string {
	r := m.cfg.Inbox.Brief(a)
	if a.Outcome != inbox.Token || r == nil {
		return a.Reason
	}
	switch r.Verdict(m.now) {
	case verifier.Malformed, verifier.Invalid:
		return telling(m.cfg.Inbox.Findings(a, m.now), r)
	case verifier.Expired, verifier.NotYetValid, verifier.Unverified, verifier.Valid:
	}
	who := m.customer(r)
	if r.Kind != verifier.CurrentCustomer {
		who = strings.TrimSpace(r.Kind.Label() + " " + who)
	}
	for _, f := range m.cfg.Inbox.Findings(a, m.now) {
		if word := remarkable(f); word != "" {
			who += " · " + word
		}
	}
	return who
}

// remarkable is a word for what is worth seeing in the list though the token is not wrong.
func remarkable(f verifier.Finding) string {
	switch {
	case f.Code == verifier.CodeClaimsCached:
		return "cached"
	case f.Code == verifier.CodeClaimsStaleGroup:
		return "stale group"
	case f.Severity == verifier.Warning && f.Code.Area() != "signature":
		_, word, _ := strings.Cut(string(f.Code), ".")
		return word
	}
	return ""
}

// telling says why a token is not good: that another profile's secret fits, or that it is another app's, explains why the
// signature does not; else the worst finding.
func telling(found []verifier.Finding, r *verifier.Report) string {
	if len(found) == 0 {
		return ""
	}
	code := found[0].Code
	for _, f := range found {
		switch f.Code {
		case verifier.CodeSignatureOtherProfile:
			return "signed with " + r.SignedBy + "'s secret"
		case verifier.CodeClaimsAud:
			code = f.Code
		default:
		}
	}
	return strings.TrimSuffix(code.Title(), ".")
}

// emptyList says in three lines what to do next.
func (m Model) emptyList(r rect) []string {
	if m.tokens.query != nil {
		return []string{m.listHead(r.W), "", "  Nothing that has arrived fits this filter. " + sentence(m.keys.press(back)+" to clear it")}
	}
	if m.cfg.Inbox.Tally().Tokens+m.cfg.Inbox.Tally().Refused > 0 {
		return []string{m.listHead(r.W), "", "  The list is empty. Paste a token, or wait for one."}
	}
	keep := "Press " + m.keys.label(showProfiles) + " and " + m.keys.label(newProfile) + " to keep your app's credentials: then signatures are checked too."
	if len(m.judging.ix.Profiles) > 0 || m.cfg.Given != nil {
		keep = "It is judged at once: whose it is, whether it is good, and if not, why and what to do."
	}
	wait := "To receive tokens from a storefront, press " + m.keys.label(showSetup) + ": it says how, step by step. " + m.keys.label(help) + " shows all keys."
	if m.cfg.Storefront != "" {
		wait = "Or open the test storefront in a browser, and sign in as somebody: " + m.cfg.Storefront + ". " + m.keys.label(help) + " shows all keys."
	}
	var lines []string
	for i, text := range []string{"Paste a token here: bare, as \"Bearer …\", as JSON, in a URL or in a log.", keep, wait} {
		for j, w := range paragraph(text, r.W-7) {
			number := "     "
			if j == 0 {
				number = "  " + m.theme.Key.Render(fmt.Sprint(i+1)) + "  "
			}
			lines = append(lines, number+w)
		}
	}
	return append([]string{""}, lines...)
}
