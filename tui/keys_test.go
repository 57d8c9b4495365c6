package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Every key of a screen means one thing, every action has a key, and every name is fit for config.toml.
func TestBindings(t *testing.T) {
	t.Parallel()
	for _, on := range []screen{onTokens, onProfiles, onSetup} {
		seen := map[string]action{}
		for _, b := range bindings() {
			if b.on != on && b.on != anywhere {
				continue
			}
			if len(b.keys) == 0 || b.help == "" {
				t.Errorf("%s has no key, or no help", b.action)
			}
			for _, k := range b.keys {
				if other, taken := seen[k]; taken {
					t.Errorf("%s is %s and %s on screen %d", k, other, b.action, on)
				}
				seen[k] = b.action
			}
		}
	}
	names := Actions()
	slices.Sort(names)
	if len(slices.Compact(slices.Clone(names))) != len(names) || slices.Contains(names, "interrupt") {
		t.Errorf("names: %v", names)
	}
	for _, name := range names {
		if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-") != "" {
			t.Errorf("%q is no bare key of TOML", name)
		}
	}
}

// A user's keys replace the usual ones of an action, and are taken away from whatever else had them; the key bar and the help say so.
func TestRebinding(t *testing.T) {
	t.Parallel()
	cfg := given(t)
	cfg.Keys = map[string][]string{"explain": {"E", "f1"}, "quit": {"e"}}
	m := after(model(cfg, 120, 40), pasted(token(noon, 15*time.Minute, secret)))
	wantOnScreen(t, m, "E explain", "e quit", "E explains them")
	if _, cmd := m.Update(key("e")); cmd == nil {
		t.Error("e does not quit")
	} else if _, ok := cmd().(tea.QuitMsg); !ok {
		t.Error("e does not quit")
	}
	if _, cmd := m.Update(key("q")); cmd != nil {
		t.Error("q still does something")
	}
	wantOnScreen(t, after(m, key("E")), "Explain 1 of 1")
	wantNotOnScreen(t, after(m, key("E"), key("E")), "Explain 1 of 1") // there is no other
	wantOnScreen(t, after(m, key("?")), "E f1", "explain the worst finding")
	cfg.Keys = map[string][]string{"help": {}}
	wantNotOnScreen(t, model(cfg, 120, 40), "help")
}

func TestQuit(t *testing.T) {
	t.Parallel()
	for _, walk := range []string{"", "p", "?", ":", "/", "2", "3", "2 n", "2 n tab tab tab"} {
		_, cmd := after(model(nobody(t), 80, 24), keys(walk)...).Update(key("ctrl+c"))
		if cmd == nil {
			t.Fatalf("after %q ctrl+c does nothing", walk)
		}
		if _, ok := cmd().(tea.InterruptMsg); !ok {
			t.Errorf("after %q ctrl+c does not interrupt", walk)
		}
	}
	for _, walk := range []string{"", "2", "3"} {
		_, cmd := after(everything(t, 80, 24), keys(walk)...).Update(key("q"))
		if _, ok := cmd().(tea.QuitMsg); !ok {
			t.Errorf("after %q q does not quit", walk)
		}
	}
}

// esc backs out one step, from wherever one is, and ends at the list that follows.
func TestEscape(t *testing.T) {
	t.Parallel()
	m := after(everything(t, 80, 24), key("/"))
	m = after(m, append(typed("is:valid"), keys("enter down enter e")...)...)
	steps := []func(Model) bool{
		func(m Model) bool { return m.dialog == nil && m.tokens.focus == onDetailPane },
		func(m Model) bool { return m.tokens.focus == onListPane && m.tokens.query != nil },
		func(m Model) bool { return m.tokens.query == nil && m.tokens.cursor != nil },
		func(m Model) bool { return m.tokens.cursor == nil },
		func(m Model) bool { return m.tokens.cursor == nil },
	}
	for i, right := range steps {
		if m = after(m, key("esc")); !right(m) {
			t.Fatalf("after %d times esc:\n%s", i+1, seen(m))
		}
	}
	for _, screen := range []string{"2", "3", "2 enter"} {
		m = after(m, keys(screen)...)
		if m = after(m, keys("esc esc")...); m.screen != onTokens {
			t.Errorf("esc does not lead back from %s", screen)
		}
	}
}

// The palette does every command by its name, on the screen that it is for.
func TestPalette(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, typed, want string }{
		{"", "setup", "Run the listener"},
		{"3", "new-prof", "New profile"},
		{"3", "remove-p", "Remove acme-sandbox"},
		{"2", "explain", "Explain 1 of 1"},
		{"2", "mask", "are masked"},
		{"3", "export", "Write to a file"},
	} {
		m := after(everything(t, 80, 24), keys(c.from+" :")...)
		m = after(m, append(typed(c.typed), key("enter"))...)
		wantOnScreen(t, m, c.want)
	}
	m := after(everything(t, 80, 24), key(":"))
	m = after(m, append(typed("no such thing"), key("enter"))...)
	wantOnScreen(t, m, "nothing is called that")
	_, cmd := after(after(everything(t, 80, 24), key(":")), typed("quit")...).Update(key("enter"))
	if _, ok := cmd().(tea.QuitMsg); !ok {
		t.Error("the palette does not quit")
	}
}

// Every finding can be explained, the worst first and then the next.
func TestExplainGoesOn(t *testing.T) {
	t.Parallel()
	m := after(model(given(t), 80, 24), pasted(token(noon.Add(-28*time.Minute), 15*time.Minute, secret)), key("e"))
	wantOnScreen(t, m, "Explain 1 of 2", "time.expired: ")
	m = after(m, key("e"))
	wantOnScreen(t, m, "Explain 2 of 2", "header.alg-live: ")
	for range 20 {
		m = after(m, key("pgdown"))
	}
	wantNotOnScreen(t, m, " more")
	wantOnScreen(t, after(m, key("e")), "Explain 1 of 2", "time.expired: ")
	if m = after(m, key("esc")); m.dialog != nil {
		t.Error("esc does not close it")
	}
}

// The tabs go round, and an open one scrolls as far as there is text.
func TestTabsAndScroll(t *testing.T) {
	t.Parallel()
	m := everything(t, 80, 24)
	for _, want := range []string{"▸Claims", "▸Raw", "▸Request", "▸Findings", "▸Claims"} {
		m = after(m, key("tab"))
		wantOnScreen(t, m, want)
	}
	wantOnScreen(t, after(m, key("shift+tab")), "▸Findings")
	m = after(m, key("enter"))
	for range 100 {
		m = after(m, key("down"))
	}
	wantOnScreen(t, m, "current_customer", "what the token is for")
	wantNotOnScreen(t, m, " more")
	m = after(m, key("g"))
	wantOnScreen(t, m, "customer.id", " more")
}

func TestUnfilled(t *testing.T) {
	t.Parallel()
	const text = "One\ntwo.\n\n- item\n  goes on\n- next\n\n    code\n    more code\n"
	if got, want := unfilled(text), "One two.\n\n- item goes on\n- next\n\n    code\n    more code\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
