package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/profiles"
	"jotwatch/safe"
	"jotwatch/verifier"
)

// Lines write arrivals for reading in a scroll-back and for screen readers: one line each, everything in words.
type lines struct {
	paper paper
	noise noise
}

const (
	verdictWidth = 15  // cells of the longest: "◷ not yet valid"
	longestFact  = 160 // cells of a fact: what is longer could run on to a line that looks like another
	longestWho   = 60  // of what a token says about its customer and store
)

func newLines() *lines { return &lines{paper: newPaper()} }

// write writes the line of an arrival.
func (l *lines) write(out *strings.Builder, box *inbox.Inbox, a *inbox.Arrival, now time.Time) {
	word, style := l.word(box, a, now)
	padding := strings.Repeat(" ", max(0, verdictWidth-utf8.RuneCountInString(word)))
	if l.paper.coloured() {
		word = style.Render(word)
	}
	line := fmt.Sprintf("%s  %-4s  %s%s  ", a.At.Local().Format(time.TimeOnly), "#"+strconv.FormatUint(a.ID, 10), word, padding)
	if store := a.Store(); store != "" {
		line += short(store, longestWho) + "  "
	}
	out.WriteString(l.paper.fit(line+strings.Join(l.facts(box, a, now), "; ")) + "\n")
}

// word is what arrived, in a word with a sign.
func (l *lines) word(box *inbox.Inbox, a *inbox.Arrival, now time.Time) (string, lipgloss.Style) {
	words := box.Words(a, now)
	switch a.Outcome {
	case inbox.Guest:
		return words, l.paper.heading
	case inbox.Error:
		return words, l.paper.unsure
	case inbox.Rejected:
		return words, l.paper.dim
	case inbox.Token:
	}
	return words, l.paper.of(box.Brief(a).Verdict(now))
}

// short makes an untrusted text printable and as long as is good, without runs of blanks of any kind.
func short(text string, most int) string {
	if len(text) <= most && plain(text) {
		return text
	}
	const bytesACell = 4 // that are looked at: a character can have more, and no cell at all
	cut := len(text) > most*bytesACell
	if cut {
		text = text[:most*bytesACell]
	}
	blank := func(r rune) bool { return unicode.IsSpace(r) || r == '\u2800' }
	text = safe.Line(strings.Join(strings.FieldsFunc(text, blank), " "))
	if cut {
		text += "…"
	}
	return ansi.Truncate(text, most, "…")
}

// plain reports whether a text is of printable ASCII, with one blank at a time: most are.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == ' ' && i > 0 && text[i-1] == ' ' {
			return false
		}
	}
	return true
}

// facts say about an arrival what a person looks for first.
func (l *lines) facts(box *inbox.Inbox, a *inbox.Arrival, now time.Time) []string {
	var facts []string
	add := func(text string) {
		if text != "" {
			facts = append(facts, short(text, longestFact))
		}
	}
	if a.Outcome != inbox.Token {
		add(a.Reason)
		if a.Outcome == inbox.Rejected && a.Status > 0 {
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
		add("customer " + short(strings.TrimPrefix(c, "#"), longestWho))
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

// greet says where it listens, and to a person at a terminal what can be done with that.
func (l *listening) greet(bound *listener.Sockets, usual string, f *credentialFlags) {
	ix, by := l.jury.ix, "by the credentials given"
	named := slices.IndexFunc(ix.Profiles, func(p profiles.Profile) bool { return p.ID == l.jury.named })
	switch {
	case named >= 0:
		by = "every token as " + ix.Profiles[named].Name + "'s"
	case l.jury.judge != nil:
		by = "by " + count(len(ix.Profiles), "profile")
	}
	tell("listening at " + bound.URL() + ", judging " + by)
	if l.json || l.goal.count > 0 || !isTerminal(os.Stderr) {
		return
	}
	key, snippet, shop := ix.IngestKey, "", ""
	switch {
	case l.jury.judge == nil && f.clientID != "":
		snippet = " --client-id " + f.clientID
		shop = snippet + " --secret-file " + profiles.Quoted(f.secretFile)
	case len(ix.Profiles) == 0:
		tell("for a store: jotwatch profile add NAME --client-id ID keeps your app's credentials")
		return
	default:
		p := &ix.Profiles[max(0, named)]
		key, snippet = p.IngestKey, " --profile "+profiles.Quoted(p.Name)
		shop = snippet
	}
	tell("for a store's Script Manager: jotwatch snippet" + snippet + flagsFor(bound.URL(), usual, "addr", "tls"))
	tell("no store at hand: jotwatch storefront" + shop + flagsFor(bound.URL(), usual, "listener", "listener-tls"))
	tell("by hand: curl --data-binary @token.txt " + bound.URL() + listener.Path(key))
}

// flagsFor are the flags that name a listener which is not at its usual address: one for its address, one if it is HTTPS.
func flagsFor(base, usual, addr, secure string) string {
	flags := ""
	scheme, at, _ := strings.Cut(base, "://")
	if at != usual {
		flags += " --" + addr + " " + at
	}
	if scheme == "https" {
		flags += " --" + secure
	}
	return flags
}
