package verifier

import (
	"net/url"
	"strings"
)

const (
	// maxFound bounds what one paste can cost: a HAR file of a long session holds some hundred tokens.
	maxFound = 10_000
	// maxLookBack is how far before a token a URL may begin.
	maxLookBack = 512
	// leastHeader is the length of the shortest header worth the name, {"alg":""} in base64url.
	leastHeader = 12
)

// A found is a token in a text, with what was taken off it.
type found struct {
	text    string
	wrapped []string
	inURL   bool
}

// find returns the tokens in a text in their order, the same one as often as it stands there: in a log, a HAR file, a curl command, a
// JSON or HTML body, a URL, or broken over lines by a terminal. A text that is one word with dots is a token, if a bad one.
func find(text string) []found {
	if clean(text) {
		return []found{{text: text}}
	}
	var all []found
	for i := 0; i+1 < len(text) && len(all) < maxFound; {
		if text[i] != 'e' || text[i+1] != 'y' && text[i+1] != 'w' || !boundary(text, i) {
			i++
			continue
		}
		c := candidate{text: text, at: i}
		c.read()
		token := c.token()
		if token != "" {
			all = append(all, found{token, c.wrapped(token), c.inURL()})
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
	if strings.Count(word, ".") < 2 || strings.IndexFunc(word, func(r rune) bool {
		return notBase64url(r) && !strings.ContainsRune(".=+/", r)
	}) >= 0 {
		return nil
	}
	return []found{{text: word}}
}

func letter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// boundary reports whether a token may begin at i: after anything but a letter, where the end of a percent-encoded byte
// or of an escaped line break counts as none.
func boundary(text string, i int) bool {
	if i == 0 || !letter(text[i-1]) {
		return true
	}
	return i >= 3 && text[i-3] == '%' || i >= 2 && text[i-2] == '\\' && strings.IndexByte("nrt", text[i-1]) >= 0
}

// A candidate is a token being read out of a text.
type candidate struct {
	text  string
	start int
	at    int // where reading goes on

	letters strings.Builder
	dots    int
	header  int // length of the first segment
	last    int // length of the segment being read
	want    int // length that the signature has by the header's alg, 0 if unknown
	broken  bool
	percent bool
}

func (c *candidate) read() {
	c.start = c.at
	for c.at < len(c.text) {
		switch next := c.text[c.at]; {
		case letter(next), next == '.', next == '=' || next == '+', next == '/' && c.dots < 2 && !c.inURL():
			c.put(next)
			c.at++
		case next == '%' && c.at+2 < len(c.text):
			decoded, err := url.PathUnescape(c.text[c.at : c.at+3])
			if err != nil || strings.IndexByte(".=+/-_", decoded[0]) < 0 {
				return
			}
			c.percent = true
			c.put(decoded[0])
			c.at += 3
		default:
			if !c.join() {
				return
			}
		}
	}
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
		c.want = signatureLetters(c.letters.String()[:c.header])
	}
	c.last = 0
	c.letters.WriteByte(b)
}

// signatureLetters is how many characters the signature has by a header's alg, 0 if unknown.
func signatureLetters(header string) int {
	text, _ := decodeSegment(header)
	_, rest, _ := strings.Cut(string(text), `"alg"`)
	alg, _, _ := strings.Cut(strings.TrimLeft(rest, ": \t\r\n\""), `"`)
	if bytes := signatureBytes(alg); bytes > 0 {
		return base64url.EncodedLen(bytes)
	}
	return 0
}

// join passes over a line break within the token. It does so only where the token is not complete without the next line,
// that line holds nothing but what fits, and no other token begins there.
func (c *candidate) join() bool {
	next := skipBreak(c.text, c.at)
	if next == c.at || c.dots > 2 {
		return false
	}
	end := next
	dotted := false
	for end < len(c.text) && (letter(c.text[end]) || c.text[end] == '.') {
		dotted = dotted || c.text[end] == '.'
		end++
	}
	line := c.text[next:end]
	switch {
	case line == "", end < len(c.text) && strings.IndexByte("\r\n\\\"'`,;&)}]<", c.text[end]) < 0 && strings.TrimSpace(lineRest(c.text[end:])) != "":
		return false
	case dotted && (strings.HasPrefix(line, "ey") || strings.HasPrefix(line, "ew")) && !strings.HasSuffix(c.letters.String(), "."):
		return false
	case c.dots == 2 && (dotted || c.last+len(line) > c.want):
		return false
	}
	c.broken = true
	c.at = next
	for ; c.at < end; c.at++ {
		c.put(c.text[c.at])
	}
	return true
}

// lineRest is the beginning of what is left of a line, enough to see whether there is anything.
func lineRest(s string) string {
	s = s[:min(len(s), 32)]
	line, _, _ := strings.Cut(s, "\n")
	return line
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
	if c.dots > 2 && c.dots != 4 || c.dots == 1 {
		token = strings.TrimSuffix(token, ".") // the full stop of a sentence
	}
	header, _, ok := strings.Cut(token, ".")
	if !ok || len(header) < leastHeader {
		return ""
	}
	return token
}

// before is the part of the word that the token ends.
func (c *candidate) before() string {
	from := max(0, c.start-maxLookBack)
	word := c.text[from:c.start]
	return word[strings.LastIndexAny(word, " \t\r\n\"'`<>")+1:]
}

func (c *candidate) inURL() bool {
	word := c.before()
	return strings.Contains(word, "://") || strings.HasPrefix(word, "/") && strings.Contains(word, "?")
}

// wrapped says in words what was taken off the token.
func (c *candidate) wrapped(token string) []string {
	text := strings.TrimSpace(c.text)
	if text == token {
		return nil
	}
	start := strings.ToLower(text[:min(len(text), 64)])
	before := strings.ToLower(c.text[max(0, c.start-16):c.start])
	after := c.text[c.at:]
	var all []string
	add := func(is bool, what string) {
		if is {
			all = append(all, what)
		}
	}
	add(strings.HasSuffix(strings.TrimRight(before, " "), "bearer"), "Bearer")
	add(before != "" && after != "" && strings.IndexByte("\"'`", before[len(before)-1]) >= 0 && after[0] == before[len(before)-1], "quotes")
	add(strings.HasPrefix(start, "{") || strings.HasPrefix(start, "["), "JSON")
	add(strings.HasPrefix(start, "curl "), "a curl command")
	add(strings.HasPrefix(start, "<"), "an HTML page")
	add(c.inURL(), "a URL")
	add(!c.inURL() && strings.HasSuffix(before, "="), "a form field or cookie")
	add(c.broken, "line breaks")
	add(c.percent, "percent-encoding")
	if len(all) == 0 {
		return []string{"other text"}
	}
	return all
}
