package safe

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Wrap is Line broken into lines of at most width cells: between words, and within a word only where it alone is too long;
// never at a hyphen, because codes have hyphens. The further lines of an item ("- ") are indented as it is; what begins
// with a blank is code, keeps its blanks, and is indented further where it is broken. A line feed in s is shown as Line shows it,
// so that no text can pretend to be the next line.
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
		return wrapCode(line, width)
	}
	var lines []string
	current, used := "", 0
	for word := range strings.FieldsSeq(line) {
		w := ansi.StringWidth(word)
		if current != "" && used+1+w <= width {
			current, used = current+" "+word, used+1+w
			continue
		}
		if current != "" {
			lines = append(lines, current)
		}
		if w > width {
			parts := broken(word, width)
			lines = append(lines, parts[:len(parts)-1]...)
			word = parts[len(parts)-1]
			w = ansi.StringWidth(word)
		}
		current, used = word, w
	}
	return append(lines, current)
}

// wrapCode breaks a line of code at its blanks, where a line has one after its first third.
func wrapCode(line string, width int) []string {
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))] + "  "
	if len(indent) > width/3 {
		return broken(line, width)
	}
	var lines []string
	for ansi.StringWidth(line) > width {
		head := fitting(line, width)
		if at := strings.LastIndexByte(head, ' '); at > width/3 && line[len(head)] != ' ' {
			head = head[:at]
		}
		lines = append(lines, head)
		line = indent + strings.TrimLeft(line[len(head):], " ")
	}
	return append(lines, line)
}

// broken is a text broken wherever a line is full.
func broken(text string, width int) []string {
	var lines []string
	for text != "" {
		head := fitting(text, width)
		lines = append(lines, head)
		text = text[len(head):]
	}
	return lines
}

// most is how many bytes a cell has at most in a line that is broken: a character with marks upon marks is no character any more.
const most = 16

// fitting is the beginning of a text that fits into width cells: one character at least.
func fitting(text string, width int) string {
	near := min(len(text), most*width)
	for near < len(text) && !utf8.RuneStart(text[near]) {
		near--
	}
	head := ansi.Truncate(text[:near], width, "")
	if head == "" {
		_, first := utf8.DecodeRuneInString(text)
		head = text[:first]
	}
	return head
}
