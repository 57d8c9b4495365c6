package tui

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/base64"
	"flag"
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/verifier"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	clientID  = "abcdefghijklmnopqrstuvwxyz01234"
	storeHash = "abc123defg"
	secret    = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
)

var noon = time.Date(2026, 11, 23, 12, 3, 45, 0, time.UTC)

// sign makes a token by hand, so that these tests lean on no other package of ours but the verifier.
func sign(header, claims, key string) string {
	enc := base64.RawURLEncoding
	input := enc.EncodeToString([]byte(header)) + "." + enc.EncodeToString([]byte(claims))
	mac := hmac.New(sha512.New, []byte(key))
	mac.Write([]byte(input))
	return input + "." + enc.EncodeToString(mac.Sum(nil))
}

func token(iat time.Time, life time.Duration, key string) string {
	claims := fmt.Sprintf(`{"customer":{"id":4927,"email":"jane@example.com","group_id":"6"},"iss":"bc/apps","sub":%q,`+
		`"iat":%d,"exp":%d,"version":1,"aud":%q,"application_id":%q,"store_hash":%q,"operation":"current_customer"}`,
		storeHash, iat.Unix(), iat.Add(life).Unix(), clientID, clientID, storeHash)
	return sign(`{"typ":"JWT","alg":"HS512"}`, claims, key)
}

func config() Config {
	return Config{Profiles: "ad hoc credentials", Credentials: []verifier.Credential{{
		Profile: "acme-sandbox", ClientID: clientID, StoreHash: storeHash, Secret: verifier.NewSecret(secret), Named: true,
	}}}
}

// after sends messages to a model.
func after(m Model, msgs ...tea.Msg) Model {
	for _, msg := range msgs {
		next, _ := m.Update(msg)
		m = next.(Model)
	}
	return m
}

func sized(w, h int, msgs ...tea.Msg) Model {
	return after(after(New(config(), noon), tea.WindowSizeMsg{Width: w, Height: h}), msgs...)
}

func pasted(s string) tea.Msg { return tea.PasteMsg{Content: s} }

func key(name string) tea.Msg {
	switch name {
	case "enter":
		return tea.KeyPressMsg{Code: tea.KeyEnter}
	case "esc":
		return tea.KeyPressMsg{Code: tea.KeyEscape}
	case "tab":
		return tea.KeyPressMsg{Code: tea.KeyTab}
	case "up":
		return tea.KeyPressMsg{Code: tea.KeyUp}
	case "down":
		return tea.KeyPressMsg{Code: tea.KeyDown}
	case "pgdown":
		return tea.KeyPressMsg{Code: tea.KeyPgDown}
	case "ctrl+c":
		return tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}
	default:
		r := []rune(name)
		return tea.KeyPressMsg{Code: r[0], Text: name}
	}
}

func screen(m Model) string {
	lines := strings.Split(ansi.Strip(m.View().Content), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

func wantOnScreen(t *testing.T, m Model, wants ...string) {
	t.Helper()
	got := screen(m)
	for _, want := range wants {
		if !strings.Contains(got, want) {
			t.Errorf("screen has no %q:\n%s", want, got)
		}
	}
}

func TestFrames(t *testing.T) {
	t.Parallel()
	good := token(noon.Add(-5*time.Second), 15*time.Minute, secret)
	old := token(noon.Add(-28*time.Minute), 15*time.Minute, secret)
	forged := token(noon.Add(-time.Minute), 15*time.Minute, "another secret that is not the right one, of more than 64 bytes long")
	contents := []struct {
		name string
		msgs []tea.Msg
	}{
		{"empty", nil},
		{"valid", []tea.Msg{pasted(good)}},
		{"expired", []tea.Msg{pasted(old)}},
		{"invalid", []tea.Msg{pasted(forged)}},
		{"several", []tea.Msg{pasted(old), pasted("undefined"), pasted(forged), pasted(good), key("esc")}},
		{"claims", []tea.Msg{pasted(good), key("tab")}},
		{"help", []tea.Msg{key("?")}},
		{"explain", []tea.Msg{pasted(good), key("e")}},
	}
	for _, size := range []struct{ w, h int }{{60, 16}, {80, 24}, {120, 40}} {
		for _, c := range contents {
			name := fmt.Sprintf("%s-%dx%d", c.name, size.w, size.h)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				got := screen(sized(size.w, size.h, c.msgs...))
				file := filepath.Join("testdata", name+".txt")
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("got:\n%s\nwant:\n%s", got, want)
				}
			})
		}
	}
}

// TestFits holds every screen at every size to its window: no row too many, none too wide, however the text is.
func TestFits(t *testing.T) {
	t.Parallel()
	full := sized(80, 24, pasted(token(noon, 15*time.Minute, secret)), pasted(hostile), pasted(strings.Repeat("界", 300)),
		pasted(token(noon.Add(-time.Hour), 15*time.Minute, secret)))
	models := []Model{
		New(config(), noon), full, after(full, key("tab")), after(full, key("tab"), key("tab"), key("down"), key("enter")),
		after(full, key("down"), key("down"), key("tab")), after(full, key("e")), after(full, key("p"), key("x")), after(full, key("?")),
	}
	for i, m := range models {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			step := 1
			if m.dialog.kind != closed {
				step = 3 // drawing one over the other takes long
			}
			for w := leastWidth; w <= 130; w += step {
				for h := leastHeight; h <= 45; h += step {
					fits(t, after(m, tea.WindowSizeMsg{Width: w, Height: h}))
				}
			}
			for _, s := range []struct{ w, h int }{{0, 0}, {1, 1}, {5, 3}, {59, 16}, {60, 15}, {59, 200}, {300, 15}, {300, 100}} {
				fits(t, after(m, tea.WindowSizeMsg{Width: s.w, Height: s.h}))
			}
		})
	}
}

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

// hostile is a token whose claims, names and header try to reach the terminal.
var hostile = sign("{\"alg\":\"HS512\",\"kid\":\"a\\u001b]0;owned\\u0007b\",\"x\\u001b[2J\":1}",
	"{\"operation\":\"current_customer\",\"iss\":\"\\u001b[31mred\\rCR\\u202Egnp\\u0000\",\"aud\":\"\\u009b2J\\u200b\\u2028\","+
		"\"na\\u001b]52;c;AAAA\\u0007me\":\"\\u007f\\b\\t\\n\\u001b\",\"customer\":{\"id\":\"\\u001b[H\",\"email\":\"a\\r\\u001b[Kb\\u2066\",\"group_id\":\"\\u001b\"}}", secret)

func TestHostileClaims(t *testing.T) {
	t.Parallel()
	for _, text := range []string{hostile, "\x1b]0;owned\x07\r\u202e\x9b2J", "Bearer \x1b[2J" + hostile, "{\"token\":\"" + hostile + "\x1b\"}"} {
		m := sized(120, 40, pasted(text))
		for _, m := range []Model{
			m, after(m, key("tab")), after(m, key("tab"), key("tab")), after(m, key("e")), after(m, key("p"), key("\x1b\u202e"), key("\x9b")),
		} {
			v := m.View()
			if v.WindowTitle != "jotwatch" {
				t.Errorf("window title %q", v.WindowTitle)
			}
			clean(t, v.Content)
		}
	}
}

// clean reports whatever would command a terminal: all but line breaks and the colours of our own.
func clean(t *testing.T, content string) {
	t.Helper()
	for rest := content; rest != ""; {
		if strings.HasPrefix(rest, "\x1b[") {
			end := strings.IndexFunc(rest[2:], func(r rune) bool { return r != ';' && r != ':' && (r < '0' || r > '9') })
			if end >= 0 && rest[2+end] == 'm' {
				if strings.Contains(rest[:2+end], "[31") {
					t.Errorf("a colour that no theme has: %q", rest[:3+end])
				}
				rest = rest[3+end:]
				continue
			}
		}
		r := []rune(rest[:min(len(rest), 4)])[0]
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar || r == '\u2028' || r == '\u2029') {
			t.Errorf("%U reaches the screen before %.40q", r, rest)
			return
		}
		rest = rest[len(string(r)):]
	}
}

// TestFlip goes from valid to expired by ticks alone.
func TestFlip(t *testing.T) {
	t.Parallel()
	m := sized(80, 24, pasted(token(noon, 15*time.Minute, secret)))
	report := m.rows[0].report
	exp := noon.Add(15 * time.Minute)
	for _, step := range []struct {
		at   time.Time
		want string
	}{
		{noon.Add(time.Second), "14:59 left"},
		{exp.Add(-2*time.Minute - time.Second), "02:01 left"},
		{exp.Add(-time.Second), "00:01 left"},
		{exp.Add(-time.Millisecond), "✓ valid"},
		{exp, "◷ expired"},
		{exp.Add(13 * time.Minute), "13 min ago"},
	} {
		m = after(m, tickMsg{step.at})
		wantOnScreen(t, m, step.want)
	}
	if m.rows[0].report != report {
		t.Error("the token was judged again")
	}
	if _, cmd := m.Update(tickMsg{exp}); cmd == nil {
		t.Error("a tick does not ask for the next one")
	}
}

func TestRubbish(t *testing.T) {
	t.Parallel()
	var all [256]byte
	for i := range 256 {
		all[i*7919%256] = byte(i)
	}
	noise := bytes.Repeat(all[:], 1<<12)
	for _, text := range []string{
		"undefined", " ", "\x00", "<html><body>Maintenance</body></html>", strings.Repeat(".", 10000),
		strings.Repeat("x", verifier.MaxText+5), string(noise), strings.Repeat("a.b.c ", 170000),
	} {
		m := sized(80, 24, pasted(text))
		if len(m.rows) == 0 {
			t.Fatalf("%.20q made no row", text)
		}
		wantOnScreen(t, m, "✗ malformed")
		fits(t, m)
		clean(t, m.View().Content)
		clean(t, after(m, key("tab"), key("tab")).View().Content)
	}
}

func TestRowLimit(t *testing.T) {
	t.Parallel()
	m := sized(80, 24)
	for range rowLimit + 3 {
		m = after(m, pasted("undefined"))
	}
	if len(m.rows) != rowLimit {
		t.Errorf("%d rows", len(m.rows))
	}
	wantOnScreen(t, m, "1000 pasted · 3 older gone")
}

func TestSelectAndDelete(t *testing.T) {
	t.Parallel()
	old := sized(80, 24, pasted("undefined"), pasted(token(noon, 15*time.Minute, secret)))
	if m := after(old, key("x")); len(m.rows) != 1 || m.rows[0].report.Verdict(noon) != verifier.Malformed {
		t.Error("x does not delete the selected row")
	}
	if len(old.rows) != 2 || old.rows[0].report.Verdict(noon) != verifier.Valid {
		t.Error("deleting changed the model before")
	}
	m := after(old, key("down"))
	if m.selected != 1 {
		t.Error("down does not select the row below")
	}
	m = after(m, key("down"), key("x"), key("x"), key("x"), key("up"), key("enter"), key("e"))
	wantOnScreen(t, m, "Paste a token here")
}

func TestScroll(t *testing.T) {
	t.Parallel()
	m := sized(80, 24, pasted(token(noon, 15*time.Minute, secret)), key("tab"), key("enter"))
	for range 100 {
		m = after(m, key("down"))
	}
	if want := len(m.body()) - m.page(); m.scroll != want || want <= 0 {
		t.Errorf("scroll %d, want %d", m.scroll, want)
	}
	wantOnScreen(t, m, "current_customer")
	m = after(m, key("up"), key("pgdown"), key("esc"))
	if m.focus != onList {
		t.Error("esc does not go back to the list")
	}
}

func TestDialogs(t *testing.T) {
	t.Parallel()
	good := token(noon, 15*time.Minute, secret)
	t.Run("explain", func(t *testing.T) {
		t.Parallel()
		m := sized(80, 24, pasted("undefined"), key("e"))
		wantOnScreen(t, m, "╭", string(m.rows[0].report.Findings(noon)[0].Code))
		if m = after(m, key("j"), key("G"), key("esc")); m.dialog.kind != closed {
			t.Error("esc does not close")
		}
	})
	t.Run("paste while reading", func(t *testing.T) {
		t.Parallel()
		m := sized(80, 24, key("?"), pasted(good))
		wantOnScreen(t, m, "✓ valid")
		if m.dialog.kind != closed {
			t.Error("the dialog hides what was pasted")
		}
	})
	t.Run("paste in the paste box", func(t *testing.T) {
		t.Parallel()
		m := sized(80, 24, key("p"), key(good[:9]), pasted(good[9:]))
		wantOnScreen(t, m, "✓ valid")
	})
	t.Run("typed", func(t *testing.T) {
		t.Parallel()
		m := sized(80, 24, key("p"))
		for _, r := range good + "q" {
			m = after(m, key(string(r)))
		}
		m = after(m, tea.KeyPressMsg{Code: tea.KeyBackspace})
		wantOnScreen(t, m, fmt.Sprintf("%d bytes so far", len(good)))
		m = after(m, key("enter"))
		early := settledMsg{m.dialog.keys}
		m = after(m, key("q"), early) // of a second line, pasted with the first
		if m.dialog.kind != pasteBox {
			t.Fatal("judged while more was coming")
		}
		m = after(m, tea.KeyPressMsg{Code: tea.KeyBackspace}, key("enter"), settledMsg{m.dialog.keys + 2})
		wantOnScreen(t, m, "✓ valid")
	})
	t.Run("nothing typed", func(t *testing.T) {
		t.Parallel()
		m := sized(80, 24, key("p"), key("esc"))
		if m.dialog.kind != closed || len(m.rows) != 0 {
			t.Error("esc does not cancel")
		}
	})
}

func TestUnfilled(t *testing.T) {
	t.Parallel()
	const text = "One\ntwo.\n\n- item\n  goes on\n- next\n\n    code\n    more code\n"
	if got, want := unfilled(text), "One two.\n\n- item goes on\n- next\n\n    code\n    more code\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestQuit(t *testing.T) {
	t.Parallel()
	for _, m := range []Model{sized(80, 24), sized(80, 24, key("p")), sized(80, 24, key("?"))} {
		_, cmd := m.Update(key("ctrl+c"))
		if cmd == nil {
			t.Fatal("ctrl+c does nothing")
		}
		if _, ok := cmd().(tea.InterruptMsg); !ok {
			t.Error("ctrl+c does not interrupt")
		}
	}
	_, cmd := sized(80, 24).Update(key("q"))
	if _, ok := cmd().(tea.QuitMsg); !ok {
		t.Error("q does not quit")
	}
}

// TestLightAndDark holds the background to colours only.
func TestLightAndDark(t *testing.T) {
	t.Parallel()
	m := sized(80, 24, pasted(token(noon, 15*time.Minute, secret)))
	dark := after(m, tea.BackgroundColorMsg{Color: color.Black})
	light := after(m, tea.BackgroundColorMsg{Color: color.White})
	if screen(dark) != screen(light) {
		t.Error("light and dark differ in more than colour")
	}
	if dark.View().Content == light.View().Content {
		t.Error("light and dark do not differ")
	}
}

// Every finding can be explained, the worst first and then the next.
func TestExplainGoesOn(t *testing.T) {
	t.Parallel()
	m := sized(80, 24, pasted(token(noon.Add(-28*time.Minute), 15*time.Minute, secret)), key("e"))
	wantOnScreen(t, m, "Explain 1 of 2", "time.expired: ")
	m = after(m, key("e"))
	wantOnScreen(t, m, "Explain 2 of 2", "header.alg-live: ")
	wantOnScreen(t, after(m, key("e")), "Explain 1 of 2", "time.expired: ")
	if m = after(m, key("esc")); m.dialog.kind != closed {
		t.Error("esc does not close it")
	}
}

func FuzzScreen(f *testing.F) {
	f.Add(hostile, uint8(80), uint8(24))
	f.Add("undefined", uint8(60), uint8(16))
	f.Add("\x1b[2J\u0301\u200d👩‍👩‍👧.界.\xff", uint8(120), uint8(40))
	f.Fuzz(func(t *testing.T, text string, w, h uint8) {
		m := sized(int(w), int(h), pasted(text))
		for _, m := range []Model{m, after(m, key("tab")), after(m, key("tab"), key("tab")), after(m, key("e"))} {
			fits(t, m)
			clean(t, m.View().Content)
		}
	})
}
