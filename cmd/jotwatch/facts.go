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
	add := func(name, text string) {
		if text != "" {
			out = append(out, fact{name, text})
		}
	}
	if r.Header != nil || r.Claims != nil || r.Kind != verifier.Unknown {
		add("kind", r.Kind.Label())
	}
	add("store", r.Store())
	add("profile", r.Profile)
	if r.Header != nil || r.Kind == verifier.LegacySignedPayload {
		add("signature", strings.TrimPrefix(r.Signed(), "signature "))
	}
	add("customer", r.Customer().String())
	return out
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
	for i, line := range safe.Wrap(text, p.width-indent) {
		if i > 0 {
			label = strings.Repeat(" ", indent)
		}
		b.WriteString(strings.TrimRight(label+line, " ") + "\n")
	}
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

// count is a number of things.
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
