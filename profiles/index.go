package profiles

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// version is that of the index's format. A newer one is refused, an older one is brought up step by step.
const version = 1

// An Index is what profiles.json holds.
type Index struct {
	Version   int        `json:"version"`
	IngestKey string     `json:"ingest_key"` // this installation's, for no profile in particular
	Vault     VaultName  `json:"vault"`      // of profiles to come
	Profiles  []Profile  `json:"profiles"`   // by name
	Leftovers []Leftover `json:"leftovers"`
}

// A Leftover is a secret that lies, or may lie, in a vault without a profile that uses it: a change was interrupted, or the
// vault did not answer when it was to be deleted. The next change to the same vault deletes it.
type Leftover struct {
	Vault VaultName `json:"vault"`
	ID    string    `json:"id"`
	Name  string    `json:"name"` // of the profile that it was for
}

// Empty is an index without profiles, with an ingest key of its own.
func Empty() *Index {
	return &Index{Version: version, IngestKey: rand.Text(), Vault: KeyringVault, Profiles: []Profile{}, Leftovers: []Leftover{}}
}

// ErrCorrupt is an index that cannot be read. It is never overwritten.
var ErrCorrupt = errors.New("it is damaged")

// ErrNewer is an index of a later version.
var ErrNewer = errors.New("a newer jotwatch wrote it")

// steps bring an index of version i+1 to version i+2. There is one for every version before this one.
type steps []func(map[string]json.RawMessage) error

// decode reads an index of any version up to this one.
func decode(text []byte, upgrade steps) (*Index, error) {
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, fmt.Errorf("%w: %s", ErrCorrupt, place(text, err))
	}
	current := len(upgrade) + 1
	switch {
	case head.Version > current:
		return nil, fmt.Errorf("%w: it has version %d, and this one knows %d", ErrNewer, head.Version, current)
	case head.Version < 1:
		return nil, fmt.Errorf("%w: it has no version", ErrCorrupt)
	}
	if head.Version < current {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(text, &members); err != nil {
			return nil, fmt.Errorf("%w: %s", ErrCorrupt, place(text, err))
		}
		for v := head.Version; v < current; v++ {
			if err := upgrade[v-1](members); err != nil {
				return nil, fmt.Errorf("%w: upgrade from version %d: %w", ErrCorrupt, v, err)
			}
		}
		members["version"] = json.RawMessage(fmt.Sprint(current))
		upgraded, err := json.Marshal(members)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		text = upgraded
	}
	// A member that is not known would be lost with the next change.
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var ix Index
	if err := decoder.Decode(&ix); err != nil {
		return nil, fmt.Errorf("%w: %s", ErrCorrupt, place(text, err))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: something follows its end", ErrCorrupt)
	}
	if err := ix.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return &ix, nil
}

// place adds the line to an error of encoding/json.
func place(text []byte, err error) string {
	offset := int64(-1)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = syntax.Offset
	} else if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset = kind.Offset
	}
	if offset < 0 || offset > int64(len(text)) {
		return err.Error()
	}
	return fmt.Sprintf("line %d: %s", 1+bytes.Count(text[:offset], []byte("\n")), err)
}

// check holds an index to what every change relies on.
func (ix *Index) check() error {
	ids, names := map[string]bool{}, map[string]bool{}
	for i := range ix.Profiles {
		p := &ix.Profiles[i]
		switch {
		case p.ID == "" || p.Name == "" || p.ClientID == "":
			return fmt.Errorf("profile %d lacks its id, name or client id", i+1)
		case ids[p.ID]:
			return fmt.Errorf("two profiles have the id %s", p.ID)
		case !p.Vault.known():
			return fmt.Errorf("%q has the unknown vault %q", p.Name, p.Vault)
		case p.Environment != "" && !slices.Contains(Environments(), p.Environment), p.Colour != "" && !slices.Contains(Colours(), p.Colour):
			return fmt.Errorf("%q has an unknown environment or colour", p.Name)
		case line("name", p.Name, longestName) != nil:
			return fmt.Errorf("profile %d has a name that nobody could give it", i+1)
		case p.Vault == CommandVault && p.Command == "":
			return fmt.Errorf("%q has no secret command", p.Name)
		case names[fold(p.Name)]:
			return fmt.Errorf("two profiles have the name %q", p.Name)
		}
		ids[p.ID], names[fold(p.Name)] = true, true
		p.complete()
	}
	if !ix.Vault.known() {
		return fmt.Errorf("there is no vault %q", ix.Vault)
	}
	return nil
}

func (ix *Index) encode() ([]byte, error) {
	slices.SortFunc(ix.Profiles, func(a, b Profile) int {
		return cmp.Or(strings.Compare(fold(a.Name), fold(b.Name)), strings.Compare(a.Name, b.Name))
	})
	text, err := json.MarshalIndent(ix, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode profiles: %w", err)
	}
	return append(text, '\n'), nil
}

// byID returns the profile of an id, nil where there is none.
func (ix *Index) byID(id string) *Profile {
	i := slices.IndexFunc(ix.Profiles, func(p Profile) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return &ix.Profiles[i]
}

// uses reports whether a profile has its secret in that vault under that id.
func (ix *Index) uses(vault VaultName, id string) bool {
	p := ix.byID(id)
	return p != nil && p.Vault == vault && p.HasSecret
}

// leave notes leftovers, each once. Nothing is left for another process in a vault that ends with this one.
func (ix *Index) leave(left ...Leftover) {
	for _, l := range left {
		ix.pickUp(l)
		if l.Vault.Holds() {
			ix.Leftovers = append(ix.Leftovers, l)
		}
	}
}

// pickUp forgets leftovers: they were deleted, or a profile uses them now.
func (ix *Index) pickUp(gone ...Leftover) {
	ix.Leftovers = slices.DeleteFunc(ix.Leftovers, func(l Leftover) bool {
		return slices.ContainsFunc(gone, func(g Leftover) bool { return g.Vault == l.Vault && g.ID == l.ID })
	})
}

// recent lists the profiles, most recently used first.
func (ix *Index) recent() []*Profile {
	all := make([]*Profile, len(ix.Profiles))
	for i := range ix.Profiles {
		all[i] = &ix.Profiles[i]
	}
	slices.SortStableFunc(all, func(a, b *Profile) int { return b.UsedAt.Compare(a.UsedAt) })
	return all
}

// touch notes that profiles were used, and reports whether that is worth a write.
func (ix *Index) touch(names []string, now time.Time) bool {
	worth := false
	for i := range ix.Profiles {
		p := &ix.Profiles[i]
		if slices.Contains(names, p.Name) && (now.Sub(p.UsedAt) >= usedStep || p.UsedAt.After(now)) {
			p.UsedAt, worth = now.UTC().Truncate(time.Second), true
		}
	}
	return worth
}

// usedStep is how exactly it is kept when a profile was used: a verification should not write each time.
const usedStep = 10 * time.Minute
