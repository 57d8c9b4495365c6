package profiles_test

import (
	"testing"

	"jotwatch/profiles"
	"jotwatch/verifier"
)

func FuzzParse(f *testing.F) {
	for _, name := range importFiles(f) {
		f.Add(name, importFile(f, name))
	}
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		im, err := profiles.Parse(name, text)
		if err != nil {
			if im != nil || err.Error() == "" || verifier.HoldsSecret(err.Error()) {
				t.Errorf("got %v and the error %q", im, err)
			}
			return
		}
		if len(im.Drafts) > 10_000 || len(im.Drafts) > len(text) {
			t.Errorf("%d drafts of %d bytes", len(im.Drafts), len(text))
		}
		said := im.Said
		names := map[string]bool{}
		for i := range im.Drafts {
			d := &im.Drafts[i]
			said = append(said, d.Said...)
			if d.Refused != nil {
				said = append(said, d.Refused.Error())
				if d.ClientID != "" || !d.Secret.IsZero() {
					t.Errorf("a refused draft has credentials: %+v", d)
				}
				continue
			}
			if names[d.Name] {
				t.Errorf("two drafts are named %q", d.Name)
			}
			names[d.Name] = true
			keepsChecks(t, d)
		}
		for _, s := range said {
			if verifier.HoldsSecret(s) {
				t.Errorf("a secret is told: %q", s)
			}
		}
	})
}

// keepsChecks holds an accepted draft to the checks again: they change nothing.
func keepsChecks(t *testing.T, d *profiles.Draft) {
	t.Helper()
	same := func(what, value string, check func(string) (string, string, error)) {
		t.Helper()
		if got, _, err := check(value); err != nil || got != value {
			t.Errorf("the %s %q becomes %q: %v", what, value, got, err)
		}
	}
	same("name", d.Name, profiles.Name)
	same("client id", d.ClientID, profiles.ClientID)
	same("store hash", d.StoreHash, profiles.StoreHash)
	same("colour", d.Colour, profiles.Colour)
	same("environment", d.Environment, profiles.Environment)
	same("note", d.Note, profiles.Note)
	for _, origin := range d.Origins {
		same("origin", origin, profiles.Origin)
	}
	for _, tag := range d.Tags {
		same("tag", tag, profiles.Tag)
	}
	if d.Command != "" {
		same("command", d.Command, profiles.Command)
	}
	if !d.Secret.IsZero() {
		same("secret", string(d.Secret.Reveal()), func(text string) (string, string, error) {
			key, remark, err := profiles.Secret(text, d.ClientID, true)
			return string(key.Reveal()), remark, err
		})
	}
}
