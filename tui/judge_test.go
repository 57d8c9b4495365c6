package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"jotwatch/verifier"
)

// A token is shown at once without its secret, and judged with it when the vault has answered.
func TestFetchedSecrets(t *testing.T) {
	t.Parallel()
	with := config().Credentials
	without := slices.Clone(with)
	without[0].Secret = verifier.Secret{}
	var asked []string
	cfg := Config{Credentials: without, Profiles: "1 profile", Vault: "keyring", Fetch: func(text string) []*verifier.Report {
		asked = append(asked, text)
		return verifier.InspectAll(text, with)
	}}
	good, bad := token(noon, 15*time.Minute, secret), token(noon.Add(-time.Second), 15*time.Minute, "another")
	both := good + "\n" + bad
	m := after(New(cfg, noon), tea.WindowSizeMsg{Width: 120, Height: 40})
	if frame := m.View().Content; !strings.Contains(frame, "vault: keyring · 1 profile") {
		t.Errorf("the bar:\n%s", frame)
	}
	next, cmd := m.Update(pasted(both))
	m = next.(Model)
	if frame := m.View().Content; strings.Count(frame, "? unverified") < 2 || !strings.Contains(frame, "asking the vault: keyring") || len(asked) > 0 {
		t.Errorf("before the vault answers:\n%s", frame)
	}
	m = after(m, key("down"), cmd())
	frame := m.View().Content
	if !strings.Contains(frame, "✓ valid") || !strings.Contains(frame, "✗ invalid") || strings.Contains(frame, "asking") || m.selected != 1 || !slices.Equal(asked, []string{both}) {
		t.Errorf("afterwards, row %d selected:\n%s", m.selected, frame)
	}
	// What was deleted meanwhile stays so, and what needs no secret asks for none.
	next, cmd = after(New(cfg, noon), tea.WindowSizeMsg{Width: 120, Height: 40}).Update(pasted(both))
	if m = after(next.(Model), key("x"), cmd()); len(m.rows) != 1 || m.rows[0].report.Signature != verifier.SignatureVerified {
		t.Errorf("%d rows, the first %s", len(m.rows), m.rows[0].report.Signature)
	}
	if _, cmd := m.Update(pasted("no token")); cmd != nil {
		t.Error("the vault is asked for nothing")
	}
}
