package profiles

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

const (
	indexFile    = "profiles.json"
	indexLock    = "profiles.lock" // held while the index is read, changed and written
	vaultLock    = "vaults.lock"   // held through a change that touches a vault, and while its user is being asked
	lockPatience = 10 * time.Second
	lockRetry    = 5 * time.Millisecond
)

// A Book is the profiles of one configuration directory, with the vaults that their secrets lie in. It may be shared.
type Book struct {
	dir    string
	vaults map[VaultName]Vault
	wait   func() // told when another jotwatch is changing secrets
	slow   func() // told when a secret command takes its time
}

// A Config says where a Book is and what it may use.
type Config struct {
	Dir    string // of profiles.json
	Vaults map[VaultName]Vault
	Wait   func() // told when another jotwatch is changing secrets and has to be waited for; nil: nobody is
	Slow   func() // told when a secret command takes its time; nil: nobody is
}

// New makes a Book. Nothing is read or written yet.
func New(cfg Config) *Book {
	nobody := func() {}
	if cfg.Wait == nil {
		cfg.Wait = nobody
	}
	if cfg.Slow == nil {
		cfg.Slow = nobody
	}
	return &Book{dir: cfg.Dir, vaults: cfg.Vaults, wait: cfg.Wait, slow: cfg.Slow}
}

// Path is where the index is.
func (b *Book) Path() string { return filepath.Join(b.dir, indexFile) }

// Load reads the index. One that was never written is empty. The error is ErrCorrupt, ErrNewer, or the file system's.
func (b *Book) Load() (*Index, error) {
	text, err := os.ReadFile(b.Path())
	if errors.Is(err, fs.ErrNotExist) {
		return Empty(), nil
	}
	if err != nil {
		return nil, fmt.Errorf("read profiles: %w", err)
	}
	ix, err := decode(text, nil)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", b.Path(), err)
	}
	return ix, nil
}

// Keep is Load, and writes the index where it was never written or has no ingest key for the installation: the key stays what it is
// from then on.
func (b *Book) Keep(ctx context.Context) (*Index, error) {
	ix, err := b.Load()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(b.Path()); err == nil && ix.IngestKey != "" {
		return ix, nil
	}
	err = b.update(ctx, func(now *Index) error {
		now.IngestKey = cmp.Or(now.IngestKey, rand.Text())
		ix = now
		return nil
	})
	return ix, err
}

// RenewIngestKey gives the installation a new ingest key: snippets with the old one end.
func (b *Book) RenewIngestKey(ctx context.Context) (*Index, error) {
	var ix *Index
	err := b.update(ctx, func(now *Index) error {
		now.IngestKey = rand.Text()
		ix = now
		return nil
	})
	return ix, err
}

// ErrBusy is a lock that another jotwatch has held for too long.
var ErrBusy = errors.New("another jotwatch holds the profiles")

// update changes the index under its lock. Where change fails nothing is written.
func (b *Book) update(ctx context.Context, change func(*Index) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, lockPatience, ErrBusy)
	defer cancel()
	unlock, err := b.lock(ctx, indexLock)
	if err != nil {
		return err
	}
	defer unlock()
	ix, err := b.Load()
	if err != nil {
		return err
	}
	if err := change(ix); err != nil {
		return err
	}
	if err := ix.check(); err != nil {
		return fmt.Errorf("change profiles: %w", err)
	}
	text, err := ix.encode()
	if err != nil {
		return err
	}
	return writeFile(b.Path(), text)
}

// lock waits for a lock of the configuration directory. The system lets go of it when the process ends, however it does.
func (b *Book) lock(ctx context.Context, name string) (unlock func(), err error) {
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make configuration directory: %w", err)
	}
	lock := flock.New(filepath.Join(b.dir, name), flock.SetPermissions(0o600))
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

// changeVaults holds the lock on the vaults while change runs.
func (b *Book) changeVaults(ctx context.Context, change func() error) error {
	told := time.AfterFunc(time.Second, b.wait)
	unlock, err := b.lock(ctx, vaultLock)
	told.Stop()
	if err != nil {
		return err
	}
	defer unlock()
	return change()
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
