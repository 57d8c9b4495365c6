package main

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/safe"
	"jotwatch/verifier"
)

// A fact is a line of a report between the verdict and the findings. Its text is untrusted until it is hung.
type fact struct{ name, text string }

// facts says whose token it is and who the customer is, as far as that can be read.
func facts(r *verifier.Report) []fact {
	var out []fact
	if r.Header != nil || r.Claims != nil || r.Kind != verifier.Unknown {
		out = append(out, fact{"token", kindWords(r.Kind)})
	}
	if store := store(r); store != "" {
		out = append(out, fact{"store", store})
	}
	if r.Profile != "" {
		out = append(out, fact{"profile", r.Profile})
	}
	if r.Header != nil || r.Kind == verifier.LegacySignedPayload {
		out = append(out, fact{"signature", signatureWords(r)})
	}
	if customer, ok := r.Customer(); ok {
		out = append(out, fact{"customer", customerWords(customer)})
	}
	return out
}

func kindWords(kind verifier.Kind) string {
	switch kind {
	case verifier.CurrentCustomer:
		return "Current Customer API"
	case verifier.AppCallback:
		return "app callback (signed_payload_jwt)"
	case verifier.CustomerLogin:
		return "Customer Login API"
	case verifier.StorefrontAPI:
		return "GraphQL Storefront API"
	case verifier.SessionSync:
		return "session sync"
	case verifier.PaymentsAccess:
		return "Payments API access token"
	case verifier.B2BEdition:
		return "B2B Edition session"
	case verifier.LegacySignedPayload:
		return "legacy signed_payload, not a JWT"
	case verifier.JWE:
		return "encrypted (JWE)"
	case verifier.Unknown:
	}
	return "a JWT of no kind that BigCommerce makes"
}

func store(r *verifier.Report) string {
	if hash, ok := r.Claims.String("store_hash"); ok {
		return hash
	}
	sub, _ := r.Claims.String("sub")
	switch r.Kind {
	case verifier.AppCallback:
		return strings.TrimPrefix(sub, "stores/")
	case verifier.CurrentCustomer, verifier.PaymentsAccess:
		return sub
	case verifier.CustomerLogin, verifier.StorefrontAPI, verifier.SessionSync, verifier.B2BEdition,
		verifier.LegacySignedPayload, verifier.JWE, verifier.Unknown:
	}
	return ""
}

func signatureWords(r *verifier.Report) string {
	algorithm := ""
	if r.Algorithm != "" {
		algorithm = " (" + r.Algorithm + ")"
	}
	switch r.Signature {
	case verifier.SignatureVerified:
		if r.SignedBy == "" {
			return "verified" + algorithm
		}
		return "signed by " + r.SignedBy + algorithm
	case verifier.SignatureMismatch:
		if r.SignedBy != "" {
			return "signed by " + r.SignedBy + ", which it does not belong to" + algorithm
		}
		return "does not fit the secret" + algorithm
	case verifier.SignatureMissing:
		return "missing" + algorithm
	case verifier.SignatureUnsupported:
		return "not checked: the key is BigCommerce's own" + algorithm
	case verifier.SignatureUnchecked:
	}
	return "not checked" + algorithm
}

func customerWords(c verifier.Customer) string {
	var words []string
	if c.ID != "" {
		words = append(words, "#"+c.ID)
	}
	if c.Email != "" {
		words = append(words, c.Email)
	}
	text := strings.Join(words, " ")
	if c.Group != "" {
		text += ", group " + c.Group
	}
	return strings.TrimPrefix(text, ", ")
}

// hang writes text beside a label, broken between words, with the further lines below the text. The label is ours and may
// be styled; the text is not ours, and this is where it is made printable. Beside a label that leaves no room it goes
// below.
func (p paper) hang(b *strings.Builder, label, text string) {
	const least = 24 // cells that text needs to be read
	indent := lipgloss.Width(label)
	if p.width-indent < least {
		b.WriteString(strings.TrimRight(label, " ") + "\n")
		indent, label = 6, strings.Repeat(" ", 6)
	}
	for i, line := range wrap(safe.Line(text), p.width-indent) {
		if i > 0 {
			label = strings.Repeat(" ", indent)
		}
		b.WriteString(strings.TrimRight(label+line, " ") + "\n")
	}
}

// wrap breaks a printable line between words, and where a word is too long within it. (ansi.Wrap would break codes at
// their hyphens.)
func wrap(s string, width int) []string {
	var lines []string
	current := ""
	for word := range strings.FieldsSeq(s) {
		if current != "" && lipgloss.Width(current)+1+lipgloss.Width(word) <= width {
			current += " " + word
			continue
		}
		if current != "" {
			lines = append(lines, current)
		}
		current = word
		if lipgloss.Width(word) > width {
			parts := strings.Split(ansi.Hardwrap(word, width, true), "\n")
			lines = append(lines, parts[:len(parts)-1]...)
			current = parts[len(parts)-1]
		}
	}
	return append(lines, current)
}

// middle cuts a printable line to so many cells by taking out its middle.
func middle(s string, most int) string {
	width := lipgloss.Width(s)
	if width <= most {
		return s
	}
	left := most / 2
	right := most - 1 - left
	return ansi.Truncate(s, left, "") + "…" + ansi.TruncateLeft(s, width-right, "")
}

func pad(s string, width int) string {
	return fmt.Sprintf("%s%*s", s, max(0, width-lipgloss.Width(s)), "")
}
