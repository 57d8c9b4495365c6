package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"jotwatch/verifier"
)

// rowsShown bounds the claims that a frame lays out; real tokens have about a dozen.
const rowsShown = 500

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
	column := 0
	for _, c := range rows {
		column = max(column, ansi.StringWidth(line(c.Name, 24)))
	}
	var lines []string
	for _, c := range rows {
		name := m.theme.Key.Render(padTo(line(c.Name, 24), column))
		room := width - column - 4
		value := paragraph(bounded(c.Value, 2000), room)
		meaning := ansi.StringWidth(line(c.Meaning, 200))
		if last := ansi.StringWidth(value[len(value)-1]); meaning > 0 && last+2+meaning <= room {
			value[len(value)-1] += m.theme.Dim.Render("  " + line(c.Meaning, 200))
		} else if meaning > 0 {
			for _, l := range paragraph(c.Meaning, room) {
				value = append(value, m.theme.Dim.Render(l))
			}
		}
		for i, v := range value {
			if i > 0 {
				name = strings.Repeat(" ", column)
			}
			lines = append(lines, " "+name+"  "+v)
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
		lines := []string{" " + m.theme.Strong.Render("Text")}
		for l := range strings.SplitSeq(r.Excerpt, "\n") {
			for _, w := range paragraph(strings.TrimSuffix(l, "\r"), width-4) {
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
