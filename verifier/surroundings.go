package verifier

import (
	"slices"
	"strings"
)

// Surroundings are what stands before and after tokens. They go forward over the text once, so that a URL of any length is
// known at its end and costs nothing more.
type surroundings struct {
	text  string // without the white space around it
	start string // the beginning of text in lower case

	whole  string
	at     int
	line   int  // the line at at, from 1
	word   int  // where the word at at begins
	scheme bool // the word holds ://
	slash  bool // the word holds /
	query  bool // the word holds ? or # after a /
}

func newSurroundings(text string) *surroundings {
	trimmed := strings.TrimSpace(text)
	return &surroundings{text: trimmed, start: strings.ToLower(trimmed[:min(len(trimmed), 64)]), whole: text, line: 1}
}

// advance goes on to where a token begins.
func (s *surroundings) advance(to int) {
	for ; s.at < to; s.at++ {
		rest := s.whole[s.at:]
		switch b := rest[0]; {
		case strings.IndexByte(" \t\r\n\"'`<>", b) >= 0:
			s.word, s.scheme, s.slash, s.query = s.at+1, false, false, false
			if b == '\n' {
				s.line++
			}
		case b == '\\' && len(rest) > 1 && strings.IndexByte("nrt", rest[1]) >= 0:
			s.word, s.scheme, s.slash, s.query = s.at+2, false, false, false
		case b == ':':
			s.scheme = s.scheme || strings.HasPrefix(rest, "://") || strings.HasPrefix(rest, `:\/\/`)
		case b == '/':
			s.slash = true
		case b == '?' || b == '#':
			s.query = s.slash
		}
	}
}

// inURL reports whether the word before the token is a URL, or the path of one with a query or in a request line. What is
// set apart from the URL by a comma or a bar is in the next field of a table.
func (s *surroundings) inURL() bool {
	switch {
	case s.at == s.word, strings.IndexByte(",|;", s.whole[s.at-1]) >= 0:
		return false
	case s.scheme, s.query:
		return true
	}
	return s.whole[s.word] == '/' && slices.ContainsFunc([]string{"GET ", "POST ", "PUT ", "PATCH ", "DELETE ", "HEAD ", "OPTIONS "}, func(method string) bool {
		return strings.HasSuffix(s.whole[:s.word], method)
	})
}

// wrapped says in words what was taken off the token.
func (s *surroundings) wrapped(c *candidate, token string) []string {
	if s.text == token {
		return nil
	}
	before := strings.ToLower(s.whole[max(0, c.start-16):c.start])
	after := strings.TrimPrefix(s.whole[c.at:], `\`)
	opening := strings.TrimLeft(s.start, "\"'` ")
	var all []string
	add := func(is bool, what string) {
		if is {
			all = append(all, what)
		}
	}
	add(strings.HasSuffix(strings.TrimRight(strings.TrimSuffix(before, "%20"), " \t"), "bearer"), "Bearer")
	add(!opensJSON(opening) && before != "" && after != "" && strings.IndexByte("\"'`", before[len(before)-1]) >= 0 && after[0] == before[len(before)-1], "quotes")
	add(opensJSON(opening), "JSON")
	command := strings.TrimLeft(opening, "$ ")
	add(strings.HasPrefix(command, "curl ") || strings.HasPrefix(command, "curl.exe "), "a curl command")
	add(strings.HasPrefix(opening, "<"), "an HTML page")
	add(c.inURL, "a URL")
	add(!c.inURL && strings.HasSuffix(before, "="), "a form field or cookie")
	add(c.broken, "line breaks")
	add(c.percent, "percent-encoding")
	add(c.escaped, "JSON escapes")
	if len(all) == 0 {
		return []string{"other text"}
	}
	return all
}

// opensJSON reports whether a text begins as JSON: an object, or an array that is not the date in brackets of a log line.
func opensJSON(text string) bool {
	if rest, ok := strings.CutPrefix(text, "["); ok {
		rest = strings.TrimLeft(rest, " \t\r\n")
		return rest == "" || strings.IndexByte("{[\"", rest[0]) >= 0
	}
	return strings.HasPrefix(text, "{")
}
