package tui

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/inbox"
	"jotwatch/profiles"
)

// poison is what no screen may obey.
const poison = "\x1b]0;owned\x07\x1b[2J\r\x9b31m\u202e\u200b\u2028\x00"

// hostileModel is a console in which everything that comes from outside is hostile: claims, names, headers, pages, origins, reasons,
// what a store calls itself, errors of the system, and what config.toml says.
func hostileModel(t testing.TB, w, h int) Model {
	t.Helper()
	cfg := stores(t)
	cfg.Problems = []string{"config.toml, line 1: there is no setting " + poison}
	cfg.Listen = blocked
	m := arrives(model(cfg, w, h),
		&inbox.Arrival{Text: hostile, Status: 200, Page: "https://x/" + poison, Origin: "https://" + poison, Profile: "acme-sandbox"},
		&inbox.Arrival{Text: "<html>" + poison + "</html>", Status: 503 + 4, Page: poison, Origin: poison},
		&inbox.Arrival{Text: `{"errors":["` + poison + `"]}`, Status: 404, Page: poison},
		&inbox.Arrival{Failed: "TypeError " + poison, Page: poison},
		&inbox.Arrival{Outcome: inbox.Rejected, Status: 403, Origin: "https://" + poison, Reason: "pages of " + poison + " may not send here", Page: poison},
		&inbox.Arrival{Text: token(noon, 900e9, secret), Status: 200},
		&inbox.Arrival{Text: hostile, Status: 200},
	)
	return after(m, openedMsg{err: errors.New("listen: " + poison)}, vaultMsg{name: profiles.KeyringVault, err: &profiles.VaultError{Vault: profiles.KeyringVault, Reason: profiles.ErrFailed, Wrong: "the keyring failed", Detail: errors.New(poison)}})
}

// TestHostile looks at every screen, tab and dialog with hostile content: no byte of it comes through as it is.
func TestHostile(t *testing.T) {
	t.Parallel()
	walks := []string{
		"", "down", "down down", "down down down", "down down down down", "G", "G tab", "G tab tab", "G tab tab tab", "tab", "tab tab", "tab tab tab",
		"e", "e e", "e e e", "e e e e", "G e", "y", "w", "m down d", "down d", "n", "G n", ":", "?", "2", "2 enter", "2 e", "2 x", "2 /", "3", "3 ?", "z", "z tab", "z e",
	}
	for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 40}, {200, 60}} {
		t.Run(fmt.Sprintf("%d×%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			for _, walk := range walks {
				m := after(hostileModel(t, size[0], size[1]), keys(walk)...)
				clean(t, walk, m)
				fits(t, m)
			}
			// Typed and pasted into what takes text.
			for _, walk := range []string{"p", "/", ":", "2 n", "2 n tab", "2 n tab tab tab", "2 e tab", "y"} {
				m := after(hostileModel(t, size[0], size[1]), keys(walk)...)
				m = after(m, pasted(poison), key("\u202e"), key("\x9b"), tea.KeyPressMsg{Code: 'x', Text: poison})
				clean(t, walk+" and a paste", m)
				fits(t, m)
			}
			m := after(hostileModel(t, size[0], size[1]), key("/"))
			m = after(m, append(typed("is:refused,error,guest"), key("enter"))...)
			for range 8 {
				clean(t, "filtered", m)
				m = after(m, key("down"))
			}
			clean(t, "pasted", after(hostileModel(t, size[0], size[1]), pasted(poison)))
		})
	}
}

// clean reports what of a frame a terminal would obey or not show, but for our own colours.
func clean(t *testing.T, walk string, m Model) {
	t.Helper()
	v := m.View()
	for i, r := range v.WindowTitle + sequence.ReplaceAllString(v.Content, "") {
		if r != '\n' && (unicode.Is(unicode.Cc, r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co)) || r == unicode.ReplacementChar {
			t.Errorf("after %q: %U came through at %d:\n%q", walk, r, i, v.Content)
			return
		}
	}
	if strings.Contains(v.Content, "\x1b[31m") {
		t.Errorf("after %q a colour of theirs came through", walk)
	}
}

// fits holds a frame to its window: no row too many, none too wide.
func fits(t *testing.T, m Model) {
	t.Helper()
	if m.width == 0 {
		return
	}
	lines := strings.Split(m.View().Content, "\n")
	if len(lines) > m.height {
		t.Fatalf("%d×%d: %d rows", m.width, m.height, len(lines))
	}
	for n, l := range lines {
		if got := ansi.StringWidth(l); got > m.width {
			t.Fatalf("%d×%d: row %d has %d cells: %q", m.width, m.height, n, got, l)
		}
	}
}

// TestFits holds every state to every window, also as it is resized from any to any.
func TestFits(t *testing.T) {
	t.Parallel()
	for _, s := range states() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			m := s.make(t, 80, 24)
			for _, w := range []int{1, 5, 59, 60, 61, 79, 80, 81, 99, 100, 119, 120, 121, 160, 300} {
				for _, h := range []int{1, 3, 15, 16, 17, 23, 24, 25, 40, 100} {
					m = after(m, tea.WindowSizeMsg{Width: w, Height: h})
					fits(t, m)
				}
			}
			if back := after(m, tea.WindowSizeMsg{Width: 80, Height: 24}).View().Content; back != s.make(t, 80, 24).View().Content {
				t.Error("after the resizes it looks otherwise")
			}
		})
	}
}

// TestAsciiIsASCII holds the ASCII mode to its name, in every state and with hostile content.
func TestAsciiIsASCII(t *testing.T) {
	t.Parallel()
	other := regexp.MustCompile(`[^\x20-\x7e\n\x1b]`)
	for _, s := range states() {
		m := inASCII(s.make(t, 80, 24))
		if found := other.FindString(m.View().Content); found != "" {
			t.Errorf("%s: %q", s.name, found)
		}
		fits(t, m)
	}
	m := inASCII(hostileModel(t, 80, 24))
	if found := other.FindString(m.View().Content); found != "" {
		t.Errorf("hostile: %q", found)
	}
}

// TestMaskedScreen holds the masked screen to what it promises, on every screen and tab.
func TestMaskedScreen(t *testing.T) {
	t.Parallel()
	// A token of another customer, and one whose address does not look like one.
	bearer := tokenOf(clientID, storeHash, secret, 77, 0, noon, 900e9)
	odd := sign(`{"alg":"HS512"}`, strings.Replace(claimsOf(bearer), "jane@example.com", "nobody at all", 1), secret)
	private := []string{"jane@", "nobody at all", bearer[:20]}
	open := func(walk string, mask ...tea.Msg) string {
		m := after(everything(t, 120, 40), pasted(odd), pasted(bearer))
		return seen(after(after(m, mask...), keys(walk)...))
	}
	for walk, shows := range map[string][]string{
		"": {"jane@"}, "tab": {"jane@"}, "tab tab": {bearer[:20]}, "e": nil, "y": {bearer[:20]}, "d": {"jane@", "nobody at all"},
		"down": {"nobody at all"}, "down tab": {"nobody at all"}, "down y": {"nobody at all"}, "tab tab tab": {"jane@"}, "2": nil, "2 enter": nil, "3": nil,
	} {
		plain, masked := open(walk), open(walk, key("z"))
		for _, text := range shows {
			if !strings.Contains(plain, text) {
				t.Errorf("after %q there is no %q to mask:\n%s", walk, text, plain)
			}
		}
		for _, text := range private {
			if strings.Contains(masked, text) {
				t.Errorf("after %q %q is shown:\n%s", walk, text, masked)
			}
		}
	}
	m := after(everything(t, 120, 40), keys("z z")...)
	wantOnScreen(t, m, "jane@example")
}

// No secret is ever on a screen: neither of a profile, nor one that is typed or pasted.
func TestNoSecretOnScreen(t *testing.T) {
	t.Parallel()
	for _, walk := range []string{"1 /", "2 /", "2", "2 enter", "2 e", "2 n", "2 n tab", "2 n tab tab", "2 e tab tab tab", ":", "y", "w", "3"} {
		m := after(everything(t, 120, 40), keys(walk)...)
		for _, m := range []Model{
			m, after(m, pasted(secret)), after(m, typed(secret)...), after(m, pasted("x"+secret), key("enter")),
			after(m, pasted(secret), key("backspace")), after(m, pasted(secret), key("backspace"), key("backspace")), after(m, pasted(secret[:63])),
		} {
			for _, s := range []string{secret, betaSecret} {
				if strings.Contains(strings.Join(strings.Fields(seen(m)), ""), s[:16]) {
					t.Errorf("after %q:\n%s", walk, seen(m))
				}
			}
		}
	}
}

func FuzzScreen(f *testing.F) {
	f.Add(hostile, uint8(80), uint8(24))
	f.Add("undefined", uint8(60), uint8(16))
	f.Add("\x1b[2J\u0301\u200d👩‍👩‍👧.界.\xff", uint8(120), uint8(40))
	f.Fuzz(func(t *testing.T, text string, w, h uint8) {
		m := arrives(model(stores(t), int(w), int(h)), &inbox.Arrival{Text: text, Status: 200, Page: text, Origin: text, Reason: text})
		for _, m := range []Model{m, after(m, key("tab")), after(m, keys("tab tab")...), after(m, keys("tab tab tab")...), after(m, key("e")), after(m, key("y")), after(m, key("n")), after(m, pasted(text))} {
			fits(t, m)
			clean(t, "fuzz", m)
		}
	})
}
