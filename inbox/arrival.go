// Package inbox holds what has arrived: tokens, guests, errors and refusals, each judged, within bounds.
//
// Doors (the listener, a paste, standard input, a recording) put Arrivals into a Queue, and one owner takes them out and adds
// them to its Inbox, which judges them by package verifier. An Inbox has no locks and reads no clock or vault: what it lacks
// a secret for, it says.
package inbox

import (
	"cmp"
	"encoding/json"
	"strconv"
	"time"

	"jotwatch/verifier"
)

// A Source is the door that an arrival came by.
type Source string

// The sources.
const (
	Listener  Source = "listener"
	Paste     Source = "paste"
	Stdin     Source = "stdin"
	Recording Source = "recording"
)

// An Outcome says what arrived.
type Outcome string

// The outcomes.
const (
	Token    Outcome = "token"
	Guest    Outcome = "guest"    // no customer is signed in, or the app_client_id is unknown: the two look the same
	Error    Outcome = "error"    // neither a token nor a guest: the storefront's error, a page, nothing
	Rejected Outcome = "rejected" // the listener refused the request
)

// An Arrival is one thing that came in. The door fills in what it knows; the Inbox judges the rest. All text in it but Profile
// is untrusted.
type Arrival struct {
	ID      uint64
	At      time.Time
	Source  Source
	Status  int     // of the storefront's answer, or of the listener's where that refused; 0 is unknown
	Text    string  // what holds the token, or the answer's body
	Failed  string  // why the page got no answer from the storefront at all
	Page    string  // the address of the page that sent it, without query
	Origin  string  // as the browser says it; "null" where it withholds it
	Reason  string  // why it is no token, or was refused
	Profile string  // that the listener's address belongs to, "" for none in particular
	Outcome Outcome // by a door only where it is Rejected

	// Filters read what stands around here.
	report      *verifier.Report   // brief; nil where there is nothing to judge
	judged      int                // how many changes of credentials it was judged after
	wants       bool               // a secret that is not there yet would settle it
	seen        bool               // it was compared with earlier ones
	recorded    bool               // its judgement is that of another time
	findings    []verifier.Finding // what only other arrivals show
	full        *verifier.Report   // until the next Add
	seq         uint64             // its place among all that were added
	tokenKey    uint64             // of the same token of another arrival
	customerKey uint64             // of other tokens of its customer
}

// Recorded reports whether its judgement is that of another time.
func (a *Arrival) Recorded() bool { return a.recorded }

// size is how much of the bound on text it takes, in bytes.
func (a *Arrival) size() int {
	size := len(a.Text) + len(a.Reason) + len(a.Failed)
	if a.Status >= 300 { // of which the token is held once more
		size += len(a.Text)
	}
	return size
}

// Store is what names the store to a person: of a token the profile that owns it, or else the hash that it says; of what is no token
// the profile that the listener's address belongs to.
func (a *Arrival) Store() string {
	if a.Outcome == Token && a.report != nil {
		return cmp.Or(a.report.Profile, a.report.Store(), a.Profile)
	}
	return a.Profile
}

// json writes it as one object, with its report where it is a token, and with what came in where raw is not nil.
func (a *Arrival) json(report []byte, raw *string) []byte {
	b := make([]byte, 0, 512+len(report))
	b = append(b, `{"id":`...)
	b = strconv.AppendUint(b, a.ID, 10)
	text := func(name, value string) {
		b = append(append(append(b, `,"`...), name...), `":`...)
		if value == "" {
			b = append(b, "null"...)
			return
		}
		b = append(b, quote(value)...)
	}
	text("at", a.At.UTC().Format(time.RFC3339Nano))
	text("source", string(a.Source))
	text("outcome", string(a.Outcome))
	b = append(b, `,"status":`...)
	if a.Status == 0 {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendInt(b, int64(a.Status), 10)
	}
	text("page", a.Page)
	text("origin", a.Origin)
	text("profile", a.Profile)
	text("reason", a.Reason)
	b = append(b, `,"report":`...)
	if report == nil {
		b = append(b, "null"...)
	}
	b = append(b, report...)
	if raw != nil {
		b = append(append(b, `,"text":`...), quote(*raw)...)
	}
	return append(b, '}')
}

// quote writes a string as JSON. What is not UTF-8 is replaced.
func quote(text string) []byte {
	quoted, err := json.Marshal(text)
	if err != nil {
		return []byte("null")
	}
	return quoted
}
