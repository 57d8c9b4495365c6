package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/spf13/pflag"

	"jotwatch/profiles"
	"jotwatch/tui"
)

// The environment variables that say where things are.
const (
	configDirVariable  = "JOTWATCH_CONFIG_DIR"
	passphraseVariable = "JOTWATCH_PASSPHRASE_FILE" //nolint:gosec // a file's name, not a passphrase
)

// configDir is where the profiles and the settings are.
func configDir() (string, error) {
	if dir := os.Getenv(configDirVariable); dir != "" {
		return dir, nil
	}
	base, err := os.UserConfigDir()
	if err != nil {
		return "", errorWithHint(exitUnchecked, "set "+configDirVariable+" to a directory of your own", "there is no place for profiles and settings: %w", err)
	}
	return filepath.Join(base, "jotwatch"), nil
}

// vaultFlags are shared by the commands that open a vault.
type vaultFlags struct {
	passphraseFile string
	messenger      *tui.Messenger // tells and asks instead of the terminal, which is the console's; nil: the terminal does
}

func (f *vaultFlags) register(set *pflag.FlagSet) {
	set.StringVar(&f.passphraseFile, "passphrase-file", "", "a file with the passphrase, instead of a prompt")
}

// book is the user's profiles.
func (f *vaultFlags) book() (*profiles.Book, error) {
	dir, err := configDir()
	if err != nil {
		return nil, err
	}
	once := func(text string) func() {
		if f.messenger != nil {
			return func() { f.messenger.Tell(text) }
		}
		return sync.OnceFunc(func() { tell(text) })
	}
	ask := passphrase(f.file())
	if f.messenger != nil && f.file() == "" {
		ask = f.messenger.Passphrase
	}
	giveUp := "; ctrl+c gives up"
	if f.messenger != nil {
		giveUp = "" // the console goes on
	}
	return profiles.New(profiles.Config{
		Dir: dir,
		Vaults: map[profiles.VaultName]profiles.Vault{
			profiles.KeyringVault: profiles.NewKeyring(once("waiting for you to unlock the keyring, at its prompt on the screen" + giveUp)),
			profiles.FileVault:    profiles.NewFile(dir, ask),
			profiles.MemoryVault:  &profiles.Memory{},
		},
		Wait: once("another jotwatch is changing secrets; waiting for it"),
		Slow: once("waiting for the secret command"),
	}), nil
}

// load opens the user's profiles and reads the index.
func (f *vaultFlags) load() (*profiles.Book, *profiles.Index, error) {
	book, err := f.book()
	if err != nil {
		return nil, nil, err
	}
	ix, err := book.Load()
	return book, ix, explained("", err)
}

// file is the file with the passphrase, "" for a prompt.
func (f *vaultFlags) file() string { return orElse(f.passphraseFile, os.Getenv(passphraseVariable)) }

// choices are where a secret can go, for a user whose keyring does not take it.
const choices = "or say where the secret goes instead; nothing is chosen for you:\n" +
	"  --vault file                      secrets.age, encrypted with a passphrase\n" +
	"  --secret-command 'op read ...'    a command prints it, nothing is stored here\n" +
	"  --vault memory                    nowhere: it is given again each time"

// explained makes an error of package profiles one that says what to do. What was tried stands before it.
func explained(tried string, err error) error {
	if err == nil {
		return nil
	}
	if _, spoken := errors.AsType[*spokenError](err); spoken {
		return err
	}
	say := func(code int, hint string) error { return errorWithHint(code, hint, "%s%w", tried, err) }
	if left, ok := errors.AsType[*profiles.LeftError](err); ok {
		return explainedLeft(tried, err, left)
	}
	if refusal, ok := errors.AsType[*profiles.Refusal](err); ok {
		return say(exitWrongCall, refusal.Hint)
	}
	if exists, ok := errors.AsType[*profiles.ExistsError](err); ok {
		return say(exitWrongCall, "to change it: jotwatch profile edit "+profiles.Quoted(exists.Name))
	}
	if unknown, ok := errors.AsType[*profiles.UnknownError](err); ok {
		return say(exitWrongCall, unknownHint(unknown))
	}
	if vault, ok := errors.AsType[*profiles.VaultError](err); ok {
		return say(exitUnchecked, vault.Hint)
	}
	switch {
	case errors.Is(err, profiles.ErrCorrupt):
		return say(exitUnchecked, "put a copy back from a backup, or move the file away to begin anew; it is never overwritten")
	case errors.Is(err, profiles.ErrNewer):
		return say(exitUnchecked, "update this jotwatch, or set "+configDirVariable+" to another directory")
	case errors.Is(err, profiles.ErrBusy):
		return say(exitUnchecked, "wait for it or end it, and try again")
	case errors.Is(err, profiles.ErrGone):
		return say(exitUnchecked, "jotwatch profile list")
	}
	return say(exitUnchecked, "make the directory of the profiles writable for you, or set "+configDirVariable+" to another")
}

// explainedLeft says that secrets are left where they should not be.
func explainedLeft(tried string, err error, left *profiles.LeftError) error {
	of := fmt.Sprintf("%d secrets are", len(left.Left))
	if len(left.Left) == 1 {
		of = "its secret is"
	}
	where := left.Left[0].Vault
	hint := "jotwatch vault status"
	if vault, ok := errors.AsType[*profiles.VaultError](left.Err); ok {
		hint = vault.Hint
	}
	first, _, joined := strings.Cut(err.Error(), "\n")
	if !joined && !strings.HasSuffix(tried, "but ") {
		tried = "it was done, but "
	}
	if joined { // the change failed, and so did undoing it
		return errorWithHint(exitUnchecked, hint, "%s%s; %s still in the %s vault", tried, first, of, where)
	}
	return errorWithHint(exitUnchecked, hint+"; then delete what is left: jotwatch vault clean",
		"%s%s still in the %s vault: %w", tried, of, where, left.Err)
}

func unknownHint(unknown *profiles.UnknownError) string {
	if len(unknown.Names) == 0 {
		return "jotwatch profile list shows them all"
	}
	const most = 5
	names := make([]string, 0, most)
	for _, name := range unknown.Names[:min(most, len(unknown.Names))] {
		names = append(names, profiles.Quoted(name))
	}
	if more := len(unknown.Names) - most; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return "say which: " + strings.Join(names, ", ")
}
