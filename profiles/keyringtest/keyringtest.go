// Package keyringtest starts a real Secret Service for a test: a session bus and a gnome-keyring-daemon of its own, with a
// home of its own, so that tests see neither each other nor the keyring of whoever runs them. Nothing of it outlives its
// test: that a process is left behind, also one that the test's own children started, fails the test.
//
// It works on Linux. Elsewhere every test that starts a service is skipped.
package keyringtest

// Password unlocks the login keyring of a Service.
const Password = "testpass"

// A State is what a Service is like when it starts.
type State int

// The states.
const (
	Unlocked  State = iota // the login keyring is there and open
	Locked                 // it is there, and there is no display to ask for its password on
	Fresh                  // the service is there, but was never used: it has no keyring
	NoService              // there is a bus, with nothing on it and nothing that it could start
)
