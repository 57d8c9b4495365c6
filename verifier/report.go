package verifier

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// A Report is what Inspect found: facts that do not change, and methods for what depends on the time. Whatever could be
// decoded is here even when the token is broken. All text in it is the token's and untrusted.
type Report struct {
	Kind      Kind
	Profile   string // the owner: the profile that the token belongs to; "" when there is none
	SignedBy  string // the profile whose secret verifies it as it is; "" when there is none
	Token     string // the token itself, without what was wrapped around it
	Excerpt   string // where there is no token, the beginning of the text, up to 4 KiB, without secrets; "" where those have names
	Line      int    // of the text, from 1, that the token begins on; 0 where there is no token
	Algorithm string // the header's alg as written
	Header    Object
	Claims    Object
	Signature SignatureState
	ClaimSet  ClaimsState
	Wants     []string // profiles whose secret would settle the signature, best first: fetch them and inspect again

	findings   []Finding // those that no clock changes
	unreadable bool      // it cannot be read as a token: any error of form, or JSON that breaks off
	times      times
	leeway     time.Duration
	brief      *brief    // instead of header and claims
	recorded   *recorded // the judgement of another time, which no clock changes
}

// What a report has when it is made brief, in one piece of memory, so that a list of very many is gone through quickly.
type brief struct {
	report   Report
	customer Customer
	store    string
	verdict  Verdict // where no clock changes it
	dates    [3]int64
	findings [2]Finding // most have no more
}

// Brief is the report without header, claims and excerpt, for holding very many: about half a KiB instead of two. All that does not
// need the claims themselves answers as before.
func (r *Report) Brief() *Report {
	customer := r.Customer()
	b := &brief{report: *r, store: clipTo(r.Store(), longestBrief), verdict: r.settled()}
	b.customer = Customer{clipTo(customer.ID, longestBrief), clipTo(customer.Email, longestBrief), clipTo(customer.Group, longestBrief)}
	// One copy, so that the claims' own text is let go.
	c := &b.customer
	joined := c.ID + c.Email + c.Group + b.store
	cut := func(s *string) { *s, joined = joined[:len(*s)], joined[len(*s):] }
	cut(&c.ID)
	cut(&c.Email)
	cut(&c.Group)
	cut(&b.store)
	short := &b.report
	short.brief = b
	short.Algorithm = strings.Clone(clipTo(r.Algorithm, longestBrief))
	short.Header, short.Claims, short.Excerpt = nil, nil, ""
	short.findings = append(b.findings[:0:len(b.findings)], r.findings...)
	for i, date := range []**int64{&short.times.issued, &short.times.notBefore, &short.times.expires} {
		if *date != nil {
			b.dates[i] = **date
			*date = &b.dates[i]
		}
	}
	return short
}

// longestBrief is how much of each such text a brief report keeps, in bytes: the longest e-mail address has 320.
const longestBrief = 512

func clipTo(text string, most int) string { return text[:min(len(text), most)] }

// add records a finding that no clock changes.
func (r *Report) add(code Code, severity Severity, message, fix string) {
	r.findings = append(r.findings, Finding{code, severity, message, fix})
}

// compare orders findings by severity, and those of one severity as a token is read.
func compare(a, b Finding) int {
	severities := [...]Severity{Error, Warning, Note}
	areas := [...]string{"form", "header", "signature", "claims", "time", "backend"}
	return cmp.Or(
		slices.Index(severities[:], a.Severity)-slices.Index(severities[:], b.Severity),
		slices.Index(areas[:], a.Code.Area())-slices.Index(areas[:], b.Code.Area()),
	)
}

// Findings lists all that was found as of now, with more that a token alone does not show: errors first, then warnings, then
// notes, and each of them from the form over header, signature and claims to the time.
func (r *Report) Findings(now time.Time, more ...Finding) []Finding {
	all := slices.Concat(r.findings, r.timeFindings(now), more)
	slices.SortStableFunc(all, compare)
	return all
}

// Verdict answers "is it good?" as of now.
func (r *Report) Verdict(now time.Time) Verdict {
	if r.recorded != nil {
		return r.recorded.verdict
	}
	if r.brief != nil && r.brief.verdict != "" {
		return r.brief.verdict
	}
	if r.brief == nil {
		if v := r.settled(); v != "" {
			return v
		}
	}
	switch r.Time(now) {
	case TimeExpired:
		return Expired
	case TimeNotYetValid:
		return NotYetValid
	case TimeOK, TimeNone:
	}
	if r.Signature != SignatureVerified || r.ClaimSet == ClaimsUnchecked {
		return Unverified
	}
	return Valid
}

// settled is the verdict where no clock changes it, "" where the time decides.
func (r *Report) settled() Verdict {
	if r.unreadable {
		return Malformed
	}
	if r.Signature == SignatureMismatch || r.Signature == SignatureMissing || r.ClaimSet == ClaimsFailed {
		return Invalid
	}
	for _, f := range r.findings {
		if f.Severity == Error {
			return Invalid
		}
	}
	return ""
}

// A Customer is the shopper that a token names, as text; "" is what it does not say.
type Customer struct {
	ID, Email, Group string
}

// String says it in one line: "#4927 jane@example.com, group 6".
func (c Customer) String() string {
	var words []string
	if c.ID != "" {
		words = append(words, "#"+c.ID)
	}
	if c.Email != "" {
		words = append(words, c.Email)
	}
	who := strings.Join(words, " ")
	switch {
	case c.Group == "":
		return who
	case who == "":
		return "group " + c.Group
	}
	return who + ", group " + c.Group
}

// Customer returns whose token it is; empty for the kinds that do not say so.
func (r *Report) Customer() Customer {
	if r.brief != nil {
		return r.brief.customer
	}
	if customer, ok := r.Claims.Get("customer"); ok && customer.IsObject() {
		m := customer.Members
		return Customer{ID: text(m, "id"), Email: text(m, "email"), Group: text(m, "group_id")}
	}
	return Customer{ID: text(r.Claims, "customer_id")}
}

// Store returns the bare hash of the store that the token names, "" where it names none.
func (r *Report) Store() string {
	if r.brief != nil {
		return r.brief.store
	}
	hash, _ := rulesOf(r.Kind).store(r.Claims)
	return hash
}

// Signed says in words what is known of the signature: "signed by acme (HS512)".
func (r *Report) Signed() string {
	words := ""
	switch r.Signature {
	case SignatureVerified, SignatureMismatch:
		switch {
		case r.SignedBy != "":
			words = "signed by " + r.SignedBy
		case r.Signature == SignatureVerified:
			words = "signed with the secret given"
		default:
			words = "signature does not fit"
		}
	case SignatureMissing:
		words = "not signed"
	case SignatureUnsupported:
		words = "signature cannot be checked here"
	case SignatureUnchecked:
		words = "signature not checked"
	}
	if r.Algorithm != "" {
		words += " (" + r.Algorithm + ")"
	}
	return words
}

func text(o Object, name string) string {
	v, _ := o.Get(name)
	return v.Text()
}

// A ClaimRow is one claim for a table: a dotted name, the value as text, and what it means.
type ClaimRow struct {
	Name, Value, Meaning string
}

// Rows lists the claims for a table, in the order written, with the members of customer, user, owner and data on rows of
// their own.
func (r *Report) Rows() []ClaimRow {
	var rows []ClaimRow
	for _, m := range r.Claims {
		if len(m.Value.Members) == 0 {
			rows = append(rows, ClaimRow{m.Name, m.Value.Text(), meaning(r.Kind, m.Name, m.Value)})
			continue
		}
		for _, inner := range m.Value.Members {
			name := m.Name + "." + inner.Name
			rows = append(rows, ClaimRow{name, inner.Value.Text(), meaning(r.Kind, name, inner.Value)})
		}
	}
	return rows
}

// HasCode reports whether something was found, as of now, whose code begins so.
func (r *Report) HasCode(beginning string, now time.Time) bool {
	begins := func(f Finding) bool { return strings.HasPrefix(string(f.Code), beginning) }
	return slices.ContainsFunc(r.findings, begins) ||
		(strings.HasPrefix("time.", beginning) || strings.HasPrefix(beginning, "time.")) && slices.ContainsFunc(r.timeFindings(now), begins)
}
