package inbox

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"jotwatch/verifier"
)

// A Query says which arrivals are wanted, in the filter language:
//
//	word            in the store, customer, kind, page, origin or reason, the beginning of a finding, or what is: takes
//	store:acme      in the profile's name, or in the store hash
//	is:expired      a verdict, an outcome, a state of the signature, or cached or recorded
//	kind:app        the kind's name, or the beginning of it
//	customer:4927   the customer's id
//	email:example   in the customer's e-mail address
//	code:signature  a finding's code, or the beginning of it
//	age<5m age>1h   how long ago it arrived
//
// All that is written must hold; after a minus it must not; one of several after commas is enough (is:valid,expired); quotes
// keep blanks together. Upper and lower case are one.
type Query struct {
	text  string
	terms []term
}

type term struct {
	not   bool
	field string // "" is a word
	any   []string
	state bool // the word is one that is: takes
	code  bool // the word is the beginning of a finding's code
	age   time.Duration
}

// A QueryError says what of a query cannot be understood, and what to write.
type QueryError struct{ Wrong, Hint string }

func (e *QueryError) Error() string { return e.Wrong }

// What is: takes beside the verdicts.
var states = []string{
	string(Token), string(Guest), string(Error), string(Rejected),
	string(verifier.SignatureVerified), string(verifier.SignatureMismatch), string(verifier.SignatureMissing),
	string(verifier.SignatureUnchecked), string(verifier.SignatureUnsupported), "cached", "recorded",
}

// refused is what is: takes for Rejected beside its own name: people say it so, and scripts as listen --json does.
const refused = "refused"

// allStates are what is: takes.
func allStates() []string {
	var all []string
	for _, v := range verifier.Verdicts() {
		all = append(all, string(v))
	}
	return append(all, states...)
}

// Fields are the names that stand before a colon in a query.
func Fields() []string { return []string{"store", "is", "kind", "customer", "email", "code"} }

// ParseQuery reads a query. An empty one wants everything. The error is a *QueryError.
func ParseQuery(text string) (*Query, error) {
	q := &Query{text: strings.TrimSpace(text)}
	rest := q.text
	for rest != "" {
		var word string
		var err error
		if word, rest, err = cutWord(rest); err != nil {
			return nil, err
		}
		t, err := parseTerm(word)
		if err != nil {
			return nil, err
		}
		q.terms = append(q.terms, t)
	}
	return q, nil
}

// String is the query as it was written.
func (q *Query) String() string { return q.text }

// cutWord takes a word off a text, with its quotes.
func cutWord(text string) (word, rest string, err error) {
	quoted := false
	end := strings.IndexFunc(text, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return !quoted && (r == ' ' || r == '\t')
	})
	if end < 0 {
		if quoted {
			return "", "", &QueryError{"a quote is not closed", `write it as store:"acme sandbox"`}
		}
		end = len(text)
	}
	return text[:end], strings.TrimLeft(text[end:], " \t"), nil
}

func parseTerm(word string) (term, error) {
	var t term
	if rest, ok := strings.CutPrefix(word, "-"); ok && rest != "" {
		t.not, word = true, rest
	}
	if rest, ok := strings.CutPrefix(strings.ToLower(word), "age"); ok && rest != "" && (rest[0] == '<' || rest[0] == '>') {
		return t.ofAge(rest)
	}
	name, value, colon := strings.Cut(word, ":")
	if !colon || strings.HasPrefix(word, `"`) || strings.HasPrefix(value, "//") || !letters(name) {
		word = strings.ToLower(strings.ReplaceAll(word, `"`, ""))
		t.any, t.state = []string{word}, slices.Contains(allStates(), word)
		t.code = slices.ContainsFunc(verifier.Codes(), func(c verifier.Code) bool { return strings.HasPrefix(string(c), word) })
		return t, nil
	}
	t.field = strings.ToLower(name)
	if !slices.Contains(Fields(), t.field) {
		return t, &QueryError{fmt.Sprintf("there is no field %q to filter by", name), "the fields are store:, is:, kind:, customer:, email:, code:, age< and age>; a word with a colon goes into quotes"}
	}
	for one := range strings.SplitSeq(strings.ToLower(value), ",") {
		one = strings.ReplaceAll(one, `"`, "")
		if one == "" {
			return t, &QueryError{fmt.Sprintf("%s: has nothing after it", t.field), "write it as " + example(t.field)}
		}
		if t.field == "is" {
			if one = state(one); one == "" {
				return t, &QueryError{fmt.Sprintf("is:%s is not known", value), "is: takes " + strings.ReplaceAll(strings.Join(allStates(), ", "), string(Rejected), refused)}
			}
		}
		if t.field == "customer" {
			one = strings.TrimPrefix(one, "#")
		}
		t.any = append(t.any, one)
	}
	return t, nil
}

func example(field string) string {
	return map[string]string{
		"store": "store:acme", "is": "is:valid", "kind": "kind:current_customer", "customer": "customer:4927",
		"email": "email:jane@example.com", "code": "code:signature.mismatch",
	}[field]
}

func letters(name string) bool {
	return name != "" && strings.IndexFunc(name, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }) < 0
}

// state is what is: was given, in its one spelling; "" where there is no such state.
func state(given string) string {
	given = strings.ReplaceAll(given, "-", "_")
	switch given {
	case refused:
		return string(Rejected)
	case "signed":
		return string(verifier.SignatureVerified)
	}
	if slices.Contains(allStates(), given) {
		return given
	}
	return ""
}

func (t term) ofAge(text string) (term, error) {
	t.field = "age" + text[:1]
	age, err := time.ParseDuration(text[1:])
	if seconds, notSeconds := strconv.Atoi(text[1:]); notSeconds == nil {
		age, err = time.Duration(seconds)*time.Second, nil
	}
	if days, ok := strings.CutSuffix(text[1:], "d"); err != nil && ok {
		n, notDays := strconv.Atoi(days)
		age, err = time.Duration(n)*24*time.Hour, notDays
	}
	if err != nil || age < 0 {
		return t, &QueryError{fmt.Sprintf("%q is no length of time", text[1:]), "write it as age<5m, age>1h or age<90s"}
	}
	t.age = age
	return t, nil
}

// Match reports whether an arrival is wanted as of now.
func (b *Inbox) Match(q *Query, a *Arrival, now time.Time) bool {
	r := b.Brief(a)
	for i := range q.terms {
		if q.terms[i].holds(a, r, now) == q.terms[i].not {
			return false
		}
	}
	return true
}

func (t *term) holds(a *Arrival, r *verifier.Report, now time.Time) bool {
	switch t.field {
	case "age<":
		return now.Sub(a.At) < t.age
	case "age>":
		return now.Sub(a.At) > t.age
	}
	for _, want := range t.any {
		if t.fits(want, a, r, now) {
			return true
		}
	}
	return false
}

func (t *term) fits(want string, a *Arrival, r *verifier.Report, now time.Time) bool {
	switch t.field {
	case "store":
		return contains(a.Store(), want) || r != nil && contains(r.Store(), want)
	case "kind":
		return a.Outcome == Token && r != nil && strings.HasPrefix(string(r.Kind), want)
	case "customer":
		return r != nil && strings.EqualFold(r.Customer().ID, want)
	case "email":
		return r != nil && contains(r.Customer().Email, want)
	case "code":
		return r != nil && hasCode(a, r, want, now)
	case "is":
		return is(a, r, want, now)
	}
	if t.state && is(a, r, want, now) || contains(a.Store(), want) || contains(a.Page, want) || contains(a.Origin, want) || contains(a.Reason, want) {
		return true
	}
	if r == nil {
		return false
	}
	c := r.Customer()
	return c.ID == want || contains(c.Email, want) || contains(r.Store(), want) || contains(string(r.Kind), want) || t.code && hasCode(a, r, want, now)
}

func is(a *Arrival, r *verifier.Report, want string, now time.Time) bool {
	switch want {
	case string(a.Outcome):
		return true
	case "recorded":
		return a.recorded
	case "cached":
		return r != nil && hasCode(a, r, string(verifier.CodeClaimsCached), now)
	}
	return a.Outcome == Token && r != nil && (string(r.Verdict(now)) == want || string(r.Signature) == want)
}

func hasCode(a *Arrival, r *verifier.Report, want string, now time.Time) bool {
	for i := range a.findings {
		if strings.HasPrefix(string(a.findings[i].Code), want) {
			return true
		}
	}
	return r.HasCode(want, now)
}

// contains reports whether a text holds a part, which is in lower case, whatever the text's case. It makes no copy in lower case: a
// filter asks it several times for each of very many arrivals.
func contains(text, part string) bool {
	if part == "" || len(part) > len(text) {
		return part == ""
	}
	lower := part[0]
	upper := lower
	if lower >= 'a' && lower <= 'z' {
		upper -= 'a' - 'A'
	}
	for i, c := range []byte(text[:len(text)-len(part)+1]) {
		if (c == lower || c == upper || lower >= utf8.RuneSelf) && strings.EqualFold(text[i:i+len(part)], part) {
			return true
		}
	}
	return false
}
