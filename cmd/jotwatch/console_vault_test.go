package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jotwatch/mint"
	"jotwatch/verifier"
)

// A keyring that hangs holds nothing up: the console is there, answers keys, decodes a token and quits.
func TestConsoleWithFrozenKeyring(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.run(exitAsAsked, secret, "profile", "add", "acme", "--client-id", clientID, "--store-hash", storeHash)
	term := takeSeat(t, "80", "24", d.env...)
	d.keyring.Freeze()
	term.Line("clear; jotwatch --addr 127.0.0.1:0; echo exit=$?")
	term.Within(soon, "1 Tokens", "Paste a token", "1 profile")
	term.promptly("2", "acme", storeHash)
	term.promptly("3", "Run the listener")
	term.promptly("?", "Keys", "Everywhere")
	term.promptly("? 1", "Paste a token")
	term.Paste(minted(t, "valid"))
	term.Within(soon, "? unverified", "of acme", "#4927 jane@example.com", "keyring is asked")
	term.promptly("Tab", "customer.id")
	term.promptly("BTab", "▸Findings")
	term.Until("keyring silent")
	term.says("signature.unchecked", "the secret of acme cannot be had: the keyring does not answer")
	term.promptly("3", "To look at", "The keyring does not answer")
	term.promptly("u", "asking the vault again")
	term.promptly("q", "exit=0")
	term.ends(exitAsAsked)
	d.keyring.Thaw()
}

// A locked keyring is called locked, with what to do. Once it is unlocked, one key has what is on the screen verified.
func TestConsoleWithLockedKeyring(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.run(exitAsAsked, secret, "profile", "add", "acme", "--client-id", clientID, "--store-hash", storeHash)
	d.keyring.Lock()
	term := takeSeat(t, "80", "24", d.env...)
	term.start("--addr", "127.0.0.1:0")
	term.Until("keyring locked")
	term.Press("3")
	term.says("To look at", "The keyring is locked", "unlock it", "Press u to ask it again")
	term.Paste(minted(t, "valid"))
	term.Until("▸1 Tokens", "? unverified", "of acme", "#4927", "keyring locked")
	term.says("the secret of acme cannot be had: the keyring is locked")
	d.keyring.Unlock()
	term.Press("u")
	term.Until("✓ valid", "signed by acme", "keyring ✓")
	term.Press("q")
	term.ends(exitAsAsked)
}

// Without a keyring the console says so, and what to do; other vaults are not taken by themselves.
func TestConsoleWithoutKeyring(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.run(exitAsAsked, secret, "profile", "add", "acme", "--client-id", clientID, "--store-hash", storeHash)
	d.keyring.StopBus()
	term := takeSeat(t, "80", "24", d.env...)
	term.start("--addr", "127.0.0.1:0")
	term.Until("keyring absent")
	term.Press("3")
	term.says("To look at", "There is no keyring", "Press u to ask it again")
	term.Paste(minted(t, "valid"))
	term.says("? unverified", "of acme", "#4927", "the secret of acme cannot be had: there is no keyring")

	// A profile cannot be kept, what was typed is not lost, and nothing of it is anywhere.
	term.Press("2", "n")
	term.Until("New profile")
	for _, text := range []string{"beta", clientID, "beta9w3m5"} {
		term.Type(text)
		term.Press("Tab")
	}
	term.Paste(secret)
	term.Until("64 characters")
	term.Press("C-s")
	term.says("! there is no keyring", "or choose another with ← →", "not saved", "beta9w3m5", "64 characters")
	if files, _ := filepath.Glob(filepath.Join(d.config(), "secrets*")); len(files) > 0 {
		t.Errorf("secrets are in %v", files)
	}

	// Kept in memory alone, because the user says so, it serves as long as the console runs.
	term.Press("Right", "Right", "Right")
	term.Until("← memory →")
	term.Press("C-s")
	term.UntilGone("New profile")
	term.Until("beta is kept", "2 profiles")
	term.Press("G")
	term.Until("memory: gone when this console ends")
	made, err := mint.Token(mint.App{ClientID: clientID, StoreHash: "beta9w3m5", Secret: verifier.NewSecret(secret)}, "valid", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	term.Paste(made)
	term.Until("✓ valid", "signed by beta")
	term.Press("q")
	term.ends(exitAsAsked)
}

// The file vault wants its passphrase. The status line says so; it is asked for when its user says so, and as often as it takes.
func TestConsoleAsksForPassphrase(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "config")
	env := []string{configDirVariable + "=" + config, "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere"}
	file := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(file, []byte(vaultPhrase+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	add := withEnv(env, "profile", "add", "acme", "--client-id", clientID, "--store-hash", storeHash, "--vault", "file", "--passphrase-file", file)
	add.Stdin = strings.NewReader(secret)
	if code, stdout, stderr := result(add); code != exitAsAsked {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	t.Cleanup(func() {
		if name := secretWithin(t, config); name != "" {
			t.Errorf("%s holds a secret", name)
		}
	})
	term := takeSeat(t, "120", "40", env...)
	term.start("--addr", "127.0.0.1:0")
	term.Paste(minted(t, "valid"))
	seen := term.Until("? unverified", "of acme", "#4927", "passphrase? u", "the file vault waits for its passphrase: press u")
	if strings.Contains(seen, "of secrets.age:") {
		t.Errorf("it is asked for by itself:\n%s", seen)
	}
	term.promptly("3", "The file vault waits for its passphrase: press u.")
	term.promptly("1", "▸Findings")
	term.promptly("Tab", "customer.id") // all goes on meanwhile
	term.Press("u")
	term.Until("The passphrase of secrets.age:")
	term.Paste("a wrong passphrase")
	term.Until("••••••")
	term.Press("Enter")
	term.Until("That was not it.") // by itself, as the dialog was open
	term.Type(vaultPhrase)
	term.Press("Enter")
	term.Until("✓ valid", "signed by acme")
	term.Press("q")
	term.ends(exitAsAsked)
}
