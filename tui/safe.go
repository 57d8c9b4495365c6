package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"jotwatch/inbox"
	"jotwatch/safe"
)

// shown is how much of one untrusted text a frame draws. A paste may be 1 MiB, and a frame is drawn after every key.
const shown = 16 << 10

// This file is the only door from untrusted bytes to the screen: what a token, a page, a profile or an error says passes
// through line or paragraph, and through nothing else.

// A door is what untrusted text passes on its way to the screen.
type door struct {
	masked bool // tokens and e-mail addresses are not shown
}

// line makes a text one line of at most width cells.
func (d door) line(s string, width int) string {
	return cutTo(safe.Line(d.text(s)), width)
}

// paragraph breaks a text into lines of at most width cells.
func (d door) paragraph(s string, width int) []string { return safe.Wrap(d.text(s), width) }

// text is as much of a text as is shown.
func (d door) text(s string) string {
	s = bounded(s, shown)
	if d.masked {
		s = inbox.Mask(s)
	}
	return s
}

// claim is a claim's value as it may be shown.
func (d door) claim(name, value string) string {
	if d.masked {
		return inbox.MaskClaim(name, value)
	}
	return value
}

// line and paragraph are for what no masking is about: our own words.
func line(s string, width int) string        { return door{}.line(s, width) }
func paragraph(s string, width int) []string { return door{}.paragraph(s, width) }

// bounded cuts a text to n bytes and says how much is not shown.
func bounded(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return fmt.Sprintf("%s… (%d more bytes)", strings.ToValidUTF8(s[:n], ""), len(s)-n)
}

// cutTo cuts a line, styled or not, to width cells.
func cutTo(s string, width int) string {
	if width <= 0 {
		return ""
	}
	return ansi.Truncate(s, width, "…")
}

// padTo makes a line, styled or not, exactly width cells wide.
func padTo(s string, width int) string {
	s = cutTo(s, width)
	return s + strings.Repeat(" ", max(0, width-ansi.StringWidth(s)))
}
