//go:build !linux

package keyringtest

import "testing"

const reason = "the Secret Service is tested on Linux"

// A Service is a session bus, and what is on it.
type Service struct{}

// Require skips the test.
func Require(t testing.TB) { t.Helper(); t.Skip(reason) }

// Start skips the test.
func Start(t testing.TB, _ State) *Service { t.Helper(); t.Skip(reason); return nil }

// NoBus skips the test.
func NoBus(t testing.TB) []string { t.Helper(); t.Skip(reason); return nil }

// DeadBus skips the test.
func DeadBus(t testing.TB) []string { t.Helper(); t.Skip(reason); return nil }

// Env is what a process that is to use the service needs in its environment.
func (s *Service) Env() []string { return nil }

// Lock locks the login keyring.
func (s *Service) Lock() {}

// Unlock unlocks it.
func (s *Service) Unlock() {}

// Locked reports whether it is locked.
func (s *Service) Locked() bool { return false }

// Freeze stops the service from answering.
func (s *Service) Freeze() {}

// Thaw lets it go on.
func (s *Service) Thaw() {}

// Stop kills the service.
func (s *Service) Stop() {}

// StopBus kills the bus.
func (s *Service) StopBus() {}

// Prompter lets the service ask for its password on a display.
func (s *Service) Prompter(*Display) {}

// Secrets lists what lies in the keyring.
func (s *Service) Secrets(testing.TB) map[string]string { return nil }

// A Display is a screen that a prompt can be shown on.
type Display struct{}

// StartDisplay skips the test.
func StartDisplay(t testing.TB) *Display { t.Helper(); t.Skip(reason); return nil }

// WaitForPrompt waits until a prompt is on the screen.
func (d *Display) WaitForPrompt() {}

// Type types into the prompt.
func (d *Display) Type(string) {}

// Press presses a key.
func (d *Display) Press(...string) {}
