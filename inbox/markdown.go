package inbox

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"jotwatch/verifier"
)

// A markdown is an export as GitHub's Markdown. What comes from a token stands in it as code, or as words that mean nothing to Markdown:
// no links, mentions, images or HTML, and no end of a cell.
type markdown struct {
	bytes.Buffer
	box     *Inbox
	options ExportOptions
}

func (m *markdown) printf(format string, values ...any) { _, _ = fmt.Fprintf(m, format, values...) }

func (m *markdown) write(arrivals []*Arrival) {
	says := "Redacted: tokens and secrets are left out, e-mail addresses masked."
	if m.options.Raw {
		says = "**Not redacted:** tokens and e-mail addresses are in here."
	}
	m.printf("As of %s. %s\n", utc(m.options.Now), says)
	if len(arrivals) > 1 {
		m.printf("\n| When | What | Store | Customer | Findings |\n|---|---|---|---|---|\n")
		for _, a := range arrivals {
			customer := ""
			if r := m.box.Brief(a); r != nil {
				customer = r.Customer().ID
			}
			m.printf("| %s | %s | %s | %s | %s |\n", utc(a.At), m.box.Words(a, m.options.Now), m.code(a.Store()), m.code(customer), m.codes(a))
		}
	}
	for _, a := range arrivals {
		m.arrival(a)
	}
}

// codes lists what was found.
func (m *markdown) codes(a *Arrival) string {
	var codes []string
	for _, f := range m.box.Findings(a, m.options.Now) {
		codes = append(codes, m.code(string(f.Code)))
	}
	return strings.Join(codes, ", ")
}

func (m *markdown) arrival(a *Arrival) {
	m.printf("\n## %s: %s", utc(a.At), m.box.Words(a, m.options.Now))
	if store := a.Store(); store != "" {
		m.printf(", %s", m.code(store))
	}
	m.printf("\n\n- Received by: %s, as number %d\n", m.code(string(a.Source)), a.ID)
	m.fact("Page", a.Page)
	m.fact("Origin", a.Origin)
	if a.Status != 0 {
		m.printf("- HTTP status: %d\n", a.Status)
	}
	if a.Reason != "" {
		m.printf("- Reason: %s\n", m.prose(a.Reason))
	}
	r := m.box.Report(a)
	if a.Outcome == Token && r != nil {
		m.judgement(a, r)
	}
	if findings := m.box.Findings(a, m.options.Now); len(findings) > 0 {
		m.printf("\nFindings:\n\n")
		for _, f := range findings {
			m.printf("- %s %s, %s: %s", f.Severity.Sign(), f.Severity, m.code(string(f.Code)), m.prose(f.Message))
			if f.Fix != "" {
				m.printf(" **Fix:** %s", m.prose(f.Fix))
			}
			m.printf("\n")
		}
	}
	if a.Outcome == Token && r != nil {
		m.claims(r)
		if m.options.Raw && r.Token != "" {
			m.token(r)
		}
	}
}

func (m *markdown) fact(name, value string) {
	if value != "" {
		m.printf("- %s: %s\n", name, m.code(value))
	}
}

// judgement writes the three axes and the dates.
func (m *markdown) judgement(a *Arrival, r *verifier.Report) {
	now := m.options.Now
	m.fact("Kind", string(r.Kind))
	m.printf("- Signature: %s; %s\n", m.code(string(r.Signature)), m.prose(r.Signed()))
	m.fact("Claims", string(r.ClaimSet))
	m.fact("Time", string(r.Time(now)))
	if a.recorded {
		m.printf("- Recorded: this is the judgement of then\n")
	}
	date := func(name string, at time.Time, known bool) {
		if known {
			m.printf("- %s: %s, %s\n", name, utc(at), relative(at, now))
		}
	}
	at, known := r.IssuedAt()
	date("Issued", at, known)
	at, known = r.ExpiresAt()
	date("Expires", at, known)
}

// relative says how long ago a time was, or how long it is until then.
func relative(at, now time.Time) string {
	if at.After(now) {
		return "in " + verifier.Span(now, at)
	}
	return verifier.Span(at, now) + " ago"
}

func (m *markdown) claims(r *verifier.Report) {
	rows := r.Rows()
	if len(rows) == 0 {
		return
	}
	m.printf("\n| Claim | Value | Meaning |\n|---|---|---|\n")
	for _, row := range rows {
		value := row.Value
		if !m.options.Raw {
			value = MaskClaim(row.Name, value)
		}
		m.printf("| %s | %s | %s |\n", m.code(row.Name), m.code(value), m.prose(row.Meaning))
	}
}

func (m *markdown) token(r *verifier.Report) {
	says := "The token never expires"
	if at, known := r.ExpiresAt(); known {
		says = "The token is usable until " + utc(at)
		if !at.After(m.options.Now) {
			says = "The token was usable until " + utc(at)
		}
	}
	m.printf("\n**%s:** whoever has it acts with it.\n\n    %s\n", says, m.options.text(r.Token))
}

// code writes text as code. With characters that could end it, or a cell, these are references in HTML.
func (m *markdown) code(text string) string {
	text = m.options.text(text)
	switch {
	case text == "":
		return ""
	case !strings.ContainsAny(text, "`|\\") && strings.TrimSpace(text) == text:
		return "`" + text + "`"
	}
	var b strings.Builder
	for _, c := range text {
		if c < utf8.RuneSelf && c != ' ' && !alphanumeric(c) {
			fmt.Fprintf(&b, "&#%d;", c)
		} else {
			b.WriteRune(c)
		}
	}
	return "<code>" + b.String() + "</code>"
}

// prose writes a sentence: what in it is more than a word, such as an address, a claim's name or a number after #, is code, and so is
// what stands between backticks.
func (m *markdown) prose(text string) string {
	parts := strings.Split(m.options.text(text), "`")
	if len(parts)%2 == 0 { // one is not closed
		return m.words(strings.Join(parts, "`"))
	}
	for i, part := range parts {
		if i%2 == 1 {
			parts[i] = m.code(part)
		} else {
			parts[i] = m.words(part)
		}
	}
	return strings.Join(parts, "")
}

func (m *markdown) words(text string) string {
	words := strings.Split(text, " ")
	for i, word := range words {
		if inner := strings.TrimRight(word, ".,;:?!"); !plain(inner) {
			words[i] = m.code(inner) + word[len(inner):]
		}
	}
	return strings.Join(words, " ")
}

// plain reports whether a word means nothing to Markdown, or to what finds links in it.
func plain(word string) bool {
	digit := func(i int) bool { return i >= 0 && i < len(word) && word[i] >= '0' && word[i] <= '9' }
	for i := range len(word) {
		c := word[i]
		switch {
		case c >= utf8.RuneSelf, alphanumeric(rune(c)), strings.IndexByte(`,;'"%()/-`, c) >= 0:
		case (c == '.' || c == ':') && digit(i-1) && digit(i+1): // of a number or a time
		default:
			return false
		}
	}
	return true
}

func alphanumeric(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
