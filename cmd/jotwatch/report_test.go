package main

import (
	"strings"
	"testing"
	"time"

	"charm.land/lipgloss/v2"

	"jotwatch/verifier"
)

func TestReportFitsItsWidth(t *testing.T) {
	t.Parallel()
	now := time.Unix(1700000060, 0)
	for _, name := range []string{"live", "everything-wrong", "storefront-api", "html", "nested-65", "customer-id-huge"} {
		for _, width := range []int{narrowest, 60, usualWidth, widest} {
			text := paper{width: width}.print(verifier.InspectAll(token(t, name), nil), now)
			for line := range strings.Lines(text) {
				if got := lipgloss.Width(strings.TrimSuffix(line, "\n")); got > max(width, 80) {
					t.Errorf("%s at %d: a line of %d cells: %q", name, width, got, line)
				}
			}
		}
	}
}

func TestMiddle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		most int
		want string
	}{
		{"short", 5, "short"},
		{"abcdefghij", 7, "abc…hij"},
		{"abcdefghij", 6, "abc…ij"},
		{"äöüäöüäöü", 5, "äö…öü"},
	} {
		if got := middle(c.in, c.most); got != c.want {
			t.Errorf("middle(%q, %d) = %q, want %q", c.in, c.most, got, c.want)
		}
	}
}

func TestNearestCode(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"alg-live":        "header.alg-live",
		"time.expird":     "time.expired",
		"signatur.mismat": "signature.mismatch",
		"xyz":             "",
	} {
		if got, _ := nearest(typed); got != want {
			t.Errorf("nearest(%q) = %q, want %q", typed, got, want)
		}
	}
}
