package profiles

import (
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// An UnknownError is a lookup that fits no profile, or too many.
type UnknownError struct {
	Asked string
	Names []string // of the profiles that fit; none: there is no such profile
}

func (e *UnknownError) Error() string {
	if len(e.Names) == 0 {
		return fmt.Sprintf("no profile is named %q", e.Asked)
	}
	return fmt.Sprintf("%q fits %d profiles", e.Asked, len(e.Names))
}

// fold makes names comparable that people take for the same.
func fold(name string) string {
	return strings.ToLower(norm.NFC.String(strings.TrimSpace(name)))
}

// named returns the profile of exactly that name, whatever its case.
func (ix *Index) named(name string) *Profile {
	name = fold(name)
	for i := range ix.Profiles {
		if fold(ix.Profiles[i].Name) == name {
			return &ix.Profiles[i]
		}
	}
	return nil
}

// Find looks a profile up: by its name, whatever the case; by a store hash or client id that one profile alone has; by the
// beginning of one name alone. The error is an *UnknownError.
func (ix *Index) Find(asked string) (*Profile, error) {
	if p := ix.named(asked); p != nil {
		return p, nil
	}
	key := fold(asked)
	unknown := &UnknownError{Asked: asked}
	if key == "" {
		return nil, unknown
	}
	for _, fits := range []func(*Profile) bool{
		func(p *Profile) bool { return p.StoreHash == strings.TrimSpace(asked) },
		func(p *Profile) bool { return strings.EqualFold(p.ClientID, key) },
		func(p *Profile) bool { return strings.HasPrefix(fold(p.Name), key) },
	} {
		var found *Profile
		for i := range ix.Profiles {
			if p := &ix.Profiles[i]; fits(p) {
				found = p
				unknown.Names = append(unknown.Names, p.Name)
			}
		}
		switch len(unknown.Names) {
		case 0:
		case 1:
			return found, nil
		default:
			return nil, unknown
		}
	}
	return nil, unknown
}
