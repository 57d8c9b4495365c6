package profiles

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"jotwatch/verifier"
)

// An ExistsError is a name that another profile has.
type ExistsError struct{ Name string }

func (e *ExistsError) Error() string { return fmt.Sprintf("there is a profile %q already", e.Name) }

// ErrGone is a profile that another jotwatch removed in the meantime.
var ErrGone = errors.New("the profile is gone: another jotwatch removed it")

// Edit changes the profile of an id. edit may change everything but the id, and may be called more than once; where it
// changes the vault, the secret moves there, unless another one is given. In the memory vault a secret is there for this
// process, and the index does not say so.
func (b *Book) Edit(ctx context.Context, id string, edit func(*Profile) error, secret verifier.Secret) error {
	edited := func(ix *Index) (now *Profile, then Profile, err error) {
		now = ix.byID(id)
		if now == nil {
			return nil, Profile{}, ErrGone
		}
		then = now.clone()
		if err := edit(&then); err != nil {
			return nil, Profile{}, err
		}
		if then.Vault != CommandVault {
			then.Command = ""
		}
		return now, then, nil
	}
	return b.do(ctx, change{
		secrets: func(ix *Index) ([]put, error) {
			now, then, err := edited(ix)
			if err != nil || then.Vault == CommandVault {
				return nil, err
			}
			if secret.IsZero() && then.Vault != now.Vault && (now.HasSecret || now.Vault == MemoryVault) {
				secret, err = b.Get(ctx, now)
				if now.Vault == MemoryVault { // where there may be none
					err = nil
				}
			}
			if err != nil || secret.IsZero() {
				return nil, err
			}
			return []put{{then.leftover(), secret}}, nil
		},
		index: func(ix *Index) ([]Leftover, error) {
			now, then, err := edited(ix)
			if err != nil {
				return nil, err
			}
			if other := ix.named(then.Name); other != nil && other.ID != id {
				return nil, &ExistsError{other.Name}
			}
			var left []Leftover
			if then.Vault != now.Vault {
				left = now.left()
				then.HasSecret = false
			}
			if !secret.IsZero() {
				then.Revision = now.Revision + 1
			}
			then.HasSecret = then.HasSecret || then.Vault == CommandVault || then.Vault.Holds() && !secret.IsZero()
			*now = then
			return left, nil
		},
	})
}

// Remove removes the profile of an id, and its secret from its vault. Where the vault does not do that, the profile is gone
// all the same and the error is a *LeftError.
func (b *Book) Remove(ctx context.Context, id string) error {
	return b.do(ctx, change{index: func(ix *Index) ([]Leftover, error) {
		p := ix.byID(id)
		if p == nil {
			return nil, ErrGone
		}
		left := p.left()
		ix.Profiles = slices.DeleteFunc(ix.Profiles, func(p Profile) bool { return p.ID == id })
		return left, nil
	}})
}

// RemoveLeftovers deletes the secrets that were left behind by a profile of that name, "" for all there are. It returns how
// many there were. The error is a *LeftError where some are still there.
func (b *Book) RemoveLeftovers(ctx context.Context, name string) (n int, err error) {
	err = b.changeVaults(ctx, func() error {
		ix, err := b.Load()
		if err != nil {
			return err
		}
		var left []Leftover
		for _, l := range ix.Leftovers {
			if name == "" || fold(l.Name) == fold(name) {
				left = append(left, l)
			}
		}
		n = len(left)
		return b.sweep(ctx, left)
	})
	return n, err
}

// leftover is the profile's secret, once the profile does not use it.
func (p *Profile) leftover() Leftover { return Leftover{p.Vault, p.ID, p.Name} }

// left is what the profile leaves behind in its vault. The index does not say whether a secret is in memory.
func (p *Profile) left() []Leftover {
	if p.Vault == CommandVault || !p.HasSecret && p.Vault != MemoryVault {
		return nil
	}
	return []Leftover{p.leftover()}
}

// Check reports whether a vault would answer, and asks the user nothing. The error is a *VaultError.
func (b *Book) Check(ctx context.Context, name VaultName) error {
	vault, err := b.vault(name)
	if err != nil {
		return err
	}
	return vault.Check(ctx)
}

// Locked reports whether the file vault would ask for its passphrase before it gives a secret.
func (b *Book) Locked() bool {
	file, ok := b.vaults[FileVault].(*File)
	return ok && file.locked()
}

// Get fetches the secret of a profile. The error is a *VaultError with the profile in its hint, or that of ctx.
func (b *Book) Get(ctx context.Context, p *Profile) (verifier.Secret, error) {
	secret, err := b.get(ctx, p)
	if v, ok := errors.AsType[*VaultError](err); ok {
		v.Hint = strings.ReplaceAll(v.Hint, "NAME", Quoted(p.Name))
	}
	return secret, err
}

func (b *Book) get(ctx context.Context, p *Profile) (verifier.Secret, error) {
	if p.Vault == CommandVault {
		return runCommand(ctx, p, b.slow)
	}
	vault, err := b.vault(p.Vault)
	if err != nil {
		return verifier.Secret{}, err
	}
	return vault.Get(ctx, p.ID)
}
