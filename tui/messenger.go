package tui

import (
	"context"

	"jotwatch/profiles"
)

// A Messenger carries what vaults tell their user, and the passphrases that they ask for, to the console and back. Vaults may use
// it from any goroutine, also before the console runs.
type Messenger struct {
	told  chan string
	asked chan *question
}

// NewMessenger makes a Messenger.
func NewMessenger() *Messenger {
	return &Messenger{told: make(chan string, 16), asked: make(chan *question)}
}

// Tell shows a text of our own. It never waits.
func (m *Messenger) Tell(text string) {
	select {
	case m.told <- text:
	default: // so much is not read anyway
	}
}

// Passphrase is a profiles.Passphrase: it waits until the user has answered at the console. Where they will not, the error is
// profiles.ErrNotGiven.
func (m *Messenger) Passphrase(ctx context.Context, purpose profiles.Purpose, again bool) (string, error) {
	q := &question{purpose: purpose, again: again, reply: make(chan string, 1)}
	select {
	case m.asked <- q:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	select {
	case text := <-q.reply:
		if text == "" {
			return "", profiles.ErrNotGiven
		}
		return text, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// A question is a passphrase that a vault waits for.
type question struct {
	purpose profiles.Purpose
	again   bool        // the one before was wrong
	reply   chan string // "": the user gives none; has room for one
}
