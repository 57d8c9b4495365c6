package verifier

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

const redacted = "[redacted]"

// A Secret is a client secret that does not print: every verb of fmt, JSON, text and slog show "[redacted]", also
// where the Secret is nested in an unexported field. The zero Secret is absent.
type Secret struct {
	// fmt prints what is in an unexported field without asking its methods, and follows a pointer to a struct under
	// the verbs that a pointer does not have; of a pointer to a string it shows the address under every verb.
	key *string
}

// NewSecret holds a secret. White space around it (a newline from a file or a prompt) is cut off, nothing else is
// changed. An empty secret is an absent one: golang-jwt would verify with it.
func NewSecret(text string) Secret {
	text = strings.TrimSpace(text)
	if text == "" {
		return Secret{}
	}
	return Secret{key: &text}
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.key == nil }

// Reveal returns the key itself: its raw UTF-8 bytes, as BigCommerce signs with them. For verifier, mint and vaults only.
func (s Secret) Reveal() []byte {
	if s.key == nil {
		return nil
	}
	return []byte(*s.key)
}

// Len is the number of bytes, which may be shown.
func (s Secret) Len() int {
	if s.key == nil {
		return 0
	}
	return len(*s.key)
}

// String implements fmt.Stringer without the secret.
func (Secret) String() string { return redacted }

// Format implements fmt.Formatter for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements encoding.TextMarshaler, which encoding/json uses as well.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
