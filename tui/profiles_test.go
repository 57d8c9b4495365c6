package tui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/profiles"
	"jotwatch/verifier"
)

// What is typed into the form is checked as it is typed.
func TestFormChecks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ walk, text, says string }{
		{"", "acme-sandbox", "there is a profile \"acme-sandbox\" already"},
		{"tab", "eyJhbGciOiJIUzUxMiJ9", "the client id is a token"},
		{"tab", "abc", "the client id has 3 characters"},
		{"tab tab", "https://store-abc123def.mybigcommerce.com/x", "taking abc123def for the store hash"},
		{"tab tab tab", clientID, "what was given as the secret looks like"},
		{"tab tab tab", strings.Repeat("a", 63), "the secret has 63 characters; those that"},
		{"tab tab tab", secret, "64 characters"},
		{"tab tab tab tab tab", "ftp://x.example", "the origin has another scheme than"},
		{"tab tab tab tab tab", "https://shop.example.com/cart https://two.example", "taking https://shop.example.com for"},
	} {
		m := after(everything(t, 120, 40), keys("2 n "+c.walk)...)
		m = after(m, pasted(c.text))
		wantOnScreen(t, m, c.says)
	}
}

// A profile is made, changed, found and removed without leaving the console.
func TestProfileLife(t *testing.T) {
	t.Parallel()
	m := model(nobody(t), 120, 40)
	m = arrives(m, &inbox.Arrival{Text: token(noon, 15*time.Minute, secret)})
	m = after(m, key("2"))
	wantOnScreen(t, m, "No profile yet.")
	m = after(m, key("n"))
	m = after(m, typed("acme")...)
	m = after(m, key("enter"), pasted(clientID), key("enter"), pasted(storeHash), key("enter"), pasted(secret), key("ctrl+s"))
	if m.dialog != nil {
		t.Fatalf("it is not saved:\n%s", seen(m))
	}
	wantOnScreen(t, m, "acme is kept", "1 profile", "64 characters, fingerprint "+profiles.Fingerprint(verifier.NewSecret(secret)), clientID)
	wantOnScreen(t, after(m, key("1")), "✓ valid", "signed by acme")
	// An edit without a new secret keeps it; with one, tokens are judged anew.
	m = after(m, keys("e ctrl+u")...)
	m = after(m, append(typed("acme-two"), key("ctrl+s"))...)
	wantOnScreen(t, m, "acme-two is changed")
	wantOnScreen(t, after(m, key("1")), "✓ valid", "signed by acme-two")
	m = after(m, keys("e tab tab tab")...)
	m = after(m, pasted(betaSecret), key("ctrl+s"))
	wantOnScreen(t, after(m, key("1")), "✗ invalid")
	// Removing asks first.
	m = after(m, key("x"), key("n"))
	wantOnScreen(t, m, "acme-two")
	m = after(m, key("x"), key("enter"))
	wantOnScreen(t, m, "acme-two")
	m = after(m, key("x"), key("r"))
	wantOnScreen(t, m, "acme-two is removed", "No profile yet.")
	wantOnScreen(t, after(m, key("1")), "? unverified")
}

// What cannot be saved says why, and nothing that was typed is lost; esc asks once before it leaves that behind.
func TestFormLosesNothing(t *testing.T) {
	t.Parallel()
	cfg := nobody(t)
	cfg.Index = profiles.Empty() // whose new profiles go to the keyring
	full := &failing{err: &profiles.VaultError{Vault: profiles.KeyringVault, Reason: profiles.ErrLocked, Wrong: "the keyring is locked", Hint: "unlock it and try again"}}
	cfg.Book = profiles.New(profiles.Config{Dir: t.TempDir(), Vaults: map[profiles.VaultName]profiles.Vault{profiles.KeyringVault: full, profiles.MemoryVault: &profiles.Memory{}}})
	m := after(model(cfg, 120, 40), keys("2 n")...)
	// The first wrong field is gone to.
	m = after(m, key("tab"), key("tab"), key("ctrl+s"))
	if d := m.dialog.(form); d.at != nameField || d.saving {
		t.Errorf("field %d, saving %v", d.at, d.saving)
	}
	m = after(m, typed("acme")...)
	m = after(m, key("tab"), pasted(clientID), key("tab"), key("tab"), pasted(secret), key("ctrl+s"))
	wantOnScreen(t, m, "✗ not saved", "! the keyring is locked; unlock it and try again; or choose", "acme", clientID, "64 characters")
	if d := m.dialog.(form); d.at != vaultField {
		t.Errorf("field %d", d.at)
	}
	full.err = nil
	m = after(m, key("ctrl+s"))
	wantOnScreen(t, m, "acme is kept")

	m = after(m, key("n"), key("x"), key("esc"))
	wantOnScreen(t, m, "esc once more leaves it without saving")
	if m = after(m, key("y"), key("esc")); m.dialog == nil {
		t.Error("one esc was enough after another key")
	}
	if m = after(m, key("esc")); m.dialog != nil {
		t.Error("esc does not leave")
	}
	if m = after(m, key("n"), key("esc")); m.dialog != nil {
		t.Error("esc does not leave an empty form at once")
	}
	// Without a directory for profiles it says what to do.
	cfg = given(t)
	cfg.Given = nil
	m = after(model(cfg, 120, 40), keys("2 n")...)
	m = after(m, typed("acme")...)
	m = after(m, key("tab"), pasted(clientID), key("ctrl+s"))
	wantOnScreen(t, m, "there is no place for profiles")
}

// A failing vault is one that takes nothing.
type failing struct {
	profiles.Memory

	err error
}

func (v *failing) Put(ctx context.Context, entries []profiles.Entry, stored func(int)) error {
	if v.err != nil {
		return v.err
	}
	return v.Memory.Put(ctx, entries, stored)
}

// While a form is being saved nothing waits for the vault; esc leaves it to itself, and its end is told.
func TestSavingDoesNotWait(t *testing.T) {
	t.Parallel()
	m := after(model(nobody(t), 120, 40), keys("2 n")...)
	m = after(m, typed("acme")...)
	m = after(m, key("tab"), pasted(clientID))
	next, cmd := m.Update(key("ctrl+s"))
	m = next.(Model)
	wantOnScreen(t, m, "saving; a keyring may ask you")
	m = after(m, key("esc"), key("1"))
	if m.dialog != nil {
		t.Fatal("esc does not leave it")
	}
	wantOnScreen(t, did(m, cmd), "acme is kept", "1 profile")
}

// The vault of a profile is chosen: a command has no secret, and one is asked for elsewhere.
func TestFormVaults(t *testing.T) {
	t.Parallel()
	cfg := nobody(t)
	cfg.Index = profiles.Empty()
	cfg.Book = profiles.New(profiles.Config{Dir: t.TempDir(), Vaults: map[profiles.VaultName]profiles.Vault{profiles.MemoryVault: &profiles.Memory{}}})
	m := after(model(cfg, 120, 40), keys("2 n")...)
	m = after(m, typed("acme")...)
	m = after(m, key("tab"), pasted(clientID), key("tab"), key("tab"))
	wantOnScreen(t, m, "▌ secret", "keyring")
	m = after(m, key("tab"), key("right"), key("right"))
	wantOnScreen(t, m, "← command →", "  command")
	wantNotOnScreen(t, m, "  secret   ")
	m = after(m, key("tab"))
	wantOnScreen(t, m, "the secret command is empty")
	m = after(m, append(typed("cat secret.txt"), key("ctrl+s"))...)
	wantOnScreen(t, m, "acme is kept", "a command prints it: cat")
	m = after(m, keys("e tab tab tab right")...)
	wantOnScreen(t, m, "← memory →", "  secret")
}

func TestFindProfile(t *testing.T) {
	t.Parallel()
	m := after(everything(t, 120, 40), keys("2 /")...)
	m = after(m, append(typed("beta"), key("enter"))...)
	if p := m.selectedProfile(); p == nil || p.Name != "beta-store" {
		t.Errorf("got %v", p)
	}
}

// The origin that was refused last is allowed by one key, wherever one is, for the profile whose address it sent to.
func TestAllowOrigin(t *testing.T) {
	t.Parallel()
	for _, screen := range []string{"1", "2", "3"} {
		var admitted []listener.Key
		cfg := stores(t)
		cfg.Doors = func(ix *profiles.Index) []listener.Key {
			admitted = nil
			for _, p := range ix.Profiles {
				admitted = append(admitted, listener.Key{Key: p.IngestKey, Profile: p.Name, Origins: p.Senders()})
			}
			return admitted
		}
		m := model(cfg, 120, 40)
		m.station.door = listener.New(listener.Config{Queue: inbox.NewQueue(), Now: time.Now})
		m = after(m, key(screen), key("a"))
		wantOnScreen(t, m, "no page was refused for its origin")
		m = arrives(m, &inbox.Arrival{Outcome: inbox.Rejected, Status: 403, Profile: "acme-sandbox", Origin: "https://staging.acme.example", Reason: "pages of it may not send"})
		wantOnScreen(t, after(m, key("3")), "press a to let pages of https://staging.acme.example send")
		m = after(m, key("a"))
		wantOnScreen(t, m, "Let pages of https://staging.acme.example send for", "acme-sandbox, from now on?")
		if after(m, key("esc")); len(admitted) > 0 && strings.Contains(strings.Join(admitted[0].Origins, " "), "https://staging.acme.example") {
			t.Error("it is allowed without a second key")
		}
		m = after(m, key("a"))
		wantOnScreen(t, m, "pages of https://staging.acme.example may send for acme-sandbox now")
		if len(admitted) == 0 || !strings.Contains(strings.Join(admitted[0].Origins, " "), "https://staging.acme.example") {
			t.Errorf("the door admits %v", admitted)
		}
		m = after(m, key("a"))
		wantOnScreen(t, m, "no page was refused for its origin")
	}
	// Hostile origins are not offered; where it is not clear for which profile, that is chosen.
	m := arrives(model(stores(t), 120, 40),
		&inbox.Arrival{Outcome: inbox.Rejected, Status: 403, Origin: "https://x.example", Reason: "no"},
		&inbox.Arrival{Outcome: inbox.Rejected, Status: 403, Profile: "acme-sandbox", Origin: "null", Reason: "no"},
		&inbox.Arrival{Outcome: inbox.Rejected, Status: 404, Profile: "acme-sandbox", Origin: "https://y.example", Reason: "no"},
	)
	m = after(m, key("a"))
	wantOnScreen(t, m, "Let pages of https://x.example send, for which profile?", "▌ acme-sandbox", "beta-store")
	m = after(m, key("down"), key("enter"))
	wantOnScreen(t, m, "pages of https://x.example may send for beta-store now")
}

// A port in use is a message with a key for another one, and no exit.
func TestPortInUse(t *testing.T) {
	t.Parallel()
	cfg := stores(t)
	cfg.Queue = inbox.NewQueue()
	var asked []string
	cfg.Listen = func(ctx context.Context, addr string) (*listener.Sockets, error) {
		asked = append(asked, addr)
		if addr == "127.0.0.1:4927" {
			return nil, &listener.InUseError{Port: 4927, Who: "another jotwatch (process 4242)"}
		}
		return listener.Open(ctx, addr, listener.Options{})
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	m := after(New(ctx, cfg, noon), tea.WindowSizeMsg{Width: 120, Height: 40}, openListener(ctx, cfg.Listen, cfg.Addr)())
	wantOnScreen(t, m, "✗ port in use", "port 4927 is in use by another jotwatch (process 4242): press 3")
	m = after(m, key("3"))
	wantOnScreen(t, m, "✗ 2  Run the listener", "Press l to take a free port instead", "l take a free port")
	next, cmd := m.Update(key("l"))
	m = after(next.(Model), cmd())
	wantOnScreen(t, m, "✓ 2  Run the listener", "● 127.0.0.1:")
	if len(asked) != 2 || asked[1] != "127.0.0.1:0" {
		t.Errorf("asked for %v", asked)
	}
	wantOnScreen(t, after(m, key("l")), "it listens already")
	m.station.sockets.Close()
	cfg.Listen = nil
	m = after(model(cfg, 120, 40), keys("3 l")...)
	wantOnScreen(t, m, "There is none (--no-listen", "there is no listener here")
}

// The snippet is that of the only profile, or of the selected one.
func TestCopySnippet(t *testing.T) {
	t.Parallel()
	m := after(model(nobody(t), 120, 40), keys("3 s")...)
	wantOnScreen(t, m, "make a profile first")
	m = after(everything(t, 120, 40), keys("3 s")...)
	wantOnScreen(t, m, "whose? Select the profile", "▸2 Profiles")
	_, cmd := after(m, key("down")).Update(key("s"))
	if text := clipboard(t, cmd); !strings.Contains(text, "BBBBBBBB") || !strings.Contains(text, "127.0.0.1") {
		t.Errorf("copied %q", text)
	}
}

// clipboard is what a command copies: OSC 52's message is a string of the library's own type.
func clipboard(t *testing.T, cmd tea.Cmd) string {
	t.Helper()
	if cmd == nil {
		t.Fatal("nothing is copied")
	}
	return strings.TrimSpace(strings.Trim(strings.TrimPrefix(formatted(cmd()), "{"), "}"))
}

func TestCopyMenu(t *testing.T) {
	t.Parallel()
	good := token(noon, 15*time.Minute, secret)
	for _, c := range []struct{ typed, want string }{
		{"token", good}, {"authorization", "Authorization: Bearer " + good}, {"email", "jane@example.com"}, {"claim store", storeHash}, {"finding 1", "header.alg-live: HS512"},
	} {
		m := after(model(given(t), 120, 40), pasted(good), key("y"))
		m = after(m, typed(c.typed)...)
		next, cmd := m.Update(key("enter"))
		if got := clipboard(t, cmd); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: copied %q, want %q", c.typed, got, c.want)
		}
		wantOnScreen(t, next.(Model), "copied the ")
	}
}

// An export goes into a new file that only its owner reads, masked unless it is asked for otherwise, and never over another.
func TestExport(t *testing.T) {
	t.Chdir(t.TempDir())
	good := token(noon, 15*time.Minute, secret)
	sockets, err := listener.Open(t.Context(), "127.0.0.1:0", listener.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sockets.Close)
	m := after(model(stores(t), 120, 40), openedMsg{sockets: sockets}, pasted(good), pasted(tokenOf(clientID, storeHash, secret, 12, 0, noon, 15*time.Minute)))
	for _, c := range []struct {
		walk, file string
		raw        bool
		customers  int
	}{
		{"w enter", "jotwatch-20261123-120345.md", false, 1},
		{"w enter", "jotwatch-20261123-120345-2.md", false, 1},
		{"w down down enter", "jotwatch-20261123-120345.ndjson", false, 1},
		{"w down down down down enter", "jotwatch-20261123-120345.sh", false, 0},
		{"w down enter", "jotwatch-20261123-120345-3.md", false, 2},
		{"w down down down down down enter", "jotwatch-20261123-120345-4.md", true, 1},
	} {
		m = after(m, keys(c.walk)...)
		wantOnScreen(t, m, "written to "+c.file)
		text, err := os.ReadFile(c.file)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(c.file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", c.file, info.Mode(), err)
		}
		if raw := strings.Contains(string(text), "jane@"); raw != c.raw {
			t.Errorf("%s: raw %v, want %v", c.file, raw, c.raw)
		}
		if strings.Contains(string(text), secret) {
			t.Errorf("%s has the secret", c.file)
		}
		if strings.HasSuffix(c.file, ".sh") && !strings.Contains(string(text), "--url '"+sockets.URL()+"/in/CCC") {
			t.Errorf("%s does not send to this console:\n%s", c.file, text)
		}
		if first, second := strings.Index(string(text), "as number 1\n"), strings.Index(string(text), "as number 2\n"); c.customers == 2 && (first < 0 || first > second) {
			t.Errorf("%s does not begin with the oldest:\n%s", c.file, text)
		}
	}
	if err := os.Mkdir("there", 0o700); err != nil {
		t.Fatal(err)
	}
	m = after(m, writtenMsg{"x.md", &os.PathError{Op: "open", Path: filepath.Join("no", "x.md"), Err: errors.New("permission denied")}})
	wantOnScreen(t, m, "not written: permission denied; it goes to the directory that jotwatch was started in")
}
