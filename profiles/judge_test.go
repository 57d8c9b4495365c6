package profiles_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jotwatch/mint"
	"jotwatch/profiles"
	"jotwatch/verifier"
)

// A counting vault notes what is read, and may fail.
type counting struct {
	profiles.Memory

	mu   sync.Mutex
	read []string
	err  error
}

func (c *counting) Get(ctx context.Context, id string) (verifier.Secret, error) {
	c.mu.Lock()
	c.read = append(c.read, id)
	c.mu.Unlock()
	if c.err != nil {
		return verifier.Secret{}, c.err
	}
	return c.Memory.Get(ctx, id)
}

func numbered(i int) string { return fmt.Sprintf("%064x", i+1) }

func signed(t *testing.T, client, secret string) string {
	t.Helper()
	token, err := mint.Token(mint.App{ClientID: client, StoreHash: "abc123", Secret: verifier.NewSecret(secret)}, "valid", time.Unix(1_700_000_000, 0))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// Secrets are fetched when they are wanted: the owner's, then a bounded number of others', and of a vault that does not
// answer none.
func TestJudge(t *testing.T) {
	t.Parallel()
	ctx, vault := t.Context(), &counting{}
	book := profiles.New(profiles.Config{Dir: t.TempDir(), Vaults: map[profiles.VaultName]profiles.Vault{profiles.KeyringVault: vault}})
	var drafts []profiles.Draft
	for i := range 100 {
		drafts = append(drafts, profiles.Draft{
			Profile: profiles.Profile{Name: fmt.Sprintf("shop %02d", i), ClientID: fmt.Sprintf("client-%d", i)}, Secret: verifier.NewSecret(numbered(i)),
		})
	}
	if err := book.Import(ctx, load(t, book).PlanImport(drafts, profiles.KeyringVault, false), "", nil); err != nil {
		t.Fatal(err)
	}
	command := profiles.Profile{Name: "by command", ClientID: "client-x", Vault: profiles.CommandVault, Command: "echo never >&2; exit 1"}
	if err := book.Add(ctx, command, verifier.Secret{}); err != nil {
		t.Fatal(err)
	}
	locked := &profiles.VaultError{Vault: profiles.KeyringVault, Reason: profiles.ErrLocked, Wrong: "the keyring is locked", Hint: "unlock it"}
	for name, c := range map[string]struct {
		text  string
		named string
		all   bool
		err   error
		reads int
		want  string // owner, signature, who signed
		part  string // of what is found
	}{
		"owner":            {text: signed(t, "client-50", numbered(50)), reads: 1, want: "shop 50 verified shop 50"},
		"five of an owner": {text: strings.Repeat(signed(t, "client-50", numbered(50))+"\n", 5), reads: 1, want: "shop 50 verified shop 50"},
		"mismatch":         {text: signed(t, "client-50", numbered(2)), reads: 9, want: "shop 50 mismatch shop 02"},
		"far mismatch":     {text: signed(t, "client-50", numbered(99)), reads: 65, want: "shop 50 mismatch "},
		"far, all":         {text: signed(t, "client-50", numbered(99)), all: true, reads: 100, want: "shop 50 mismatch shop 99"},
		"stranger":         {text: signed(t, "stranger", numbered(7)), reads: 8, want: "shop 07 verified shop 07"},
		"by command":       {text: signed(t, "client-x", numbered(1)), reads: 0, want: "by command unchecked ", part: "its secret command failed: never"},
		"named":            {text: signed(t, "client-50", numbered(50)), named: "shop 51", reads: 9, want: "shop 51 mismatch shop 50"},
		"locked":           {text: signed(t, "client-50", numbered(50)), err: locked, reads: 1, want: "shop 50 unchecked ", part: "the secret of shop 50 cannot be had: the keyring is locked."},
		"stranger, locked": {text: signed(t, "stranger", numbered(7)), err: locked, reads: 1, want: " unchecked ", part: "no other secret can be had: the keyring is locked."},
	} {
		vault.read, vault.err = nil, c.err
		ix := load(t, book)
		var named *profiles.Profile
		if c.named != "" {
			var err error
			if named, err = ix.Find(c.named); err != nil {
				t.Fatal(err)
			}
		}
		reports := book.NewJudge(ix, named, c.all).InspectAll(ctx, c.text)
		r := reports[len(reports)-1]
		if got := fmt.Sprintf("%s %s %s", r.Profile, r.Signature, r.SignedBy); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		if len(vault.read) != c.reads {
			t.Errorf("%s: %d secrets were read, want %d", name, len(vault.read), c.reads)
		}
		slices.Sort(vault.read)
		if twice := len(vault.read) - len(slices.Compact(slices.Clone(vault.read))); twice > 0 {
			t.Errorf("%s: %d secrets were read twice", name, twice)
		}
		found := fmt.Sprint(r.Findings(time.Unix(1_700_000_001, 0)))
		if !strings.Contains(found, c.part) {
			t.Errorf("%s: %q is not found:\n%s", name, c.part, found)
		}
	}
}

// An entry that somebody emptied is no secret, and is not asked for without end.
func TestEmptySecret(t *testing.T) {
	t.Parallel()
	vault := &counting{}
	book := profiles.New(profiles.Config{Dir: t.TempDir(), Vaults: map[profiles.VaultName]profiles.Vault{profiles.KeyringVault: vault}})
	p := app("acme", profiles.KeyringVault)
	if err := book.Add(t.Context(), p, verifier.NewSecret(secretOne)); err != nil {
		t.Fatal(err)
	}
	if err := vault.Put(t.Context(), []profiles.Entry{{ID: find(t, book, "acme").ID}}, nil); err != nil {
		t.Fatal(err)
	}
	r := book.NewJudge(load(t, book), nil, false).InspectAll(t.Context(), signed(t, clientID, secretOne))[0]
	if r.Signature != verifier.SignatureUnchecked || len(vault.read) != 1 {
		t.Errorf("%s, read %d times", r.Signature, len(vault.read))
	}
}

// The profile that judged a token last is tried first another time, and that is not written each time.
func TestUsed(t *testing.T) {
	t.Parallel()
	book := newBook(t, t.TempDir())
	for _, name := range []string{"a", "b", "c"} {
		add(t, book, app(name, profiles.FileVault), secretOne)
	}
	now := time.Unix(1_700_000_000, 0)
	book.Used(t.Context(), []*verifier.Report{{SignedBy: "c"}, {SignedBy: ""}}, now)
	if p := find(t, book, "c"); !p.UsedAt.Equal(now) {
		t.Errorf("used at %v", p.UsedAt)
	}
	book.Used(t.Context(), []*verifier.Report{{SignedBy: "c"}}, now.Add(time.Minute))
	if p := find(t, book, "c"); !p.UsedAt.Equal(now) {
		t.Errorf("a minute later: used at %v", p.UsedAt)
	}
	book.Used(t.Context(), []*verifier.Report{{SignedBy: "b"}}, now.Add(time.Hour))
	ix := load(t, book)
	if got := book.NewJudge(ix, nil, false).Order(); !slices.Equal(got, []string{"b", "c", "a"}) {
		t.Errorf("order %q", got)
	}
}

// A Judge over a changed index takes over what an earlier one fetched, as far as it is still the same, and what could not be had
// is asked for again when that is wanted.
func TestInheritedSecrets(t *testing.T) {
	t.Parallel()
	ctx, vault := t.Context(), &counting{}
	book := profiles.New(profiles.Config{Dir: t.TempDir(), Vaults: map[profiles.VaultName]profiles.Vault{profiles.KeyringVault: vault}})
	if err := book.Add(ctx, app("acme", profiles.KeyringVault), verifier.NewSecret(secretOne)); err != nil {
		t.Fatal(err)
	}
	id := find(t, book, "acme").ID
	edit := func(change func(*profiles.Profile), secret string) {
		t.Helper()
		err := book.Edit(ctx, id, func(p *profiles.Profile) error { change(p); return nil }, verifier.NewSecret(secret))
		if err != nil {
			t.Fatal(err)
		}
	}
	judge := book.NewJudge(load(t, book), nil, false)
	text := signed(t, clientID, secretOne)
	step := func(what string, want verifier.SignatureState, reads int) {
		t.Helper()
		later := book.NewJudge(load(t, book), nil, false)
		later.Inherit(judge)
		judge = later
		vault.read = nil
		r := judge.Settle(ctx, func(known []verifier.Credential) []*verifier.Report { return verifier.InspectAll(text, known) })[0]
		if r.Signature != want || len(vault.read) != reads {
			t.Errorf("%s: %s, read %d times, want %s and %d", what, r.Signature, len(vault.read), want, reads)
		}
	}
	step("at first", verifier.SignatureVerified, 1)
	step("nothing changed", verifier.SignatureVerified, 0)
	edit(func(p *profiles.Profile) { p.Name = "beta" }, "")
	step("renamed", verifier.SignatureVerified, 0)
	edit(func(*profiles.Profile) {}, numbered(7))
	step("another secret", verifier.SignatureMismatch, 1)
	edit(func(*profiles.Profile) {}, secretOne)
	vault.err = &profiles.VaultError{Vault: profiles.KeyringVault, Reason: profiles.ErrLocked, Wrong: "the keyring is locked", Hint: "unlock it"}
	step("locked", verifier.SignatureUnchecked, 1)
	if !judge.Unanswered() {
		t.Error("it does not say that a secret could not be had")
	}
	vault.err = nil
	judge.Retry()
	step("unlocked", verifier.SignatureVerified, 1)
	edit(func(p *profiles.Profile) { p.Vault, p.Command = profiles.CommandVault, "echo "+numbered(7) }, "")
	step("by command", verifier.SignatureMismatch, 0)
}

// The installation's key stays what it is once it was given out, and can be renewed.
func TestIngestKey(t *testing.T) {
	t.Parallel()
	book := newBook(t, t.TempDir())
	first, err := book.Keep(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, err := book.Keep(t.Context())
	if err != nil || again.IngestKey != first.IngestKey || load(t, book).IngestKey != first.IngestKey || len(first.IngestKey) < 16 {
		t.Errorf("then it is %q, and was %q: %v", again.IngestKey, first.IngestKey, err)
	}
	renewed, err := book.RenewIngestKey(t.Context())
	if err != nil || renewed.IngestKey == first.IngestKey || load(t, book).IngestKey != renewed.IngestKey {
		t.Errorf("renewed it is %q, and was %q: %v", renewed.IngestKey, first.IngestKey, err)
	}
	text, err := os.ReadFile(book.Path())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(book.Path(), bytes.Replace(text, []byte(renewed.IngestKey), nil, 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if filled, err := book.Keep(t.Context()); err != nil || len(filled.IngestKey) < 16 || load(t, book).IngestKey != filled.IngestKey {
		t.Errorf("where there was none it is %q: %v", filled.IngestKey, err)
	}
}

// A clone goes its own way: what it fetches, the Judge that it is of does not have, until it is told.
func TestClonedJudge(t *testing.T) {
	t.Parallel()
	ctx, vault := t.Context(), &counting{}
	book := profiles.New(profiles.Config{Vaults: map[profiles.VaultName]profiles.Vault{profiles.MemoryVault: vault}})
	for i, name := range []string{"acme", "beta"} {
		p := profiles.Profile{Name: name, ClientID: fmt.Sprintf("client-%d", i), Vault: profiles.MemoryVault}
		if err := book.Add(ctx, p, verifier.NewSecret(numbered(i))); err != nil {
			t.Fatal(err)
		}
	}
	ix := load(t, book)
	judge := book.NewJudge(ix, nil, false)
	fetched := func(j *profiles.Judge) (names []string) {
		for _, c := range j.Known() {
			if !c.Secret.IsZero() {
				names = append(names, c.Profile)
			}
		}
		return names
	}
	judge.InspectAll(ctx, signed(t, "client-0", numbered(0)))
	clone := judge.Clone()
	var both sync.WaitGroup
	both.Go(func() { clone.InspectAll(ctx, signed(t, "client-1", numbered(1))) })
	both.Go(func() { judge.Known(); judge.Unanswered() })
	ix.Profiles[0].Name = "renamed" // which is not the clone's
	both.Wait()
	if got := fmt.Sprint(fetched(judge)); got != "[acme]" {
		t.Errorf("the Judge has the secrets of %s", got)
	}
	if got := fmt.Sprint(fetched(clone)); got != "[acme beta]" {
		t.Errorf("the clone has the secrets of %s", got)
	}
	vault.err = &profiles.VaultError{Vault: profiles.MemoryVault, Reason: profiles.ErrLocked, Wrong: "it is locked", Hint: "open it"}
	fresh := book.NewJudge(load(t, book), nil, false)
	closed := fresh.Clone()
	closed.InspectAll(ctx, signed(t, "client-0", numbered(0)))
	if !closed.Unanswered() || fresh.Unanswered() {
		t.Errorf("unanswered: the clone %t, the Judge %t", closed.Unanswered(), fresh.Unanswered())
	}
	known := judge.Known()
	known[0].Profile = "changed"
	if judge.Known()[0].Profile != "acme" {
		t.Error("what Known returned is the Judge's own")
	}
}
