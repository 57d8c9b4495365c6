package tui

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/verifier"
)

// A theme holds every colour and emphasis of the console. None of them carries meaning alone: each stands beside a
// symbol and a word.
type theme struct {
	Name, Dim, Strong, Rule, Selected style
	Good, Warn, Bad, Quiet            style
	Key, Cursor                       style
	Dialog                            lipgloss.Style
}

// A style is what stands before and after a text of one line: what lipgloss makes of it, once and not with every word of every
// frame.
type style struct{ before, after string }

func styled(s lipgloss.Style) style {
	before, after, _ := strings.Cut(s.Render("x"), "x")
	return style{before, after}
}

// Render draws a text.
func (s style) Render(text string) string {
	if text == "" {
		return ""
	}
	return s.before + text + s.after
}

// newTheme picks the colours by the name of config.toml; "auto" goes by whether the terminal is dark.
func newTheme(name string, dark bool) *theme {
	switch name {
	case "dark":
		dark = true
	case "light":
		dark = false
	}
	pick := lipgloss.LightDark(dark)
	good := pick(lipgloss.Color("#1a7f37"), lipgloss.Color("#56d364"))
	warn := pick(lipgloss.Color("#8a5a00"), lipgloss.Color("#e3b341"))
	bad := pick(lipgloss.Color("#b3161b"), lipgloss.Color("#ff7b72"))
	dim := pick(lipgloss.Color("#5f6770"), lipgloss.Color("#8d96a0"))
	accent := pick(lipgloss.Color("#0a58b8"), lipgloss.Color("#79c0ff"))
	rule := pick(lipgloss.Color("#c0c6cc"), lipgloss.Color("#484f58"))
	if name == "contrast" { // the terminal's own colours, and nothing dimmer than its text
		good, warn, bad = lipgloss.Color("10"), lipgloss.Color("11"), lipgloss.Color("9")
		if !dark {
			good, warn, bad = lipgloss.Color("2"), lipgloss.Color("5"), lipgloss.Color("1")
		}
		dim, accent, rule = lipgloss.NoColor{}, pick(lipgloss.Color("4"), lipgloss.Color("14")), lipgloss.NoColor{}
	}
	plain := lipgloss.NewStyle()
	return &theme{
		Name:     styled(plain.Bold(true).Foreground(accent)),
		Dim:      styled(plain.Foreground(dim)),
		Strong:   styled(plain.Bold(true)),
		Rule:     styled(plain.Foreground(rule)),
		Selected: styled(plain.Bold(true)),
		Good:     styled(plain.Foreground(good).Bold(true)),
		Warn:     styled(plain.Foreground(warn).Bold(true)),
		Bad:      styled(plain.Foreground(bad).Bold(true)),
		Quiet:    styled(plain.Foreground(accent)),
		Key:      styled(plain.Foreground(accent)),
		Dialog:   plain.Border(lipgloss.RoundedBorder()).BorderForeground(accent).Padding(0, 1),
		Cursor:   styled(plain.Reverse(true)),
	}
}

// verdict is how to colour a verdict.
func (t *theme) verdict(v verifier.Verdict) style {
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
func (t *theme) severity(s verifier.Severity) style {
	switch s {
	case verifier.Error:
		return t.Bad
	case verifier.Warning:
		return t.Warn
	case verifier.Note:
	}
	return t.Quiet
}

// mark is how to colour what a profile is marked with: one of the terminal's own colours.
func (t *theme) mark(colour string) style {
	colours := map[string]color.Color{
		"red": lipgloss.Red, "green": lipgloss.Green, "yellow": lipgloss.Yellow, "blue": lipgloss.Blue,
		"magenta": lipgloss.Magenta, "cyan": lipgloss.Cyan, "white": lipgloss.White,
	}
	if c, ok := colours[colour]; ok {
		return styled(lipgloss.NewStyle().Foreground(c))
	}
	return t.Dim
}

// plainSign is what one of our own signs becomes where only ASCII may be drawn, "" for what is none. Every sign has one cell.
func plainSign(r rune) string {
	switch r {
	case '✓', '╭', '╮', '╰', '╯':
		return "+"
	case '✗', '×':
		return "x"
	case '◷':
		return "@"
	case '○':
		return "o"
	case '●', '◆', '•':
		return "*"
	case '⊘', '─', '–', '▄':
		return "-"
	case '·', '▃':
		return "."
	case '…':
		return "~"
	case '→', '▌', '▸', '›':
		return ">"
	case '←', '‹':
		return "<"
	case '↑':
		return "^"
	case '↓':
		return "v"
	case '│':
		return "|"
	case '▕':
		return "["
	case '▏':
		return "]"
	case '━', '▅', '▆':
		return "="
	case '▁', '▂':
		return "_"
	case '▇':
		return "%"
	case '“', '”':
		return `"`
	case '’':
		return "'"
	}
	return ""
}

// ascii draws a frame with ASCII characters alone. What is not one of our signs becomes question marks of the same width.
func ascii(frame string) string {
	var b strings.Builder
	b.Grow(len(frame))
	for _, r := range frame {
		switch sign := plainSign(r); {
		case r < 0x80:
			b.WriteRune(r)
		case sign != "":
			b.WriteString(sign)
		default:
			b.WriteString(strings.Repeat("?", ansi.StringWidth(string(r))))
		}
	}
	return b.String()
}
