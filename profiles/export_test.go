package profiles

import "time"

// NewImpatientKeyring is NewKeyring with another deadline for what asks nobody.
func NewImpatientKeyring(asked func(), answer time.Duration) *Keyring {
	k := NewKeyring(asked)
	k.answer = answer
	return k
}
