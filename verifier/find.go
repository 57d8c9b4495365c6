package verifier

import (
	"encoding/hex"
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
)

// A found is a token in a text, with what was taken off it.
type found struct {
	text    string
	wrapped []string
	inURL   bool
}

// find returns the tokens in a text in their order, the same one as often as it stands there: in a log, a HAR file, a
// curl command, a JSON or HTML body, a URL, or broken over lines by a terminal. A text that is one word with dots is a
// token, if a bad one. It stops at one more than maxFound. The time it takes is linear in the text.
func find(text string) []found {
	if clean(text) {
		return []found{{text: text}}
	}
	var all []found
	around := newSurroundings(text)
	for i := 0; i+1 < len(text) && len(all) <= maxFound; {
		if !begins(text[i:]) || !boundary(text, i) {
			i++
			continue
		}
		around.advance(i)
		c := candidate{text: text, start: i, at: i, inURL: around.inURL()}
		c.read()
		if token := c.token(); token != "" {
			all = append(all, found{token, around.wrapped(&c, token), c.inURL})
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
	return dots == 2 && strings.HasPrefix(text, "e")
}

// lone takes a text of one word for a token, so that what is wrong with it can be said.
func lone(text string) []found {
	word := strings.Trim(strings.TrimSpace(text), "\"'`")
	dots := strings.Count(word, ".")
	if dots == 0 || dots == 1 && !begins(word) || strings.IndexFunc(word, func(r rune) bool {
		return notBase64url(r) && !strings.ContainsRune(".=+/", r)
	}) >= 0 {
		return nil
	}
	return []found{{text: word}}
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// begins reports whether a text begins as a token does: with a brace and then a quote or white space, in base64url.
func begins(text string) bool {
	return len(text) > 1 && text[0] == 'e' && (text[1] == 'y' || text[1] == 'w')
}

// boundary reports whether a token may begin at i: after anything but a letter, where the end of an encoded or escaped
// character counts as none.
func boundary(text string, i int) bool {
	return i == 0 || !letter(text[i-1]) ||
		i >= 3 && text[i-3] == '%' ||
		i >= 2 && text[i-2] == '\\' && strings.IndexByte("nrt", text[i-1]) >= 0 ||
		i >= 6 && text[i-6:i-2] == `\u00`
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

// A candidate is a token being read out of a text.
type candidate struct {
	text  string
	start int
	at    int // where reading goes on
	inURL bool

	letters strings.Builder
	dots    int
	header  int // length of the first segment
	last    int // length of the segment being read
	want    int // length that the signature has by the header's alg, 0 if unknown
	broken  bool
	percent bool // percent-encoded in part
	escaped bool // escaped as in JSON in part
}

func (c *candidate) read() {
	for c.at < len(c.text) {
		b, size := char(c.text[c.at:])
		if size == 0 {
			if !c.join() {
				return
			}
			continue
		}
		if !c.takes(b, size == 3) {
			return
		}
		c.percent = c.percent || size == 3
		c.escaped = c.escaped || size == 2 || size == 6
		c.put(b)
		c.at += size
	}
}

// takes reports whether b can go on the token: padding ends a segment, and the other base64 alphabet's + and / are also
// what may follow a token.
func (c *candidate) takes(b byte, encoded bool) bool {
	if b == '.' || b == '=' {
		return true
	}
	if c.padded() {
		return false
	}
	switch complete := c.dots == 2 && c.last >= c.want; b {
	case '+':
		return !complete || c.want == 0
	case '/':
		return !complete && (encoded || !c.inURL)
	}
	return true
}

func (c *candidate) put(b byte) {
	if b != '.' {
		c.last++
		c.letters.WriteByte(b)
		return
	}
	if c.dots == 0 {
		c.header = c.last
	}
	if c.dots++; c.dots == 2 {
		c.want = wantedLetters(c.letters.String()[:c.header])
	}
	c.last = 0
	c.letters.WriteByte(b)
}

func (c *candidate) padded() bool { return strings.HasSuffix(c.letters.String(), "=") }

// wantedLetters is how many characters the signature has by a header's alg, 0 if unknown.
func wantedLetters(header string) int {
	text, _ := decodeSegment(header)
	_, rest, _ := strings.Cut(string(text), `"alg"`)
	alg, _, _ := strings.Cut(strings.TrimLeft(rest, ": \t\r\n\""), `"`)
	return signatureLetters(alg)
}

// join passes over a line break within the token. It does so only where the token is not complete without the next line,
// that line holds nothing but what fits, and no other token begins there.
func (c *candidate) join() bool {
	next := skipBreak(c.text, c.at)
	if next == c.at {
		return false
	}
	line := c.lineAt(next)
	dots := strings.Count(line, ".")
	if dots > 0 && c.dots+dots > 2 && strings.HasSuffix(line, ".") {
		line, dots = line[:len(line)-1], dots-1 // the full stop of a sentence
	}
	token := c.letters.String()
	if line == "" || c.dots+dots > 2 || c.padded() && line[0] != '.' || c.dots == 1 && legacySignature(token[c.header+1:]) {
		return false
	}
	if dots > 0 && begins(line) && (dots > 1 || !strings.HasSuffix(token, ".")) {
		return false // another token; after a dot and with one dot more it is this one's claims
	}
	fits := false
	if c.dots+dots == 2 {
		want, signature := c.want, c.last+len(line)
		if dots > 0 {
			header, _, _ := strings.Cut(token+line, ".")
			want, signature = wantedLetters(header), len(line)-1-strings.LastIndexByte(line, '.')
		}
		if want > 0 && signature > want || want == 0 && c.dots == 2 {
			return false
		}
		fits = want > 0 && signature == want
	}
	end := next + len(line)
	if after := lineRest(c.text[end:]); !fits && after != "" && strings.IndexByte("\r\\\"'`,;&)}]<%", after[0]) < 0 {
		return false
	}
	c.broken = true
	for c.at = next; c.at < end; c.at++ {
		c.put(c.text[c.at])
	}
	return true
}

// lineAt is what of the line at i may belong to the token. The + and / of a legacy payload stand in its first segment, and
// padding before a dot.
func (c *candidate) lineAt(i int) string {
	end, first := i, c.dots == 0
	for ; end < len(c.text); end++ {
		b := c.text[end]
		first = first && b != '.'
		rest := c.text[end:]
		padding := strings.HasPrefix(rest, "=.") || strings.HasPrefix(rest, "==.")
		if !letter(b) && b != '.' && !padding && (!first || b != '+' && b != '/') {
			break
		}
	}
	return c.text[i:end]
}

// legacySignature reports whether a segment is the whole signature of a legacy payload: 64 hex digits in base64.
func legacySignature(segment string) bool {
	if len(strings.TrimRight(segment, "=")) != base64url.EncodedLen(64) {
		return false
	}
	digits, ok := decodeLegacy(segment)
	if !ok {
		return false
	}
	_, err := hex.DecodeString(string(digits))
	return err == nil
}

// lineRest is the beginning of what is left of a line without padding and blanks, enough to see whether there is anything.
func lineRest(s string) string {
	line, _, _ := strings.Cut(s[:min(len(s), 32)], "\n")
	return strings.TrimSpace(strings.TrimLeft(line, "="))
}

// skipBreak returns where the text goes on after a line break at i with its indentation or quotation marks, or i where
// there is no break: a real one, one behind a backslash, or the two characters \n of a JSON string.
func skipBreak(text string, i int) int {
	from := i
	for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
		i++
	}
	rest := text[i:]
	switch {
	case strings.HasPrefix(rest, `\r\n`):
		i += 4
	case strings.HasPrefix(rest, `\n`):
		i += 2
	case strings.HasPrefix(rest, "\\\r\n"):
		i += 3
	case strings.HasPrefix(rest, "\r\n"), strings.HasPrefix(rest, "\\\n"):
		i += 2
	case strings.HasPrefix(rest, "\n"):
		i++
	default:
		return from
	}
	for i < len(text) && strings.IndexByte(" \t>", text[i]) >= 0 {
		i++
	}
	return i
}

// token returns what was read if it can be one.
func (c *candidate) token() string {
	token := c.letters.String()
	if c.dots > 2 || c.dots == 1 { // what dots end it are of a sentence or an ellipsis; two segments and a dot are a token without signature
		bare := strings.TrimRight(token, ".")
		switch n := strings.Count(bare, "."); {
		case n == 1 && c.dots > 2:
			token = bare + "."
		case n > 0 || c.dots == 1:
			token = bare
		}
	}
	header, rest, ok := strings.Cut(token, ".")
	if !ok || len(header) < leastHeader {
		return ""
	}
	claims, signature, signed := strings.Cut(rest, ".")
	if c.start > 1 && c.text[c.start-1] == '.' && letter(c.text[c.start-2]) && !signed {
		return "" // the end of another word
	}
	if !opensObject(header) && (claims == "" || len(signature) < leastSignature) {
		return "" // a host or a file whose name begins with ey
	}
	return token
}

// opensObject reports whether a header, of leastHeader characters at least, begins as a JSON object does.
func opensObject(header string) bool {
	text, _ := decodeSegment(header[:leastHeader])
	if len(text) == 0 {
		return false
	}
	rest := strings.TrimLeft(string(text[1:]), " \t\r\n")
	return text[0] == '{' && (rest == "" || rest[0] == '"' || rest[0] == '}')
}
