package verifier

import (
	"strconv"
	"strings"
)

const (
	// maxFound bounds what one paste can cost: a HAR file of a long session holds some hundred tokens.
	maxFound = 10_000
	// leastHeader is the length of the shortest header worth the name, {"alg":""} in base64url.
	leastHeader = 12
	// leastSignature is the length of the shortest signature in use, HS256's.
	leastSignature = 43
	// leastWord is how long a word with dots is that begins in another way than a token and is yet no host.
	leastWord = 40
	// leastLine is how long a line of a broken token is that does not end it: so that words are not taken for one.
	leastLine = 16
)

// A found is a token in a text, with what was taken off it.
type found struct {
	text    string
	wrapped []string
	inURL   bool
	line    int // of the text, from 1, that it begins on
}

// find returns the tokens in a text in their order, the same one as often as it stands there: in a log, a HAR file, a
// curl command, a JSON or HTML body, a URL, or broken over lines by a terminal. A text that is one word with dots is a
// token, if a bad one. It stops at one more than maxFound. The time it takes is linear in the text.
func find(text string) []found {
	if clean(text) && begins(text) {
		return []found{{text: text, line: 1}}
	}
	var all []found
	around := newSurroundings(text)
	for i := 0; i+1 < len(text) && len(all) <= maxFound; {
		encoded := strings.HasPrefix(text[i:], encodedStart)
		if !encoded && !begins(text[i:]) || !boundary(text, i) {
			i++
			continue
		}
		around.advance(i)
		c := candidate{text: text, start: i, at: i, lineStart: i, inURL: around.inURL()}
		c.read()
		if token := c.token(); token != "" && !encoded {
			all = append(all, found{token, around.wrapped(&c, token), c.inURL, around.line})
		} else {
			all = append(all, c.inner(around)...)
		}
		i = c.at
	}
	if len(all) == 0 {
		return lone(text)
	}
	return all
}

// clean reports whether the text is a token and nothing else: three segments of base64url.
func clean(text string) bool {
	dots := 0
	for i := range len(text) {
		if text[i] == '.' {
			dots++
		} else if !letter(text[i]) {
			return false
		}
	}
	return dots == 2
}

// lone takes a text of one word for a token, so that what is wrong with it can be said, but for what is as short as a host.
func lone(text string) []found {
	word := strings.Trim(strings.TrimSpace(text), "\"'`")
	dots := strings.Count(word, ".")
	path := strings.HasPrefix(word, "/") || strings.HasPrefix(word, "./") || strings.HasPrefix(word, "../")
	if dots == 0 || path || !begins(word) && (dots == 1 || len(word) < leastWord) || strings.IndexFunc(word, func(r rune) bool {
		return notBase64url(r) && !strings.ContainsRune(".=+/", r)
	}) >= 0 {
		return nil
	}
	return []found{{text: word, line: firstLine(text)}}
}

// firstLine is the line of a text, from 1, on which it has its first character but white space.
func firstLine(text string) int {
	blank := text[:len(text)-len(strings.TrimLeft(text, " \t\r\n"))]
	return 1 + strings.Count(blank, "\n")
}

// encodedStart is how a token begins that was put into base64 once more, as browsers do with bodies in a HAR file.
const encodedStart = "ZXlK"

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// begins reports whether a text begins as a token does: with a brace and then a quote or white space, in base64url.
func begins(text string) bool {
	return len(text) > 1 && text[0] == 'e' && (text[1] == 'y' || text[1] == 'w')
}

// boundary reports whether a token may begin at i: after anything but a letter, where the end of an encoded or escaped
// character and of a terminal's colour code counts as none.
func boundary(text string, i int) bool {
	before := text[:i]
	return i == 0 || !letter(text[i-1]) ||
		i >= 3 && text[i-3] == '%' || i >= 5 && text[i-5:i-2] == "%25" || strings.HasSuffix(before, "=3D") ||
		i >= 2 && text[i-2] == '\\' && strings.IndexByte("nrt", text[i-1]) >= 0 ||
		i >= 4 && text[i-4:i-2] == `\x` || i >= 6 && text[i-6:i-2] == `\u00` ||
		afterColour(before)
}

// afterColour reports whether a text ends in a colour code (SGR) or the clearing of a line (EL), as command line tools
// write them around what they found: ESC [ 1;32 m. The escape itself may be written in many ways.
func afterColour(text string) bool {
	if end := text[len(text)-1]; end != 'm' && end != 'K' {
		return false
	}
	code := text[max(0, len(text)-longestColour) : len(text)-1]
	return strings.HasSuffix(strings.TrimRight(code, "0123456789;"), "[")
}

// longestColour is how long a colour code is at most: two colours of 24 bits each.
const longestColour = 48

// colour is the length of a colour code that a text begins with, 0 where there is none.
func colour(text string) int {
	if !strings.HasPrefix(text, "\x1b[") {
		return 0
	}
	code := text[2:min(len(text), longestColour)]
	rest := strings.TrimLeft(code, "0123456789;")
	if rest == "" || rest[0] != 'm' && rest[0] != 'K' {
		return 0
	}
	return 2 + len(code) - len(rest) + 1
}

// char returns the character of a token that stands at the start of a text, and how many bytes it takes there: more than
// one if it is percent-encoded or escaped in a JSON string, 0 if there is none.
func char(text string) (byte, int) {
	if b := text[0]; letter(b) || strings.IndexByte(".=+/", b) >= 0 {
		return b, 1
	}
	var digits string
	size := 0
	switch {
	case strings.HasPrefix(text, `\/`):
		return '/', 2
	case text[0] == '%' && len(text) >= 3:
		digits, size = text[1:3], 3
	case strings.HasPrefix(text, `\u00`) && len(text) >= 6:
		digits, size = text[4:6], 6
	default:
		return 0, 0
	}
	code, err := strconv.ParseUint(digits, 16, 8)
	if err != nil || strings.IndexByte(".=+/-_", byte(code)) < 0 {
		return 0, 0
	}
	return byte(code), size
}
