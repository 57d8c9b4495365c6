// Package safe makes untrusted text printable: it is the one door from a token, a header or an error to any output.
// Control, bidi and zero-width characters and invalid UTF-8 are shown and never obeyed. It changes nothing else.
package safe

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line returns s as one line in which nothing can move the cursor, change colours or hide text: C0 and DEL become
// Unicode's control pictures, other invisible characters ‹U+202E›, bytes that are not UTF-8 ‹0xFF›.
func Line(s string) string {
	first := strings.IndexFunc(s, hostile)
	if first < 0 {
		return s
	}
	var b strings.Builder
	b.WriteString(s[:first])
	for i := first; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, "‹0x%02X›", s[i])
		case !hostile(r) || r == utf8.RuneError:
			b.WriteRune(r)
		case r < 0x20:
			b.WriteRune('\u2400' + r)
		case r == 0x7f:
			b.WriteRune('\u2421')
		default:
			fmt.Fprintf(&b, "‹U+%04X›", r)
		}
		i += size
	}
	return b.String()
}

// Error is Line of an error's text.
func Error(err error) string { return Line(err.Error()) }

// hostile is true for what a terminal obeys or a reader cannot see, and for U+FFFD, which may stand for a broken byte.
func hostile(r rune) bool {
	if r < 0x7f {
		return r < 0x20
	}
	return r == utf8.RuneError || invisible(r)
}

// invisible is true beyond ASCII for control and format characters (Cc and Cf: C1, bidi, zero-width, tags), line and
// paragraph separators, variation selectors, what Unicode says to ignore where it is not known (U+2065), and private use,
// which fonts fill as they like.
func invisible(r rune) bool {
	switch r {
	case 0x7f, 0x2028, 0x2029, 0x115f, 0x1160, 0x3164, 0xffa0, 0x034f, 0x17b4, 0x17b5, 0x180b, 0x180c, 0x180d, 0x180e, 0x180f:
		return true
	}
	if r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0000 && r <= 0xe0fff {
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Other_Default_Ignorable_Code_Point)
}

// JSON returns valid JSON with the same meaning in which every invisible character is a \u escape. Bytes that are not
// UTF-8 become \ufffd.
func JSON(b []byte) []byte {
	clean := true
	for i := 0; i < len(b) && clean; {
		r, size := utf8.DecodeRune(b[i:])
		clean = r < 0x7f || r != utf8.RuneError && !invisible(r)
		i += size
	}
	if clean {
		return b
	}
	out := make([]byte, 0, len(b)+64)
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			out = append(out, `\ufffd`...)
		case r >= 0x10000 && invisible(r):
			high, low := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		case r >= 0x7f && invisible(r):
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = append(out, b[i:i+size]...)
		}
		i += size
	}
	return out
}
