package tui

import (
	"context"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/base64"
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/profiles"
	"jotwatch/verifier"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	clientID   = "abcdefghijklmnopqrstuvwxyz01234"
	storeHash  = "abc123defg"
	secret     = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	betaID     = "zyxwvutsrqponmlkjihgfedcba98765"
	betaHash   = "beta9w3m5"
	betaSecret = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
)

var noon = time.Date(2026, 11, 23, 12, 3, 45, 0, time.UTC)

// sign makes a token by hand, so that these tests lean on no other package of ours but those that the console itself uses.
func sign(header, claims, key string) string {
	enc := base64.RawURLEncoding
	input := enc.EncodeToString([]byte(header)) + "." + enc.EncodeToString([]byte(claims))
	mac := hmac.New(sha512.New, []byte(key))
	mac.Write([]byte(input))
	return input + "." + enc.EncodeToString(mac.Sum(nil))
}

func tokenOf(client, store, key string, customer, group int, iat time.Time, life time.Duration) string {
	claims := fmt.Sprintf(`{"customer":{"id":%d,"email":"jane@example.com","group_id":"%d"},"iss":"bc/apps","sub":%q,`+
		`"iat":%d,"exp":%d,"version":1,"aud":%q,"application_id":%q,"store_hash":%q,"operation":"current_customer"}`,
		customer, group, store, iat.Unix(), iat.Add(life).Unix(), client, client, store)
	return sign(`{"typ":"JWT","alg":"HS512"}`, claims, key)
}

// claimsOf are a token's claims as they were written.
func claimsOf(token string) string {
	claims, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		panic(err)
	}
	return string(claims)
}

func token(iat time.Time, life time.Duration, key string) string {
	return tokenOf(clientID, storeHash, key, 4927, 6, iat, life)
}

// given is a console with ad hoc credentials and no profiles.
func given(t testing.TB) Config {
	t.Helper()
	return Config{Inbox: inbox.New(inbox.Limits{}, 0), Queue: inbox.NewQueue(), Addr: "127.0.0.1:4927", Theme: "auto", Given: []verifier.Credential{{
		Profile: "acme-sandbox", ClientID: clientID, StoreHash: storeHash, Secret: verifier.NewSecret(secret), Named: true,
	}}, Snippet: snippet, Doors: func(*profiles.Index) []listener.Key { return nil }}
}

func snippet(p *profiles.Profile, base string) listener.Snippet {
	return listener.Snippet{ClientID: p.ClientID, Key: p.IngestKey, Base: base}
}

// stores is a console with two profiles in memory.
func stores(t testing.TB) Config {
	t.Helper()
	book := profiles.New(profiles.Config{Vaults: map[profiles.VaultName]profiles.Vault{profiles.MemoryVault: &profiles.Memory{}}})
	for _, p := range []struct {
		profile profiles.Profile
		secret  string
	}{
		{profiles.Profile{ID: "a", Name: "acme-sandbox", ClientID: clientID, StoreHash: storeHash, Vault: profiles.MemoryVault, IngestKey: "AAAAAAAAAAAAAAAAAAAAAAAAAA", Environment: "sandbox", Colour: "cyan", Origins: []string{"https://shop.example.com"}, Tags: []string{"agency"}, Note: "the sandbox"}, secret},
		{profiles.Profile{ID: "b", Name: "beta-store", ClientID: betaID, StoreHash: betaHash, Vault: profiles.MemoryVault, IngestKey: "BBBBBBBBBBBBBBBBBBBBBBBBBB"}, betaSecret},
	} {
		if err := book.Add(t.Context(), p.profile, verifier.NewSecret(p.secret)); err != nil {
			t.Fatal(err)
		}
	}
	ix, err := book.Load()
	if err != nil {
		t.Fatal(err)
	}
	ix.IngestKey = "CCCCCCCCCCCCCCCCCCCCCCCCCC"
	cfg := given(t)
	cfg.Given, cfg.Book, cfg.Index = nil, book, ix
	return cfg
}

// nobody is a console with nothing set up.
func nobody(t testing.TB) Config {
	t.Helper()
	cfg := given(t)
	cfg.Given = nil
	cfg.Book = profiles.New(profiles.Config{Vaults: map[profiles.VaultName]profiles.Vault{profiles.MemoryVault: &profiles.Memory{}}})
	var err error
	if cfg.Index, err = cfg.Book.Load(); err != nil {
		t.Fatal(err)
	}
	return cfg
}

func model(cfg Config, w, h int) Model {
	return after(New(context.Background(), cfg, noon), tea.WindowSizeMsg{Width: w, Height: h}, vaultMsg{})
}

// after sends messages to a model. What keys and pastes ask for is done, but for what waits: the clock and what arrives.
func after(m Model, msgs ...tea.Msg) Model {
	for _, msg := range msgs {
		next, cmd := m.Update(msg)
		m = next.(Model)
		switch msg.(type) {
		case tea.PasteMsg, tea.KeyPressMsg, pastedMsg:
			m = did(m, cmd)
		}
	}
	return m
}

// did runs a command and gives the model what it brings.
func did(m Model, cmd tea.Cmd) Model {
	if cmd == nil {
		return m
	}
	switch msg := cmd().(type) {
	case nil:
		return m
	case tea.BatchMsg:
		for _, one := range msg {
			m = did(m, one)
		}
		return m
	case pastedMsg:
		msg.at = m.now
		next, cmd := m.Update(msg)
		return did(next.(Model), cmd)
	default:
		next, cmd := m.Update(msg)
		return did(next.(Model), cmd)
	}
}

// arrives sends arrivals to a model, as the listener would.
func arrives(m Model, arrivals ...*inbox.Arrival) Model {
	for _, a := range arrivals {
		if a.ID == 0 {
			a.ID = m.cfg.Queue.NextID()
		}
		if a.At.IsZero() {
			a.At = m.now
		}
		if a.Source == "" {
			a.Source = inbox.Listener
		}
		next, cmd := m.received([]*inbox.Arrival{a}, a.At)
		m = did(next, cmd)
	}
	return m
}

func pasted(s string) tea.Msg { return tea.PasteMsg{Content: s} }

// key is a key by its name, or a letter.
func key(name string) tea.Msg {
	codes := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp, "home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace,
	}
	if code, ok := codes[name]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	if letter, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(letter[0]), Mod: tea.ModCtrl}
	}
	if letter, ok := strings.CutPrefix(name, "shift+tab"); ok && letter == "" {
		return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// keys are several, separated by blanks.
func keys(names string) []tea.Msg {
	var all []tea.Msg
	for name := range strings.FieldsSeq(names) {
		all = append(all, key(name))
	}
	return all
}

// typed is a text, letter by letter.
func typed(text string) []tea.Msg {
	var all []tea.Msg
	for _, r := range text {
		all = append(all, key(string(r)))
	}
	return all
}

// page is what is seen of a model, without styles.
func seen(m Model) string {
	lines := strings.Split(ansi.Strip(m.View().Content), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

func wantOnScreen(t *testing.T, m Model, wants ...string) {
	t.Helper()
	got := seen(m)
	for _, want := range wants {
		if !strings.Contains(got, want) {
			t.Errorf("screen has no %q:\n%s", want, got)
		}
	}
}

func wantNotOnScreen(t *testing.T, m Model, unwanted ...string) {
	t.Helper()
	got := seen(m)
	for _, text := range unwanted {
		if strings.Contains(got, text) {
			t.Errorf("screen has %q:\n%s", text, got)
		}
	}
}

// blocked is a listener that never comes to be, in tests that tell themselves how that ended.
func blocked(ctx context.Context, _ string) (*listener.Sockets, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// formatted is a message as text, for those of the library whose type is its own.
func formatted(msg tea.Msg) string { return fmt.Sprintf("%v", msg) }
