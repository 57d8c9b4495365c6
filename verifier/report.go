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

	unreadable bool // it cannot be read as a token: any error of form, or JSON that breaks off
	times      times
	leeway     time.Duration
	findings   []Finding // those that no clock changes
	brief      *brief    // instead of header and claims
	recorded   *recorded // the judgement of another time, which no clock changes
}

// What a report has when it is made brief, in one piece of memory, so that a list of very many is gone through quickly.
type brief struct {
	report  Report
	dates   [3]int64
	texts   string    // the customer's id, address and group, and the store, one after the other
	ends    [3]uint16 // of the first three
	settled bool      // no clock changes the verdict
	verdict Verdict   // as long as it is in time
}

// Brief is the report without header, claims and excerpt, for holding very many: a third of a KiB instead of two. All that does not
// need the claims themselves answers as before. Findings that like, which may be nil, has as well are held once.
func (r *Report) Brief(like *Report) *Report {
	customer, store := r.Customer(), clipTo(r.Store(), longestBrief)
	b := &brief{report: *r, verdict: r.settled()}
	if b.settled = b.verdict != ""; !b.settled {
		b.verdict = r.inTime()
	}
	id, email, group := clipTo(customer.ID, longestBrief), clipTo(customer.Email, longestBrief), clipTo(customer.Group, longestBrief)
	b.texts = id + email + group + store // one copy, so that the claims' own text is let go
	end := 0
	for i, text := range []string{id, email, group} {
		end += len(text)
		b.ends[i] = uint16(end) //nolint:gosec // at most 3 × longestBrief
	}
	short := &b.report
	short.brief = b
	short.Algorithm = strings.Clone(clipTo(r.Algorithm, longestBrief))
	short.Header, short.Claims, short.Excerpt = nil, nil, ""
	if like != nil && slices.Equal(like.findings, r.findings) {
		short.findings = like.findings
	} else {
		short.findings = slices.Clone(r.findings)
	}
	for i, date := range []**int64{&short.times.issued, &short.times.notBefore, &short.times.expires} {
		if *date != nil {
			b.dates[i] = **date
			*date = &b.dates[i]
		}
	}
	return short
}

func (b *brief) customer() Customer {
	id, email, group := b.ends[0], b.ends[1], b.ends[2]
	return Customer{b.texts[:id], b.texts[id:email], b.texts[email:group]}
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
	verdict, settled := Verdict(""), false
	if r.brief != nil {
		verdict, settled = r.brief.verdict, r.brief.settled
	} else if verdict = r.settled(); verdict != "" {
		settled = true
	} else {
		verdict = r.inTime()
	}
	if settled {
		return verdict
	}
	switch r.Time(now) {
	case TimeExpired:
		return Expired
	case TimeNotYetValid:
		return NotYetValid
	case TimeOK, TimeNone:
	}
	return verdict
}

// inTime is the verdict where nothing is wrong but perhaps the time.
func (r *Report) inTime() Verdict {
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
		return r.brief.customer()
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
		return r.brief.texts[r.brief.ends[2]:]
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

// Moment is the date that a claim of a time holds.
func (c ClaimRow) Moment() (time.Time, bool) {
	switch c.Name {
	case "iat", "nbf", "exp", "eat":
		seconds, _, ok := readDate(Value{Raw: c.Value})
		return time.Unix(seconds, 0), ok
	}
	return time.Time{}, false
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
	begins := func(code Code) bool { return strings.HasPrefix(string(code), beginning) }
	for i := range r.findings {
		if begins(r.findings[i].Code) {
			return true
		}
	}
	if !strings.HasPrefix("time.", beginning) && !strings.HasPrefix(beginning, "time.") {
		return false
	}
	expired, early, ahead := r.wrongTimes(now)
	return expired && begins(CodeTimeExpired) || early && begins(CodeTimeNotYetValid) || ahead && begins(CodeTimeIssuedInFuture)
}
