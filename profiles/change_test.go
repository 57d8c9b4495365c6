package profiles_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jotwatch/profiles"
	"jotwatch/verifier"
)

// The moments at which a change is killed: between each two of its writes to the index and to a vault.
var (
	aroundPut    = []string{"before put", "after put"}
	aroundDelete = []string{"before delete", "after delete"}
	aroundBoth   = slices.Concat(aroundPut, aroundDelete)
)

// A dying vault kills its process at a moment.
type dying struct {
	profiles.Vault

	moment string
}

func (d dying) die(moment string) {
	if d.moment != moment {
		return
	}
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
	select {} // the signal is on its way
}

func (d dying) Put(ctx context.Context, entries []profiles.Entry, stored func(int)) error {
	d.die("before put")
	err := d.Vault.Put(ctx, entries, stored)
	d.die("after put")
	return err
}

func (d dying) Delete(ctx context.Context, ids []string) error {
	d.die("before delete")
	err := d.Vault.Delete(ctx, ids)
	d.die("after delete")
	return err
}

func dyingBook(dir, moment string) *profiles.Book {
	return profiles.New(profiles.Config{Dir: dir, Vaults: map[profiles.VaultName]profiles.Vault{
		profiles.FileVault:    dying{profiles.QuickFile(dir, fixed(phrase)), moment},
		profiles.KeyringVault: dying{profiles.QuickFile(filepath.Join(dir, "keyring"), fixed(phrase)), moment},
	}})
}

// changes are what is killed, over a book that has the profile "here" with its secret in the file vault. Each says whether
// it is done; done again after a kill, it finishes.
var changes = map[string]struct {
	moments []string
	do      func(ctx context.Context, book *profiles.Book) error
	done    func(ix *profiles.Index) bool
}{
	"add": {
		aroundPut,
		func(ctx context.Context, book *profiles.Book) error {
			return book.Add(ctx, app("new", profiles.FileVault), verifier.NewSecret(secretTwo))
		},
		func(ix *profiles.Index) bool { return len(ix.Profiles) == 2 },
	},
	"import": {
		aroundPut,
		func(ctx context.Context, book *profiles.Book) error {
			ix, err := book.Load()
			if err != nil {
				return err
			}
			var drafts []profiles.Draft
			for i := range 20 {
				drafts = append(drafts, profiles.Draft{Profile: app(fmt.Sprintf("new %d", i), ""), Secret: verifier.NewSecret(secretTwo)})
			}
			return book.Import(ctx, ix.PlanImport(drafts, profiles.FileVault, false), "", nil)
		},
		func(ix *profiles.Index) bool { return len(ix.Profiles) == 21 },
	},
	"edit": {
		aroundPut,
		func(ctx context.Context, book *profiles.Book) error {
			return edit(ctx, book, func(p *profiles.Profile) { p.Note = "edited" }, secretOne)
		},
		func(ix *profiles.Index) bool { return ix.Profiles[0].Note == "edited" },
	},
	"edit vault": {
		aroundBoth,
		func(ctx context.Context, book *profiles.Book) error {
			return edit(ctx, book, func(p *profiles.Profile) { p.Vault = profiles.KeyringVault }, "")
		},
		func(ix *profiles.Index) bool { return ix.Profiles[0].Vault == profiles.KeyringVault },
	},
	"remove": {
		aroundDelete,
		func(ctx context.Context, book *profiles.Book) error {
			ix, err := book.Load()
			if err != nil {
				return err
			}
			if len(ix.Profiles) == 0 { // removed, but for its secret
				_, err := book.RemoveLeftovers(ctx, "here")
				return err
			}
			return book.Remove(ctx, ix.Profiles[0].ID)
		},
		func(ix *profiles.Index) bool { return len(ix.Profiles) == 0 },
	},
	"move": {
		aroundBoth,
		func(ctx context.Context, book *profiles.Book) error {
			_, err := book.MoveAll(ctx, profiles.KeyringVault, nil)
			return err
		},
		func(ix *profiles.Index) bool {
			return ix.Profiles[0].Vault == profiles.KeyringVault && ix.Vault == profiles.KeyringVault
		},
	},
}

func edit(ctx context.Context, book *profiles.Book, change func(*profiles.Profile), secret string) error {
	return editNamed(ctx, book, "here", change, secret)
}

func editNamed(ctx context.Context, book *profiles.Book, name string, change func(*profiles.Profile), secret string) error {
	ix, err := book.Load()
	if err != nil {
		return err
	}
	p, err := ix.Find(name)
	if err != nil {
		return err
	}
	return book.Edit(ctx, p.ID, func(p *profiles.Profile) error {
		change(p)
		return nil
	}, verifier.NewSecret(secret))
}

// Killed at any moment, a change is made or not, no profile lacks its secret, and the same change done again finishes and
// leaves no secret that nobody uses.
func TestKilledChanges(t *testing.T) {
	t.Parallel()
	for name, c := range changes {
		for _, moment := range c.moments {
			t.Run(name+" "+moment, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				if err := os.Mkdir(filepath.Join(dir, "keyring"), 0o700); err != nil {
					t.Fatal(err)
				}
				book := newBook(t, dir)
				here := add(t, book, app("here", profiles.FileVault), secretOne)
				cmd := exec.Command(os.Args[0], "-test.run=^TestChangeProcess$")
				cmd.Env = append(os.Environ(), "CHANGE_DIR="+dir, "CHANGE="+name, "CHANGE_MOMENT="+moment)
				out, err := cmd.CombinedOutput()
				if err == nil || strings.Contains(string(out), "FAIL") {
					t.Fatalf("it was not killed: %v\n%s", err, out)
				}
				ix := load(t, book)
				if moment == "before put" && c.done(ix) {
					t.Error("the change was made without its secret")
				}
				whole(t, book, ix)
				seen := slices.Concat(ix.Leftovers, []profiles.Leftover{{Vault: profiles.FileVault, ID: here.ID}})
				if err := c.do(t.Context(), book); err != nil {
					t.Fatalf("done again: %v", err)
				}
				if _, err := book.RemoveLeftovers(t.Context(), ""); err != nil { // as jotwatch vault clean
					t.Fatal(err)
				}
				ix = load(t, book)
				if !c.done(ix) || len(ix.Leftovers) > 0 {
					t.Errorf("done again: made %t, left %v", c.done(ix), ix.Leftovers)
				}
				whole(t, book, ix)
				for _, l := range seen {
					used := false
					for i := range ix.Profiles {
						used = used || ix.Profiles[i].ID == l.ID && ix.Profiles[i].Vault == l.Vault
					}
					if secret := secretOf(t, book, &profiles.Profile{ID: l.ID, Vault: l.Vault}); !used && secret != "" {
						t.Errorf("a secret that nobody uses is still in %s", l.Vault)
					}
				}
			})
		}
	}
}

// whole holds a book to what is always true: every profile has its secret.
func whole(t *testing.T, book *profiles.Book, ix *profiles.Index) {
	t.Helper()
	for i := range ix.Profiles {
		p := &ix.Profiles[i]
		if got := secretOf(t, book, p); got != secretOne && got != secretTwo || !p.HasSecret {
			t.Errorf("%s has no secret", p.Name)
		}
	}
}

// TestChangeProcess is a process of TestKilledChanges.
func TestChangeProcess(t *testing.T) {
	dir := os.Getenv("CHANGE_DIR")
	if dir == "" {
		return // it runs as a process only
	}
	if err := changes[os.Getenv("CHANGE")].do(t.Context(), dyingBook(dir, os.Getenv("CHANGE_MOMENT"))); err != nil {
		t.Fatal("FAIL", err)
	}
}

// A failing vault fails from its nth secret on.
type failing struct {
	profiles.Vault

	at     int
	reason error
	wrong  bool // it stores something else
}

func (f failing) Put(ctx context.Context, entries []profiles.Entry, stored func(int)) error {
	for i, e := range entries {
		if i >= f.at && f.reason != nil {
			return &profiles.VaultError{Vault: profiles.KeyringVault, Reason: f.reason, Wrong: "no"}
		}
		if f.wrong {
			e.Secret = verifier.NewSecret("something else")
		}
		if err := f.Vault.Put(ctx, []profiles.Entry{e}, nil); err != nil {
			return err
		}
		stored(i + 1)
	}
	return nil
}

// All secrets move or none, whatever the vault does in the middle.
func TestMoveAllOrNone(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]failing{
		"locked at once":    {at: 0, reason: profiles.ErrLocked},
		"locked midway":     {at: 3, reason: profiles.ErrLocked},
		"silent midway":     {at: 3, reason: profiles.ErrTimedOut},
		"stores what it is": {wrong: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "keyring"), 0o700); err != nil {
				t.Fatal(err)
			}
			good := newBook(t, dir)
			for i := range 6 {
				add(t, good, app(fmt.Sprintf("profile %d", i), profiles.FileVault), secretOne)
			}
			add(t, good, profiles.Profile{Name: "by command", ClientID: "c", Vault: profiles.CommandVault, Command: "echo " + secretTwo[:32] + "''" + secretTwo[32:]}, "")
			f.Vault = profiles.QuickFile(filepath.Join(dir, "keyring"), fixed(phrase))
			bad := profiles.New(profiles.Config{Dir: dir, Vaults: map[profiles.VaultName]profiles.Vault{
				profiles.FileVault: profiles.QuickFile(dir, fixed(phrase)), profiles.KeyringVault: f,
			}})
			if _, err := bad.MoveAll(t.Context(), profiles.KeyringVault, nil); err == nil {
				t.Fatal("no error")
			}
			ix := load(t, good)
			whole(t, good, ix)
			copies := 0
			for i := range ix.Profiles {
				p := &ix.Profiles[i]
				if p.Vault == profiles.KeyringVault {
					t.Errorf("%s was moved", p.Name)
				}
				if secretOf(t, good, &profiles.Profile{ID: p.ID, Vault: profiles.KeyringVault}) != "" {
					copies++
				}
			}
			// A vault that does not answer is not asked to take them back; what it has is noted.
			if len(ix.Leftovers) < copies || copies > 0 && f.reason == nil {
				t.Errorf("%d copies, noted are %d", copies, len(ix.Leftovers))
			}
			m, err := good.MoveAll(t.Context(), profiles.KeyringVault, nil)
			if err != nil || len(m.Moved) != 6 || len(m.Stay) != 1 || len(m.Missing) != 0 {
				t.Errorf("then: %+v, %v", m, err)
			}
			if ix = load(t, good); len(ix.Leftovers) != 0 {
				t.Errorf("left: %v", ix.Leftovers)
			}
			whole(t, good, ix)
		})
	}
}

// A secret that its vault does not have at the moment is not forgotten: it may come back.
func TestMoveWithoutFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "keyring"), 0o700); err != nil {
		t.Fatal(err)
	}
	book := newBook(t, dir)
	add(t, book, app("acme", profiles.FileVault), secretOne)
	file, away := filepath.Join(dir, "secrets.age"), filepath.Join(dir, "away")
	if err := os.Rename(file, away); err != nil {
		t.Fatal(err)
	}
	if _, err := book.MoveAll(t.Context(), profiles.KeyringVault, nil); !errors.Is(err, profiles.ErrAbsent) {
		t.Errorf("got %v", err)
	}
	if err := os.Rename(away, file); err != nil {
		t.Fatal(err)
	}
	whole(t, book, load(t, book))
}

// A vault that does not delete leaves the profile removed, and says so; the secret is deleted another time.
func TestRemoveWithoutVault(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	book := newBook(t, dir)
	p := add(t, book, app("acme", profiles.FileVault), secretOne)
	locked := profiles.New(profiles.Config{Dir: dir, Vaults: map[profiles.VaultName]profiles.Vault{
		profiles.FileVault: profiles.QuickFile(dir, func(context.Context, profiles.Purpose, bool) (string, error) { return "", profiles.ErrNoPassphrase }),
	}})
	left, ok := errors.AsType[*profiles.LeftError](locked.Remove(t.Context(), p.ID))
	if !ok || len(left.Left) != 1 || left.Left[0].Name != "acme" || !errors.Is(left, profiles.ErrLocked) {
		t.Fatalf("got %v", left)
	}
	if ix := load(t, book); len(ix.Profiles) != 0 || len(ix.Leftovers) != 1 {
		t.Errorf("index: %+v", ix)
	}
	// The next change to the same vault takes it along.
	add(t, book, app("beta", profiles.FileVault), secretTwo)
	if ix := load(t, book); len(ix.Leftovers) != 0 || secretOf(t, book, p) != "" {
		t.Errorf("still left: %v", ix.Leftovers)
	}
}
