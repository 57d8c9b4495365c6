package safe

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Wrap is Line broken into lines of at most width cells: between words, and within a word only where it alone is too long;
// never at a hyphen, because codes have hyphens. The further lines of an item ("- ") are indented as it is; what begins
// with a blank is code, and keeps its blanks. A line feed in s is shown as Line shows it, so that no text can pretend to be
// the next line.
func Wrap(s string, width int) []string { return wrap(Line(s), max(width, 1)) }

func wrap(line string, width int) []string {
	if ansi.StringWidth(line) <= width {
		return []string{line}
	}
	if item, ok := strings.CutPrefix(line, "- "); ok && width > 12 {
		lines := wrap(item, width-2)
		for i := range lines {
			lines[i] = "  " + lines[i]
		}
		lines[0] = "-" + lines[0][1:]
		return lines
	}
	if strings.HasPrefix(line, " ") {
		return strings.Split(ansi.Hardwrap(line, width, true), "\n")
	}
	var lines []string
	current, used := "", 0
	for word := range strings.FieldsSeq(line) {
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
