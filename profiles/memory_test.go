package profiles_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jotwatch/profiles"
)

// A secret in memory is there for this process, and the file never knows of it.
func TestMemoryVault(t *testing.T) {
	t.Parallel()
	ctx, dir := t.Context(), t.TempDir()
	book := newBook(t, dir)
	written := func(when string) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, "profiles.json"))
		if err != nil || !strings.Contains(string(text), `"leftovers": []`) || strings.Contains(string(text), `"has_secret": true`) {
			t.Errorf("%s: %v\n%s", when, err, text)
		}
	}
	want := func(when, secret string) *profiles.Profile {
		t.Helper()
		p := find(t, book, "acme")
		if got := secretOf(t, book, p); got != secret {
			t.Errorf("%s: a secret of %d bytes, want %d", when, len(got), len(secret))
		}
		return p
	}
	add(t, book, app("acme", profiles.MemoryVault), secretOne)
	written("added")
	first := want("added", secretOne)
	if err := editNamed(ctx, book, "acme", func(p *profiles.Profile) { p.Note = "a note" }, ""); err != nil {
		t.Fatal(err)
	}
	want("without another secret", secretOne)
	if err := editNamed(ctx, book, "acme", func(*profiles.Profile) {}, secretTwo); err != nil {
		t.Fatal(err)
	}
	written("another secret")
	if p := want("another secret", secretTwo); p.Revision != first.Revision+1 {
		t.Errorf("revision %d after %d", p.Revision, first.Revision)
	}
	if err := editNamed(ctx, book, "acme", func(p *profiles.Profile) { p.Vault = profiles.FileVault }, ""); err != nil {
		t.Fatal(err)
	}
	if p := want("moved to a file", secretTwo); !p.HasSecret || secretOf(t, book, first) != "" {
		t.Errorf("moved to a file: %+v, still in memory: %t", p, secretOf(t, book, first) != "")
	}
	if err := editNamed(ctx, book, "acme", func(p *profiles.Profile) { p.Vault = profiles.MemoryVault }, ""); err != nil {
		t.Fatal(err)
	}
	written("moved back")
	p := want("moved back", secretTwo)
	if got := secretOf(t, newBook(t, dir), p); got != "" {
		t.Errorf("another process has a secret of %d bytes", len(got))
	}
	// Where the process has ended since, there is nothing to move.
	if err := editNamed(ctx, newBook(t, dir), "acme", func(p *profiles.Profile) { p.Vault = profiles.FileVault }, ""); err != nil {
		t.Fatal(err)
	}
	if p := want("moved by another process", ""); p.HasSecret {
		t.Errorf("got %+v", p)
	}
	if err := editNamed(ctx, book, "acme", func(p *profiles.Profile) { p.Vault = profiles.MemoryVault }, secretOne); err != nil {
		t.Fatal(err)
	}
	if err := book.Remove(ctx, p.ID); err != nil || secretOf(t, book, p) != "" {
		t.Errorf("removed: %v", err)
	}
	written("removed")
}
