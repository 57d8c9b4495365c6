package profiles

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

const (
	indexFile = "profiles.json"
	indexLock = "profiles.lock" // held while the index is read, changed and written
	vaultLock = "vaults.lock"   // held through a change that touches a vault, and while its user is being asked
	lockRetry = 5 * time.Millisecond
)

// A store is where a Book's index lies. Every method may be called by several goroutines.
type store interface {
	path() string     // of the index, "" where it has none
	vault() VaultName // of profiles to come, until a user chooses another
	// read returns the index as it was written. The error is fs.ErrNotExist where it never was.
	read() ([]byte, error)
	write(text []byte) error
	// stat tells one written index from another, nil where none but this process writes it. The error is as for read.
	stat() (os.FileInfo, error)
	// lock waits for one of the locks, until ctx ends.
	lock(ctx context.Context, name string) (unlock func(), err error)
}

func newStore(dir string) store {
	if dir == "" {
		return &memoryStore{locks: map[string]chan struct{}{indexLock: make(chan struct{}, 1), vaultLock: make(chan struct{}, 1)}}
	}
	return directory(dir)
}

// A directory keeps the index in a file, for every jotwatch of its user.
type directory string

func (d directory) path() string               { return filepath.Join(string(d), indexFile) }
func (d directory) vault() VaultName           { return KeyringVault }
func (d directory) read() ([]byte, error)      { return os.ReadFile(d.path()) }
func (d directory) write(text []byte) error    { return writeFile(d.path(), text) }
func (d directory) stat() (os.FileInfo, error) { return os.Stat(d.path()) }

// lock locks a file of that name. The system lets go of it when the process ends, however it does.
func (d directory) lock(ctx context.Context, name string) (unlock func(), err error) {
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return nil, fmt.Errorf("make configuration directory: %w", err)
	}
	lock := flock.New(filepath.Join(string(d), name), flock.SetPermissions(0o600))
	locked, err := lock.TryLockContext(ctx, lockRetry)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, fmt.Errorf("lock profiles: %w", err)
	case !locked:
		return nil, ErrBusy
	}
	return func() { _ = lock.Unlock() }, nil // the process's end would do it as well
}

// A memoryStore keeps the index until the process ends.
type memoryStore struct {
	mu    sync.Mutex
	text  []byte // never changed, only replaced
	locks map[string]chan struct{}
}

func (m *memoryStore) path() string     { return "" }
func (m *memoryStore) vault() VaultName { return MemoryVault }

func (m *memoryStore) read() ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.text == nil {
		return nil, fs.ErrNotExist
	}
	return m.text, nil
}

func (m *memoryStore) write(text []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.text = text
	return nil
}

func (m *memoryStore) stat() (os.FileInfo, error) {
	_, err := m.read()
	return nil, err
}

func (m *memoryStore) lock(ctx context.Context, name string) (unlock func(), err error) {
	select {
	case m.locks[name] <- struct{}{}:
		return func() { <-m.locks[name] }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// writeFile replaces a file's content at once and for good, readable by its owner only: a reader sees the old or the new,
// also after a crash.
func writeFile(path string, content []byte) (err error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // where people keep their settings elsewhere, the link stays
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			_ = f.Close() // the first error counts
			_ = os.Remove(f.Name())
			err = fmt.Errorf("write %s: %w", path, err)
		}
	}()
	if _, err := f.Write(content); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		_ = dir.Sync() // not every system can; the name is then written a little later
		_ = dir.Close()
	}
	return nil
}
