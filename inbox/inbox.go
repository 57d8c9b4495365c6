package inbox

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
	"unique"

	"jotwatch/safe"
	"jotwatch/verifier"
)

// Limits bound an Inbox. A zero field is the usual limit.
type Limits struct {
	Arrivals int // 100,000
	Bytes    int // of their text: 256 MiB
	Refusals int // 1,000, in a ring of their own
}

// longestBody is how much is kept of what holds no token, in bytes.
const longestBody = 4 << 10

// A Tally counts what has come in since the start, also what is no longer held.
type Tally struct {
	Tokens, Guests, Errors, Refused uint64
	Gone                            uint64 // tokens, guests and errors that were let go for newer ones
	RefusalsGone                    uint64
}

// An Inbox holds what has arrived, oldest first. It is for one goroutine, its owner's.
type Inbox struct {
	limits      Limits
	leeway      time.Duration
	credentials []verifier.Credential
	changes     []change

	arrivals []*Arrival
	refusals []*Arrival
	byID     map[uint64]*Arrival
	fresh    []*Arrival       // that have their full reports still
	last     *verifier.Report // the brief one made last, which the next is mostly like
	added    uint64           // how many arrivals and refusals there were
	bytes    int
	tally    Tally
	rate     rate
	history  history
}

// A change is that of one profile's credentials.
type change struct {
	profile  string
	identity bool // of whom it owns, and not of its secret alone
}

// New makes an empty Inbox. leeway is as for verifier.WithLeeway.
func New(limits Limits, leeway time.Duration) *Inbox {
	limits.Arrivals = cmp.Or(limits.Arrivals, 100_000)
	limits.Bytes = cmp.Or(limits.Bytes, 256<<20)
	limits.Refusals = cmp.Or(limits.Refusals, 1000)
	return &Inbox{limits: limits, leeway: leeway, byID: map[uint64]*Arrival{}, history: newHistory()}
}

// Use says by which credentials to judge from now on. What they may change the judgement of is judged again, when it is looked at.
func (b *Inbox) Use(credentials []verifier.Credential) {
	old := map[string]verifier.Credential{}
	for _, c := range b.credentials {
		old[c.Profile] = c
	}
	for _, c := range credentials {
		was, known := old[c.Profile]
		delete(old, c.Profile)
		if !known || c.ClientID != was.ClientID || c.StoreHash != was.StoreHash || c.Named != was.Named {
			b.changes = append(b.changes, change{c.Profile, true})
		} else if c.Unread != was.Unread || string(c.Secret.Reveal()) != string(was.Secret.Reveal()) {
			b.changes = append(b.changes, change{c.Profile, false})
		}
	}
	for name := range old {
		b.changes = append(b.changes, change{name, true})
	}
	b.credentials = slices.Clone(credentials)
}

// Add judges arrivals and holds them. Their full reports are at hand until the next Add.
func (b *Inbox) Add(batch ...*Arrival) {
	for _, a := range b.fresh {
		a.full = nil
	}
	b.fresh = b.fresh[:0]
	for _, a := range batch {
		a.Page, a.Origin = unique.Make(a.Page).Value(), unique.Make(a.Origin).Value()
		b.byID[a.ID] = a
		b.added++
		a.seq = b.added
		if a.Outcome == Rejected {
			b.tally.Refused++
			b.refusals = append(b.refusals, a)
			continue
		}
		if !a.recorded {
			a.full = b.judge(a)
			b.fresh = append(b.fresh, a)
			b.name(a)
			b.compare(a, a.full)
		}
		b.count(a)
		if a.Source != Recording {
			b.rate.add(a.At)
		}
		b.arrivals = append(b.arrivals, a)
		b.bytes += a.size()
	}
	b.makeRoom()
}

func (b *Inbox) count(a *Arrival) {
	switch a.Outcome {
	case Guest:
		b.tally.Guests++
	case Error:
		b.tally.Errors++
	case Rejected:
	default:
		b.tally.Tokens++
	}
}

// makeRoom lets the oldest go.
func (b *Inbox) makeRoom() {
	for len(b.arrivals) > b.limits.Arrivals || b.bytes > b.limits.Bytes && len(b.arrivals) > 1 {
		b.bytes -= b.arrivals[0].size()
		b.history.forget(b.arrivals[0])
		b.arrivals = b.drop(b.arrivals)
		b.tally.Gone++
	}
	for len(b.refusals) > b.limits.Refusals {
		b.refusals = b.drop(b.refusals)
		b.tally.RefusalsGone++
	}
}

// drop lets the first go. Its place in memory goes when append moves the rest.
func (b *Inbox) drop(list []*Arrival) []*Arrival {
	delete(b.byID, list[0].ID)
	list[0] = nil
	return list[1:]
}

// judge holds an arrival against the credentials. It keeps what is brief of the report that it returns.
func (b *Inbox) judge(a *Arrival) *verifier.Report {
	a.judged = len(b.changes)
	r := verifier.Inspect(a.subject(), b.credentials, verifier.WithLeeway(b.leeway))
	a.report, a.wants = r.Brief(b.last), len(r.Wants) > 0
	b.last = a.report
	if a.Status >= 300 { // the subject is a copy, which would be held with its token
		a.report.Token = strings.Clone(r.Token)
	}
	return r
}

// name says what arrived.
func (b *Inbox) name(a *Arrival) {
	switch {
	case a.report.Token != "":
		a.Outcome = Token
		return
	case a.Failed != "":
		a.Outcome, a.Reason = Error, failedReason+a.Failed
	case a.Status == 404, a.Status == 0 && errorsBody(a.Text):
		a.Outcome, a.Reason = Guest, "no customer is signed in, or the app_client_id is unknown (404)"
	case a.Status == 503:
		a.Outcome, a.Reason = Error, "the store is under maintenance, suspended, or not launched yet (503)"
	default:
		a.Outcome, a.Reason = Error, firstMessage(a.report)
		if a.Status >= 300 {
			a.Reason = fmt.Sprintf("%s (%d)", strings.TrimSuffix(a.Reason, "."), a.Status)
		}
	}
	if len(a.Text) > longestBody {
		a.Text = strings.Clone(whole(a.Text[:longestBody]))
	}
}

// failedReason stands before why a page got no answer.
const failedReason = "the page got no answer from the storefront: "

// compare holds a token against earlier ones, once, when its judgement waits for no secret: a forged one proves nothing.
func (b *Inbox) compare(a *Arrival, r *verifier.Report) {
	if a.Outcome == Token && !a.seen && !a.wants {
		a.seen = true
		b.history.see(a, r, b.byID)
	}
}

// subject is what the verifier is given: the answer's body, below its status where that is no success.
func (a *Arrival) subject() string {
	if a.Status < 300 {
		return a.Text
	}
	return fmt.Sprintf("HTTP/1.1 %d\n\n%s", a.Status, a.Text)
}

// errorsBody reports whether a text is the body that a guest gets.
func errorsBody(text string) bool {
	return strings.HasPrefix(strings.TrimSpace(text), "{") && strings.Contains(text, `"errors"`)
}

func firstMessage(r *verifier.Report) string {
	if findings := r.Findings(time.Time{}); len(findings) > 0 {
		return findings[0].Message
	}
	return "it holds no token"
}

// whole cuts off what is left of a character at the end.
func whole(text string) string {
	for i := 1; i < utf8.UTFMax && i <= len(text); i++ {
		if r, size := utf8.DecodeLastRuneInString(text); r != utf8.RuneError || size != 1 {
			break
		}
		text = text[:len(text)-1]
	}
	return text
}

// renew judges an arrival again if credentials changed since that may matter to it.
func (b *Inbox) renew(a *Arrival) {
	if a.judged == len(b.changes) || a.Outcome != Token || a.recorded {
		return
	}
	unsettled := a.report.Signature != verifier.SignatureVerified
	for _, c := range b.changes[a.judged:] {
		if c.identity || unsettled || c.profile == a.report.Profile || c.profile == a.report.SignedBy {
			r := b.judge(a)
			b.compare(a, r)
			if a.full != nil {
				a.full = r
			}
			return
		}
	}
	a.judged = len(b.changes)
}

// Report is the whole judgement of an arrival, nil where there is nothing to judge.
func (b *Inbox) Report(a *Arrival) *verifier.Report {
	b.renew(a)
	switch {
	case a.report == nil || a.full != nil:
		return a.full
	case a.recorded:
		full, err := verifier.ReadReport([]byte(a.Text))
		if err != nil { // it was read before
			return a.report
		}
		return full
	}
	return verifier.Inspect(a.subject(), b.credentials, verifier.WithLeeway(b.leeway))
}

// Brief is the judgement without the token's header and claims, for lists: it costs nothing.
func (b *Inbox) Brief(a *Arrival) *verifier.Report {
	b.renew(a)
	return a.report
}

// Words say what arrived, with a sign: "○ guest", or a token's verdict as of now.
func (b *Inbox) Words(a *Arrival, now time.Time) string {
	switch a.Outcome {
	case Guest:
		return "○ guest"
	case Error:
		return "! error"
	case Rejected:
		return "⊘ refused"
	case Token:
	}
	if r := b.Brief(a); r != nil {
		return r.Verdict(now).Words()
	}
	return "? not judged"
}

// Findings is all that was found about an arrival as of now, also what only other arrivals show.
func (b *Inbox) Findings(a *Arrival, now time.Time) []verifier.Finding {
	if b.Brief(a) == nil {
		return nil
	}
	found := a.report.Findings(now, a.findings...)
	if a.Outcome == Guest { // that nobody is signed in is nothing wrong
		for i := range found {
			found[i].Severity = verifier.Note
		}
	}
	return found
}

// Wants are the reports that secrets would settle which are not there yet.
func (b *Inbox) Wants(arrivals []*Arrival) []*verifier.Report {
	var wanting []*verifier.Report
	for _, a := range arrivals {
		if a.wants {
			if r := b.Report(a); len(r.Wants) > 0 {
				wanting = append(wanting, r)
			}
		}
	}
	return wanting
}

// JSON is an arrival as one printable object on one line, with its report as of now where it is a token.
func (b *Inbox) JSON(a *Arrival, now time.Time) []byte { return b.json(a, now, nil) }

func (b *Inbox) json(a *Arrival, now time.Time, raw *string) []byte {
	var report []byte
	if a.Outcome == Token {
		r := b.Report(a) // which may find more
		report = r.JSON(now, a.findings...)
	}
	return safe.JSON(a.json(report, raw))
}

// Tally is what has come in.
func (b *Inbox) Tally() Tally { return b.tally }

// Rate counts the arrivals of the last n spans of time, oldest first; the last one is that of now. At most ten minutes are known,
// in whole seconds.
func (b *Inbox) Rate(now time.Time, span time.Duration, n int) []int {
	return b.rate.last(now, span, n)
}
