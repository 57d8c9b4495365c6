package tui

import (
	"charm.land/lipgloss/v2"

	"jotwatch/verifier"
)

// A theme holds every colour and emphasis of the console. None of them carries meaning alone: each stands beside a
// symbol and a word.
type theme struct {
	Name, Dim, Strong, Rule, Selected lipgloss.Style
	Good, Warn, Bad, Quiet            lipgloss.Style
	Tab, Key, Dialog                  lipgloss.Style
}

// newTheme picks the colours for a dark or a light terminal.
func newTheme(dark bool) theme {
	pick := lipgloss.LightDark(dark)
	good := pick(lipgloss.Color("#1a7f37"), lipgloss.Color("#56d364"))
	warn := pick(lipgloss.Color("#8a5a00"), lipgloss.Color("#e3b341"))
	bad := pick(lipgloss.Color("#b3161b"), lipgloss.Color("#ff7b72"))
	dim := pick(lipgloss.Color("#5f6770"), lipgloss.Color("#8d96a0"))
	accent := pick(lipgloss.Color("#0a58b8"), lipgloss.Color("#79c0ff"))
	rule := pick(lipgloss.Color("#c0c6cc"), lipgloss.Color("#484f58"))
	plain := lipgloss.NewStyle()
	return theme{
		Name:     plain.Bold(true).Foreground(accent),
		Dim:      plain.Foreground(dim),
		Strong:   plain.Bold(true),
		Rule:     plain.Foreground(rule),
		Selected: plain.Bold(true),
		Good:     plain.Foreground(good).Bold(true),
		Warn:     plain.Foreground(warn).Bold(true),
		Bad:      plain.Foreground(bad).Bold(true),
		Quiet:    plain.Foreground(accent),
		Tab:      plain.Bold(true).Underline(true).Foreground(accent),
		Key:      plain.Foreground(accent),
		Dialog:   plain.Border(lipgloss.RoundedBorder()).BorderForeground(accent).Padding(0, 1),
	}
}

// verdict is how to colour a verdict.
func (t theme) verdict(v verifier.Verdict) lipgloss.Style {
	switch v {
	case verifier.Valid:
		return t.Good
	case verifier.Malformed, verifier.Invalid, verifier.Expired:
		return t.Bad
	case verifier.NotYetValid, verifier.Unverified:
	}
	return t.Warn
}

// severity is how to colour a severity.
func (t theme) severity(s verifier.Severity) lipgloss.Style {
	switch s {
	case verifier.Error:
		return t.Bad
	case verifier.Warning:
		return t.Warn
	case verifier.Note:
	}
	return t.Quiet
}
