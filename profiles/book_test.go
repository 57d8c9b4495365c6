package profiles_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"jotwatch/profiles"
	"jotwatch/verifier"
)

const (
	clientID  = "abcdefghijklmnopqrstuvwxyz01234"
	secretOne = "c3f1a9d27b4e8065f1d2c3b4a5968778695a4b3c2d1e0f9e8d7c6b5a49382716"
	secretTwo = "0f9e8d7c6b5a49382716c3f1a9d27b4e8065f1d2c3b4a5968778695a4b3c2d1e"
	phrase    = "correct horse battery staple"
)

// fixed answers every question for a passphrase.
func fixed(text string) profiles.Passphrase {
	return func(context.Context, profiles.Purpose, bool) (string, error) { return text, nil }
}

// newBook is a Book with a real file vault in the place of both, so that moves can be tried without a keyring: that one has
// tests of its own.
func newBook(t testing.TB, dir string) *profiles.Book {
	t.Helper()
	t.Cleanup(func() { // no secret lies readable beside the profiles
		_ = filepath.WalkDir(dir, func(path string, _ os.DirEntry, _ error) error {
			text, _ := os.ReadFile(path) // a directory has none
			if strings.Contains(string(text), secretOne) || strings.Contains(string(text), secretTwo) {
				t.Errorf("%s holds a secret", path)
			}
			return nil
		})
	})
	return profiles.New(profiles.Config{Dir: dir, Vaults: map[profiles.VaultName]profiles.Vault{
		profiles.FileVault:    profiles.QuickFile(dir, fixed(phrase)),
		profiles.KeyringVault: profiles.QuickFile(filepath.Join(dir, "keyring"), fixed(phrase)),
		profiles.MemoryVault:  &profiles.Memory{},
	}})
}

func app(name string, vault profiles.VaultName) profiles.Profile {
	return profiles.Profile{Name: name, ClientID: clientID, Vault: vault}
}

func add(t *testing.T, book *profiles.Book, p profiles.Profile, secret string) *profiles.Profile {
	t.Helper()
	if err := book.Add(t.Context(), p, verifier.NewSecret(secret)); err != nil {
		t.Fatal(err)
	}
	return find(t, book, p.Name)
}

func load(t testing.TB, book *profiles.Book) *profiles.Index {
	t.Helper()
	ix, err := book.Load()
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

func find(t testing.TB, book *profiles.Book, name string) *profiles.Profile {
	t.Helper()
	p, err := load(t, book).Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// secretOf is what a vault has for a profile, "" for nothing.
func secretOf(t testing.TB, book *profiles.Book, p *profiles.Profile) string {
	t.Helper()
	secret, err := book.Get(context.Background(), p)
	if err != nil && !errors.Is(err, profiles.ErrNotFound) && !errors.Is(err, profiles.ErrAbsent) {
		t.Fatal(err)
	}
	return string(secret.Reveal())
}

func TestAddEditRemove(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "directory")
	book := newBook(t, dir)
	p := add(t, book, app("Café Zürich №1 🛒", profiles.FileVault), secretOne)
	if got := secretOf(t, book, p); got != secretOne || !p.HasSecret || p.ID == "" || len(p.IngestKey) < 16 {
		t.Errorf("after add: %+v, secret kept: %t", p, got == secretOne)
	}
	if runtime.GOOS != "windows" {
		for path, want := range map[string]os.FileMode{book.Path(): 0o600, filepath.Join(dir, "secrets.age"): 0o600, dir: 0o700} {
			if about, err := os.Stat(path); err != nil || about.Mode().Perm() != want {
				t.Errorf("%s: %v, %v, want %v", path, about.Mode(), err, want)
			}
		}
	}
	exists, ok := errors.AsType[*profiles.ExistsError](book.Add(t.Context(), app("CAFÉ ZÜRICH №1 🛒", profiles.FileVault), verifier.NewSecret(secretTwo)))
	if !ok || exists.Name != p.Name {
		t.Errorf("the same name again: %v", exists)
	}
	if got := find(t, book, p.Name); secretOf(t, book, got) != secretOne {
		t.Error("the same name again changed the secret")
	}

	rename := func(p *profiles.Profile) error {
		p.Name, p.Tags = "acme", []string{"eu"}
		return nil
	}
	if err := book.Edit(t.Context(), p.ID, rename, verifier.Secret{}); err != nil {
		t.Fatal(err)
	}
	q := find(t, book, "acme")
	if q.ID != p.ID || q.IngestKey != p.IngestKey || secretOf(t, book, q) != secretOne {
		t.Errorf("renamed: %+v", q)
	}
	if err := book.Edit(t.Context(), p.ID, rename, verifier.NewSecret(secretTwo)); err != nil || secretOf(t, book, q) != secretTwo {
		t.Errorf("a new secret: %v", err)
	}
	toCommand := func(p *profiles.Profile) error {
		p.Vault, p.Command = profiles.CommandVault, "echo "+strings.Repeat("ab", 32)
		return nil
	}
	if err := book.Edit(t.Context(), p.ID, toCommand, verifier.Secret{}); err != nil {
		t.Fatal(err)
	}
	if got := secretOf(t, book, find(t, book, "acme")); got != strings.Repeat("ab", 32) || secretOf(t, book, q) != "" {
		t.Errorf("with a command: %d bytes; what the file still has: %d bytes", len(got), len(secretOf(t, book, q)))
	}
	toFile := func(p *profiles.Profile) error { p.Vault = profiles.FileVault; return nil }
	if err := book.Edit(t.Context(), p.ID, toFile, verifier.Secret{}); err != nil {
		t.Fatal(err)
	}
	if q = find(t, book, "acme"); secretOf(t, book, q) != strings.Repeat("ab", 32) || q.Command != "" || !q.HasSecret {
		t.Errorf("back in the file: %+v", q)
	}
	if err := book.Remove(t.Context(), p.ID); err != nil || secretOf(t, book, q) != "" || len(load(t, book).Profiles) != 0 {
		t.Errorf("removed: %v; secret gone: %t", err, secretOf(t, book, q) == "")
	}
	if err := book.Remove(t.Context(), p.ID); !errors.Is(err, profiles.ErrGone) {
		t.Errorf("removed again: %v", err)
	}
	if left := load(t, book).Leftovers; len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// What cannot be read is refused, and is what it was after every attempt to change it.
func TestDamagedIndex(t *testing.T) {
	t.Parallel()
	const one = `{"id":"i","name":"n","client_id":"c","vault":"keyring"}`
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"empty":          {"", profiles.ErrCorrupt},
		"blank":          {"\n", profiles.ErrCorrupt},
		"cut off":        {`{"version":1,"vault":"keyring","profiles":[` + one, profiles.ErrCorrupt},
		"text":           {"not JSON", profiles.ErrCorrupt},
		"array":          {"[]", profiles.ErrCorrupt},
		"no version":     {`{"profiles":[]}`, profiles.ErrCorrupt},
		"newer":          {`{"version":99,"anything":true}`, profiles.ErrNewer},
		"unknown member": {`{"version":1,"vault":"keyring","profiles":[],"colours":1}`, profiles.ErrCorrupt},
		"two of a name":  {`{"version":1,"vault":"keyring","profiles":[` + one + `,{"id":"j","name":"N","client_id":"c","vault":"keyring"}]}`, profiles.ErrCorrupt},
		"two of an id":   {`{"version":1,"vault":"keyring","profiles":[` + one + `,{"id":"i","name":"m","client_id":"c","vault":"keyring"}]}`, profiles.ErrCorrupt},
		"unknown vault":  {`{"version":1,"vault":"cloud","profiles":[]}`, profiles.ErrCorrupt},
		"hostile name":   {`{"version":1,"vault":"keyring","profiles":[{"id":"i","name":"a\nb","client_id":"c","vault":"keyring"}]}`, profiles.ErrCorrupt},
		"hostile field":  {`{"version":1,"vault":"keyring","profiles":[{"id":"i","name":"n","client_id":"c","vault":"keyring","environment":"\u001b[2J"}]}`, profiles.ErrCorrupt},
		"two values":     {`{"version":1,"vault":"keyring","profiles":[]}{}`, profiles.ErrCorrupt},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			book := newBook(t, t.TempDir())
			if err := os.WriteFile(book.Path(), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := book.Load(); !errors.Is(err, c.want) || !strings.Contains(err.Error(), book.Path()) {
				t.Errorf("load: %v, want %v with the path", err, c.want)
			}
			if err := book.Add(t.Context(), app("acme", profiles.FileVault), verifier.NewSecret(secretOne)); !errors.Is(err, c.want) {
				t.Errorf("add: %v", err)
			}
			if err := book.Remove(t.Context(), "i"); !errors.Is(err, c.want) {
				t.Errorf("remove: %v", err)
			}
			if _, err := book.MoveAll(t.Context(), profiles.FileVault, nil); !errors.Is(err, c.want) {
				t.Errorf("move: %v", err)
			}
			if text, err := os.ReadFile(book.Path()); err != nil || string(text) != c.text {
				t.Errorf("now %q, %v", text, err)
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(book.Path()), "secrets.age")); err == nil {
				t.Error("a secret was stored all the same")
			}
		})
	}
}

// Processes that write at the same moment lose nothing of each other's.
func TestManyWriters(t *testing.T) {
	t.Parallel()
	const writers, each = 8, 20
	dir := t.TempDir()
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			cmd := exec.Command(os.Args[0], "-test.run=^TestWriterProcess$")
			cmd.Env = append(os.Environ(), "WRITER_DIR="+dir, "WRITER_NUMBER="+strconv.Itoa(w), "WRITER_EACH="+strconv.Itoa(each))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("writer %d: %v\n%s", w, err, out)
			}
		})
	}
	wg.Wait()
	book := newBook(t, dir)
	ix := load(t, book)
	if len(ix.Profiles) != writers*each || len(ix.Leftovers) != 0 {
		t.Fatalf("%d profiles and %d leftovers, want %d and none", len(ix.Profiles), len(ix.Leftovers), writers*each)
	}
	for i := range ix.Profiles {
		if p := &ix.Profiles[i]; p.Vault == profiles.FileVault && secretOf(t, book, p) != secretOne {
			t.Errorf("%s lost its secret", p.Name)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains([]string{"profiles.json", "profiles.lock", "vaults.lock", "secrets.age"}, e.Name()) {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

// TestWriterProcess is a process of TestManyWriters.
func TestWriterProcess(t *testing.T) {
	dir := os.Getenv("WRITER_DIR")
	if dir == "" {
		return // it runs as a process only
	}
	each, err := strconv.Atoi(os.Getenv("WRITER_EACH"))
	if err != nil {
		t.Fatal(err)
	}
	book := newBook(t, dir)
	for n := range each {
		name := fmt.Sprintf("writer %s, %d", os.Getenv("WRITER_NUMBER"), n)
		p, secret := app(name, profiles.MemoryVault), ""
		if n%5 == 0 {
			p.Vault, secret = profiles.FileVault, secretOne
		}
		add(t, book, p, secret)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	ix := &profiles.Index{Profiles: []profiles.Profile{
		{Name: "acme", ClientID: "one", StoreHash: "abc123"},
		{Name: "acme-sandbox", ClientID: "two", StoreHash: "zzz999"},
		{Name: "Übergröße", ClientID: "three", StoreHash: "beta1"},
		{Name: "beta 1", ClientID: "four"},
		{Name: "beta 2", ClientID: "four"},
	}}
	for asked, want := range map[string]string{
		"acme":          "acme", // and not a prefix of two
		"ACME":          "acme",
		" acme-sandbox": "acme-sandbox",
		"acme-":         "acme-sandbox",
		"u\u0308BERG":   "Übergröße", // as macOS writes it
		"zzz999":        "acme-sandbox",
		"ONE":           "acme",
		"beta1":         "Übergröße", // a store hash before the beginning of a name
		"beta 2":        "beta 2",
		"beta":          "?beta 1, beta 2",
		"four":          "?beta 1, beta 2",
		"nobody":        "?",
		"":              "?",
		" ":             "?",
	} {
		p, err := ix.Find(asked)
		got := ""
		if unknown, ok := errors.AsType[*profiles.UnknownError](err); ok {
			got = "?" + strings.Join(unknown.Names, ", ")
		} else {
			got = p.Name
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", asked, got, want)
		}
	}
}
