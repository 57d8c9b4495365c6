package profiles

import (
	"context"
	"errors"
	"os/exec"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/zalando/go-keyring"

	"jotwatch/verifier"
)

// service is the name that all our entries in the keyring have in common; each one's account is a profile's id.
const service = "jotwatch"

const (
	// usualAnswer is how long a keyring that asks nobody may take. A Secret Service answers in 5 ms.
	usualAnswer = 5 * time.Second
	// promptShown is how long a call takes before it is worth finding out whether its user is being asked.
	promptShown = 700 * time.Millisecond
)

// A Keyring is the vault that the operating system has. Its calls know no deadline: one returns when its user has answered
// a prompt, which may take as long as the user likes, and never where the service hangs. The two are told apart by asking
// the service whether it is locked.
type Keyring struct {
	asked   func()        // told when the user is being asked to unlock it
	answer  time.Duration // for what asks nobody
	reached atomic.Bool   // there is a way to reach it
}

// NewKeyring makes a Keyring. asked is called, from any goroutine, when a prompt to unlock it is probably on the screen.
func NewKeyring(asked func()) *Keyring {
	return &Keyring{asked: asked, answer: usualAnswer}
}

// Get implements Vault.
func (k *Keyring) Get(ctx context.Context, id string) (verifier.Secret, error) {
	text, err := k.call(ctx, func() (string, error) { return keyring.Get(service, id) })
	secret := verifier.NewSecret(text)
	if err == nil && secret.IsZero() { // an entry that somebody emptied
		err = keyringError(runtime.GOOS, ErrNotFound, nil)
	}
	return secret, err
}

// Put implements Vault.
func (k *Keyring) Put(ctx context.Context, entries []Entry, stored func(int)) error {
	for i, e := range entries {
		_, err := k.call(ctx, func() (string, error) { return "", keyring.Set(service, e.ID, string(e.Secret.Reveal())) })
		if err != nil {
			return err
		}
		if stored != nil {
			stored(i + 1)
		}
	}
	return nil
}

// Delete implements Vault.
func (k *Keyring) Delete(ctx context.Context, ids []string) error {
	for _, id := range ids {
		_, err := k.call(ctx, func() (string, error) { return "", keyring.Delete(service, id) })
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return nil
}

// Check implements Vault.
func (k *Keyring) Check(ctx context.Context) error {
	state := k.probe(ctx)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	switch state {
	case stateUnlocked, stateStarting, stateUnknown:
		return nil
	default:
		return keyringError(runtime.GOOS, reasonOf[state], nil)
	}
}

// A keyringState is what a keyring says of itself without asking its user.
type keyringState int

const (
	stateUnknown  keyringState = iota // this system does not tell
	stateUnlocked                     // it answers
	stateStarting                     // the first call starts it
	stateLocked                       // it would ask, or is asking
	stateNoBus                        // there is nothing to reach it by
	stateNone                         // nothing answers to its name
	stateEmpty                        // the service is there, but has no keyring yet
	stateSilent                       // it did not answer in time
)

var reasonOf = map[keyringState]error{
	stateLocked: ErrLocked, stateNoBus: errNoBus, stateNone: ErrAbsent, stateEmpty: errEmpty, stateSilent: ErrTimedOut,
}

// More exact kinds of ErrAbsent.
var (
	errNoBus = errors.New("no session bus")
	errEmpty = errors.New("no keyring yet")
)

// call does one call of go-keyring's, which cannot be cancelled: where ctx ends or the deadline passes, it is left behind.
func (k *Keyring) call(ctx context.Context, do func() (string, error)) (string, error) {
	if !k.reached.Load() {
		if !reachable() { // go-keyring would start a bus, and leave it behind
			return "", keyringError(runtime.GOOS, errNoBus, nil)
		}
		k.reached.Store(true)
	}
	type answer struct {
		text string
		err  error

		panicked any
	}
	answered := make(chan answer, 1)
	go func() {
		var a answer
		defer func() {
			a.panicked = recover() // where the caller can catch it: a console has a terminal to put back
			answered <- a
		}()
		a.text, a.err = do()
	}()
	asking := false
	shown, late := time.NewTimer(promptShown), time.NewTimer(k.answer)
	defer shown.Stop()
	defer late.Stop()
	// The probe has what is left of the time to answer; a service that hangs does not answer it either.
	probed := make(chan keyringState, 1)
	for {
		select {
		case a := <-answered:
			if a.panicked != nil {
				panic(a.panicked)
			}
			if a.err == nil {
				return a.text, nil
			}
			return "", k.explain(ctx, a.err, asking)
		case <-shown.C:
			go func() { probed <- k.probe(ctx) }()
		case state := <-probed:
			if state == stateLocked || state == stateUnknown {
				asking = true
				late.Stop()
				if k.asked != nil {
					k.asked()
				}
			}
		case <-late.C:
			return "", keyringError(runtime.GOOS, ErrTimedOut, nil)
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}

// probe asks the keyring how it is. It takes no longer than something that asks nobody may.
func (k *Keyring) probe(ctx context.Context) keyringState {
	ctx, cancel := context.WithTimeout(ctx, k.answer)
	defer cancel()
	return probe(ctx)
}

// explain finds the reason of an error. On systems with a Secret Service a keyring that is locked, absent or new gives
// errors that differ in their text alone: the service is asked again instead.
func (k *Keyring) explain(ctx context.Context, err error, asked bool) error {
	if reason, ok := reasonFor(runtime.GOOS, err); ok {
		return keyringError(runtime.GOOS, reason, err)
	}
	state := k.probe(ctx)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if state == stateLocked && asked {
		return keyringError(runtime.GOOS, ErrDenied, nil)
	}
	if reason, ok := reasonOf[state]; ok {
		return keyringError(runtime.GOOS, reason, nil)
	}
	return keyringError(runtime.GOOS, ErrFailed, err)
}

// What /usr/bin/security exits with: the low byte of Apple's OSStatus (Security framework, SecBase.h).
var securityExits = map[int]error{
	44:  ErrNotFound, // errSecItemNotFound, -25300
	36:  ErrLocked,   // errSecInteractionNotAllowed, -25308: locked, and nobody can be asked, as over SSH
	51:  ErrDenied,   // errSecAuthFailed, -25293
	128: ErrDenied,   // errSecUserCanceled, -128
	37:  ErrAbsent,   // errSecNoDefaultKeychain, -25307
	50:  ErrAbsent,   // errSecNoSuchKeychain, -25294
	53:  ErrAbsent,   // errSecNotAvailable, -25291
}

// What Windows Credential Manager returns (winerror.h).
var windowsErrors = map[syscall.Errno]error{
	5:    ErrDenied,   // ERROR_ACCESS_DENIED
	1168: ErrNotFound, // ERROR_NOT_FOUND
	1312: ErrAbsent,   // ERROR_NO_SUCH_LOGON_SESSION: a service or a network logon, as over SSH, has no credentials
	1783: ErrTooLarge, // RPC_X_BAD_STUB_DATA: what CredWrite says to a blob that is too large
}

// reasonFor finds the reason that the error itself tells.
func reasonFor(system string, err error) (error, bool) {
	if errors.Is(err, keyring.ErrNotFound) {
		return ErrNotFound, true
	}
	if errors.Is(err, keyring.ErrSetDataTooBig) {
		return ErrTooLarge, true
	}
	var reason error
	switch system {
	case "darwin":
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			reason = securityExits[exit.ExitCode()]
		}
	case "windows":
		if errno, ok := errors.AsType[syscall.Errno](err); ok {
			reason = windowsErrors[errno]
		}
	default:
		reason = busReason(err)
	}
	return reason, reason != nil
}

// keyringError says a reason in the words of the system it happens on.
func keyringError(system string, reason, detail error) error {
	e := &VaultError{Vault: KeyringVault, Reason: reason}
	words := keyringWords[system]
	if words == nil {
		words = keyringWords["linux"] // the other systems with a Secret Service
	}
	e.Wrong, e.Hint = words[reason][0], words[reason][1]
	if errors.Is(reason, errNoBus) || errors.Is(reason, errEmpty) {
		e.Reason = ErrAbsent
	}
	if e.Wrong == "" { // a reason that this system is not known to give
		e.Wrong, e.Hint = "the keyring failed", "see what it says: jotwatch vault status"
	}
	if errors.Is(reason, ErrFailed) {
		e.Detail = detail
	}
	return e
}

// keyringWords are what is wrong and what to do, for each system and reason.
var keyringWords = map[string]map[error][2]string{
	"linux": {
		ErrLocked:   {"the keyring is locked, and nobody was there to unlock it", "unlock it (log in to the desktop, or gnome-keyring-daemon --unlock)"},
		ErrDenied:   {"the keyring stays locked: its prompt was dismissed", "run it again and answer the prompt"},
		ErrTimedOut: {"the keyring does not answer", "restart the keyring's service or log in again"},
		ErrNotFound: {"it is not in the keyring", "jotwatch profile edit NAME --secret"},
		ErrTooLarge: {"the secret is too large for the keyring", "check that it is the client secret, 64 hex digits"},
		ErrAbsent:   {"there is no keyring: no Secret Service answers on the session bus", "start one (gnome-keyring, KWallet, KeePassXC)"},
		errNoBus:    {"there is no keyring: no session bus can be reached, as over SSH, in a container or under sudo", "log in to a desktop"},
		errEmpty:    {"there is no keyring yet: the Secret Service has no default collection", "make one (in Passwords and Keys, or by logging in to the desktop)"},
		ErrFailed:   {"the keyring failed", "see what it says: jotwatch vault status"},
	},
	"darwin": {
		ErrLocked:   {"the keychain is locked, and nobody could be asked, as over SSH", "security unlock-keychain"},
		ErrDenied:   {"the keychain did not give access: the prompt was dismissed or the password wrong", "run it again and answer the prompt"},
		ErrTimedOut: {"the keychain does not answer", "open Keychain Access and look"},
		ErrNotFound: {"it is not in the keychain", "jotwatch profile edit NAME --secret"},
		ErrTooLarge: {"the secret is too large for the keychain (about 3,000 bytes)", "check that it is the client secret, 64 hex digits"},
		ErrAbsent:   {"there is no default keychain", "open Keychain Access and make a login keychain"},
		ErrFailed:   {"the keychain failed", "see what it says: jotwatch vault status"},
	},
	"windows": {
		ErrLocked:   {"Credential Manager is locked", "sign in to Windows"},
		ErrDenied:   {"Credential Manager did not give access", "run it as the user who stored the secret"},
		ErrTimedOut: {"Credential Manager does not answer", "restart the Credential Manager service"},
		ErrNotFound: {"it is not in Credential Manager", "jotwatch profile edit NAME --secret"},
		ErrTooLarge: {"the secret is too large for Credential Manager (2,560 bytes)", "check that it is the client secret, 64 hex digits"},
		ErrAbsent:   {"Credential Manager is not there in this kind of session, as over SSH or in a service", "sign in at the machine"},
		ErrFailed:   {"Credential Manager failed", "see what it says: jotwatch vault status"},
	},
}
