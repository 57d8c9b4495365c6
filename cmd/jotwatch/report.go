package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"

	"jotwatch/safe"
	"jotwatch/verifier"
)

// A paper is what a report is written on: its width and its colours.
type paper struct {
	width                           int
	good, bad, unsure, dim, heading lipgloss.Style
	profile                         colorprofile.Profile
	asOf                            bool // the moment was chosen: it is said in every verdict
}

const (
	usualWidth   = 80  // where there is no terminal
	widest       = 120 // longer lines are hard to read
	narrowest    = 40
	longestName  = 24 // cells of a claim's name
	longestValue = 34 // cells of a claim's value
	shortValue   = 16 // cells that a claim's value has beside its meaning at least
	meaningWidth = 40 // cells that a claim's meaning should have
)

// newPaper suits standard output. Off a terminal, and where NO_COLOR asks for it, it has no colours.
func newPaper() paper {
	p := paper{width: usualWidth, profile: colorprofile.NoTTY}
	if !isTerminal(os.Stdout) {
		return p
	}
	if w, _, err := term.GetSize(os.Stdout.Fd()); err == nil && w > 0 {
		p.width = min(max(w, narrowest), widest)
	}
	if os.Getenv("NO_COLOR") != "" {
		return p
	}
	p.profile = colorprofile.Detect(os.Stdout, os.Environ())
	style := lipgloss.NewStyle()
	p.good = style.Bold(true).Foreground(lipgloss.Green)
	p.bad = style.Bold(true).Foreground(lipgloss.Red)
	p.unsure = style.Bold(true).Foreground(lipgloss.Yellow)
	p.dim = style.Faint(true)
	p.heading = style.Bold(true)
	return p
}

// print is the text of all reports.
func (p paper) print(reports []*verifier.Report, now time.Time) string {
	var b strings.Builder
	seen := map[string]int{} // which report has it
	for i, r := range reports {
		if i > 0 {
			b.WriteByte('\n')
		}
		if len(reports) > 1 {
			number := fmt.Sprintf("token %d of %d", i+1, len(reports))
			if r.Line > 0 {
				number += fmt.Sprintf(", line %d", r.Line)
			}
			b.WriteString(p.heading.Render(number) + "\n")
		}
		if first, again := seen[r.Token]; again && slices.Equal(reports[first].Findings(now), r.Findings(now)) {
			b.WriteString(p.headline(r, now) + "\n")
			p.hang(&b, "  ", fmt.Sprintf("the same as token %d", first+1))
			continue
		}
		seen[r.Token] = i
		p.one(&b, r, now)
	}
	return p.fit(b.String())
}

// fit reduces a text's colours to those that standard output has.
func (p paper) fit(text string) string {
	if !p.coloured() {
		return text
	}
	var fitted strings.Builder
	w := &colorprofile.Writer{Forward: &fitted, Profile: p.profile}
	_, _ = w.WriteString(text) // a strings.Builder takes everything
	return fitted.String()
}

func (p paper) coloured() bool { return p.profile != colorprofile.NoTTY }

func (p paper) one(b *strings.Builder, r *verifier.Report, now time.Time) {
	b.WriteString(p.headline(r, now) + "\n")
	for _, fact := range facts(r) {
		p.hang(b, fmt.Sprintf("  %-10s ", fact.name), fact.text)
	}
	if findings := r.Findings(now); len(findings) > 0 {
		b.WriteString("\n" + p.heading.Render("findings") + "\n")
		p.findings(b, findings)
	}
	if rows := r.Rows(); len(rows) > 0 {
		b.WriteString("\n" + p.heading.Render("claims") + "\n")
		p.claims(b, rows)
	}
}

// headline is the verdict with the time left or gone.
func (p paper) headline(r *verifier.Report, now time.Time) string {
	verdict := r.Verdict(now)
	line := p.of(verdict).Render(verdict.Words()) + clock(r, now)
	if p.asOf {
		line += ", as of " + moment(now, time.Time{})
	}
	return line
}

// of is the style of a verdict.
func (p paper) of(v verifier.Verdict) lipgloss.Style {
	switch v {
	case verifier.Valid:
		return p.good
	case verifier.Unverified:
		return p.unsure
	case verifier.Malformed, verifier.Invalid, verifier.Expired, verifier.NotYetValid:
	}
	return p.bad
}

// clock says how long a token has, or how long ago it ended. Its first word follows the verdict.
func clock(r *verifier.Report, now time.Time) string {
	left, ok := r.Remaining(now)
	end, _ := r.ExpiresAt()
	if !ok {
		if slices.ContainsFunc(r.Findings(now), func(f verifier.Finding) bool { return f.Code == verifier.CodeTimeNoExpiry }) {
			return ", without an end"
		}
		return ""
	}
	switch {
	case r.Time(now) == verifier.TimeNotYetValid:
		from, _ := r.ValidFrom()
		return fmt.Sprintf(", its time comes in %s, at %s", verifier.Span(now, from), moment(from, now))
	case r.Verdict(now) == verifier.Expired:
		return fmt.Sprintf(" %s ago, at %s", verifier.Span(end, now), moment(end, now))
	case left <= 0 && r.Time(now) != verifier.TimeExpired:
		return fmt.Sprintf(", over for %s but within the leeway, since %s", verifier.Span(end, now), moment(end, now))
	case left <= 0:
		return fmt.Sprintf(", and expired %s ago, at %s", verifier.Span(end, now), moment(end, now))
	}
	return fmt.Sprintf(", %s left, until %s", verifier.Span(end, now), moment(end, now))
}

// moment is a time of day, with the date where it is not today's.
func moment(t, now time.Time) string {
	t, now = t.UTC(), now.UTC()
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format("15:04:05 UTC")
	}
	return t.Format("2006-01-02 15:04:05 UTC")
}

func (p paper) findings(b *strings.Builder, findings []verifier.Finding) {
	longest := 0
	for _, f := range findings {
		longest = max(longest, len(f.Code))
	}
	for _, f := range findings {
		style := p.dim
		switch f.Severity {
		case verifier.Error:
			style = p.bad
		case verifier.Warning:
			style = p.unsure
		case verifier.Note:
		}
		code := fmt.Sprintf("%-*s", longest, f.Code)
		p.hang(b, "  "+style.Render(f.Severity.Sign())+" "+p.heading.Render(code)+"  ", f.Message)
		if f.Fix != "" {
			p.hang(b, strings.Repeat(" ", 4+longest)+"  → ", f.Fix)
		}
	}
}

// claims writes the table. What is cut is to be had by --json, and that is said once. Where the values would leave too
// little room for the meanings, a value that is longer than its column has its meaning below.
func (p paper) claims(b *strings.Builder, rows []verifier.ClaimRow) {
	name, value, cut := 0, 0, false
	for i := range rows {
		rows[i].Name, rows[i].Value = safe.Line(rows[i].Name), safe.Line(rows[i].Value)
		cut = cut || lipgloss.Width(rows[i].Value) > longestValue || lipgloss.Width(rows[i].Name) > longestName
		rows[i].Name, rows[i].Value = middle(rows[i].Name, longestName), middle(rows[i].Value, longestValue)
		name, value = max(name, lipgloss.Width(rows[i].Name)), max(value, lipgloss.Width(rows[i].Value))
	}
	value = min(value, max(shortValue, p.width-name-len("      ")-meaningWidth))
	for _, row := range rows {
		label := "  " + pad(row.Name, name) + "  "
		if lipgloss.Width(row.Value) > value {
			b.WriteString(strings.TrimRight(label+row.Value, " ") + "\n")
			label, row.Value = strings.Repeat(" ", lipgloss.Width(label)), ""
			if row.Meaning == "" {
				continue
			}
		}
		p.hang(b, label+pad(row.Value, value)+"  ", row.Meaning)
	}
	if cut {
		b.WriteString(p.dim.Render("  … is cut short; --json has all of it") + "\n")
	}
}
