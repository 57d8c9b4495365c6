package tui

import (
	"strings"
	"testing"
	"time"
)

// Terminals send a pasted text's line breaks as the enter key would: a token broken over lines is found all the same.
func TestPasteWithCarriageReturns(t *testing.T) {
	t.Parallel()
	text := token(noon, 15*time.Minute, secret)
	m := sized(80, 24, pasted("junk\r"+text[:80]+"\r"+text[80:160]+"\r"+text[160:]+"\r"))
	wantOnScreen(t, m, "1 pasted", "✓ valid")
}

// A terminal that cannot paste sends keys: a token's go to the paste box from its third on, and none runs as a command.
func TestPasteAsKeys(t *testing.T) {
	t.Parallel()
	m := sized(80, 24, pasted(token(noon.Add(-28*time.Minute), 15*time.Minute, secret)))
	for _, r := range token(noon, 15*time.Minute, secret) + "qx" {
		next, cmd := m.Update(key(string(r)))
		if m = next.(Model); cmd != nil {
			t.Fatalf("%q ran as a command", r)
		}
	}
	wantOnScreen(t, m, "Paste box")
	if len(m.rows) != 1 {
		t.Errorf("%d rows", len(m.rows))
	}
	// What was typed before is forgotten with the box.
	m = after(m, key("esc"), key("e"), key("esc"), key("e"), key("y"), key("J"), pasted("undefined"), key("down"))
	if m.dialog.kind != closed || len(m.rows) != 2 {
		t.Errorf("dialog %d, %d rows", m.dialog.kind, len(m.rows))
	}
}

// What is pasted instead of a token can be read; a secret cannot.
func TestRawShowsWhatIsNoToken(t *testing.T) {
	t.Parallel()
	m := sized(80, 24, pasted("HTTP/2 404 \r\nx: \x1b[2J\r\n\r\n{\"errors\":[\"Not Found\"]}"), key("tab"), key("tab"))
	wantOnScreen(t, m, "not a token", "HTTP/2 404", "x: ␛[2J", `{"errors":["Not Found"]}`)
	if m = sized(80, 24, pasted(secret), key("tab"), key("tab")); strings.Contains(screen(m), secret[:20]) {
		t.Errorf("the secret is shown:\n%s", screen(m))
	}
}
