package profiles

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"filippo.io/age"

	"jotwatch/verifier"
)

const secretsFile = "secrets.age"

// ErrNoPassphrase is a passphrase that nobody is there to give.
var ErrNoPassphrase = errors.New("there is no terminal to ask for the passphrase")

// A Purpose is what a passphrase is wanted for.
type Purpose int

// The purposes.
const (
	OpenVault  Purpose = iota // the one that secrets.age was made with
	NewVault                  // a new one, for a secrets.age that is not there yet
	OpenExport                // the one that an export was made with
	NewExport                 // a new one, for an export
)

// A Passphrase asks for a passphrase, again where the one before was wrong. The error is ErrNoPassphrase where nobody can be
// asked.
type Passphrase func(ctx context.Context, purpose Purpose, again bool) (string, error)

// ErrNotGiven is a passphrase that whoever was asked did not give.
var ErrNotGiven = errors.New("the passphrase was not given")

// askAgain is how often a passphrase may be given until it is right.
const askAgain = 3

// A File is a vault for machines without a keyring: one file, encrypted by age with a passphrase (scrypt). The passphrase is
// asked for once.
type File struct {
	path string
	ask  Passphrase
	work int // log2 of scrypt's N; 0 is age's own choice

	opened atomic.Bool // once, with the passphrase

	mu         sync.Mutex
	passphrase string
	sealed     []byte            // the file as it was last read or written, and what is in it: opening takes half a second
	secrets    map[string]string // by profile id
}

// NewFile makes the vault of a configuration directory. Its file is made with the first secret.
func NewFile(dir string, ask Passphrase) *File {
	return &File{path: filepath.Join(dir, secretsFile), ask: ask}
}

// Get implements Vault.
func (f *File) Get(ctx context.Context, id string) (verifier.Secret, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	const hint = "jotwatch profile edit NAME --secret"
	if _, err := os.Stat(f.path); errors.Is(err, fs.ErrNotExist) { // nobody is asked for a new passphrase only to read
		return verifier.Secret{}, f.err(ErrAbsent, secretsFile+" is not there", "put it back from a backup, or: "+hint, nil)
	}
	secrets, err := f.open(ctx)
	if err != nil {
		return verifier.Secret{}, err
	}
	secret := verifier.NewSecret(secrets[id])
	if secret.IsZero() {
		return secret, f.err(ErrNotFound, "it is not in "+secretsFile, hint, nil)
	}
	return secret, nil
}

// Put implements Vault: all entries in one write.
func (f *File) Put(ctx context.Context, entries []Entry, stored func(int)) error {
	return f.change(ctx, func(secrets map[string]string) {
		for i, e := range entries {
			secrets[e.ID] = string(e.Secret.Reveal())
			if stored != nil {
				stored(i + 1)
			}
		}
	})
}

// Delete implements Vault.
func (f *File) Delete(ctx context.Context, ids []string) error {
	if _, err := os.Stat(f.path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return f.change(ctx, func(secrets map[string]string) {
		for _, id := range ids {
			delete(secrets, id)
		}
	})
}

// Check implements Vault. It does not ask for the passphrase.
func (f *File) Check(context.Context) error {
	_, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it is made when it is needed
	}
	if err != nil {
		return f.err(ErrFailed, "cannot read "+f.path, "make it readable for you", err)
	}
	return nil
}

func (f *File) change(ctx context.Context, change func(map[string]string)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	secrets, err := f.open(ctx)
	if err != nil {
		return err
	}
	secrets = maps.Clone(secrets)
	change(secrets)
	text, err := json.Marshal(secrets)
	if err != nil {
		return f.err(ErrFailed, "cannot encode "+secretsFile, "this is a fault of jotwatch's", err)
	}
	text, err = encrypt(text, f.passphrase, f.work)
	if err == nil {
		err = writeFile(f.path, text)
	}
	if err != nil {
		return f.err(ErrFailed, "cannot write "+f.path, "make room and the directory writable", err)
	}
	f.sealed, f.secrets = text, secrets
	return nil
}

// open returns all secrets, by profile id. They are not to be changed.
func (f *File) open(ctx context.Context) (map[string]string, error) {
	text, err := os.ReadFile(f.path)
	purpose := OpenVault
	switch {
	case errors.Is(err, fs.ErrNotExist):
		purpose = NewVault
	case err != nil:
		return nil, f.err(ErrFailed, "cannot read "+f.path, "make it readable for you", err)
	}
	if f.secrets != nil && bytes.Equal(text, f.sealed) {
		return f.secrets, nil
	}
	secrets := map[string]string{}
	passphrase := f.passphrase
	for try := 1; ; try++ {
		before := passphrase
		if f.passphrase == "" {
			if passphrase, err = f.ask(ctx, purpose, try > 1); err != nil {
				return nil, f.unasked(err, purpose)
			}
		}
		if purpose == NewVault {
			break
		}
		plain, err := decrypt(text, passphrase)
		if errors.Is(err, ErrPassphrase) {
			if try < askAgain && passphrase != before { // the same again comes from a file
				continue
			}
			return nil, f.err(ErrDenied, "that is not the passphrase of "+secretsFile, "try again; a forgotten passphrase cannot be recovered", nil)
		}
		if err == nil {
			err = json.Unmarshal(plain, &secrets)
		}
		if err != nil {
			return nil, f.err(ErrFailed, f.path+" is damaged", "put a copy of it back from a backup; it is not overwritten", err)
		}
		break
	}
	f.passphrase, f.sealed, f.secrets = passphrase, text, secrets
	f.opened.Store(true)
	return secrets, nil
}

// locked reports whether there is a file that was not opened yet. It waits for nobody who is being asked.
func (f *File) locked() bool {
	_, err := os.Stat(f.path)
	return err == nil && !f.opened.Load()
}

// unasked says why there is no passphrase.
func (f *File) unasked(err error, purpose Purpose) error {
	if errors.Is(err, ErrNoPassphrase) {
		return f.err(ErrLocked, secretsFile+" is locked: there is no terminal to ask for its passphrase",
			"put the passphrase into a file of your own and name it by --passphrase-file or JOTWATCH_PASSPHRASE_FILE", nil)
	}
	if errors.Is(err, ErrNotGiven) && purpose == NewVault {
		return f.err(ErrLocked, "no passphrase was chosen for "+secretsFile+", which is made with it", "choose one when it is asked for", nil)
	}
	if errors.Is(err, ErrNotGiven) {
		return f.err(ErrLocked, secretsFile+" is locked: its passphrase was not given", "give it when it is asked for", nil)
	}
	return f.err(ErrDenied, err.Error(), "give the passphrase, or a file with it by --passphrase-file", nil)
}

func (f *File) err(reason error, wrong, hint string, detail error) error {
	return &VaultError{Vault: FileVault, Reason: reason, Wrong: wrong, Hint: hint, Detail: detail}
}

// ErrPassphrase is a passphrase that something was not encrypted with.
var ErrPassphrase = errors.New("the passphrase is wrong")

// encrypt encrypts to a passphrase. work is log2 of scrypt's N; 0 is age's own choice, about a second.
func encrypt(text []byte, passphrase string, work int) ([]byte, error) {
	recipient, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	if work > 0 {
		recipient.SetWorkFactor(work)
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, recipient)
	if err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	if _, err := w.Write(text); err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	return out.Bytes(), nil
}

// mostWork bounds what somebody else's file makes us do: log2 of scrypt's N, a GiB of memory. age's own choice is 18.
const mostWork = 20

// decrypt is the way back. The error is ErrPassphrase where that is what is wrong.
func decrypt(text []byte, passphrase string) ([]byte, error) {
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, ErrPassphrase // an empty one
	}
	identity.SetMaxWorkFactor(mostWork)
	r, err := age.Decrypt(bytes.NewReader(text), identity)
	if _, wrong := errors.AsType[*age.NoIdentityMatchError](err); wrong {
		return nil, ErrPassphrase
	}
	if err != nil {
		return nil, fmt.Errorf("decrypt: %w", err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("decrypt: %w", err)
	}
	return out, nil
}
