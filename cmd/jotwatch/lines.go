package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/profiles"
	"jotwatch/safe"
	"jotwatch/verifier"
)

// Lines write arrivals for reading in a scroll-back and for screen readers: one line each, everything in words.
type lines struct {
	paper    paper
	refusals map[string]*repeats // by what was refused
}

// Repeats of one refusal are counted, so that noise does not fill the screen.
type repeats struct {
	said time.Time
	more int
}

const (
	repeatAfter  = 10 * time.Second // a refusal of which more came
	mostRepeats  = 1000             // kinds of refusals that are remembered
	verdictWidth = 15               // of the longest: "◷ not yet valid"
)

func newLines() *lines { return &lines{paper: newPaper(), refusals: map[string]*repeats{}} }

// write writes the line of an arrival, or none for a refusal that was said just before.
func (l *lines) write(out *strings.Builder, box *inbox.Inbox, a *inbox.Arrival, now time.Time) {
	again := ""
	if a.Outcome == inbox.Rejected {
		var say bool
		if again, say = l.repeat(a); !say {
			return
		}
	}
	word, style := l.word(box, a, now)
	parts := []string{a.At.Local().Format(time.TimeOnly), fmt.Sprintf("#%d", a.ID), style.Render(word) + strings.Repeat(" ", max(0, verdictWidth-lipgloss.Width(word)))}
	if store := a.Store(); store != "" {
		parts = append(parts, safe.Line(store))
	}
	parts = append(parts, safe.Line(strings.Join(l.facts(box, a, now), "; ")+again))
	out.WriteString(l.paper.fit(strings.Join(parts, "  ")) + "\n")
}

// word is what arrived, in a word with a sign.
func (l *lines) word(box *inbox.Inbox, a *inbox.Arrival, now time.Time) (string, lipgloss.Style) {
	switch a.Outcome {
	case inbox.Guest:
		return "○ guest", l.paper.heading
	case inbox.Error:
		return "! error", l.paper.unsure
	case inbox.Rejected:
		return "⊘ refused", l.paper.dim
	case inbox.Token:
	}
	switch verdict := box.Brief(a).Verdict(now); verdict {
	case verifier.Valid:
		return verdict.Words(), l.paper.good
	case verifier.Unverified:
		return verdict.Words(), l.paper.unsure
	default:
		return verdict.Words(), l.paper.bad
	}
}

// facts say about an arrival what a person looks for first. They are untrusted.
func (l *lines) facts(box *inbox.Inbox, a *inbox.Arrival, now time.Time) []string {
	var facts []string
	add := func(text string) {
		if text != "" {
			facts = append(facts, text)
		}
	}
	if a.Outcome != inbox.Token {
		add(a.Reason)
		if a.Outcome == inbox.Rejected {
			add(fmt.Sprintf("answered %d", a.Status))
		}
		if a.Outcome != inbox.Rejected || a.Page != "" {
			add(from(a))
		}
		add(allow(a))
		return facts
	}
	r := box.Brief(a)
	if c := r.Customer().String(); c != "" {
		add("customer " + strings.TrimPrefix(c, "#"))
	}
	if r.Kind != verifier.CurrentCustomer {
		add(r.Kind.Label())
	}
	if left, ok := r.Remaining(now); ok && r.Verdict(now) == verifier.Expired {
		end, _ := r.ExpiresAt()
		add("expired " + verifier.Span(end, now) + " ago")
	} else if ok && left > 0 {
		add(verifier.Span(now, now.Add(left)) + " left")
	}
	if r.Signature == verifier.SignatureVerified {
		add(r.Signed())
	}
	for _, f := range box.Findings(a, now) {
		told := f.Severity != verifier.Note || f.Code == verifier.CodeClaimsCached || f.Code == verifier.CodeClaimsStaleGroup
		if told && f.Code != verifier.CodeTimeExpired { // the clock says that
			add(string(f.Code) + ": " + strings.TrimSuffix(f.Message, "."))
		}
	}
	add(a.Reason)
	add(from(a))
	return facts
}

// from is the page that sent it, or else the page's origin.
func from(a *inbox.Arrival) string {
	switch {
	case a.Page != "":
		return "from " + a.Page
	case a.Origin != "" && a.Origin != "null":
		return "from " + a.Origin
	}
	return ""
}

// allow is what to type to let the pages of an origin send that was refused.
func allow(a *inbox.Arrival) string {
	origin, _, err := profiles.Origin(a.Origin)
	if a.Status != 403 || err != nil || origin != a.Origin {
		return ""
	}
	if a.Profile != "" {
		return "to allow it: " + allowFor(a.Profile) + " " + origin
	}
	return "to allow it: " + allowAny + " " + origin
}

// repeat reports whether a refusal is said, and how many more like it came since it was said last.
func (l *lines) repeat(a *inbox.Arrival) (again string, say bool) {
	what := fmt.Sprint(a.Status, a.Reason)
	seen := l.refusals[what]
	if seen != nil && a.At.Sub(seen.said) < repeatAfter {
		seen.more++
		return "", false
	}
	if seen != nil && seen.more > 0 {
		again = fmt.Sprintf("; and %d more like it since %s", seen.more, seen.said.Local().Format(time.TimeOnly))
	}
	if len(l.refusals) > mostRepeats {
		clear(l.refusals)
	}
	l.refusals[what] = &repeats{said: a.At}
	return again, true
}

// greet says where to send what.
func (l *listening) greet(bound *listener.Sockets) {
	ix := l.jury.ix
	by := "by the credentials given"
	if l.jury.judge != nil {
		by = "by " + count(len(ix.Profiles), "profile")
	}
	tell("listening at " + bound.URL() + ", judging " + by)
	if l.lines == nil || !isTerminal(os.Stderr) {
		return
	}
	key, of := ix.IngestKey, "--client-id ID"
	if len(ix.Profiles) > 0 {
		key, of = ix.Profiles[0].IngestKey, "--profile "+profiles.Quoted(ix.Profiles[0].Name)
	}
	tell("for a store's Script Manager: jotwatch snippet " + of)
	tell("no store at hand: jotwatch storefront " + of)
	tell("by hand: curl --data-binary @token.txt " + bound.URL() + listener.Path(key))
}

// summary says what came in.
func (l *listening) summary() string {
	t := l.jury.box.Tally()
	said := count(int(t.Tokens), "token") //nolint:gosec // nobody sends so many
	if counted := l.verdicts; len(counted) > 0 {
		var words []string
		for _, v := range []verifier.Verdict{verifier.Valid, verifier.Invalid, verifier.Malformed, verifier.Expired, verifier.NotYetValid, verifier.Unverified} {
			if counted[v] > 0 {
				_, word, _ := strings.Cut(v.Words(), " ")
				words = append(words, fmt.Sprintf("%d %s", counted[v], word))
			}
		}
		said += " (" + strings.Join(words, ", ") + ")"
	}
	refused := t.Refused + l.queue.Lost()
	for _, other := range []struct {
		n    uint64
		what string
	}{{t.Guests, "guest"}, {t.Errors, "error"}} {
		if other.n > 0 {
			said += ", " + count(int(other.n), other.what) //nolint:gosec // nobody sends so many
		}
	}
	if refused > 0 {
		said += fmt.Sprintf(", %d refused", refused)
	}
	return said + " in " + verifier.Span(l.started, time.Now())
}
