package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
	"jotwatch/profiles"
	"jotwatch/verifier"
)

// A step has a tick once it was seen to work, and not before.
func TestSteps(t *testing.T) {
	t.Parallel()
	ticks := func(m Model) string {
		got := ""
		for _, s := range m.steps() {
			got += map[bool]string{true: "✓", false: "○"}[s.done]
		}
		return got
	}
	m := model(stores(t), 80, 24)
	steps := []string{ticks(m)}
	stranger := tokenOf("gamma56789012345678901234567890", "gamma6x1q", "another secret", 31, 0, noon, 15*time.Minute)
	m = after(m, pasted(stranger))
	steps = append(steps, ticks(m))
	m = arrives(m, &inbox.Arrival{Text: stranger})
	steps = append(steps, ticks(m))
	m = arrives(m, &inbox.Arrival{Text: token(noon, 15*time.Minute, secret)})
	steps = append(steps, ticks(m))
	if got, want := strings.Join(steps, " "), "✓○○○○ ✓○○○○ ✓○✓✓○ ✓○✓✓✓"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The refusals that came last are listed, the newest first, and all are counted, also those for which there was no place.
func TestRefusedLast(t *testing.T) {
	t.Parallel()
	m := model(stores(t), 80, 60)
	for i := range 12 {
		m = arrives(m, &inbox.Arrival{Outcome: inbox.Rejected, Status: 404, Reason: fmt.Sprintf("reason %02d", i)})
	}
	for range 1100 { // there is room for 1,024
		m.cfg.Queue.Refuse(&inbox.Arrival{})
	}
	wantOnScreen(t, m, "88 refused") // 12, and 76 that were only counted
	m = after(m, key("3"))
	wantOnScreen(t, m, "Refused last  88 in all", "reason 02")
	wantNotOnScreen(t, m, "reason 01")
	if got := seen(m); strings.Index(got, "reason 11") > strings.Index(got, "reason 10") {
		t.Errorf("the newest is not the first:\n%s", got)
	}
}

// The refusal that is selected is the one that is allowed, though another came last.
func TestAllowSelected(t *testing.T) {
	t.Parallel()
	m := arrives(model(stores(t), 120, 40),
		&inbox.Arrival{Outcome: inbox.Rejected, Status: 403, Profile: "acme-sandbox", Origin: "https://one.example", Reason: "no"},
		&inbox.Arrival{Outcome: inbox.Rejected, Status: 403, Profile: "acme-sandbox", Origin: "https://two.example", Reason: "no"},
	)
	m = after(m, key("/"))
	m = after(m, append(typed("is:refused"), keys("enter down a")...)...)
	wantOnScreen(t, m, "Let pages of https://one.example send for acme-sandbox")
}

// With one profile alone, it is the one for which pages are allowed that sent to no profile's address.
func TestAllowForTheOnlyOne(t *testing.T) {
	t.Parallel()
	cfg := stores(t)
	if err := cfg.Book.Remove(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	cfg.Index, _ = cfg.Book.Load()
	m := arrives(model(cfg, 120, 40), &inbox.Arrival{Outcome: inbox.Rejected, Status: 403, Origin: "https://one.example", Reason: "no"})
	wantOnScreen(t, after(m, key("a")), "Let pages of https://one.example send for acme-sandbox")
	wantOnScreen(t, after(arrives(model(nobody(t), 120, 40), &inbox.Arrival{Outcome: inbox.Rejected, Status: 403, Origin: "https://one.example", Reason: "no"}), key("a")),
		"an origin is a profile's: make one first")
}

// A listener that ended is not shown as one that runs.
func TestListenerEnds(t *testing.T) {
	t.Parallel()
	cfg := stores(t)
	cfg.Listen = blocked
	m := after(model(cfg, 120, 40), servedMsg{errors.New("accept: too many open files")})
	wantOnScreen(t, m, "✗ listener", "the listener ended: accept: too many open files")
}

// What the user set is so from the first frame.
func TestSetByTheUser(t *testing.T) {
	t.Parallel()
	cfg := stores(t)
	cfg.Start = "setup"
	wantOnScreen(t, model(cfg, 80, 24), "▸3 Setup", "Keep your app's credentials")
	cfg.Problems = []string{"config.toml:1: theme cannot be blue"}
	wantOnScreen(t, model(cfg, 80, 24), "config.toml:1: theme cannot be blue", "config.toml has 1 mistake: press 3 to see what")
}

// Another program's change of the profiles is seen within a second.
func TestOtherProgramChangesProfiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open := func() *profiles.Book {
		return profiles.New(profiles.Config{Dir: dir, Vaults: map[profiles.VaultName]profiles.Vault{profiles.MemoryVault: &profiles.Memory{}}})
	}
	cfg := nobody(t)
	cfg.Book = open()
	m := model(cfg, 80, 24)
	if err := open().Add(t.Context(), profiles.Profile{Name: "acme", ClientID: clientID, Vault: profiles.CommandVault, Command: "true"}, verifier.Secret{}); err != nil {
		t.Fatal(err)
	}
	next, cmd := m.Update(tickMsg{noon.Add(time.Second)})
	m = next.(Model)
	batch, ok := cmd().(tea.BatchMsg)
	if !ok {
		t.Fatal("a tick asks for one thing alone")
	}
	for _, one := range batch[1:] { // the first is the next tick
		if msg := one(); msg != nil {
			m = after(m, msg)
		}
	}
	wantOnScreen(t, m, "1 profile")
}
