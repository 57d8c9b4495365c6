package profiles

import (
	"context"
	"sync"

	"jotwatch/verifier"
)

// Memory is a vault that is gone when the program ends. The zero Memory is empty and ready.
type Memory struct {
	mu      sync.Mutex
	secrets map[string]verifier.Secret
}

// Get implements Vault.
func (m *Memory) Get(_ context.Context, id string) (verifier.Secret, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	secret, ok := m.secrets[id]
	if !ok {
		return verifier.Secret{}, &VaultError{Vault: MemoryVault, Reason: ErrNotFound, Wrong: "it was kept in memory only, and that program has ended",
			Hint: "give it again, or choose a vault that lasts: jotwatch profile edit NAME --vault keyring"}
	}
	return secret, nil
}

// Put implements Vault.
func (m *Memory) Put(_ context.Context, entries []Entry, stored func(int)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.secrets == nil {
		m.secrets = map[string]verifier.Secret{}
	}
	for i, e := range entries {
		m.secrets[e.ID] = e.Secret
		if stored != nil {
			stored(i + 1)
		}
	}
	return nil
}

// Delete implements Vault.
func (m *Memory) Delete(_ context.Context, ids []string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		delete(m.secrets, id)
	}
	return nil
}

// Check implements Vault.
func (m *Memory) Check(context.Context) error { return nil }
