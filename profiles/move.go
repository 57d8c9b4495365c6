package profiles

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// A Move is what moving all secrets to another vault does.
type Move struct {
	To      VaultName
	Moved   []string // names of the profiles whose secret moves
	Stay    []string // those of vaults that hold no secrets: command and memory
	Missing []string // those that have no secret in their vault: there is nothing to move

	from []Profile // of Moved
}

// ErrNoHold is a vault that nothing can be moved to, because it keeps nothing.
var ErrNoHold = errors.New("that vault keeps no secrets")

// PlanMove says what there is to move to a vault. No vault is asked.
func (b *Book) PlanMove(to VaultName) (*Move, error) {
	if !to.Holds() {
		return nil, ErrNoHold
	}
	ix, err := b.Load()
	if err != nil {
		return nil, err
	}
	return ix.planMove(to), nil
}

func (ix *Index) planMove(to VaultName) *Move {
	m := &Move{To: to}
	for i := range ix.Profiles {
		switch p := &ix.Profiles[i]; {
		case !p.Vault.Holds():
			m.Stay = append(m.Stay, p.Name)
		case p.Vault == to:
		case !p.HasSecret:
			m.Missing = append(m.Missing, p.Name)
		default:
			m.Moved, m.from = append(m.Moved, p.Name), append(m.from, p.clone())
		}
	}
	return m
}

// MoveAll moves every secret to a vault, and makes it that of profiles to come. It moves all or none: every secret is read,
// stored and read back before the index says that it is there, and only then deleted where it was. A process that is killed
// in between leaves at least the copy that the index names; run again, it finishes. It returns what was moved.
func (b *Book) MoveAll(ctx context.Context, to VaultName, stored func(n, of int)) (*Move, error) {
	if !to.Holds() {
		return nil, ErrNoHold
	}
	m := &Move{}
	err := b.do(ctx, change{
		secrets: func(ix *Index) ([]put, error) {
			m = ix.planMove(to)
			var puts []put
			for i := range m.from {
				p := &m.from[i]
				secret, err := b.Get(ctx, p)
				switch {
				case errors.Is(err, ErrNotFound):
					m.Missing = append(m.Missing, p.Name)
					m.Moved = slices.DeleteFunc(m.Moved, func(name string) bool { return name == p.Name })
				case err != nil:
					return nil, fmt.Errorf("read the secret of %s: %w", p.Name, err)
				default:
					puts = append(puts, put{Leftover{to, p.ID, p.Name}, secret})
				}
			}
			return puts, nil
		},
		index: func(ix *Index) ([]Leftover, error) {
			var left []Leftover
			for i := range ix.Profiles {
				p := &ix.Profiles[i]
				moved := slices.Contains(m.Moved, p.Name)
				if !p.Vault.Holds() || p.Vault == to || p.HasSecret && !moved { // what is missing may come back
					continue
				}
				left = append(left, p.left()...)
				p.Vault, p.HasSecret = to, moved
			}
			ix.Vault = to
			return left, nil
		},
		stored: stored,
		check:  true,
	})
	if err != nil {
		return m, err
	}
	_, err = b.RemoveLeftovers(ctx, "") // of a move that was interrupted after the index said so
	return m, err
}
