package tui

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
	"jotwatch/profiles"
	"jotwatch/verifier"
)

// Terminals send a pasted text's line breaks as the enter key would: a token broken over lines is found all the same.
func TestPasteWithCarriageReturns(t *testing.T) {
	t.Parallel()
	text := token(noon, 15*time.Minute, secret)
	m := after(model(given(t), 80, 24), pasted("junk\r"+text[:80]+"\r"+text[80:160]+"\r"+text[160:]+"\r"))
	wantOnScreen(t, m, "1 token", "✓ valid")
}

// A terminal that cannot paste sends keys: a token's go to the paste box from its third on, and none runs as a command.
func TestPasteAsKeys(t *testing.T) {
	t.Parallel()
	m := after(model(given(t), 80, 24), pasted(token(noon.Add(-28*time.Minute), 15*time.Minute, secret)))
	for _, r := range token(noon, 15*time.Minute, secret) + "qx" {
		next, cmd := m.Update(key(string(r)))
		if m = next.(Model); cmd != nil {
			t.Fatalf("%q ran as a command", r)
		}
	}
	wantOnScreen(t, m, "Paste box")
	if m.count() != 1 {
		t.Errorf("%d arrivals", m.count())
	}
	// What was typed before is forgotten with the box.
	m = after(m, key("esc"), key("e"), key("esc"), key("e"), key("y"), key("J"), pasted("undefined"), key("down"))
	if m.dialog != nil {
		t.Errorf("a dialog is open:\n%s", seen(m))
	}
}

// A log of 1 MiB with 300 tokens: each is there, in its order from the top, and the first is selected.
func TestPasteOfMany(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	for i := range 300 {
		fmt.Fprintf(&log, "%s GET /account token=%s %s\n", noon.Format(time.RFC3339), tokenOf(clientID, storeHash, secret, i+1, 0, noon, 15*time.Minute), strings.Repeat("x", 2900))
	}
	if log.Len() > verifier.MaxText || log.Len() < verifier.MaxText*9/10 {
		t.Fatalf("%d bytes", log.Len())
	}
	m := after(model(given(t), 80, 24), key("2"), pasted(log.String()))
	wantOnScreen(t, m, "300 tokens were pasted", "300 tokens", "#1 ", "#2 ", "paused")
	if got := customer(m); got != "1" {
		t.Errorf("customer %s is selected, want the first", got)
	}
}

// What is pasted instead of a token can be read; too much of it is told.
func TestPasteOfSomethingElse(t *testing.T) {
	t.Parallel()
	m := after(model(given(t), 80, 24), pasted("HTTP/2 404 \r\nx: \x1b[2J\r\n\r\n{\"errors\":[\"Not Found\"]}"), key("tab"), key("tab"))
	wantOnScreen(t, m, "HTTP/2 404", "x: ␛[2J", `{"errors":["Not Found"]}`)
	m = after(model(given(t), 80, 24), pasted(strings.Repeat("no token ", verifier.MaxText/8)))
	wantOnScreen(t, m, "form.too-large")
	m = after(model(given(t), 80, 24), pasted(""))
	if m.count() != 0 {
		t.Error("an empty paste is an arrival")
	}
	m = after(model(given(t), 80, 24), pasted("undefined"))
	wantOnScreen(t, m, "! error", "form.error-body")
}

// Pasting works on every screen and over whatever is read; a dialog that takes text takes it.
func TestPasteAnywhere(t *testing.T) {
	t.Parallel()
	good := token(noon, 15*time.Minute, secret)
	for _, where := range []string{"", "1", "2", "3", "?", "2 ?", "3 ?"} {
		m := after(after(model(given(t), 80, 24), keys(where)...), pasted(good))
		wantOnScreen(t, m, "✓ valid", "▸1 Tokens")
		if m.dialog != nil {
			t.Errorf("after %q the dialog hides what was pasted", where)
		}
	}
	m := after(everything(t, 80, 24), key("/"), pasted("is:guest"))
	wantOnScreen(t, m, "is:guest (1)")
	if got := m.cfg.Inbox.Len(); got != 8 {
		t.Errorf("%d arrivals, want 8", got)
	}
}

func TestPasteBox(t *testing.T) {
	t.Parallel()
	good := token(noon, 15*time.Minute, secret)
	m := after(model(given(t), 80, 24), key("p"))
	m = after(m, typed(good+"q")...)
	m = after(m, key("backspace"))
	wantOnScreen(t, m, fmt.Sprintf("%d bytes so far", len(good)))
	m = press(m, key("enter"))
	early := settledMsg{m.dialog.(pasteBox).keys}
	m = press(m, key("q")) // of a second line, pasted with the first
	if m = press(m, early); m.dialog == nil || m.count() != 0 {
		t.Fatal("judged while more was coming")
	}
	m = press(press(m, key("backspace")), key("enter"))
	m = after(m, settledAfter(m)...)
	wantOnScreen(t, m, "✓ valid")

	m = after(model(given(t), 80, 24), key("p"), key("esc"))
	if m.dialog != nil || m.count() != 0 {
		t.Error("esc does not cancel")
	}
	m = after(model(given(t), 80, 24), key("p"))
	m = after(m, typed(secret)...)
	wantNotOnScreen(t, m, secret[:20])
}

// press sends a message without doing what it asks for.
func press(m Model, msg tea.Msg) Model {
	next, _ := m.Update(msg)
	return next.(Model)
}

// settledAfter is what comes when no more keys do, and then what was found.
func settledAfter(m Model) []tea.Msg {
	settled := settledMsg{m.dialog.(pasteBox).keys}
	_, cmd := m.Update(settled)
	found := cmd().(pastedMsg)
	found.at = m.now
	return []tea.Msg{settled, found}
}

// Credentials that are pasted instead of a token are recognised, not shown, and offered as a profile.
func TestPasteOfCredentials(t *testing.T) {
	t.Parallel()
	account := "ACCESS TOKEN: 0123456789abcdefghijklmnopqrstu\nCLIENT NAME: shop\nCLIENT ID: " + clientID + "\nCLIENT SECRET: " + secret + "\nNAME: x\nAPI PATH: https://api.bigcommerce.com/stores/" + storeHash + "/v3/\n"
	for _, c := range []struct {
		name, text, says string
		draft            profiles.Profile
		secret           bool
	}{
		{"secret", secret + "\n", "That was a client secret: not shown", profiles.Profile{}, true},
		{"quoted", `"` + secret + `"`, "That was a client secret: not shown", profiles.Profile{}, true},
		{"client id", clientID, "That was a client id or an access token: not shown. Press n if it is the client id", profiles.Profile{ClientID: clientID}, false},
		{"account file", account, "That was a file with credentials: not shown", profiles.Profile{ClientID: clientID, StoreHash: storeHash}, true},
		{".env", "BC_CLIENT_ID=" + clientID + "\nBC_CLIENT_SECRET=" + secret + "\n", "That was a file with credentials: not shown", profiles.Profile{ClientID: clientID}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := after(model(nobody(t), 120, 40), pasted(c.text))
			wantOnScreen(t, m, c.says)
			if m.count() != 0 {
				t.Errorf("%d arrivals", m.count())
			}
			wantNotOnScreen(t, m, secret[:20])
			m = after(m, key("n"))
			wantOnScreen(t, m, "New profile")
			wantNotOnScreen(t, m, secret[:20])
			if c.secret {
				wantOnScreen(t, m, "the one that was pasted: 64 characters, fingerprint ")
			}
			d := m.dialog.(form)
			if d.value(clientField) != c.draft.ClientID || d.value(storeField) != c.draft.StoreHash {
				t.Errorf("client id %q, store hash %q", d.value(clientField), d.value(storeField))
			}
		})
	}
	// What only looks a little like one is a text as any other.
	for _, text := range []string{"undefined", "<p>" + strings.Repeat("ab", 32) + "</p>", "see commit 0123456789abcdef0123456789abcdef01234567", `{"token":"` + token(noon, time.Minute, secret) + `","secret":"x"}`} {
		if m := after(model(nobody(t), 120, 40), pasted(text)); m.count() != 1 || m.profiles.offer != nil {
			t.Errorf("%q: %d arrivals, offer %v", text[:20], m.count(), m.profiles.offer)
		}
	}
}

// A token of a store that is not known offers a profile, prefilled with what it says.
func TestUnknownStore(t *testing.T) {
	t.Parallel()
	text := tokenOf(clientID, storeHash, secret, 4927, 6, noon, 15*time.Minute)
	m := arrives(model(nobody(t), 120, 40), &inbox.Arrival{Status: 200, Text: text, Origin: "https://shop.example.com"})
	wantOnScreen(t, m, "? unverified", "n keep a profile for it", "Its app is in none of your profiles")
	m = after(m, key("n"))
	wantOnScreen(t, m, "New profile", "store-"+storeHash, clientID, "https://shop.example.com", "▌ secret")
	// With the secret pasted into the form, it is verified at once.
	m = after(m, pasted(" "+secret+"\n"), key("ctrl+s"))
	wantOnScreen(t, m, "store-"+storeHash+" is kept", "✓ valid", "signed by store-"+storeHash)
	wantNotOnScreen(t, m, secret[:20])

	hostile := sign(`{"alg":"HS512"}`, `{"operation":"current_customer","aud":"\u001b]0;x\u0007","store_hash":"\u001b[2J","sub":"x","customer":{"id":1,"email":""}}`, secret)
	m = after(arrives(model(nobody(t), 120, 40), &inbox.Arrival{Text: hostile, Origin: "\x1b[31m"}), key("n"))
	if d := m.dialog.(form); d.value(clientField) != "" || d.value(originsField) != "" {
		t.Errorf("hostile values are offered: %q %q", d.value(clientField), d.value(originsField))
	}
}
