package main

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"jotwatch/listener/chromiumtest"
	"jotwatch/profiles/keyringtest"
)

// The whole story, from nothing: a store is added at the console, its test storefront is opened in a browser, somebody signs in
// there, and the token is on the screen; others are pasted, expire, are looked for, compared and written to a file.
func TestStory(t *testing.T) {
	t.Parallel()
	keyring := keyringtest.Start(t, keyringtest.Unlocked)
	config := filepath.Join(t.TempDir(), "config")
	env := append(keyring.Env(), configDirVariable+"="+config)
	term := takeSeat(t, "120", "40", env...)
	browser := chromiumtest.Start(t)
	term.start("--addr", "127.0.0.1:0")
	term.Until("Paste a token", "keyring ✓", "0 profiles")
	listen := term.listener()

	// Add the store. The secret goes to the keyring, and is on no screen.
	term.Press("2")
	term.Until("No profile yet")
	term.Press("n")
	term.Until("New profile", "client id", "store hash", "secret")
	for _, text := range []string{"acme", clientID, "https://store-" + storeHash + ".mybigcommerce.com/"} {
		term.Type(text)
		term.Press("Tab")
	}
	term.Until("taking " + storeHash)
	term.Paste(secret + "\n")
	term.Until("64 characters", "••••••••")
	term.Press("C-s")
	term.UntilGone("New profile")
	term.Until("acme", storeHash, "1 profile")
	for deadline := time.Now().Add(20 * time.Second); len(keyring.Secrets(t)) == 0 && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond) // between two looks into the keyring
	}
	kept := keyring.Secrets(t)
	if len(kept) != 1 {
		t.Fatalf("the keyring has %d secrets, want 1", len(kept))
	}
	for _, value := range kept {
		if !strings.Contains(value, secret) {
			t.Error("the keyring has another secret")
		}
	}
	if name := secretWithin(t, config); name != "" {
		t.Errorf("%s holds a secret", name)
	}

	// Its test storefront sends to this console. It is not at its usual port: the first is refused, until its pages are let in.
	shop := startServer(t, env, "storefront", "--addr", "127.0.0.1:0", "--listener", listen.address())
	browser.Open(shop.url + "/sign-in?" + wakeUp)
	browser.UntilBadge("refuses this page's origin")
	term.Press("1")
	term.Until("1 refused")
	term.Press("3")
	term.Until("Refused last", "press a to let pages of "+shop.url+" send")
	term.Press("a", "a")
	term.Until("pages of " + shop.url + " may send for acme now")
	browser.Press("send again")
	browser.UntilBadge("Delivered as #")
	term.Press("1")
	term.Until("○ guest", "1 guest")
	browser.Press("close") // it can stand over a button in so small a window
	browser.Click(`button[name=customer][value="4927"]`)
	browser.Until(`location.pathname === '/'`)
	browser.UntilBadge("Delivered as #")
	term.Until("✓ valid", "signed by acme", "#4927 jane@example.com")

	// A token expires while one looks.
	exp := time.Now().Truncate(time.Second).Add(8 * time.Second)
	term.Paste(expiring(t, exp))
	term.Until("00:0")
	term.Until("◷ expired")
	if early := time.Until(exp); early > 0 {
		t.Errorf("expired %v too early", early)
	}

	// Look for it.
	term.Type("/is:expired")
	term.Until("Filter: 1 of 3")
	term.Press("Enter")
	if seen := term.Until("filter: is:expired (1)"); strings.Contains(seen, "✓ valid") {
		t.Errorf("the filter is not kept:\n%s", seen)
	}
	term.Press("Escape")
	term.Until("✓ valid", "◷ expired", "○ guest")

	// Compare the two tokens.
	term.Press("m")
	term.Until("is marked")
	term.Press("j", "d")
	term.Until("From arrival #", " to arrival #", "exp", "iat", "the same in both: ")
	term.Press("Escape")
	term.UntilGone("From arrival #")

	// Write it to a file: masked.
	term.Press("w")
	term.Until("Write to a file", "Markdown")
	term.Press("Enter")
	text := term.written(regexp.MustCompile(`written to (jotwatch-[\d-]+\.md)`))
	for _, kept := range []string{"jane@example.com", "eyJ", secret[:16]} {
		if strings.Contains(text, kept) {
			t.Errorf("the file has %q:\n%s", kept, text)
		}
	}
	for _, want := range []string{"valid", "acme", storeHash, "4927"} {
		if !strings.Contains(text, want) {
			t.Errorf("the file has no %q:\n%s", want, text)
		}
	}

	// Mask the screen.
	term.Until("jane@example.com")
	term.Press("z")
	term.UntilGone("jane@example.com")
	for _, tab := range []string{"▸Claims", "▸Raw", "▸Request", "▸Findings"} {
		term.Press("Tab")
		if seen := term.Until(tab); strings.Contains(seen, "eyJ") || strings.Contains(seen, "jane@example.com") {
			t.Errorf("a token or an address is on a masked screen:\n%s", seen)
		}
	}
	term.Press("z")
	term.Until("jane@example.com")

	term.Press("q")
	term.ends(exitAsAsked)
	if code, _ := shop.end(); code != exitInterrupted {
		t.Errorf("the storefront: exit code %d", code)
	}
	if answer, err := http.Get(listen.url); err == nil {
		_ = answer.Body.Close()
		t.Error("the listener is still there")
	}
}

// written is the text of the file that the console says it wrote.
func (s *seat) written(said *regexp.Regexp) string {
	s.t.Helper()
	name := filepath.Join(s.dir, "written", s.UntilMatch(said)[1])
	text, err := os.ReadFile(name)
	if err != nil {
		s.t.Fatal(err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		s.t.Errorf("%s is %v, %v", name, info.Mode(), err)
	}
	return string(text)
}
