package main

import (
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

var shopURL = regexp.MustCompile(`the test storefront: (http://\S+)`)

// The demo needs nothing: within two seconds everything that can arrive has, and its storefront is there.
func TestDemoInTerminal(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	term := takeSeat(t, "120", "40", "HOME="+home, "XDG_CONFIG_HOME="+home)
	term.start("demo")
	begun := time.Now()
	term.Until("✓ valid", "✗ invalid", "◷ expired", "○ guest", "! error", "? unverified", "1 refused")
	t.Logf("everything has come within %v", time.Since(begun).Round(time.Millisecond))
	answers200(t, term.UntilMatch(shopURL)[1])
	term.Press("/")
	term.Until("Filter: ")
	term.Type("is:refused")
	term.Press("Enter")
	term.UntilGone("Filter: ")
	term.Until("⊘ refused", "Press a to let pages of")
	term.Press("C-c")
	term.ends(exitInterrupted)
	if written, _ := filepath.Glob(filepath.Join(home, "*")); len(written) > 0 {
		t.Errorf("it wrote %v", written)
	}
}
