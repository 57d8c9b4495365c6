package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

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
func (m Model) findings(r *verifier.Report, width int) []string {
	found := r.Findings(m.now)
	if len(found) == 0 {
		return []string{"", " Nothing was found against this token."}
	}
	var lines []string
	for _, f := range found {
		lines = append(lines, " "+m.theme.severity(f.Severity).Render(f.Severity.Sign())+" "+m.theme.Strong.Render(line(string(f.Code), 40))+"  "+m.theme.Dim.Render(string(f.Severity)))
		for _, l := range paragraph(f.Message, width-4) {
			lines = append(lines, "   "+l)
		}
		if f.Fix == "" {
			continue
		}
		for i, l := range paragraph(f.Fix, width-6) {
			lead := "     "
			if i == 0 {
				lead = "   " + m.theme.Key.Render("→") + " "
			}
			lines = append(lines, lead+l)
		}
	}
	return lines
}

// claims is a table of the claims: name, value, and what it means.
func (m Model) claims(r *verifier.Report, width int) []string {
	rows := r.Rows()
	if len(rows) == 0 {
		return []string{"", " No claims could be read."}
	}
	more := max(0, len(rows)-rowsShown)
	rows = rows[:len(rows)-more]
	name, value := 0, 0
	for _, c := range rows {
		name, value = max(name, ansi.StringWidth(line(c.Name, 24))), max(value, ansi.StringWidth(line(c.Value, width)))
	}
	if value = min(value, max(shortValue, width-name-len("      ")-meaningWidth)); width-name-value < leastMeaning {
		value = 0 // every meaning stands below
	}
	var lines []string
	for _, c := range rows {
		label := " " + m.theme.Key.Render(padTo(line(c.Name, 24), name)) + "  "
		values := []string{line(c.Value, value)}
		beside := ansi.StringWidth(line(c.Value, width)) <= value
		if !beside { // its meaning stands below
			values = append(paragraph(bounded(c.Value, 2000), width-name-4), "")
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
			for _, meaning := range paragraph(c.Meaning, width-name-value-5) {
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
func (m Model) raw(r *verifier.Report, width int) []string {
	if r.Token == "" {
		if r.Excerpt == "" {
			return []string{"", " There is nothing to show, or it looks like a secret."}
		}
		lines := []string{" " + m.theme.Strong.Render("Text")}
		for l := range strings.SplitSeq(r.Excerpt, "\n") {
			for _, w := range paragraph(l, width-4) {
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
		for _, l := range paragraph(bounded(h.Name, 200)+": "+bounded(h.Value.Raw, 2000), width-4) {
			lines = append(lines, "   "+l)
		}
	}
	if len(r.Header) == 0 {
		lines = append(lines, "   none could be read")
	}
	lines = append(lines, " "+m.theme.Strong.Render("Token"))
	for _, l := range paragraph(r.Token, width-4) {
		lines = append(lines, "   "+l)
	}
	return lines
}
