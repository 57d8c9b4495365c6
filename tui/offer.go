package tui

import (
	"fmt"
	"slices"
	"strings"

	"jotwatch/inbox"
	"jotwatch/profiles"
	"jotwatch/verifier"
)

// An offer is what could be made a profile of.
type offer struct {
	draft profiles.Draft
	what  string // in words
}

// keeps offers a profile for what is selected, prefilled with what it says of itself; or for the credentials that were pasted last.
func (m Model) keeps(a *inbox.Arrival) Model {
	if o := m.profiles.offer; o != nil {
		m.profiles.offer = nil
		if o.draft.ClientID == "" && a != nil && m.unknown(a) { // a secret, for the token that is looked at
			secret := o.draft.Secret
			o.draft = m.draftOf(a)
			o.draft.Secret = secret
		}
		m.dialog = m.newForm(o.draft)
		return m
	}
	if r := m.reportOf(a); r != nil && !m.unknown(a) {
		switch {
		case r.Profile != "":
			return m.say("it is of " + r.Profile + ", which there is: change that on the Profiles screen")
		case r.HasCode(string(verifier.CodeClaimsB2BEdition), m.now):
			return m.say("no profile could verify it: only BigCommerce holds its secret")
		}
	}
	if a == nil {
		m.dialog = m.newForm(profiles.Draft{})
		return m
	}
	m.dialog = m.newForm(m.draftOf(a))
	return m
}

// reportOf is the judgement of a token, nil where it is none.
func (m Model) reportOf(a *inbox.Arrival) *verifier.Report {
	if a == nil || a.Outcome != inbox.Token {
		return nil
	}
	return m.cfg.Inbox.Brief(a)
}

// unknown reports whether an arrival is a token of an app that no profile is of, and for which one could be made.
func (m Model) unknown(a *inbox.Arrival) bool {
	r := m.cfg.Inbox.Brief(a)
	if a.Outcome != inbox.Token || r == nil || r.Profile != "" || a.Recorded() || m.cfg.Given != nil || m.cfg.Book == nil {
		return false
	}
	return (r.Kind == verifier.CurrentCustomer || r.Kind == verifier.AppCallback) && !r.HasCode(string(verifier.CodeClaimsB2BEdition), m.now)
}

// draftOf is a profile of what a token says of itself. What looks wrong is left out.
func (m Model) draftOf(a *inbox.Arrival) profiles.Draft {
	var d profiles.Draft
	r := m.cfg.Inbox.Report(a)
	if r == nil {
		return d
	}
	aud, _ := r.Claims.String("aud")
	if id, remark, err := profiles.ClientID(aud); err == nil && remark == "" {
		d.ClientID = id
	}
	if hash, remark, err := profiles.StoreHash(r.Store()); err == nil && remark == "" {
		d.StoreHash = hash
	}
	if origin, _, err := profiles.Origin(a.Origin); err == nil && origin == a.Origin {
		d.Origins = []string{origin}
	}
	if d.StoreHash != "" && m.judging.ix.Free("store-"+d.StoreHash) == nil {
		d.Name = "store-" + d.StoreHash
	}
	return d
}

// credentials recognises what is pasted instead of a token: a client secret, a client id or access token, or a file that holds such.
func credentials(text string) (d profiles.Draft, what string, ok bool) {
	word := strings.Trim(strings.TrimSpace(text), `"'`)
	if len(text) > longestCredentials || strings.Contains(text, tokenStart) || word == "" {
		return d, "", false
	}
	if !strings.ContainsAny(word, " \t\n=:,") {
		if verifier.HoldsSecret(word) && len(word) == 64 {
			secret, _, err := profiles.Secret(word, "", false)
			d.Secret = secret
			return d, "a client secret", err == nil
		}
		if id, remark, err := profiles.ClientID(word); err == nil && remark == "" {
			d.ClientID = id
			return d, "a client id or an access token", true
		}
		return d, "", false
	}
	all := drafts(text)
	if len(all) == 0 {
		return d, "", false
	}
	d = all[0]
	d.Command = "" // which would be run: that is for who wrote it to decide
	what = "a file with credentials"
	if len(all) > 1 {
		what = fmt.Sprintf("a file with %d profiles, of which this takes the first (jotwatch profile import takes all)", len(all))
	}
	return d, what, true
}

// longestCredentials is how long a text is in which credentials are looked for, in bytes.
const longestCredentials = 64 << 10

// drafts are the profiles with their secrets that a text describes.
func drafts(text string) []profiles.Draft {
	if len(text) > longestCredentials {
		return nil
	}
	in, err := profiles.Parse("pasted", []byte(text))
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(in.Drafts, func(d profiles.Draft) bool { return d.Secret.IsZero() })
}
