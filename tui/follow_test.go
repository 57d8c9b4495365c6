package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"jotwatch/inbox"
)

// many is a console that holds so many tokens, one a second, the newest at noon.
func many(t testing.TB, n int) Model {
	t.Helper()
	m := model(given(t), 80, 24)
	for i := range n {
		at := noon.Add(time.Duration(i-n+1) * time.Second)
		m = arrives(m, &inbox.Arrival{At: at, Status: 200, Text: tokenOf(clientID, storeHash, secret, i+1, 0, at, 15*time.Minute)})
	}
	return m
}

func customer(m Model) string { return m.cfg.Inbox.Brief(m.current()).Customer().ID }

// The list follows the newest until the selection is moved; then what is looked at stays, whatever arrives.
func TestFollow(t *testing.T) {
	t.Parallel()
	m := many(t, 3)
	if got := customer(m); got != "3" {
		t.Fatalf("customer %s is selected, want the newest", got)
	}
	m = arrives(m, &inbox.Arrival{Status: 200, Text: tokenOf(clientID, storeHash, secret, 4, 0, noon, 15*time.Minute)})
	if got := customer(m); got != "4" {
		t.Errorf("customer %s is selected, want the newest", got)
	}
	m = after(m, key("down"))
	wantOnScreen(t, m, "paused")
	before := m.selected()
	for i := range 14 {
		m = arrives(m, &inbox.Arrival{Status: 200, Text: tokenOf(clientID, storeHash, secret, 100+i, 0, noon, 15*time.Minute)})
	}
	wantOnScreen(t, m, "paused, 14 new")
	if got := customer(m); got != "3" || m.selected() != before+14 {
		t.Errorf("customer %s in row %d is selected, want 3 in row %d", got, m.selected(), before+14)
	}
	if m = after(m, key("esc")); customer(m) != "113" {
		t.Errorf("esc selects customer %s, want the newest", customer(m))
	}
	wantNotOnScreen(t, m, "paused")
	// Opening one pauses too: what is being read is not replaced.
	m = after(m, key("enter"))
	m = arrives(m, &inbox.Arrival{Status: 200, Text: tokenOf(clientID, storeHash, secret, 200, 0, noon, 15*time.Minute)})
	if got := customer(m); got != "113" {
		t.Errorf("customer %s is open, want 113", got)
	}
	wantOnScreen(t, m, "paused, 1 new")
}

// What is selected may be let go for newer ones: the nearest that is left is selected then.
func TestSelectionOutlivesItsArrival(t *testing.T) {
	t.Parallel()
	cfg := given(t)
	cfg.Inbox = inbox.New(inbox.Limits{Arrivals: 3}, 0)
	cfg.Inbox.Use(cfg.Given)
	m := model(cfg, 80, 24)
	for i := range 6 {
		if i == 3 {
			m = after(m, key("G")) // the oldest: customer 1
		}
		m = arrives(m, &inbox.Arrival{Status: 200, Text: tokenOf(clientID, storeHash, secret, i+1, 0, noon, 15*time.Minute)})
	}
	if got := customer(m); got != "4" {
		t.Errorf("customer %s is selected, want 4", got)
	}
	wantOnScreen(t, m, "3 gone")
	m = after(m, key("x"), key("x"), key("x"), key("x"))
	if m.count() != 0 || m.current() != nil {
		t.Errorf("%d are left", m.count())
	}
	wantOnScreen(t, m, "The list is empty")
}

func TestMoveInList(t *testing.T) {
	t.Parallel()
	m := many(t, 100)
	for _, c := range []struct {
		keys string
		want string
	}{{"down", "99"}, {"down", "98"}, {"up", "99"}, {"G", "1"}, {"up", "2"}, {"g", "100"}, {"pgdown", "95"}, {"pgdown", "90"}, {"pgup", "95"}, {"g", "100"}, {"up", "100"}, {"k", "100"}, {"j", "99"}} {
		if m = after(m, keys(c.keys)...); customer(m) != c.want {
			t.Errorf("after %s customer %s is selected, want %s", c.keys, customer(m), c.want)
		}
	}
}

// A filter shows what fits as it is typed, goes on doing so with what arrives and as time passes, and keeps the selection.
func TestFilter(t *testing.T) {
	t.Parallel()
	m := everything(t, 80, 24)
	m = after(m, key("/"))
	m = after(m, typed("is:valid")...)
	wantOnScreen(t, m, "Filter: 3 of 8", "filter: is:valid (3)")
	m = after(m, key("enter"))
	if m.dialog != nil {
		t.Fatal("enter does not close it")
	}
	m = after(m, key("down"))
	selected := m.current()
	m = arrives(m,
		&inbox.Arrival{Status: 200, Text: token(noon, 15*time.Minute, secret)},
		&inbox.Arrival{Status: 404, Text: "{}"},
	)
	wantOnScreen(t, m, "is:valid (4)", "paused, 1 new")
	if m.current() != selected {
		t.Error("what arrives moves the selection")
	}
	// One has 90 s left.
	m = after(m, tickMsg{noon.Add(90 * time.Second)})
	wantOnScreen(t, m, "is:valid (3)")
	// Of a wrong one that is told, and the rest holds; esc goes back to what was.
	m = after(m, key("/"), key("ctrl+u"))
	m = after(m, typed("is:vaild")...)
	wantOnScreen(t, m, "is:vaild is not known", "is: takes valid", "refused", "Filter: 10 of 10")
	wantNotOnScreen(t, m, "filter:", "enter keep it")
	m = after(m, key("ctrl+u"))
	m = after(m, typed("is:guest age<5x")...)
	wantOnScreen(t, m, "is no length of time", "Filter: 2 of 10", "filter: is:guest (2)")
	if m = after(m, key("enter")); m.dialog == nil {
		t.Error("enter takes a wrong filter")
	}
	m = after(m, key("esc"))
	wantOnScreen(t, m, "is:valid (3)")
	if m = after(m, key("esc")); m.tokens.query != nil {
		t.Error("esc does not clear the filter")
	}
	wantNotOnScreen(t, m, "filter:")
	// Refusals are in the list only when they are asked for.
	m = after(m, key("/"))
	m = after(m, append(typed("is:refused"), key("enter"))...)
	wantOnScreen(t, m, "⊘ refused", "is:refused (1)")
}

// What is pasted is shown, even where the filter would hide it.
func TestPasteClearsFilter(t *testing.T) {
	t.Parallel()
	m := after(everything(t, 80, 24), key("/"))
	m = after(m, append(typed("is:guest"), key("enter"), pasted(token(noon, 15*time.Minute, secret)))...)
	wantOnScreen(t, m, "✓ valid", "the filter was cleared")
}

func TestMarkAndDiff(t *testing.T) {
	t.Parallel()
	m := everything(t, 120, 40)
	m = after(m, key("m"), key("down"), key("down"), key("d"))
	wantOnScreen(t, m, "From arrival #7 to arrival #9", "12:02:55", "12:03:40", "the same in both: ", "claims.aud")
	// The same token twice.
	same := token(noon, 15*time.Minute, secret)
	m = after(model(given(t), 80, 24), pasted(same), pasted(same), key("d"))
	wantOnScreen(t, m, "Nothing differs", "the same iat")
	// Another app.
	m = after(model(stores(t), 120, 40), pasted(same), pasted(tokenOf(betaID, betaHash, betaSecret, 4927, 6, noon, 15*time.Minute)), key("d"))
	wantOnScreen(t, m, "another app", "another store", betaID)
	// With nothing to compare it says so.
	m = after(model(given(t), 80, 24), pasted(same), key("d"))
	wantOnScreen(t, m, "there is no other token")
	m = after(everything(t, 80, 24), key("/"))
	m = after(m, append(typed("is:guest"), keys("enter m esc d")...)...)
	wantOnScreen(t, m, "cannot be compared: one is no token")
}

// The list costs what is seen of it.
func TestListIsCut(t *testing.T) {
	t.Parallel()
	m := many(t, 200)
	if rows := len(m.list(rect{W: 80, H: 7})); rows != 7 {
		t.Errorf("%d rows are drawn", rows)
	}
	wantOnScreen(t, m, "200 tokens")
	for i := range 40 {
		m = after(m, key("down"))
		if want := fmt.Sprint(199 - i); customer(m) != want || !strings.Contains(seen(m), "▌ ") {
			t.Fatalf("row %d: customer %s, want %s:\n%s", i+1, customer(m), want, seen(m))
		}
	}
}

// What was let go is gone from a filtered list too, and refusals come into it only by name.
func TestFilteredListIsBounded(t *testing.T) {
	t.Parallel()
	cfg := given(t)
	cfg.Inbox = inbox.New(inbox.Limits{Arrivals: 3}, 0)
	cfg.Inbox.Use(cfg.Given)
	m := after(model(cfg, 80, 24), key("/"))
	m = after(m, append(typed("-is:expired"), key("enter"))...)
	for i := range 6 {
		m = arrives(m, &inbox.Arrival{Status: 200, Text: tokenOf(clientID, storeHash, secret, i+1, 0, noon, 15*time.Minute)})
	}
	m = arrives(m, &inbox.Arrival{Outcome: inbox.Rejected, Status: 403, Reason: "no"})
	if m.count() != 3 || m.arrival(2) != cfg.Inbox.At(0) {
		t.Errorf("%d are shown, want the 3 that are held", m.count())
	}
}

// A deleted token is neither selected nor marked, and the one below it is selected.
func TestDelete(t *testing.T) {
	t.Parallel()
	m := after(many(t, 5), keys("down down m x")...)
	if got := customer(m); got != "2" || m.count() != 4 {
		t.Errorf("customer %s of %d is selected, want 2 of 4", got, m.count())
	}
	wantNotOnScreen(t, m, "◆")
	if m = after(m, keys("m")...); !strings.Contains(seen(m), "◆") {
		t.Error("it is not marked")
	}
	m = after(m, key("m"))
	wantOnScreen(t, m, "no token is marked any more")
	wantNotOnScreen(t, m, "◆")
	// What was the newest when following was paused is let go: what came since is counted all the same.
	m = after(many(t, 3), key("down"), key("up"), key("down"))
	m = arrives(m, &inbox.Arrival{Status: 404, Text: "{}"})
	wantOnScreen(t, m, "paused, 1 new")
	m = after(m, key("up"), key("x"))
	wantOnScreen(t, m, "paused, 1 new")
}

// Without a mark the token is compared with the one before it of the same customer; the oldest with the one after it.
func TestDiffWithoutMark(t *testing.T) {
	t.Parallel()
	m := model(given(t), 120, 40)
	for i, customer := range []int{7, 8, 7} {
		at := noon.Add(time.Duration(i-3) * time.Second)
		m = arrives(m, &inbox.Arrival{At: at, Status: 200, Text: tokenOf(clientID, storeHash, secret, customer, 0, at, 15*time.Minute)})
	}
	wantOnScreen(t, after(m, key("d")), "From arrival #1 to arrival #3")
	m = after(m, keys("down down d")...)
	wantOnScreen(t, m, "From arrival #1 to arrival #")
}
