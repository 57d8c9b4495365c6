package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"jotwatch/safe"
)

// shown is how much of one untrusted text a frame draws. A paste may be 1 MiB, and a frame is drawn after every key.
const shown = 16 << 10

// This file is the only door from untrusted bytes to the screen: what a token, a profile or an error says passes
// through line or paragraph, and through nothing else.

// line makes a text one line of at most width cells.
func line(s string, width int) string {
	return cutTo(safe.Line(bounded(s, shown)), width)
}

// paragraph makes a text lines of at most width cells, broken between words where there are any. Lines that are
// indented (code in an explanation) keep their spaces.
func paragraph(s string, width int) []string {
	var lines []string
	for l := range strings.SplitSeq(safe.Text(bounded(s, shown)), "\n") {
		lines = append(lines, wrap(l, width)...)
	}
	return lines
}

// bounded cuts a text to n bytes and says how much is not shown.
func bounded(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return fmt.Sprintf("%s… (%d more bytes)", strings.ToValidUTF8(s[:n], ""), len(s)-n)
}

// wrap breaks one printable line; ansi.Wrap is not used because it breaks at hyphens, and codes have hyphens.
func wrap(s string, width int) []string {
	width = max(width, 1)
	if ansi.StringWidth(s) <= width {
		return []string{s}
	}
	if rest, ok := strings.CutPrefix(s, "- "); ok && width > 12 {
		lines := wrap(rest, width-2)
		for i := range lines {
			lines[i] = "  " + lines[i]
		}
		lines[0] = "-" + lines[0][1:]
		return lines
	}
	if strings.HasPrefix(s, " ") {
		return strings.Split(ansi.Hardwrap(s, width, true), "\n")
	}
	var lines []string
	current, used := "", 0
	for word := range strings.FieldsSeq(s) {
		w := ansi.StringWidth(word)
		if used > 0 && used+1+w <= width {
			current, used = current+" "+word, used+1+w
			continue
		}
		if used > 0 {
			lines = append(lines, current)
		}
		if w > width {
			parts := strings.Split(ansi.Hardwrap(word, width, true), "\n")
			lines = append(lines, parts[:len(parts)-1]...)
			word = parts[len(parts)-1]
			w = ansi.StringWidth(word)
		}
		current, used = word, w
	}
	return append(lines, current)
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
