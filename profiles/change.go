package profiles

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"jotwatch/verifier"
)

// A change is one step of the index together with the secrets that go with it, such that a process that is killed at any
// moment leaves either the old or the new: what is to be stored is first noted as a leftover, then stored, then the index
// takes it up; what is to be deleted becomes a leftover with that same write of the index, and is deleted after it.
type change struct {
	// secrets returns what is to be stored, all in one vault; nil: nothing. No other jotwatch changes a vault meanwhile.
	secrets func(*Index) ([]put, error)
	// index changes the index, and returns what nobody uses any more. It runs twice, first on a copy to see whether it may.
	index  func(*Index) ([]Leftover, error)
	stored func(n, of int) // told after each secret; nil: nobody is
	check  bool            // the secrets are read back before the index says that they are there
}

type put struct {
	Leftover

	secret verifier.Secret
}

// A LeftError says that a change was made, but that a secret which nobody uses any more still lies in its vault. It will be
// deleted with the next change to that vault.
type LeftError struct {
	Left []Leftover
	Err  error // why
}

func (e *LeftError) Error() string {
	return fmt.Sprintf("%d secrets could not be deleted: %s", len(e.Left), e.Err)
}

func (e *LeftError) Unwrap() error { return e.Err }

func (b *Book) do(ctx context.Context, c change) error {
	return b.changeVaults(ctx, func() error {
		puts, err := b.secretsOf(c)
		if err != nil {
			return err
		}
		pending := make([]Leftover, len(puts))
		for i, p := range puts {
			pending[i] = p.Leftover
		}
		if len(pending) > 0 {
			if err := b.update(ctx, func(ix *Index) error { return c.announce(ix, pending) }); err != nil {
				return err
			}
			if stored, err := b.put(ctx, puts, c); err != nil {
				return errors.Join(err, b.withdraw(ctx, pending, stored, answers(err)))
			}
		}
		var gone []Leftover
		err = b.update(ctx, func(ix *Index) error {
			before := slices.Clone(ix.Leftovers)
			left, err := c.index(ix)
			if err != nil {
				return err
			}
			ix.pickUp(pending...)
			ix.leave(left...)
			gone = left
			// What was left before is deleted only where its vault is asked anyway: no passphrase is asked for because of it.
			for _, l := range before {
				if slices.ContainsFunc(slices.Concat(pending, left), func(o Leftover) bool { return o.Vault == l.Vault }) {
					gone = append(gone, l)
				}
			}
			return nil
		})
		if err != nil {
			return errors.Join(err, b.withdraw(ctx, pending, len(pending), true))
		}
		return b.sweep(ctx, gone)
	})
}

func (b *Book) secretsOf(c change) ([]put, error) {
	if c.secrets == nil {
		return nil, nil
	}
	ix, err := b.Load()
	if err != nil {
		return nil, err
	}
	return c.secrets(ix)
}

// announce notes what will be stored, if the index would take it up.
func (c *change) announce(ix *Index, pending []Leftover) error {
	trial := ix.clone()
	if _, err := c.index(trial); err != nil {
		return err
	}
	if err := trial.check(); err != nil {
		return err
	}
	for _, l := range pending {
		if !ix.uses(l.Vault, l.ID) { // else its old secret is written over
			ix.leave(l)
		}
	}
	return nil
}

// withdraw undoes a change of which the first secrets were stored. Where the vault does not answer, or its user has given
// up, it is not asked once more: they stay noted as left.
func (b *Book) withdraw(ctx context.Context, pending []Leftover, stored int, answers bool) error {
	answers = answers && ctx.Err() == nil
	ctx = context.WithoutCancel(ctx)
	if stored < len(pending) {
		err := b.update(ctx, func(ix *Index) error {
			ix.pickUp(pending[stored:]...)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if !answers {
		return nil
	}
	return b.sweep(ctx, pending[:stored])
}

// answers reports whether a vault that gave this error may be asked something else at once.
func answers(err error) bool {
	v, ok := errors.AsType[*VaultError](err)
	return !ok || !v.Unanswered()
}

// put stores the secrets, all of a change in one vault, and returns how many are or may be stored.
func (b *Book) put(ctx context.Context, puts []put, c change) (stored int, err error) {
	vault, err := b.vault(puts[0].Vault)
	if err != nil {
		return 0, err
	}
	entries := make([]Entry, len(puts))
	for i, p := range puts {
		entries[i] = Entry{ID: p.ID, Secret: p.secret}
	}
	err = vault.Put(ctx, entries, func(n int) {
		stored = n
		if c.stored != nil {
			c.stored(n, len(puts))
		}
	})
	if err == nil && c.check {
		err = b.readBack(ctx, vault, puts)
	}
	// A vault that refused has not stored the one at hand; one that failed in another way, such as silence, may have.
	if refused := errors.Is(err, ErrAbsent) || errors.Is(err, ErrLocked) || errors.Is(err, ErrDenied); err != nil && !refused {
		stored = min(stored+1, len(entries))
	}
	return stored, err
}

// sweep deletes leftovers that no profile uses, and forgets those that are gone. The error is a *LeftError.
func (b *Book) sweep(ctx context.Context, left []Leftover) error {
	ix, err := b.Load()
	if err != nil {
		return err
	}
	left = slices.DeleteFunc(slices.Clone(left), func(l Leftover) bool { return ix.uses(l.Vault, l.ID) })
	if len(left) == 0 {
		return nil
	}
	failed := &LeftError{}
	var gone []Leftover
	for _, name := range []VaultName{KeyringVault, FileVault, MemoryVault} {
		var here []Leftover
		var ids []string
		for _, l := range left {
			if l.Vault == name {
				here, ids = append(here, l), append(ids, l.ID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		vault, err := b.vault(name)
		if err == nil {
			err = vault.Delete(ctx, ids)
		}
		switch {
		case !name.Holds(): // nothing is noted of it
		case err != nil:
			failed.Left, failed.Err = append(failed.Left, here...), err
		default:
			gone = append(gone, here...)
		}
	}
	if len(gone) > 0 {
		err = b.update(ctx, func(ix *Index) error {
			ix.pickUp(gone...)
			return nil
		})
	}
	if err == nil && len(failed.Left) > 0 {
		return failed
	}
	return err
}

// readBack holds what was stored against what there is.
func (b *Book) readBack(ctx context.Context, vault Vault, puts []put) error {
	for _, p := range puts {
		got, err := vault.Get(ctx, p.ID)
		if err != nil {
			return fmt.Errorf("read back the secret of %s: %w", p.Name, err)
		}
		if !bytes.Equal(got.Reveal(), p.secret.Reveal()) {
			return &VaultError{Vault: p.Vault, Reason: ErrFailed, Wrong: "the " + string(p.Vault) + " vault did not keep the secret of " + p.Name + " as it is",
				Hint: "nothing was changed; jotwatch vault status"}
		}
	}
	return nil
}

func (b *Book) vault(name VaultName) (Vault, error) {
	if v := b.vaults[name]; v != nil {
		return v, nil
	}
	return nil, noVault(name)
}

func (ix *Index) clone() *Index {
	c := *ix
	c.Profiles, c.Leftovers = make([]Profile, len(ix.Profiles)), slices.Clone(ix.Leftovers)
	for i := range ix.Profiles {
		c.Profiles[i] = ix.Profiles[i].clone()
	}
	return &c
}
