package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// However fast the window changes its size while tokens arrive, the last frame is right.
func TestResizeStorm(t *testing.T) {
	t.Parallel()
	term := takeSeat(t, "200", "60")
	term.start("demo")
	term.Until("✓ valid")
	for i := range 60 {
		term.Say(40+(i*37)%161, 10+(i*23)%51)
		switch i % 6 { // on every screen, and with what lies over it
		case 1, 5:
			term.Press("3")
		case 2:
			term.Press("2", "?")
		case 3:
			term.Press("?") // no escape: with a key right behind it, it would be another key
		default:
			term.Press("1")
		}
	}
	term.Say(200, 60) // as it is
	for _, size := range []struct {
		width, height int
		wants         []string
	}{
		{200, 60, []string{"▸1 Tokens", "✓ valid", "▸Findings", "│"}},
		{40, 10, []string{"jotwatch needs a window of 60×16"}},
		{60, 16, []string{"▸1 Tokens", "✓ valid"}},
		{80, 24, []string{"▸1 Tokens", "✓ valid", "▸Findings"}},
		{200, 60, []string{"▸1 Tokens", "✓ valid", "▸Findings", "│"}},
	} {
		term.Resize(size.width, size.height)
		if size.width > 40 {
			term.Press("1")
		}
		term.UntilRight(func(seen string) string { return misdrawn(seen, size.width, size.height, size.wants) })
	}
	term.Press("q")
	term.ends(exitAsAsked)
}

// misdrawn says what is wrong with a frame of a size: what is missing, or not where a frame of that size has it.
func misdrawn(seen string, width, height int, wants []string) string {
	lines := strings.Split(strings.TrimSuffix(seen, "\n"), "\n")
	for _, want := range wants {
		if !strings.Contains(seen, want) {
			return fmt.Sprintf("%q is missing", want)
		}
	}
	if len(lines) != height {
		return fmt.Sprintf("it has %d lines, not %d", len(lines), height)
	}
	if width < 60 {
		return "" // nothing more is said
	}
	for _, at := range []int{1, height - 2} { // rules, from edge to edge
		if rule := lines[at]; ansi.StringWidth(rule) != width || !strings.Contains(rule, "──") {
			return fmt.Sprintf("line %d is no rule", at+1)
		}
	}
	if strings.Count(seen, "▸1 Tokens") != 1 || !strings.Contains(lines[0], "▸1 Tokens") || !strings.Contains(lines[height-1], "move") {
		return "the bars are not at the top and the bottom"
	}
	return ""
}
