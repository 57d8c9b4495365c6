package tui

import (
	"fmt"
	"strings"
	"time"

	"jotwatch/verifier"
)

// clock writes the time left as a countdown does: MM:SS, rounded up so that 00:00 is never shown as left.
func clock(d time.Duration) string {
	s := int64((d + time.Second - 1) / time.Second)
	switch {
	case s >= 48*3600:
		return fmt.Sprintf("%d days", s/(24*3600))
	case s >= 3600:
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	default:
		return fmt.Sprintf("%02d:%02d", s/60, s%60)
	}
}

// ago writes how long something has been over.
func ago(d time.Duration) string {
	switch {
	case d < time.Second:
		return "just now"
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", d/time.Hour)
	default:
		return fmt.Sprintf("%d days ago", d/(24*time.Hour))
	}
}

// customer says who the token is about, in one line; "" if it names nobody.
func customer(r *verifier.Report) string {
	c, ok := r.Customer()
	if !ok {
		return ""
	}
	var parts []string
	if c.ID != "" {
		parts = append(parts, "#"+line(c.ID, 24))
	}
	if c.Email != "" {
		parts = append(parts, line(c.Email, 80))
	}
	if c.Group != "" {
		parts = append(parts, "group "+line(c.Group, 24))
	}
	return strings.Join(parts, "  ")
}

// kindName says what kind of token it is as BigCommerce's developers call it.
func kindName(k verifier.Kind) string {
	switch k {
	case verifier.CurrentCustomer:
		return "Current Customer token"
	case verifier.AppCallback:
		return "app callback (signed_payload_jwt)"
	case verifier.CustomerLogin:
		return "Customer Login token"
	case verifier.StorefrontAPI:
		return "GraphQL Storefront API token"
	case verifier.SessionSync:
		return "session sync token"
	case verifier.PaymentsAccess:
		return "Payments API access token"
	case verifier.B2BEdition:
		return "B2B Edition token"
	case verifier.LegacySignedPayload:
		return "legacy signed_payload"
	case verifier.JWE:
		return "encrypted token (JWE)"
	case verifier.Unknown:
	}
	return "token of unknown kind"
}
