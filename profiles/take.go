package profiles

import (
	"context"
	"fmt"

	"jotwatch/verifier"
)

// An Outcome is what importing does with a draft.
type Outcome int

// The outcomes.
const (
	Added   Outcome = iota // it is new
	Filled                 // it is here already, and gets its secret
	Same                   // it is here already, the same
	Kept                   // it is here already and differs: what is here is kept
	Refused                // it cannot be taken, or not without being allowed
)

// A Taking is what importing does, or would do, with one draft.
type Taking struct {
	Draft   Draft
	Outcome Outcome
	Why     string // of Kept and Refused, as a clause

	id string // of the profile that is here already
}

// PlanImport says what importing drafts would do. Secrets go to the vault given. Commands, which will be run on this
// machine, are taken only if that is allowed.
func (ix *Index) PlanImport(drafts []Draft, vault VaultName, allowCommands bool) []Taking {
	plan := make([]Taking, len(drafts))
	for i, d := range drafts {
		t := &plan[i]
		switch {
		case d.Command != "":
			d.Vault = CommandVault
		case d.Vault != MemoryVault:
			d.Vault = vault
		}
		t.Draft = d
		here := ix.byID(d.ID)
		if here == nil {
			here = ix.named(d.Name)
		}
		switch {
		case d.Refused != nil:
			t.Outcome, t.Why = Refused, d.Refused.Error()
		case d.Command != "" && !allowCommands:
			t.Outcome, t.Why = Refused, "it has a secret command, which would be run here: "+d.Command
		case here == nil:
			// The id names the secret in its vault, where another configuration of the same user may have it too.
			t.Outcome, t.Draft.ID = Added, ""
		case !here.Answers(d.Name):
			t.Outcome, t.Why = Kept, "it is here under the name "+here.Name
		case !here.same(&d.Profile) || here.Command != d.Command:
			t.Outcome, t.Why = Kept, "a profile of that name is here and differs"
		case !here.HasSecret && !d.Secret.IsZero() && here.Vault.Holds():
			t.Outcome, t.id, t.Draft.Vault = Filled, here.ID, here.Vault
		default:
			t.Outcome = Same
		}
	}
	return plan
}

// Import does what was planned: all of it or, where a vault does not take a secret, nothing. ingestKey is the
// installation's, taken over where there are no profiles yet; "" is none.
func (b *Book) Import(ctx context.Context, plan []Taking, ingestKey string, stored func(n, of int)) error {
	byVault := map[VaultName][]Taking{}
	for _, t := range plan {
		if t.Outcome == Added || t.Outcome == Filled {
			byVault[t.Draft.Vault] = append(byVault[t.Draft.Vault], t)
		}
	}
	// Those that hold nothing come last: they cannot fail.
	for _, vault := range []VaultName{KeyringVault, FileVault, CommandVault, MemoryVault} {
		if len(byVault[vault]) == 0 {
			continue
		}
		if err := b.take(ctx, byVault[vault], ingestKey, stored); err != nil {
			return err
		}
	}
	return nil
}

// take adds and fills profiles of one vault, all or none.
func (b *Book) take(ctx context.Context, all []Taking, ingestKey string, stored func(n, of int)) error {
	var puts []put
	for i := range all {
		p := &all[i].Draft.Profile
		if all[i].Outcome == Filled {
			p.ID = all[i].id
		}
		p.complete()
		p.HasSecret = p.Vault == CommandVault
		if p.Vault != CommandVault && !all[i].Draft.Secret.IsZero() {
			p.HasSecret = p.Vault.Holds() // what is in memory, the index does not say
			puts = append(puts, put{p.leftover(), all[i].Draft.Secret})
		}
	}
	return b.do(ctx, change{
		secrets: func(*Index) ([]put, error) { return puts, nil },
		index: func(ix *Index) ([]Leftover, error) {
			if len(ix.Profiles) == 0 && ingestKey != "" {
				ix.IngestKey = ingestKey
			}
			for i := range all {
				p := &all[i].Draft.Profile
				if all[i].Outcome == Filled {
					here := ix.byID(p.ID)
					if here == nil || here.Vault != p.Vault {
						return nil, fmt.Errorf("%s: %w", p.Name, ErrGone)
					}
					here.HasSecret = true
					here.Revision++
					continue
				}
				if err := ix.Free(p.Name); err != nil {
					return nil, err
				}
				ix.Profiles = append(ix.Profiles, p.clone())
			}
			return nil, nil
		},
		stored: stored,
	})
}

// Add adds a profile, with its secret where there is one to store: in the memory vault for this process. The errors are *ExistsError, *VaultError and the index's.
func (b *Book) Add(ctx context.Context, p Profile, secret verifier.Secret) error {
	return b.take(ctx, []Taking{{Draft: Draft{Profile: p, Secret: secret}}}, "", nil)
}
