// Package profiles knows whose credentials we hold, and the vaults that their secrets lie in.
//
// A profile is everything of an app that is no secret; all of them stand in one file, the index. The secret lies in the vault
// that the user chose, and nowhere else: a vault that does not answer never leads to another one by itself. This package
// shows nothing and asks nobody; what has to be asked or told goes through functions that it is given.
package profiles

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"jotwatch/verifier"
)

// A Profile is one app, in one store or in all of its stores.
type Profile struct {
	ID          string    `json:"id"`   // stays when the name changes; the secret's name in its vault
	Name        string    `json:"name"` // unique, whatever its case
	ClientID    string    `json:"client_id"`
	StoreHash   string    `json:"store_hash"` // "": any store of the app
	Origins     []string  `json:"origins"`    // of the storefronts that may send tokens, scheme://host[:port]
	Tags        []string  `json:"tags"`
	Colour      string    `json:"colour"`      // one of Colours, or ""
	Environment string    `json:"environment"` // one of Environments, or ""
	Note        string    `json:"note"`
	IngestKey   string    `json:"ingest_key"` // a routing label in the listener's address, not a secret
	Vault       VaultName `json:"vault"`
	Command     string    `json:"secret_command,omitempty"` // prints the secret, in the command vault
	HasSecret   bool      `json:"has_secret"`               // its vault was given one
	Revision    int       `json:"secret_revision,omitzero"` // of the secret in its vault: raised when another is given
	UsedAt      time.Time `json:"used_at,omitzero"`         // last judged a token, to about ten minutes
}

// Environments are what a profile may be for.
func Environments() []string { return []string{"sandbox", "production"} }

// Colours are what a profile may be marked with. Those of every terminal, so that its theme decides how they look.
func Colours() []string {
	return []string{"red", "green", "yellow", "blue", "magenta", "cyan", "white"}
}

// Credential is the profile as the verifier takes it, without the secret.
func (p *Profile) Credential() verifier.Credential {
	return verifier.Credential{Profile: p.Name, ClientID: p.ClientID, StoreHash: p.StoreHash, OwnerOnly: p.Vault == CommandVault}
}

// Senders are the origins of pages that may send tokens for the profile: its own, and the address that BigCommerce gives every
// store.
func (p *Profile) Senders() []string {
	senders := slices.Clone(p.Origins)
	if p.StoreHash != "" {
		senders = append(senders, "https://store-"+p.StoreHash+".mybigcommerce.com")
	}
	return senders
}

// Fingerprint tells secrets apart without showing any of them: the first 8 hex digits of a SHA-256 that is of no other use,
// as another prefix would give others. It says nothing about a client secret of 64 random digits, but whoever sees it can
// tell whether a secret that they guess may be it. That of no secret is "".
func Fingerprint(secret verifier.Secret) string {
	if secret.IsZero() {
		return ""
	}
	sum := sha256.Sum256(append([]byte("jotwatch fingerprint of a client secret\x00"), secret.Reveal()...))
	return hex.EncodeToString(sum[:4])
}

// clone is a copy that shares nothing with p.
func (p *Profile) clone() Profile {
	c := *p
	c.Origins, c.Tags = slices.Clone(p.Origins), slices.Clone(p.Tags)
	return c
}

// same reports whether two profiles say the same of an app: whatever a user may set, without the secret's whereabouts.
func (p *Profile) same(q *Profile) bool {
	return p.Name == q.Name && p.ClientID == q.ClientID && p.StoreHash == q.StoreHash &&
		slices.Equal(p.Origins, q.Origins) && slices.Equal(p.Tags, q.Tags) &&
		p.Colour == q.Colour && p.Environment == q.Environment && p.Note == q.Note
}

// complete gives a profile what every profile has.
func (p *Profile) complete() {
	p.ID = cmp.Or(p.ID, strings.ToLower(rand.Text()))
	p.IngestKey = cmp.Or(p.IngestKey, rand.Text())
	if p.Origins == nil {
		p.Origins = []string{}
	}
	if p.Tags == nil {
		p.Tags = []string{}
	}
}
