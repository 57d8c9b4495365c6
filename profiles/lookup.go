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

// Answers reports whether name is the profile's, whatever the case.
func (p *Profile) Answers(name string) bool { return fold(p.Name) == fold(name) }

// Free reports whether a name is free; the error is an *ExistsError.
func (ix *Index) Free(name string) error {
	if p := ix.named(name); p != nil {
		return &ExistsError{p.Name}
	}
	return nil
}

// SameApp is the name of a profile for the same app and store, "" where there is none.
func (ix *Index) SameApp(p *Profile) string {
	for i := range ix.Profiles {
		if o := &ix.Profiles[i]; o.ID != p.ID && o.ClientID == p.ClientID && o.StoreHash == p.StoreHash {
			return o.Name
		}
	}
	return ""
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

// Quoted is a name as it can be typed in a shell.
func Quoted(name string) string {
	odd := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.@+", r)
	}
	if name != "" && name[0] != '-' && !strings.ContainsFunc(name, odd) {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}
