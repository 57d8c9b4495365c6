package profiles

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"jotwatch/verifier"
)

const (
	// searchTime bounds the fetching of secrets that may fit a token which is not its owner's.
	searchTime = time.Second
	// searchStep is how many of those are fetched before the tokens are looked at again.
	searchStep = 8
)

// A Judge holds tokens against the profiles of a Book, and fetches the secrets that are wanted for it, each once. A vault
// that did not answer is asked again only after Retry, as for the next text. A Judge is for one goroutine.
type Judge struct {
	book        *Book
	profiles    []*Profile // beside credentials
	credentials []verifier.Credential
	closed      map[VaultName]error // vaults that did not answer
	all         bool                // no bound on the search
}

// NewJudge makes a Judge over the profiles of an index. named is the one that counts as the owner, nil for whichever the
// token names. With all, every profile is searched for the secret that fits, however long that takes.
func (b *Book) NewJudge(ix *Index, named *Profile, all bool) *Judge {
	j := &Judge{book: b, profiles: ix.recent(), closed: map[VaultName]error{}, all: all}
	for _, p := range j.profiles {
		c := p.Credential()
		c.Named = p == named
		j.credentials = append(j.credentials, c)
	}
	return j
}

// Known are the profiles' credentials with the secrets that were fetched.
func (j *Judge) Known() []verifier.Credential { return slices.Clone(j.credentials) }

// Credential is that of the profile of a name with its secret, or with the reason why there is none, as far as it was fetched.
func (j *Judge) Credential(name string) verifier.Credential {
	for i := range j.credentials {
		if j.credentials[i].Profile == name {
			return j.credentials[i]
		}
	}
	return verifier.Credential{}
}

// Clone is a copy that shares nothing with j that changes, so that one goroutine can fetch secrets with it while another one
// goes on with j.
func (j *Judge) Clone() *Judge {
	c := *j
	c.credentials, c.closed = slices.Clone(j.credentials), maps.Clone(j.closed)
	c.profiles = make([]*Profile, len(j.profiles))
	for i, p := range j.profiles {
		own := p.clone()
		c.profiles[i] = &own
	}
	return &c
}

// InspectAll is verifier.InspectAll with the secrets that it wants.
func (j *Judge) InspectAll(ctx context.Context, text string, options ...verifier.Option) []*verifier.Report {
	if j.all {
		options = append(slices.Clone(options), verifier.AllProfiles())
	}
	j.Retry()
	return j.Settle(ctx, func(known []verifier.Credential) []*verifier.Report {
		return verifier.InspectAll(text, known, options...)
	})
}

// Retry lets vaults be asked again that did not answer, but for those named.
func (j *Judge) Retry(but ...VaultName) {
	maps.DeleteFunc(j.closed, func(v VaultName, _ error) bool { return !slices.Contains(but, v) })
	for i, p := range j.profiles {
		if !slices.Contains(but, p.Vault) {
			j.credentials[i].Unread, j.credentials[i].Remedy = "", ""
		}
	}
}

// Settle calls inspect, with the secrets that the reports it returns want, until they want none that can be had. It returns the
// last reports.
func (j *Judge) Settle(ctx context.Context, inspect func(known []verifier.Credential) []*verifier.Report) []*verifier.Report {
	search, cancel := context.WithCancel(ctx)
	defer cancel()
	asked := 0
	searching := func() bool {
		if asked++; asked == 2 && !j.all { // the first secret may have taken as long as its user was being asked
			time.AfterFunc(searchTime, cancel)
		}
		return search.Err() == nil
	}
	for {
		reports := inspect(j.credentials)
		owners, others := wants(reports)
		fetched := j.fetch(ctx, owners, func() bool { return true })
		fetched = j.fetch(ctx, others[:min(searchStep, len(others))], searching) || fetched
		if !fetched {
			return reports
		}
	}
}

// Unlock fetches a secret from the file vault, which asks for its passphrase.
func (j *Judge) Unlock(ctx context.Context) {
	for _, p := range j.profiles {
		if p.Vault == FileVault && p.HasSecret {
			j.fetch(ctx, []string{p.Name}, func() bool { return true })
			return
		}
	}
}

// Unanswered reports whether a secret could not be had since the last Retry.
func (j *Judge) Unanswered() bool {
	return slices.ContainsFunc(j.credentials, func(c verifier.Credential) bool { return c.Unread != "" })
}

// Closed is why a vault did not answer since the last Retry, nil where all that were asked did.
func (j *Judge) Closed() *VaultError {
	for _, name := range []VaultName{KeyringVault, FileVault, MemoryVault} {
		if v, ok := errors.AsType[*VaultError](j.closed[name]); ok {
			return v
		}
	}
	return nil
}

// Inherit takes over what another Judge learnt, of the same Book as it was before: the secrets of profiles whose secret is still the
// same or why they could not be had, and which vaults did not answer.
func (j *Judge) Inherit(from *Judge) {
	maps.Copy(j.closed, from.closed)
	at := map[string]int{}
	for i, p := range from.profiles {
		at[p.ID] = i
	}
	for i, p := range j.profiles {
		k, ok := at[p.ID]
		if !ok {
			continue
		}
		if was := from.profiles[k]; was.Vault == p.Vault && was.Command == p.Command && was.Revision == p.Revision && was.HasSecret == p.HasSecret {
			c := &j.credentials[i]
			c.Secret, c.Unread, c.Remedy = from.credentials[k].Secret, from.credentials[k].Unread, from.credentials[k].Remedy
		}
	}
}

// wants are the profiles whose secrets would settle the reports: those of owners, and those that are only tried.
func wants(reports []*verifier.Report) (owners, others []string) {
	seen := map[string]bool{}
	for _, r := range reports {
		for _, name := range r.Wants {
			switch {
			case seen[name] && name != r.Profile:
			case name == r.Profile:
				owners = append(owners, name)
			default:
				others = append(others, name)
			}
			seen[name] = true
		}
	}
	return owners, others
}

// fetch gets secrets, or the reasons why there are none, as long as on reports so. It reports whether it learnt anything.
func (j *Judge) fetch(ctx context.Context, names []string, on func() bool) bool {
	learnt := false
	for _, name := range names {
		i := slices.IndexFunc(j.profiles, func(p *Profile) bool { return p.Name == name })
		if i < 0 || !j.credentials[i].Secret.IsZero() || j.credentials[i].Unread != "" {
			continue
		}
		if !on() {
			break
		}
		c, vault := &j.credentials[i], j.profiles[i].Vault
		err := j.closed[vault]
		if err == nil {
			c.Secret, err = j.book.Get(ctx, j.profiles[i])
			if err == nil && c.Secret.IsZero() {
				err = ErrNotFound
			}
			if v, ok := errors.AsType[*VaultError](err); ok && v.Unanswered() && vault != CommandVault { // each command is its own
				j.closed[vault] = err
			}
		}
		if err != nil {
			c.Unread, c.Remedy = err.Error(), remedy(err)
		}
		learnt = true
	}
	return learnt
}

// remedy is what to do about a vault's error, as a sentence.
func remedy(err error) string {
	v, ok := errors.AsType[*VaultError](err)
	if !ok || v.Hint == "" {
		return "Try again."
	}
	hint := v.Hint
	if v.Unanswered() && v.Vault == KeyringVault {
		hint += "; or keep secrets elsewhere: jotwatch vault status shows the choices"
	}
	if !strings.HasPrefix(hint, "jotwatch ") && !strings.HasPrefix(hint, "security ") { // a command is typed as it is
		hint = strings.ToUpper(hint[:1]) + hint[1:]
	}
	return hint + "."
}

// Used notes which profiles judged a token, so that those are tried first another time. It is done where it can be at once,
// and otherwise not.
func (b *Book) Used(ctx context.Context, reports []*verifier.Report, now time.Time) {
	var names []string
	for _, r := range reports {
		if r.SignedBy != "" {
			names = append(names, r.SignedBy)
		}
	}
	ix, err := b.Load()
	if err != nil || !ix.touch(names, now) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	_ = b.update(ctx, func(ix *Index) error { // a directory that cannot be written is no reason to say anything
		ix.touch(names, now)
		return nil
	})
}
