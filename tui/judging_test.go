package tui

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
	"jotwatch/profiles"
	"jotwatch/verifier"
)

// A slow vault is one that answers when it is told to, with what it is told to.
type slow struct {
	profiles.Memory

	answer chan error
}

func (v *slow) Get(ctx context.Context, id string) (verifier.Secret, error) {
	select {
	case err := <-v.answer:
		if err != nil {
			return verifier.Secret{}, err
		}
	case <-ctx.Done():
		return verifier.Secret{}, ctx.Err()
	}
	return v.Memory.Get(ctx, id)
}

// slowly is a console with one profile in a vault that takes its time.
func slowly(t *testing.T) (Config, *slow) {
	t.Helper()
	vault := &slow{answer: make(chan error, 8)}
	cfg := nobody(t)
	cfg.Book = profiles.New(profiles.Config{Vaults: map[profiles.VaultName]profiles.Vault{profiles.MemoryVault: vault}})
	if err := cfg.Book.Add(t.Context(), profiles.Profile{Name: "acme", ClientID: clientID, StoreHash: storeHash, Vault: profiles.MemoryVault}, verifier.NewSecret(secret)); err != nil {
		t.Fatal(err)
	}
	var err error
	if cfg.Index, err = cfg.Book.Load(); err != nil {
		t.Fatal(err)
	}
	return cfg, vault
}

// A token is shown at once without its secret, while the vault is asked by a command; and judged with it when that has answered.
func TestFetchedSecrets(t *testing.T) {
	t.Parallel()
	cfg, vault := slowly(t)
	m := model(cfg, 120, 40)
	batch := []*inbox.Arrival{
		{ID: 1, At: noon, Text: token(noon, 15*time.Minute, secret)},
		{ID: 2, At: noon, Text: token(noon.Add(-time.Second), 15*time.Minute, "another")},
	}
	m, cmd := m.received(batch, noon)
	wantOnScreen(t, m, "? unverified", "memory is asked")
	// Meanwhile keys are answered, and another token waits for the same fetch.
	m = after(m, key("2"), key("1"))
	m, second := m.received([]*inbox.Arrival{{ID: 3, At: noon, Text: token(noon.Add(-2*time.Second), 15*time.Minute, secret)}}, noon)
	if second != nil {
		t.Error("the vault is asked twice at once")
	}
	vault.answer <- nil
	m = did(m, cmd)
	wantOnScreen(t, m, "✓ valid", "✗ invalid")
	wantNotOnScreen(t, m, "unverified", "is asked")
	if got := m.cfg.Inbox.Brief(batch[0]).SignedBy; got != "acme" {
		t.Errorf("signed by %q", got)
	}
}

// A vault that cannot be had is said, asked again by a key, and then what waited is verified.
func TestUnlock(t *testing.T) {
	t.Parallel()
	cfg, vault := slowly(t)
	locked := &profiles.VaultError{Vault: profiles.MemoryVault, Reason: profiles.ErrLocked, Wrong: "the keyring is locked", Hint: "unlock it"}
	vault.answer <- locked
	m := arrives(model(cfg, 120, 40), &inbox.Arrival{Text: token(noon, 15*time.Minute, secret)})
	wantOnScreen(t, m, "? unverified", "The signature was not checked", "the keyring is locked")
	vault.answer <- nil
	m = after(m, key("u"))
	wantOnScreen(t, m, "✓ valid")
}

// Another program changes the profiles: what is on the screen is judged by them, with the secrets that are at hand.
func TestProfilesChange(t *testing.T) {
	t.Parallel()
	m := arrives(model(stores(t), 120, 40), &inbox.Arrival{Text: token(noon, 15*time.Minute, secret)})
	wantOnScreen(t, m, "✓ valid", "signed by acme-sandbox")
	ix, err := m.cfg.Book.Load()
	if err != nil {
		t.Fatal(err)
	}
	ix.Profiles[0].Name = "renamed"
	m = after(m, indexMsg{ix: ix})
	wantOnScreen(t, m, "✓ valid", "signed by renamed", "2 profiles")
	ix.Profiles = ix.Profiles[1:]
	m = after(m, indexMsg{ix: ix})
	wantOnScreen(t, m, "? unverified", "1 profile")
}

// A change of the profiles during a fetch is not lost, nor is what the fetch brings.
func TestProfilesChangeDuringFetch(t *testing.T) {
	t.Parallel()
	cfg, vault := slowly(t)
	m, cmd := model(cfg, 120, 40).received([]*inbox.Arrival{{ID: 1, At: noon, Text: token(noon, 15*time.Minute, secret)}}, noon)
	ix, err := cfg.Book.Load()
	if err != nil {
		t.Fatal(err)
	}
	ix.Profiles[0].Name = "renamed"
	m = after(m, indexMsg{ix: ix})
	vault.answer <- nil
	m = did(m, cmd)
	wantOnScreen(t, m, "✓ valid", "signed by renamed")
}

// A passphrase is asked for by a key and never by itself, again where it was wrong, and given up by esc.
func TestPassphrase(t *testing.T) {
	t.Parallel()
	cfg := stores(t)
	cfg.Messenger = NewMessenger()
	m := model(cfg, 80, 24)
	type result struct {
		text string
		err  error
	}
	ask := func(purpose profiles.Purpose, again bool) chan result {
		got := make(chan result, 1)
		go func() {
			text, err := cfg.Messenger.Passphrase(t.Context(), purpose, again)
			got <- result{text, err}
		}()
		m = press(m, hear(t.Context(), cfg.Messenger)())
		return got
	}
	got := ask(profiles.OpenVault, false)
	if m.dialog != nil {
		t.Fatal("it opens by itself")
	}
	wantOnScreen(t, m, "the file vault waits for its passphrase: press u", "passphrase? u")
	m = after(m, key("u"))
	m = after(m, typed("correct horse")...)
	wantNotOnScreen(t, m, "correct")
	wantOnScreen(t, m, "•••••")
	m = after(m, key("enter"))
	if r := <-got; r.text != "correct horse" || r.err != nil {
		t.Errorf("got %q, %v", r.text, r.err)
	}
	got = ask(profiles.OpenVault, true)
	m = after(m, key("u"))
	wantOnScreen(t, m, "That was not it.")
	m = after(m, key("esc"))
	if r := <-got; !errors.Is(r.err, profiles.ErrNotGiven) {
		t.Errorf("got %v", r.err)
	}
	got = ask(profiles.NewVault, false)
	m = after(m, key("u"))
	m = after(m, append(typed("one"), key("enter"))...)
	wantOnScreen(t, m, "The same once more")
	m = after(m, append(typed("two"), key("enter"))...)
	wantOnScreen(t, m, "the two differ")
	for range 2 {
		m = after(m, append(typed("three"), key("enter"))...)
	}
	if r := <-got; r.text != "three" {
		t.Errorf("got %q", r.text)
	}
	// What a vault tells is said; and telling never waits.
	for range 100 {
		cfg.Messenger.Tell("waiting for you to unlock the keyring")
	}
	m = press(m, hear(t.Context(), cfg.Messenger)())
	wantOnScreen(t, m, "waiting for you to unlock")
}

// Nothing that arrives opens a dialog or changes one that is open, not even the question of a vault that was asked.
func TestNothingStealsTheFocus(t *testing.T) {
	t.Parallel()
	for _, walk := range []string{"?", ":", "/", "p", "2 n", "y"} {
		m := after(everything(t, 80, 24), keys(walk)...)
		m = after(m, typed("ab")...)
		m.judging.wanted = true
		before := fmt.Sprintf("%T", m.dialog)
		wantOnScreen(t, m, map[string]string{"?": "Keys", ":": "find ab", "/": "/ ab", "p": "ab", "2 n": "name        ab", "y": "find ab"}[walk])
		m = press(m, askedMsg{&question{reply: make(chan string, 1)}})
		m = arrives(m, &inbox.Arrival{Text: token(noon, time.Minute, secret)}, &inbox.Arrival{Status: 404, Text: "{}"})
		m = after(m, tickMsg{noon.Add(time.Second)}, vaultMsg{name: profiles.KeyringVault, err: errors.New("no")}, heardMsg{"x"}, openedMsg{err: errors.New("no")}, fetchedMsg{m.judging.judge.Clone(), m.judging.generation})
		if got := fmt.Sprintf("%T", m.dialog); got != before {
			t.Errorf("after %q %s is open, want %s", walk, got, before)
		}
		wantOnScreen(t, m, map[string]string{"?": "Keys", ":": "find ab", "/": "/ ab", "p": "ab", "2 n": "name        ab", "y": "find ab"}[walk])
	}
}

// The judge's use of profiles is noted, at most every ten seconds.
func TestNotesUse(t *testing.T) {
	t.Parallel()
	m := arrives(model(stores(t), 80, 24), &inbox.Arrival{Text: token(noon, 15*time.Minute, secret)})
	noted := 0
	for i := range 20 {
		at := noon.Add(time.Duration(i) * time.Second)
		before := m.judging.noted
		next, cmd := m.received([]*inbox.Arrival{{ID: uint64(100 + i), At: at, Text: token(at, 15*time.Minute, secret)}}, at)
		m = did(next, cmd)
		if m.judging.noted != before {
			noted++
		}
	}
	if noted < 1 || noted > 3 {
		t.Errorf("noted %d times in 20 s", noted)
	}
	if ix, err := m.cfg.Book.Load(); err != nil || ix.Profiles[0].UsedAt.IsZero() {
		t.Errorf("the first is not noted: %v", err)
	}
}

// A profile that goes into the file vault asks for the passphrase while it is being saved, because its user waits for that; what was
// typed is under it all the while. A wrong one asks again by itself, and nothing that is typed meanwhile runs as a command.
func TestPassphraseOfTheForm(t *testing.T) {
	t.Parallel()
	cfg := nobody(t)
	cfg.Messenger = NewMessenger()
	dir := t.TempDir()
	cfg.Book = profiles.New(profiles.Config{Dir: dir, Vaults: map[profiles.VaultName]profiles.Vault{
		profiles.FileVault: profiles.NewFile(dir, cfg.Messenger.Passphrase), profiles.MemoryVault: &profiles.Memory{},
	}})
	cfg.Index = profiles.Empty()
	m := after(model(cfg, 120, 40), keys("2 n")...)
	m = after(m, typed("acme")...)
	m = after(m, key("tab"), pasted(clientID), key("tab"), pasted(storeHash), key("tab"), pasted(secret), key("tab"), key("right"))
	wantOnScreen(t, m, "← file →")
	next, cmd := m.Update(key("ctrl+s"))
	m = next.(Model)
	ended := make(chan tea.Msg, 1)
	go func() { ended <- cmd() }()
	m = press(m, hear(t.Context(), cfg.Messenger)())
	wantOnScreen(t, m, "A new passphrase for secrets.age")
	m = after(m, append(typed("correct horse"), key("enter"))...)
	m = after(m, append(typed("correct horse"), key("enter"))...)
	wantOnScreen(t, m, "It is being tried")
	m = after(m, typed("qnx")...)
	m = press(m, <-ended)
	wantOnScreen(t, m, "acme is kept", "file ✓", "kept in     secrets.age")
	if m.dialog != nil {
		t.Error("a dialog is left open")
	}

	// Another console over the same files: a token wants the passphrase.
	cfg.Messenger = NewMessenger()
	cfg.Book = profiles.New(profiles.Config{Dir: dir, Vaults: map[profiles.VaultName]profiles.Vault{profiles.FileVault: profiles.NewFile(dir, cfg.Messenger.Passphrase)}})
	var err error
	if cfg.Index, err = cfg.Book.Load(); err != nil {
		t.Fatal(err)
	}
	cfg.Inbox = inbox.New(inbox.Limits{}, 0)
	m = after(model(cfg, 120, 40), checkVaults(t.Context(), cfg.Book, []profiles.VaultName{profiles.FileVault})())
	wantOnScreen(t, m, "file locked")
	m, cmd = m.received([]*inbox.Arrival{{ID: 1, At: noon, Text: token(noon, 15*time.Minute, secret)}}, noon)
	go func() { ended <- cmd() }()
	m = press(m, hear(t.Context(), cfg.Messenger)())
	wantOnScreen(t, m, "file passphrase? u")
	if m.dialog != nil {
		t.Fatal("it opens by itself")
	}
	m = after(m, key("u"))
	m = after(m, append(typed("wrong"), key("enter"))...)
	m = after(m, typed("nqx")...)
	m = press(m, hear(t.Context(), cfg.Messenger)())
	wantOnScreen(t, m, "That was not it.")
	m = after(m, append(typed("correct horse"), key("enter"))...)
	next, cmd = m.Update(<-ended)
	m = did(next.(Model), cmd)
	wantOnScreen(t, m, "✓ valid", "signed by acme", "file ✓")
	if m.dialog != nil {
		t.Error("a dialog is left open")
	}
}

// A file vault can be opened before a token wants it: its question opens at once, and what is given stays known.
func TestUnlockBeforeAnyToken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	phrase := func(context.Context, profiles.Purpose, bool) (string, error) { return "correct horse", nil }
	open := func(ask profiles.Passphrase) *profiles.Book {
		return profiles.New(profiles.Config{Dir: dir, Vaults: map[profiles.VaultName]profiles.Vault{profiles.FileVault: profiles.NewFile(dir, ask)}})
	}
	if err := open(phrase).Add(t.Context(), profiles.Profile{Name: "acme", ClientID: clientID, StoreHash: storeHash, Vault: profiles.FileVault}, verifier.NewSecret(secret)); err != nil {
		t.Fatal(err)
	}
	cfg := nobody(t)
	cfg.Messenger = NewMessenger()
	cfg.Book = open(cfg.Messenger.Passphrase)
	var err error
	if cfg.Index, err = cfg.Book.Load(); err != nil {
		t.Fatal(err)
	}
	m := after(model(cfg, 120, 40), checkVaults(t.Context(), cfg.Book, []profiles.VaultName{profiles.FileVault})(), key("2"))
	wantOnScreen(t, m, "file locked")
	next, cmd := m.Update(key("u"))
	m = next.(Model)
	wantOnScreen(t, m, "file is asked")
	heard := make(chan tea.Msg, 1)
	go func() { heard <- hear(t.Context(), cfg.Messenger)() }()
	var fetched tea.Cmd
	for _, one := range cmd().(tea.BatchMsg) {
		if one != nil {
			fetched = one // the last of them
		}
	}
	brought := make(chan tea.Msg, 1)
	go func() { brought <- fetched() }()
	m = press(m, <-heard)
	wantOnScreen(t, m, "The passphrase of secrets.age:")
	m = after(m, append(typed("correct horse"), key("enter"))...)
	next, cmd = m.Update(<-brought)
	m = did(next.(Model), cmd)
	wantOnScreen(t, m, "file ✓", "64 characters, fingerprint")
	if m.dialog != nil {
		t.Error("a dialog is left open")
	}
}

// The vaults in use are named, and of several the one that does not answer.
func TestVaultsInUse(t *testing.T) {
	t.Parallel()
	cfg := stores(t)
	ix, err := cfg.Book.Load()
	if err != nil {
		t.Fatal(err)
	}
	ix.Vault, ix.Profiles[0].Vault, ix.Profiles[1].Vault = profiles.KeyringVault, profiles.KeyringVault, profiles.FileVault
	cfg.Book = profiles.New(profiles.Config{Dir: t.TempDir()})
	m := press(model(cfg, 120, 40), indexMsg{ix: ix})
	wantOnScreen(t, m, "keyring+file ✓")
	absent := &profiles.VaultError{Vault: profiles.KeyringVault, Reason: profiles.ErrAbsent, Wrong: "there is no keyring", Hint: "install one"}
	m = press(m, vaultMsg{name: profiles.KeyringVault, err: absent})
	wantOnScreen(t, m, "keyring absent")
	wantOnScreen(t, after(m, keys("2 n")...), "! there is no keyring; install one; or choose another with")
}
