package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/profiles"
)

// hostile is a token whose claims, names and header try to reach the terminal.
var hostile = sign("{\"alg\":\"HS512\",\"kid\":\"a\\u001b]0;owned\\u0007b\",\"x\\u001b[2J\":1}",
	"{\"operation\":\"current_customer\",\"iss\":\"\\u001b[31mred\\rCR\\u202Egnp\\u0000\",\"aud\":\"\\u009b2J\\u200b\\u2028\","+
		"\"na\\u001b]52;c;AAAA\\u0007me\":\"\\u007f\\b\\t\\n\\u001b\",\"customer\":{\"id\":\"\\u001b[H\",\"email\":\"a\\r\\u001b[Kb\\u2066\",\"group_id\":\"\\u001b\"}}", secret)

// everything is a console that one of everything arrived at.
func everything(t testing.TB, w, h int) Model {
	t.Helper()
	m := model(stores(t), w, h)
	ago := func(d time.Duration) time.Time { return noon.Add(-d) }
	shop := func(a inbox.Arrival) *inbox.Arrival {
		a.Profile, a.Page, a.Origin = "acme-sandbox", "https://shop.example.com/account.php", "https://shop.example.com"
		return &a
	}
	return arrives(m,
		shop(inbox.Arrival{At: ago(28 * time.Minute), Status: 200, Text: token(ago(28*time.Minute), 15*time.Minute, secret)}),
		shop(inbox.Arrival{At: ago(5 * time.Minute), Status: 404, Text: `{"errors":["Not Found"]}`}),
		shop(inbox.Arrival{At: ago(4 * time.Minute), Status: 503, Text: "<html>down</html>"}),
		&inbox.Arrival{At: ago(3 * time.Minute), Outcome: inbox.Rejected, Status: 403, Profile: "acme-sandbox", Origin: "https://staging.acme.example", Reason: "pages of https://staging.acme.example may not send here"},
		shop(inbox.Arrival{At: ago(2 * time.Minute), Status: 200, Text: tokenOf(clientID, storeHash, secret, 12, 0, ago(2*time.Minute), 15*time.Minute)}),
		&inbox.Arrival{At: ago(time.Minute), Status: 200, Text: tokenOf("gamma56789012345678901234567890", "gamma6x1q", "another secret", 31, 0, ago(time.Minute), 15*time.Minute), Origin: "https://gamma.example"},
		shop(inbox.Arrival{At: ago(50 * time.Second), Status: 200, Text: tokenOf(clientID, storeHash, secret, 4927, 6, noon.Add(90*time.Second-15*time.Minute), 15*time.Minute)}),
		shop(inbox.Arrival{At: ago(30 * time.Second), Status: 200, Text: tokenOf(clientID, storeHash, betaSecret, 318, 2, ago(30*time.Second), 15*time.Minute)}),
		shop(inbox.Arrival{At: ago(5 * time.Second), Status: 200, Text: token(ago(5*time.Second), 15*time.Minute, secret)}),
	)
}

// A state is a screen in a state worth looking at.
type state struct {
	name string
	make func(t testing.TB, w, h int) Model
}

// states are every screen, tab and dialog.
func states() []state {
	all := func(msgs ...[]tea.Msg) func(testing.TB, int, int) Model {
		return func(t testing.TB, w, h int) Model { return after(everything(t, w, h), slices.Concat(msgs...)...) }
	}
	empty := func(names string) func(testing.TB, int, int) Model {
		return func(t testing.TB, w, h int) Model { return after(model(nobody(t), w, h), keys(names)...) }
	}
	return []state{
		{"tokens-empty", empty("")},
		{"tokens", all()},
		{"tokens-paused", func(t testing.TB, w, h int) Model {
			m := after(everything(t, w, h), keys("down down m down")...)
			return arrives(m, &inbox.Arrival{Status: 200, Text: token(noon, 15*time.Minute, secret)})
		}},
		{"tokens-masked", all(keys("z"))},
		{"tokens-filtered", all(keys("/"), typed("store:acme -is:guest,error"), keys("enter"))},
		{"tokens-nothing-fits", all(keys("/"), typed("is:malformed"), keys("enter"))},
		{"findings", all(keys("down enter"))},
		{"findings-unknown-store", all(keys("/"), typed("gamma"), keys("enter enter"))},
		{"findings-guest", all(keys("/"), typed("is:guest"), keys("enter enter"))},
		{"findings-refused", all(keys("/"), typed("is:refused"), keys("enter enter"))},
		{"expired", all(keys("/"), typed("is:expired"), keys("enter enter"))},
		{"claims", all(keys("enter tab"))},
		{"raw", all(keys("enter tab tab"))},
		{"request", all(keys("enter tab tab tab"))},
		{"explain", all(keys("down e"))},
		{"diff", all(keys("down m up up d"))},
		{"filter", all(keys("/"), typed("is:vaild"))},
		{"copy", all(keys("y"))},
		{"write", all(keys("w"))},
		{"palette", all(keys(":"), typed("pro"))},
		{"help", all(keys("?"))},
		{"paste-box", all(keys("p"), typed("eyJhbGciOi"))},
		{"pasted-secret", func(t testing.TB, w, h int) Model { return after(everything(t, w, h), pasted(secret)) }},
		{"profiles-empty", empty("2")},
		{"profiles", all(keys("2"))},
		{"profile", all(keys("2 enter"))},
		{"profile-new", all(keys("2 n"), typed("acme-sandbox"), keys("tab"), typed("abc"), keys("tab"))},
		{"profile-of-a-token", all(keys("/"), typed("gamma"), keys("enter n"))},
		{"profile-edit", all(keys("2 down e"))},
		{"profile-remove", all(keys("2 x"))},
		{"profile-find", all(keys("2 /"), typed("be"))},
		{"setup-empty", empty("3")},
		{"setup", all(keys("3"))},
		{"setup-troubles", func(t testing.TB, w, h int) Model {
			cfg := stores(t)
			cfg.Problems = []string{`config.toml, line 3: there is no setting "them"; the settings are theme, ascii, start`}
			cfg.Listen = blocked
			m := model(cfg, w, h)
			locked := &profiles.VaultError{Vault: profiles.KeyringVault, Reason: profiles.ErrLocked, Wrong: "the keyring is locked", Hint: "unlock it"}
			return after(m, openedMsg{err: &listener.InUseError{Port: 4927, Who: "another jotwatch (process 4242)"}}, vaultMsg{name: profiles.KeyringVault, err: locked}, key("3"))
		}},
		{"passphrase", func(t testing.TB, w, h int) Model {
			m := everything(t, w, h)
			return after(m, askedMsg{&question{reply: make(chan string, 1)}}, key("u"))
		}},
	}
}

// TestFrames holds every state at every size to its picture: with its styles by their names, which are the same for light and dark
// terminals, and in ASCII without any.
func TestFrames(t *testing.T) {
	t.Parallel()
	for _, s := range states() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 40}} {
				m := s.make(t, size[0], size[1])
				dark, light, plain := m, m, m
				dark.theme, light.theme = newTheme("dark", true), newTheme("light", false)
				plain = inASCII(plain)
				names := tagged(dark.View().Content, dark.theme)
				if other := tagged(light.View().Content, light.theme); other != names {
					t.Errorf("%d×%d: light and dark differ in more than colour:\n%s\n%s", size[0], size[1], names, other)
				}
				fmt.Fprintf(&b, "== %d×%d\n%s\n== %d×%d ascii\n%s\n", size[0], size[1], names, size[0], size[1], trimmed(ansi.Strip(plain.View().Content)))
			}
			golden(t, filepath.Join("testdata", "frames", s.name+".txt"), b.String())
		})
	}
}

// inASCII is the model as it would be had it been started so.
func inASCII(m Model) Model {
	cfg := *m.cfg
	cfg.ASCII = true
	m.cfg = &cfg
	return m
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got:\n%s\nwant:\n%s", file, got, want)
	}
}

func trimmed(frame string) string {
	lines := strings.Split(frame, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// A look is how a character is drawn, as SGR sequences have it.
type look struct {
	colour                   string
	bold, underline, reverse bool
}

// after is the look after an SGR sequence.
func (l look) after(params string) look {
	all := strings.Split(params, ";")
	for i := 0; i < len(all); i++ {
		switch p := all[i]; {
		case p == "" || p == "0":
			l = look{}
		case p == "1":
			l.bold = true
		case p == "4":
			l.underline = true
		case p == "7":
			l.reverse = true
		case p == "22":
			l.bold = false
		case p == "24":
			l.underline = false
		case p == "27":
			l.reverse = false
		case p == "39":
			l.colour = ""
		case p == "38" && i+4 < len(all) && all[i+1] == "2":
			l.colour = strings.Join(all[i:i+5], ";")
			i += 4
		default:
			l.colour = p
		}
	}
	return l
}

// looks are the styles of a theme by how they look.
func looks(t *theme) map[look]string {
	names := map[look]string{{}: ""}
	for _, s := range []struct {
		name  string
		style style
	}{
		{"name", t.Name}, {"strong", t.Strong}, {"good", t.Good}, {"warn", t.Warn}, {"bad", t.Bad}, {"key", t.Key}, {"cursor", t.Cursor},
		{"dim", t.Dim}, {"rule", t.Rule}, {"cyan", t.mark("cyan")},
	} {
		before, _, _ := strings.Cut(s.style.Render("X"), "X")
		var l look
		for _, s := range sequence.FindAllStringSubmatch(before, -1) {
			l = l.after(s[1])
		}
		if _, taken := names[l]; !taken {
			names[l] = s.name
		}
	}
	return names
}

var sequence = regexp.MustCompile("\x1b\\[([0-9;]*)m")

// tagged writes a frame's styles as words: {good}✓ valid{}.
func tagged(frame string, t *theme) string {
	names := looks(t)
	var b strings.Builder
	for i, line := range strings.Split(frame, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		var now, told look
		for line != "" {
			if at := sequence.FindStringSubmatchIndex(line); at != nil && at[0] == 0 {
				now = now.after(line[at[2]:at[3]])
				line = line[at[1]:]
				continue
			}
			r, size := utf8.DecodeRuneInString(line)
			if now != told && (r != ' ' || now.underline || now.reverse || told.underline || told.reverse) {
				name, ok := names[now]
				if !ok {
					name = fmt.Sprintf("?%+v", now)
				}
				b.WriteString("{" + name + "}")
				told = now
			}
			b.WriteString(line[:size])
			line = line[size:]
		}
	}
	return trimmed(b.String())
}

// TestColours holds the themes to their colours.
func TestColours(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, theme := range []struct {
		name string
		dark bool
	}{{"auto", true}, {"auto", false}, {"dark", false}, {"light", true}, {"contrast", true}, {"contrast", false}} {
		fmt.Fprintf(&b, "%s, a dark terminal: %v\n", theme.name, theme.dark)
		var lines []string
		for l, name := range looks(newTheme(theme.name, theme.dark)) {
			lines = append(lines, fmt.Sprintf("  %-7s %+v\n", name, l))
		}
		slices.Sort(lines)
		b.WriteString(strings.Join(lines, ""))
	}
	golden(t, filepath.Join("testdata", "colours.txt"), b.String())
}
