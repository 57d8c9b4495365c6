package profiles_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"jotwatch/profiles"
	"jotwatch/verifier"
)

func memoryBook() *profiles.Book {
	return profiles.New(profiles.Config{Vaults: map[profiles.VaultName]profiles.Vault{profiles.MemoryVault: &profiles.Memory{}}})
}

// A Book without a directory does what every other does, and nothing of it is on the disk.
func TestBookInMemory(t *testing.T) {
	t.Chdir(t.TempDir()) // where a file without a directory would be
	book, ctx := memoryBook(), t.Context()
	if path, ix := book.Path(), load(t, book); path != "" || len(ix.Profiles) != 0 || ix.Vault != profiles.MemoryVault {
		t.Errorf("a new one: path %q, %d profiles, vault %s", path, len(ix.Profiles), ix.Vault)
	}
	kept, err := book.Keep(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if key := load(t, book).IngestKey; key == "" || key != kept.IngestKey {
		t.Errorf("the ingest key is %q, was kept as %q", key, kept.IngestKey)
	}
	if renewed, err := book.RenewIngestKey(ctx); err != nil || renewed.IngestKey == kept.IngestKey || renewed.IngestKey != load(t, book).IngestKey {
		t.Errorf("the renewed key: %v", err)
	}
	p := add(t, book, app("acme", profiles.MemoryVault), secretOne)
	load(t, book).Profiles[0].Name = "changed" // in a copy that nobody shares
	if got := find(t, book, "acme"); got.ID != p.ID || got.HasSecret || secretOf(t, book, got) != secretOne {
		t.Errorf("added: %+v", got)
	}
	book.Used(ctx, []*verifier.Report{{SignedBy: "acme"}}, time.Unix(1_700_000_000, 0))
	if got := find(t, book, "acme").UsedAt.Unix(); got != 1_700_000_000 {
		t.Errorf("used at %d", got)
	}
	if err := editNamed(ctx, book, "acme", func(p *profiles.Profile) { p.Note = "a note" }, ""); err != nil || find(t, book, "acme").Note != "a note" {
		t.Errorf("edited: %v", err)
	}
	if err := book.Check(ctx, profiles.MemoryVault); err != nil {
		t.Errorf("check: %v", err)
	}
	if n, err := book.RemoveLeftovers(ctx, ""); n != 0 || err != nil {
		t.Errorf("%d leftovers, %v", n, err)
	}
	if m, err := book.PlanMove(profiles.FileVault); err != nil || len(m.Moved) != 0 || len(m.Stay) != 1 {
		t.Errorf("move: %+v, %v", m, err)
	}
	if err := book.Import(ctx, load(t, book).PlanImport([]profiles.Draft{{Profile: app("beta", "")}}, profiles.MemoryVault, false), "", nil); err != nil {
		t.Errorf("import: %v", err)
	}
	if ix, now, err := book.Changed(nil); ix != nil || now != nil || err != nil {
		t.Errorf("changed: %v, %v, %v", ix, now, err)
	}
	if err := book.Remove(ctx, p.ID); err != nil || len(load(t, book).Profiles) != 1 || secretOf(t, book, p) != "" {
		t.Errorf("removed: %v", err)
	}
	if files, err := os.ReadDir("."); err != nil || len(files) != 0 {
		t.Errorf("on the disk: %v, %v", files, err)
	}
}

// Many change it at once, and none loses what another one did.
func TestBookInMemoryIsShared(t *testing.T) {
	t.Parallel()
	book := memoryBook()
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if err := book.Add(context.Background(), app(fmt.Sprintf("shop %d", i), profiles.MemoryVault), verifier.NewSecret(numbered(i))); err != nil {
				t.Error(err)
			}
			if _, err := book.Load(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	ix := load(t, book)
	if len(ix.Profiles) != 20 {
		t.Errorf("got %d profiles", len(ix.Profiles))
	}
	for i := range ix.Profiles {
		if secretOf(t, book, &ix.Profiles[i]) == "" {
			t.Errorf("%s has no secret", ix.Profiles[i].Name)
		}
	}
}

// What waits for a change in memory gives up with its context.
func TestBookInMemoryWaits(t *testing.T) {
	t.Parallel()
	vault := &stuck{entered: make(chan struct{}), leave: make(chan struct{})}
	book := profiles.New(profiles.Config{Vaults: map[profiles.VaultName]profiles.Vault{profiles.MemoryVault: vault}})
	done := make(chan error)
	go func() {
		done <- book.Add(context.Background(), app("acme", profiles.MemoryVault), verifier.NewSecret(secretOne))
	}()
	<-vault.entered
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	cancel(enough)
	if err := book.Add(ctx, app("beta", profiles.MemoryVault), verifier.Secret{}); !errors.Is(err, enough) {
		t.Errorf("while another one changes it: %v", err)
	}
	close(vault.leave)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A stuck vault takes a secret when it is let.
type stuck struct {
	profiles.Memory

	entered, leave chan struct{}
}

func (s *stuck) Put(ctx context.Context, entries []profiles.Entry, stored func(int)) error {
	close(s.entered)
	<-s.leave
	return s.Memory.Put(ctx, entries, stored)
}

// The index is read again when its file is another one.
func TestChanged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	book := newBook(t, dir)
	changed := func(seen os.FileInfo, profiles int) os.FileInfo {
		t.Helper()
		ix, now, err := book.Changed(seen)
		if err != nil {
			t.Fatal(err)
		}
		got := -1
		if ix != nil {
			got = len(ix.Profiles)
		}
		if got != profiles {
			t.Errorf("got %d profiles, want %d (-1 is no change)", got, profiles)
		}
		return now
	}
	if now := changed(nil, -1); now != nil { // never written
		t.Errorf("got %v", now)
	}
	add(t, book, app("acme", profiles.MemoryVault), "")
	one := changed(nil, 1)
	changed(one, -1)
	add(t, newBook(t, dir), app("beta", profiles.MemoryVault), "")
	two := changed(one, 2)
	changed(two, -1)
	if err := os.WriteFile(book.Path(), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(book.Path(), time.Time{}, two.ModTime().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if ix, now, err := book.Changed(two); ix != nil || now != two || !errors.Is(err, profiles.ErrCorrupt) {
		t.Errorf("damaged: %v, %v, %v", ix, now, err)
	}
	if err := os.Remove(book.Path()); err != nil {
		t.Fatal(err)
	}
	if now := changed(two, -1); now != two {
		t.Errorf("gone: got %v", now)
	}
}
