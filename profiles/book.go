package profiles

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// lockPatience is how long a change waits for another one of the index.
const lockPatience = 10 * time.Second

// A Book is the profiles of one configuration directory, or of this process alone, with the vaults that their secrets lie in.
// It may be shared.
type Book struct {
	store  store
	vaults map[VaultName]Vault
	wait   func() // told when another jotwatch is changing secrets
	slow   func() // told when a secret command takes its time
}

// A Config says where a Book is and what it may use.
type Config struct {
	Dir    string // of profiles.json; "": the index is kept in memory, and nothing of it is written
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
	return &Book{store: newStore(cfg.Dir), vaults: cfg.Vaults, wait: cfg.Wait, slow: cfg.Slow}
}

// Path is where the index is, "" where it is kept in memory.
func (b *Book) Path() string { return b.store.path() }

// Load reads the index: nobody else has the one that it returns. One that was never written is empty. The error is ErrCorrupt,
// ErrNewer, or the file system's.
func (b *Book) Load() (*Index, error) {
	text, err := b.store.read()
	if errors.Is(err, fs.ErrNotExist) {
		ix := Empty()
		ix.Vault = b.store.vault()
		return ix, nil
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

// Changed reads the index again if its file is another one than seen, and returns that file as now, for the next time. ix is
// nil where there is nothing new: it is the same file, it is gone, or the index is kept in memory, where only this process
// changes it. The error is as for Load; seen holds on then.
func (b *Book) Changed(seen os.FileInfo) (ix *Index, now os.FileInfo, err error) {
	now, err = b.store.stat() // before it is read: what changes meanwhile is read again
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, seen, nil
	case err != nil:
		return nil, seen, fmt.Errorf("read profiles: %w", err)
	case now == nil, seen != nil && os.SameFile(now, seen) && now.ModTime().Equal(seen.ModTime()):
		return nil, seen, nil
	}
	if ix, err = b.Load(); err != nil {
		return nil, seen, err
	}
	return ix, now, nil
}

// Keep is Load, and writes the index where it was never written or has no ingest key for the installation: the key stays what it is
// from then on.
func (b *Book) Keep(ctx context.Context) (*Index, error) {
	ix, err := b.Load()
	if err != nil {
		return nil, err
	}
	if _, err := b.store.stat(); err == nil && ix.IngestKey != "" {
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
	unlock, err := b.store.lock(ctx, indexLock)
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
	return b.store.write(text)
}

// changeVaults holds the lock on the vaults while change runs.
func (b *Book) changeVaults(ctx context.Context, change func() error) error {
	told := time.AfterFunc(time.Second, b.wait)
	unlock, err := b.store.lock(ctx, vaultLock)
	told.Stop()
	if err != nil {
		return err
	}
	defer unlock()
	return change()
}
