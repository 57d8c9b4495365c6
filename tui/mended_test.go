package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/profiles"
	"jotwatch/verifier"
)

// A profile whose secret cannot be had is asked for again after a while, once, however much arrives.
func TestRetryOnce(t *testing.T) {
	t.Parallel()
	cfg, vault := slowly(t)
	vault.answer <- &profiles.VaultError{Vault: profiles.MemoryVault, Reason: profiles.ErrLocked, Wrong: "the keyring is locked", Hint: "unlock it"}
	m := arrives(model(cfg, 120, 40), &inbox.Arrival{Text: token(noon, 15*time.Minute, secret)})
	if !m.judging.judge.Unanswered() {
		t.Fatal("it was answered")
	}
	soon := noon.Add(14 * time.Second)
	if _, cmd := m.at(soon).received([]*inbox.Arrival{{ID: 99, At: soon, Status: 404, Text: "{}"}}, soon); cmd != nil {
		t.Error("the vault is asked again after 14 s")
	}
	m = m.at(noon.Add(20 * time.Second))
	asked := 0
	for i := range 50 {
		at := m.now.Add(time.Duration(i) * time.Millisecond)
		next, cmd := m.received([]*inbox.Arrival{{ID: uint64(100 + i), At: at, Status: 404, Text: "{}"}}, at)
		if m = next; cmd != nil {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("the vault is asked %d times, want once", asked)
	}
}

// Whatever arrives while a secret is fetched, a token of another profile is verified after it.
func TestWaitsForFetch(t *testing.T) {
	t.Parallel()
	cfg, vault := slowly(t)
	if err := cfg.Book.Add(t.Context(), profiles.Profile{Name: "beta", ClientID: betaID, StoreHash: betaHash, Vault: profiles.MemoryVault}, verifier.NewSecret(betaSecret)); err != nil {
		t.Fatal(err)
	}
	cfg.Index, _ = cfg.Book.Load()
	m, cmd := model(cfg, 120, 40).received([]*inbox.Arrival{{ID: 1, At: noon, Text: token(noon, 15*time.Minute, secret)}}, noon)
	var noise []*inbox.Arrival
	for i := range 600 {
		noise = append(noise, &inbox.Arrival{ID: uint64(2 + i), At: noon, Status: 404, Text: "{}"})
	}
	m, _ = m.received(noise, noon)
	beta := &inbox.Arrival{ID: 1000, At: noon, Text: tokenOf(betaID, betaHash, betaSecret, 7, 0, noon, 15*time.Minute)}
	m, _ = m.received([]*inbox.Arrival{beta}, noon)
	vault.answer <- nil
	vault.answer <- nil
	m = did(m, cmd)
	if got := m.cfg.Inbox.Brief(beta).SignedBy; got != "beta" {
		t.Errorf("signed by %q, want beta", got)
	}
}

// A secret that was pasted beside a token is in no export, also in one as it is.
func TestNoPastedSecretInExports(t *testing.T) {
	t.Parallel()
	good := token(noon, 15*time.Minute, secret)
	const odd = "an odd secret of 20 letters"
	for _, text := range []string{
		"BC_CLIENT_ID=" + clientID + "\nBC_CLIENT_SECRET=" + secret + "\nTOKEN=" + good + "\n",
		"CLIENT_ID=" + clientID + "\nCLIENT_SECRET=" + odd + "\nTOKEN=" + good + "\n",
		"secret " + secret + " and " + good,
	} {
		m := after(model(stores(t), 120, 40), pasted(text))
		wantOnScreen(t, m, "✓ valid")
		for _, format := range inbox.ExportFormats() {
			for _, raw := range []bool{false, true} {
				out := string(m.cfg.Inbox.Export([]*inbox.Arrival{m.current()}, format, inbox.ExportOptions{Raw: raw, Now: m.now}))
				if strings.Contains(out, secret) || strings.Contains(out, odd) {
					t.Errorf("%s, raw %v: the secret is in it", format, raw)
				}
			}
		}
	}
}

// The end of one change says nothing of another: a form that is being saved waits for its own.
func TestChangesAreToldApart(t *testing.T) {
	t.Parallel()
	cfg := nobody(t)
	full := &failing{err: errors.New("the vault is full")}
	cfg.Index = profiles.Empty()
	cfg.Book = profiles.New(profiles.Config{Dir: t.TempDir(), Vaults: map[profiles.VaultName]profiles.Vault{profiles.KeyringVault: full}})
	m := after(model(cfg, 120, 40), keys("2 n")...)
	m = after(m, typed("acme")...)
	m = after(m, key("tab"), pasted(clientID), key("tab"), key("tab"), pasted(secret))
	next, cmd := m.Update(key("ctrl+s"))
	m = press(next.(Model), changedMsg{did: "something else is done"})
	if _, ok := m.dialog.(form); !ok {
		t.Fatal("another change closed the form")
	}
	m = press(m, changedMsg{did: "something else", err: errors.New("which failed")})
	wantNotOnScreen(t, m, "not saved")
	m = did(m, cmd)
	wantOnScreen(t, m, "not saved: the vault is full")
}

// One listener runs, however often another is asked for.
func TestOneListener(t *testing.T) {
	t.Parallel()
	cfg := stores(t)
	opened := 0
	cfg.Listen = func(ctx context.Context, _ string) (*listener.Sockets, error) {
		opened++
		return listener.Open(ctx, "127.0.0.1:0", listener.Options{})
	}
	m := press(model(cfg, 120, 40), openedMsg{err: errors.New("no")})
	m = press(m, key("3"))
	next, first := m.Update(key("l"))
	next, second := next.(Model).Update(key("l"))
	if first == nil || second != nil {
		t.Fatal("two are opened at once")
	}
	m = press(next.(Model), first())
	t.Cleanup(m.station.sockets.Close)
	if _, third := m.Update(key("l")); third != nil || opened != 1 {
		t.Errorf("%d were opened", opened)
	}
}

// A token that a terminal sends as keys runs as no command, wherever it comes.
func TestTypedTokenRunsNothing(t *testing.T) {
	t.Parallel()
	for _, walk := range []string{"1", "2", "3", "2 x", "2 enter", "?", "e", "3 ?"} {
		m := after(everything(t, 120, 40), keys(walk)...)
		m = after(m, typed(token(noon, 15*time.Minute, secret))...)
		if len(m.judging.ix.Profiles) != 2 {
			t.Errorf("after %q a profile is gone", walk)
		}
		if _, ok := m.dialog.(pasteBox); !ok {
			t.Errorf("after %q the token is not in the paste box:\n%s", walk, seen(m))
		}
	}
}

// What was pasted as a credential is offered once.
func TestOfferIsMadeOnce(t *testing.T) {
	t.Parallel()
	m := after(everything(t, 120, 40), pasted(secret), key("n"), key("esc"), key("esc"), key("/"))
	m = after(m, append(typed("gamma"), keys("enter n")...)...)
	wantOnScreen(t, m, "store-gamma6x1q")
	wantNotOnScreen(t, m, "the one that was pasted")
	m = after(everything(t, 120, 40), pasted(secret), pasted(token(noon, time.Minute, secret)))
	if m.profiles.offer != nil {
		t.Error("a token leaves the offer")
	}
}

// What a vault says while it is waited for is not said any more afterwards.
func TestPromptEnds(t *testing.T) {
	t.Parallel()
	m := press(everything(t, 120, 40), heardMsg{"another jotwatch is changing secrets"})
	wantNotOnScreen(t, m, "waits for you") // for nothing
	m.judging.fetching = true
	m = press(m, heardMsg{"waiting for you to unlock the keyring"})
	wantOnScreen(t, m, "waits for you")
	wantNotOnScreen(t, press(m, fetchedMsg{m.judging.judge.Clone(), m.judging.generation}), "waits for you")
}

// A file vault whose passphrase is not given is locked, and is not asked for over and over.
func TestFileVaultIsLocked(t *testing.T) {
	t.Parallel()
	dir, asked := t.TempDir(), 0
	phrase := "correct horse"
	ask := func(context.Context, profiles.Purpose, bool) (string, error) {
		if asked++; phrase == "" {
			return "", profiles.ErrNotGiven
		}
		return phrase, nil
	}
	cfg := nobody(t)
	vaults := func() map[profiles.VaultName]profiles.Vault {
		return map[profiles.VaultName]profiles.Vault{profiles.FileVault: profiles.NewFile(dir, ask)}
	}
	if err := profiles.New(profiles.Config{Dir: dir, Vaults: vaults()}).Add(t.Context(), profiles.Profile{Name: "acme", ClientID: clientID, StoreHash: storeHash, Vault: profiles.FileVault}, verifier.NewSecret(secret)); err != nil {
		t.Fatal(err)
	}
	phrase, asked = "", 0
	cfg.Book = profiles.New(profiles.Config{Dir: dir, Vaults: vaults()})
	cfg.Index, _ = cfg.Book.Load()
	m := arrives(model(cfg, 120, 40), &inbox.Arrival{Text: token(noon, 15*time.Minute, secret)})
	wantOnScreen(t, m, "file locked", "cannot be had")
	for i := range 5 {
		m = m.at(m.now.Add(time.Minute))
		m = arrives(m, &inbox.Arrival{At: m.now, Text: token(noon.Add(time.Duration(i)*time.Second), 15*time.Minute, secret)})
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	phrase = "correct horse"
	m = after(m, key("u"))
	wantOnScreen(t, m, "file ✓", "signed by acme")
}

// A question that was there before a profile is saved can be answered while it is.
func TestQuestionBeforeSave(t *testing.T) {
	t.Parallel()
	cfg := nobody(t)
	cfg.Index = profiles.Empty()
	cfg.Book = profiles.New(profiles.Config{Dir: t.TempDir()})
	m := press(model(cfg, 120, 40), askedMsg{&question{reply: make(chan string, 1)}})
	m = after(m, keys("2 n")...)
	m = after(m, typed("acme")...)
	m = after(m, key("tab"), pasted(clientID), key("tab"), key("tab"), key("tab"), key("right"))
	m = press(m, key("ctrl+s"))
	wantOnScreen(t, m, "The passphrase of secrets.age")
	m = press(m, key("esc"))
	wantOnScreen(t, m, "saving")
}

// Only the refusal that the key is for says so.
func TestOneRefusalIsAllowed(t *testing.T) {
	t.Parallel()
	m := arrives(model(stores(t), 120, 40),
		&inbox.Arrival{Outcome: inbox.Rejected, Status: 403, Profile: "acme-sandbox", Origin: "https://one.example", Reason: "no"},
		&inbox.Arrival{Outcome: inbox.Rejected, Status: 403, Profile: "acme-sandbox", Origin: "https://two.example", Reason: "no"},
	)
	m = after(m, key("3"))
	wantOnScreen(t, m, "press a to let pages of https://two.example send")
	wantNotOnScreen(t, m, "let pages of https://one.example send")
	wantOnScreen(t, after(m, key("a"), key("a")), "press a to let pages of https://one.example send")
}

// A clock that is set back stops nothing; a tick that is late by less than a second is none.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	m := after(everything(t, 120, 40), key("z"))
	wantOnScreen(t, m, "are masked until")
	m = after(m, tickMsg{noon.Add(-500 * time.Millisecond)})
	wantOnScreen(t, m, "are masked until")
	m = after(m, tickMsg{noon.Add(-time.Hour)})
	wantNotOnScreen(t, m, "are masked until")
}

// A notice stays for eight seconds.
func TestNoticeEnds(t *testing.T) {
	t.Parallel()
	m := after(everything(t, 120, 40), key("z"))
	wantOnScreen(t, m.at(noon.Add(7*time.Second)), "are masked until")
	wantNotOnScreen(t, m.at(noon.Add(8*time.Second)), "are masked until")
}

// A resize draws all of the screen again, but the first, which comes before the screen is the console's.
func TestResizeRedraws(t *testing.T) {
	t.Parallel()
	m := New(t.Context(), given(t), noon)
	next, cmd := m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	if cmd != nil {
		t.Error("the first size draws over the shell's screen")
	}
	if _, cmd = next.Update(tea.WindowSizeMsg{Width: 90, Height: 24}); cmd == nil {
		t.Error("a resize leaves what was drawn before")
	}
}

// What is written or copied is what was selected when that was asked for, whatever arrives meanwhile.
func TestActsOnWhatWasSelected(t *testing.T) {
	t.Parallel()
	for _, walk := range []string{"w", "y", "e", "d", "m", "enter"} {
		m := after(everything(t, 120, 40), keys(walk)...)
		selected := m.current()
		m = arrives(m, &inbox.Arrival{Status: 200, Text: token(noon, 15*time.Minute, secret)})
		if m.current() != selected {
			t.Errorf("after %q another is selected", walk)
		}
	}
}

// An edit changes what was changed in the form, and nothing else: neither what came meanwhile, nor what a field has no room for.
func TestEditKeepsTheRest(t *testing.T) {
	t.Parallel()
	cfg := stores(t)
	var many []string
	for i := range 200 {
		many = append(many, "https://shop-number-"+strings.Repeat("x", 20)+string(rune('a'+i%26))+strings.Repeat("y", i%7)+".example.com")
	}
	if err := cfg.Book.Edit(t.Context(), "a", func(p *profiles.Profile) error { p.Origins = many; return nil }, verifier.Secret{}); err != nil {
		t.Fatal(err)
	}
	cfg.Index, _ = cfg.Book.Load()
	m := after(model(cfg, 120, 40), keys("2 e ctrl+u")...)
	if err := cfg.Book.Edit(t.Context(), "a", func(p *profiles.Profile) error { p.Tags = []string{"meanwhile"}; return nil }, verifier.Secret{}); err != nil {
		t.Fatal(err)
	}
	m = after(m, append(typed("renamed"), key("ctrl+s"))...)
	wantOnScreen(t, m, "renamed is changed")
	ix, err := cfg.Book.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := named(ix, "a")
	if p.Name != "renamed" || len(p.Origins) != len(many) || len(p.Tags) != 1 || p.Tags[0] != "meanwhile" || p.Note != "the sandbox" {
		t.Errorf("%d origins, tags %v, note %q", len(p.Origins), p.Tags, p.Note)
	}
}

// The secret field takes the secret out of a whole file, and refuses what is no secret.
func TestSecretFieldTakesFiles(t *testing.T) {
	t.Parallel()
	m := after(everything(t, 120, 40), keys("2 n tab tab tab")...)
	file := after(m, pasted("CLIENT ID: "+clientID+"\nCLIENT SECRET: "+secret+"\nACCESS TOKEN: 0123456789abcdefghijklmnopqrstu\n"))
	wantOnScreen(t, file, "the one that was pasted: 64 characters, fingerprint "+profiles.Fingerprint(verifier.NewSecret(secret)))
	wantOnScreen(t, after(m, pasted(token(noon, time.Minute, secret))), "what was pasted as the secret is a token")
}

// A user who asks for the vault gets its question at once; one who refused it is not asked again but by that key.
func TestVaultIsAskedForAtOnce(t *testing.T) {
	t.Parallel()
	m := everything(t, 120, 40)
	m.judging.wanted = true
	m = press(m, askedMsg{&question{reply: make(chan string, 1)}})
	wantOnScreen(t, m, "The passphrase of secrets.age:")
}

// Where that key has nothing to ask for, a question that comes later opens nothing.
func TestUnlockForNothing(t *testing.T) {
	t.Parallel()
	m := after(everything(t, 120, 40), key("u"))
	m = press(m, askedMsg{&question{reply: make(chan string, 1)}})
	if m.dialog != nil {
		t.Error("it opens by itself")
	}
}

// A token that is pasted while something is looked for is a token; a copy says so though a dialog is open.
func TestPasteWhileLooking(t *testing.T) {
	t.Parallel()
	for _, walk := range []string{"/", ":", "w", "y"} {
		m := after(everything(t, 120, 40), keys(walk)...)
		m = after(m, pasted(token(noon, 15*time.Minute, secret)))
		if m.dialog != nil || m.cfg.Inbox.Len() != 9 {
			t.Errorf("after %q the token is not judged", walk)
		}
	}
	next, _ := after(everything(t, 80, 24), key("e")).Update(key("c"))
	wantOnScreen(t, next.(Model), "copied the explanation")
}
