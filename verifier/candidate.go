package verifier

import (
	"bytes"
	"encoding/hex"
	"strings"
)

// A candidate is a token being read out of a text.
type candidate struct {
	text  string
	start int
	at    int // where reading goes on
	inURL bool

	lineStart int // where the line being read began, or the token on it

	letters strings.Builder
	dots    int
	header  int // length of the first segment
	last    int // length of the segment being read
	want    int // length that the signature has by the header's alg, 0 if unknown
	broken  bool
	broke   int  // where it was broken first
	percent bool // percent-encoded in part
	escaped bool // escaped as in JSON in part
}

func (c *candidate) read() {
	for c.at < len(c.text) {
		if n := colour(c.text[c.at:]); n > 0 && (c.dots < 2 || c.last < c.want) {
			c.at += n
			continue
		}
		b, size := char(c.text[c.at:])
		if size == 0 || b == '=' && softBreak(c.text[c.at:]) > 0 && (c.dots > 0 || (c.last+1)%4 != 0) {
			if c.join() {
				continue
			}
			if size == 0 {
				return
			}
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
	if c.dots == 0 && (begins(line) || strings.HasPrefix(line, encodedStart)) {
		return false
	}
	if dots > 0 && begins(line) && (dots > 1 || !strings.HasSuffix(token, ".") && another(line)) {
		return false
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
	if !fits && dots == 0 && c.dots > 0 && len(line) < min(c.at-c.lineStart, leastLine) {
		return false // a short line that completes nothing is a word
	}
	end := next + len(line)
	if after := lineRest(c.text[end:]); !fits && after != "" && strings.IndexByte("\r\\\"'`,;&)}]<%", after[0]) < 0 {
		return false
	}
	if !c.broken {
		c.broke = c.at
	}
	c.broken, c.lineStart = true, next
	for c.at = next; c.at < end; c.at++ {
		c.put(c.text[c.at])
	}
	return true
}

// another reports whether a line that begins as a token does, and has one dot, is the beginning of another one: then its
// first segment is a header, or its second a legacy signature. The rest of claims can begin so too, with an object in them.
func another(line string) bool {
	first, second, _ := strings.Cut(line, ".")
	text, _ := decodeSegment(first)
	return bytes.Contains(text, []byte(`"alg"`)) || legacySignature(second)
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
	line := s[:min(len(s), 32)]
	if end := strings.IndexAny(line, "\r\n"); end >= 0 {
		line = line[:end]
	}
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
	case strings.HasPrefix(rest, "\n"), strings.HasPrefix(rest, "\r"):
		i++
	case softBreak(rest) > 0:
		i += softBreak(rest)
	default:
		return from
	}
	for i < len(text) && strings.IndexByte(" \t>", text[i]) >= 0 {
		i++
	}
	return i
}

// softBreak is the length of a line break of quoted-printable mail that a text begins with, 0 where there is none.
func softBreak(text string) int {
	for _, soft := range [...]string{"=\r\n", "=\n"} {
		if strings.HasPrefix(text, soft) {
			return len(soft)
		}
	}
	return 0
}

// token returns what was read if it can be one. What dots end it are of a sentence or an ellipsis, but one after claims that
// are whole: that is a token without signature.
func (c *candidate) token() string {
	token := c.letters.String()
	if bare := strings.TrimRight(token, "."); bare != token {
		header, claims, two := strings.Cut(bare, ".")
		ellipsis := len(token)-len(bare) > 2
		token = bare
		if two && !ellipsis && !strings.Contains(claims, ".") && wholeObject(claims) {
			token = header + "." + claims + "."
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

// wholeObject reports whether a segment ends as a JSON object does.
func wholeObject(segment string) bool {
	text, _ := decodeSegment(segment)
	return bytes.HasSuffix(bytes.TrimSpace(text), []byte("}"))
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

// inner returns the tokens within a word of base64, in their order: none where what was read is no such word. Where that went
// on over lines, and the first line is enough, the others are left for what they are.
func (c *candidate) inner(around *surroundings) []found {
	if c.dots > 1 || c.letters.Len() < leastHeader+leastSignature {
		return nil
	}
	all := c.decoded()
	if c.broken {
		first := candidate{text: c.text[:c.broke], start: c.start, at: c.start, lineStart: c.start, inURL: c.inURL}
		first.read()
		if alone := first.decoded(); len(all) == 0 || len(alone) > 0 && alone[len(alone)-1].complete() {
			all, c.at = alone, first.at
		}
	}
	for i := range all {
		all[i].wrapped = append(around.wrapped(c, all[i].text), "base64")
		all[i].inURL, all[i].line = c.inURL, around.line
	}
	return all
}

// decoded returns the tokens in what a candidate is in base64.
func (c *candidate) decoded() []found {
	text, ok := decodeLegacy(strings.TrimRight(c.letters.String(), "."))
	if !ok || !bytes.Contains(text, []byte("eyJ")) {
		return nil
	}
	return find(string(text))
}

// complete reports whether a token has a signature of the length that its algorithm has.
func (f found) complete() bool {
	header, rest, _ := strings.Cut(f.text, ".")
	_, signature, _ := strings.Cut(rest, ".")
	return signature != "" && len(signature) == wantedLetters(header)
}
