package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"jotwatch/inbox"
	"jotwatch/profiles"
	"jotwatch/verifier"
)

// rowsShown bounds the claims that a frame lays out; real tokens have about a dozen.
const rowsShown = 500

const (
	shortValue   = 16 // cells that a claim's value has beside its meaning at least
	meaningWidth = 40 // cells that a claim's meaning should have
	leastMeaning = 36 // cells from the value on that make a column of meanings worth while
)

// findings lists what was found, with what to do about it.
func (m Model) findings(a *inbox.Arrival, width int) []string {
	found := m.findingsOf(a)
	var lines []string
	does := func(text string) {
		for i, l := range m.door.paragraph(text, width-6) {
			lines = append(lines, " "+arrowed(m.theme, i)+l)
		}
	}
	more := m.beyond(a)
	for _, f := range found {
		lines = append(lines, " "+m.theme.severity(f.Severity).Render(f.Severity.Sign())+" "+m.theme.Strong.Render(line(string(f.Code), 40))+"  "+m.theme.Dim.Render(string(f.Severity)))
		for _, l := range m.door.paragraph(f.Message, width-4) {
			lines = append(lines, "   "+l)
		}
		if f.Code == verifier.CodeSignatureUnchecked && more != "" { // here it is one key
			does(more)
			more = ""
		} else if f.Fix != "" {
			does(f.Fix)
		}
	}
	if more != "" {
		does(more)
	}
	if len(found) > 0 {
		return append(lines, "", "   "+m.theme.Key.Render(m.keys.label(explain))+m.theme.Dim.Render(" explains them, with lines for your backend"))
	}
	if len(lines) == 0 {
		return []string{"", " Nothing was found against it."}
	}
	return lines
}

// findingsOf is all that was found about an arrival.
func (m Model) findingsOf(a *inbox.Arrival) []verifier.Finding {
	found := m.cfg.Inbox.Findings(a, m.now)
	// Nearly every token has that note: what is this one's own stands before it.
	if at := slices.IndexFunc(found, func(f verifier.Finding) bool { return f.Code == verifier.CodeHeaderAlgLive }); at >= 0 {
		f := found[at]
		found = append(slices.Delete(found, at, at+1), f)
	}
	return found
}

// beyond is what to do about an arrival beside what its findings say.
func (m Model) beyond(a *inbox.Arrival) string {
	r := m.cfg.Inbox.Brief(a)
	unchecked := r != nil && r.HasCode(string(verifier.CodeSignatureUnchecked), m.now) && !r.HasCode(string(verifier.CodeClaimsB2BEdition), m.now)
	closed, isClosed := errors.AsType[*profiles.VaultError](m.judging.closed.err)
	switch {
	case a.Outcome == inbox.Rejected && m.allowable(a) != "":
		return sentence(m.keys.press(allowOrigin) + " to let pages of " + m.allowable(a) + " send from now on")
	case a.Outcome == inbox.Rejected && a.Status == 403 && m.admitted(a.Origin):
		return "Pages of this origin may send by now: load it once more."
	case m.judging.question != nil && unchecked:
		return sentence(m.waiting())
	case m.judging.fetching && unchecked:
		return "The vault is being asked for the secret."
	case a.Outcome == inbox.Guest && len(m.cfg.Inbox.Findings(a, m.now)) == 0:
		return "Sign in on the storefront, and open the page again. Where somebody is signed in: compare the app_client_id in the snippet with the Developer Portal; an unknown one is answered the same."
	case m.unknown(a):
		return "Its app is in none of your profiles: " + m.keys.press(keepProfile) + " to make one of what it says of itself; it asks for the secret."
	case unchecked && isClosed:
		return sentence(closed.Hint + "; " + m.keys.press(unlock) + " to ask again")
	}
	return ""
}

// claims is a table of the claims: name, value, and what it means.
func (m Model) claims(a *inbox.Arrival, width int) []string {
	r := m.cfg.Inbox.Report(a)
	if r == nil {
		return []string{"", " There are no claims: it is no token."}
	}
	rows := r.Rows()
	if len(rows) == 0 {
		return []string{"", " No claims could be read."}
	}
	more := max(0, len(rows)-rowsShown)
	rows = rows[:len(rows)-more]
	name, value := 0, 0
	for i := range rows {
		rows[i].Value = m.door.claim(rows[i].Name, bounded(rows[i].Value, 2000))
	}
	for _, c := range rows {
		name, value = max(name, ansi.StringWidth(m.door.line(c.Name, 24))), max(value, ansi.StringWidth(m.door.line(c.Value, width)))
	}
	if value = min(value, max(shortValue, width-name-len("      ")-meaningWidth)); width-name-value < leastMeaning {
		value = 0 // every meaning stands below
	}
	var lines []string
	for _, c := range rows {
		label := " " + m.theme.Key.Render(padTo(m.door.line(c.Name, 24), name)) + "  "
		values := []string{m.door.line(c.Value, value)}
		beside := ansi.StringWidth(m.door.line(c.Value, width)) <= value
		if !beside { // its meaning stands below
			values = append(m.door.paragraph(bounded(c.Value, 2000), width-name-4), "")
		}
		for i, v := range values {
			if i > 0 {
				label = strings.Repeat(" ", name+3)
			}
			if i < len(values)-1 {
				lines = append(lines, label+v)
				continue
			}
			label += padTo(v, value) + "  "
			for _, meaning := range m.door.paragraph(m.withMoment(c), width-name-value-5) {
				if c.Meaning != "" || beside {
					lines = append(lines, label+m.theme.Dim.Render(meaning))
				}
				label = strings.Repeat(" ", name+value+5)
			}
		}
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf(" and %d more claims", more))
	}
	return lines
}

// raw shows the header's members as they were written and the token itself, or what was pasted instead of one.
func (m Model) raw(a *inbox.Arrival, width int) []string {
	r := m.cfg.Inbox.Report(a)
	if r == nil {
		return []string{"", " Nothing was kept of it."}
	}
	if r.Token == "" {
		if r.Excerpt == "" {
			return []string{"", " There is nothing to show, or it looks like a secret."}
		}
		lines := []string{" " + m.theme.Strong.Render("Text")}
		for l := range strings.SplitSeq(r.Excerpt, "\n") {
			for _, w := range m.door.paragraph(l, width-4) {
				lines = append(lines, "   "+w)
			}
		}
		return lines
	}
	lines := []string{" " + m.theme.Strong.Render("Header")}
	for i, h := range r.Header {
		if i == rowsShown {
			break
		}
		for _, l := range m.door.paragraph(bounded(h.Name, 200)+": "+bounded(h.Value.Raw, 2000), width-4) {
			lines = append(lines, "   "+l)
		}
	}
	if len(r.Header) == 0 {
		lines = append(lines, "   none could be read")
	}
	lines = append(lines, " "+m.theme.Strong.Render("Token"))
	for _, l := range m.door.paragraph(r.Token, width-4) {
		lines = append(lines, "   "+l)
	}
	return lines
}

// withMoment is what a claim means, with a date also as the user's own time and how long ago or ahead it is.
func (m Model) withMoment(c verifier.ClaimRow) string {
	at, ok := c.Moment()
	if !ok {
		return c.Meaning
	}
	relative := "in " + clock(at.Sub(m.now))
	if !at.After(m.now) {
		relative = ago(m.now.Sub(at))
	}
	if _, offset := at.In(m.now.Location()).Zone(); offset == 0 { // it stands there already
		return c.Meaning + ", " + relative
	}
	return c.Meaning + ", here " + m.moment(at) + ", " + relative
}

// request is how it came: when, by which door, from which page.
func (m Model) request(a *inbox.Arrival, width int) []string {
	doors := map[inbox.Source]string{inbox.Listener: "the listener", inbox.Paste: "pasted", inbox.Stdin: "standard input", inbox.Recording: "a recording"}
	rows := [][2]string{
		{"arrival", fmt.Sprintf("#%d at %s, %s", a.ID, m.moment(a.At), ago(m.now.Sub(a.At)))},
		{"by", doors[a.Source]}, {"page", a.Page}, {"origin", a.Origin}, {"address of", a.Profile},
	}
	if a.Status > 0 {
		who := "the storefront answered"
		if a.Outcome == inbox.Rejected {
			who = "the listener answered"
		}
		rows = append(rows, [2]string{"status", fmt.Sprintf("%d (%s)", a.Status, who)})
	}
	rows = append(rows, [2]string{"remark", a.Reason}, [2]string{"size", counted(len(a.Text), "byte")})
	var lines []string
	for _, row := range rows {
		if row[1] == "" {
			continue
		}
		label := m.theme.Key.Render(padTo(row[0], 10))
		for _, l := range m.door.paragraph(row[1], width-14) {
			lines = append(lines, " "+label+"  "+l)
			label = strings.Repeat(" ", 10)
		}
	}
	return lines
}
