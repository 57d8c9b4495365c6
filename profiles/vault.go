package profiles

import (
	"context"
	"errors"
	"fmt"

	"jotwatch/verifier"
)

// A VaultName says where a profile's secret lies.
type VaultName string

// The vaults.
const (
	KeyringVault VaultName = "keyring" // the system's: macOS Keychain, Windows Credential Manager, Secret Service
	FileVault    VaultName = "file"    // secrets.age, encrypted with a passphrase
	CommandVault VaultName = "command" // a command prints the secret, nothing is stored
	MemoryVault  VaultName = "memory"  // gone when the program ends
)

func (v VaultName) known() bool {
	return v == KeyringVault || v == FileVault || v == CommandVault || v == MemoryVault
}

// Holds reports whether secrets stay in the vault when the program ends.
func (v VaultName) Holds() bool { return v == KeyringVault || v == FileVault }

// An Entry is a secret in a vault.
type Entry struct {
	ID     string // the profile's
	Secret verifier.Secret
}

// A Vault keeps secrets under their profiles' ids. Every method may be called by several goroutines, and may take as long
// as a user is being asked; it returns when ctx ends. The errors are *VaultError.
type Vault interface {
	// Get returns a secret. Where there is none the error is ErrNotFound.
	Get(ctx context.Context, id string) (verifier.Secret, error)
	// Put stores entries in turn, over what was there. After each it reports how many are stored; nil is nobody.
	Put(ctx context.Context, entries []Entry, stored func(n int)) error
	// Delete deletes entries. One that is not there is no error.
	Delete(ctx context.Context, ids []string) error
	// Check reports whether the vault would answer, and asks the user nothing.
	Check(ctx context.Context) error
}

// Why a vault did not do as asked.
var (
	ErrLocked   = errors.New("locked")
	ErrAbsent   = errors.New("absent")
	ErrDenied   = errors.New("denied")
	ErrTimedOut = errors.New("timed out")
	ErrNotFound = errors.New("not found")
	ErrTooLarge = errors.New("too large")
	ErrFailed   = errors.New("failed") // any other reason, told in Detail
)

// A VaultError says which vault did not do as asked, and why.
type VaultError struct {
	Vault  VaultName
	Reason error  // one of the above
	Wrong  string // a clause: "the keyring is locked"
	Hint   string // what to do
	Detail error  // what the system said, where it adds something
}

func (e *VaultError) Error() string {
	if e.Detail != nil {
		return fmt.Sprintf("%s (%s)", e.Wrong, e.Detail)
	}
	return e.Wrong
}

func (e *VaultError) Unwrap() error { return e.Reason }

// Unanswered reports whether asking the same vault again now would end the same.
func (e *VaultError) Unanswered() bool {
	return errors.Is(e.Reason, ErrLocked) || errors.Is(e.Reason, ErrAbsent) || errors.Is(e.Reason, ErrDenied) || errors.Is(e.Reason, ErrTimedOut)
}

// noVault is the error of a Book that was given no vault of that name.
func noVault(name VaultName) error {
	return &VaultError{Vault: name, Reason: ErrAbsent, Wrong: fmt.Sprintf("there is no %s vault here", name),
		Hint: "jotwatch vault status"}
}
