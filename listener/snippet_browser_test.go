package listener_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/listener/chromiumtest"
)

func TestSnippetInABrowser(t *testing.T) {
	t.Parallel()
	browser := chromiumtest.Start(t)
	t.Run("reports", func(t *testing.T) { testReports(t, browser) })
	t.Run("asked", func(t *testing.T) { testAsked(t, browser) })
	t.Run("by hand", func(t *testing.T) { testByHand(t, browser) })
	t.Run("cause", func(t *testing.T) { testCause(t, browser) })
}

// Whatever the store answers is reported.
func testReports(t *testing.T, browser *chromiumtest.Browser) {
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		badge  string
		want   *inbox.Arrival
	}{
		{"text", text(200, "text/plain", token), fmt.Sprintf("Fetched a token of %d characters.", len(token)), &inbox.Arrival{Status: 200, Text: token}},
		{"json", text(200, "application/json", `{"token":"`+token+`"}`), fmt.Sprintf("Fetched a token of %d characters.", len(token)),
			&inbox.Arrival{Status: 200, Text: `{"token":"` + token + `"}`}},
		{"guest", text(404, "application/json", `{"errors":["no customer"]}`), "no customer is signed in, or the client id is unknown (404)",
			&inbox.Arrival{Status: 404, Text: `{"errors":["no customer"]}`}},
		{"maintenance", text(503, "text/html", "<html>Down</html>"), "under maintenance or not launched (503)",
			&inbox.Arrival{Status: 503, Text: "<html>Down</html>"}},
		{"html", text(200, "text/html; charset=utf-8", "<html>é</html>"), "an HTML page instead (status 200)",
			&inbox.Arrival{Status: 200, Text: "<html>é</html>"}},
		{"empty", text(200, "text/plain", ""), "an empty answer, status 200", &inbox.Arrival{Status: 200}},
		{"server error", text(500, "text/plain", "oops"), "the store answered with status 500", &inbox.Arrival{Status: 500, Text: "oops"}},
		{"login page", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login.php", http.StatusFound) },
			"an HTML page instead, after a redirect (status 200)", &inbox.Arrival{Status: 200, Text: login}},
		{"no answer", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			"Could not fetch a token: Failed to fetch.", &inbox.Arrival{Failed: "Failed to fetch"}},
		{"huge", text(200, "text/html", strings.Repeat("\u0001é", 40_000)), "an HTML page instead (status 200)",
			&inbox.Arrival{Status: 200, Text: strings.Repeat("\u0001é", 4_000)}}, // 6 and 2 bytes a pair in JSON
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			store := newStorefront(t)
			base, got := receive(t, store.origin)
			store.serve(page(snippetTo(base).Text(listener.ScriptManager)), test.answer)
			tab := browser.NewTab(t)
			tab.Open(store.origin + "/shoes/red?jotwatch&utm=1#top")
			tab.UntilBadge(test.badge, "Delivered as #1.")
			want := test.want
			want.ID, want.Source, want.Page, want.Origin = 1, inbox.Listener, store.origin+"/shoes/red", store.origin
			if all := got(); len(all) != 1 || fields(all[0]) != fields(want) {
				t.Errorf("received %+v\nwant %+v", all, want)
			}
			if offers := strings.Contains(tab.Badge(), "copy token"); offers != strings.Contains(test.badge, "token of") {
				t.Errorf("the badge offers to copy a token: %t:\n%s", offers, tab.Badge())
			}
		})
	}
}

// Nothing is seen of the snippet in a tab that did not ask for it.
func testAsked(t *testing.T, browser *chromiumtest.Browser) {
	const asleep = `document.querySelector('jotwatch-badge') === null && document.title === 'Shoes'`
	state := func(tab *chromiumtest.Tab) (stored []string) {
		tab.Eval(`Object.entries(sessionStorage).concat(Object.entries(localStorage)).flat().concat(document.cookie || [])`, &stored)
		return stored
	}

	t.Run("not asked", func(t *testing.T) {
		t.Parallel()
		base, requests := count(t)
		store := newStorefront(t)
		store.serve(page(snippetTo(base).Text(listener.ScriptManager)), text(200, "text/plain", token))
		tab := browser.NewTab(t)
		for _, query := range []string{"", "?jot=1", "?q=jotwatch", "#jotwatch", "?jotwatch=off"} {
			tab.Open(store.origin + "/" + query)
			tab.Until(asleep)
			tab.Eval(`new Promise(done => setTimeout(done, 100))`, nil) // longer than it takes to ask, when asked
			if stored := state(tab); len(stored) != 0 || store.asked.Load() != 0 || requests() != 0 {
				t.Errorf("%q: stored %q, asked the store %d times, the listener %d times", query, stored, store.asked.Load(), requests())
			}
			tab.Until(asleep)
		}
	})

	t.Run("for the tab", func(t *testing.T) {
		t.Parallel()
		store := newStorefront(t)
		base, got := receive(t, store.origin)
		store.serve(page(snippetTo(base).Text(listener.ScriptManager)), text(200, "text/plain", token))
		tab := browser.NewTab(t)
		tab.Open(store.origin + "/?jotwatch")
		tab.UntilBadge("Delivered as #1.")
		tab.Click("a")
		tab.Until(`location.pathname === '/next'`)
		tab.UntilBadge("Delivered as #2.")
		other := browser.NewTab(t)
		other.Open(store.origin + "/")
		other.Until(asleep)
		tab.Open(store.origin + "/?jotwatch=off")
		tab.Until(asleep)
		tab.Open(store.origin + "/")
		tab.Until(asleep)
		if stored := state(tab); len(stored) != 0 || len(got()) != 2 {
			t.Errorf("stored %q, received %d", stored, len(got()))
		}
	})

	t.Run("at a port", func(t *testing.T) {
		t.Parallel()
		store := newStorefront(t)
		base, _ := receive(t, store.origin)
		store.serve(page(snippetTo("http://127.0.0.1:1").Text(listener.Stencil)), text(200, "text/plain", token))
		tab := browser.NewTab(t)
		tab.Open(store.origin + "/?jotwatch=" + base[strings.LastIndex(base, ":")+1:])
		tab.UntilBadge("Delivered as #1.")
		tab.Open(store.origin + "/")
		tab.UntilBadge("Delivered as #2.")
		tab.Open(store.origin + "/?jotwatch=70000") // no port: the default one
		tab.UntilBadge("127.0.0.1:1,")
	})

	t.Run("without storage", func(t *testing.T) {
		t.Parallel()
		store := newStorefront(t)
		base, _ := receive(t)
		store.serve(page(snippetTo(base).Text(listener.ScriptManager)), text(200, "text/plain", token))
		// Such a frame has no origin either, so nothing can come of it; but the badge says so.
		if badge := store.frame(browser.NewTab(t), `sandbox="allow-scripts"`); !strings.Contains(badge, "Could not fetch a token") {
			t.Errorf("the badge in the frame says %q", badge)
		}
	})
}

// The formats that a developer runs, and the buttons of the badge.
func testByHand(t *testing.T, browser *chromiumtest.Browser) {
	start := func(t *testing.T, header ...string) (tab *chromiumtest.Tab, s listener.Snippet, got func() []*inbox.Arrival) {
		store := newStorefront(t)
		base, got := receive(t, store.origin)
		store.header = header
		store.serve(page(""), text(200, "text/plain", token))
		tab = browser.NewTab(t)
		tab.Open(store.origin + "/")
		return tab, snippetTo(base), got
	}
	decoded := func(t *testing.T, s listener.Snippet) string {
		script, err := url.PathUnescape(strings.TrimPrefix(s.Text(listener.Bookmarklet), "javascript:"))
		if err != nil {
			t.Fatal(err)
		}
		return script
	}

	t.Run("console", func(t *testing.T) {
		t.Parallel()
		tab, s, got := start(t)
		s.Allow = hostile
		tab.Eval(s.Text(listener.Console), nil)
		tab.UntilBadge("Delivered as #1.")
		tab.Eval(s.Text(listener.Console), nil) // again is send again
		tab.UntilBadge("Delivered as #2.")
		tab.Until(`document.querySelectorAll('jotwatch-badge').length === 1 && sessionStorage.length === 0`)
		tab.Press("send again")
		tab.UntilBadge("Delivered as #3.")
		tab.Press("close")
		tab.Until(`!document.querySelector('jotwatch-badge')`)
		if n := len(got()); n != 3 {
			t.Errorf("received %d", n)
		}
	})

	t.Run("bookmarklet", func(t *testing.T) {
		t.Parallel()
		tab, s, _ := start(t)
		// As the browser runs a bookmark, except that this needs a link: the page must stay.
		tab.Eval(`{ const a = document.createElement('a'); a.href = `+quoted(s.Text(listener.Bookmarklet))+`; document.body.append(a); a.click() }`, nil)
		tab.UntilBadge("Delivered as #1.")
		tab.Until(`document.title === 'Shoes'`)
		tab.Eval(strings.ReplaceAll(decoded(t, s), "\n", ""), nil) // as an address field may have made it
		tab.UntilBadge("Delivered as #2.")
	})

	t.Run("form", func(t *testing.T) {
		t.Parallel()
		tab, s, got := start(t)
		tab.Eval(s.Text(listener.Console), nil)
		tab.UntilBadge("Delivered as #1.")
		tab.Press("send by form")
		tab.UntilBadge("Sent by form")
		all := until(t, got, 2)
		all[1].ID = all[0].ID
		if fields(all[0]) != fields(all[1]) {
			t.Errorf("by form: %+v\nby fetch: %+v", all[1], all[0])
		}
	})

	t.Run("copy", func(t *testing.T) {
		t.Parallel()
		tab, s, _ := start(t)
		tab.Eval(`navigator.clipboard.writeText = async text => { window.copied = text }`, nil) // one clipboard for all tabs
		tab.Eval(s.Text(listener.Console), nil)
		tab.UntilBadge("Delivered as #1.")
		tab.Press("copy token")
		tab.UntilBadge("token copied")
		tab.Until(`window.copied === ` + quoted(token))
		tab.Eval(`navigator.clipboard.writeText = async () => { throw new Error('not allowed') }`, nil)
		tab.Eval(`document.addEventListener('copy', () => { window.copied = 'by the page' })`, nil)
		tab.Press("token copied")
		tab.UntilBadge("token copied")
		tab.Until(`window.copied === 'by the page'`)
	})

	// A page that allows no style, no HTML from strings and no eval does not hinder the badge.
	t.Run("strict page", func(t *testing.T) {
		t.Parallel()
		tab, s, _ := start(t, "Content-Security-Policy", "style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'; script-src 'none'")
		tab.Eval(s.Text(listener.Console), nil)
		tab.UntilBadge("Delivered as #1.")
		tab.Until(`getComputedStyle(document.querySelector('jotwatch-badge')).position === 'fixed'`)
	})

	t.Run("keyboard and screen reader", func(t *testing.T) {
		t.Parallel()
		tab, s, _ := start(t)
		tab.Eval(s.Text(listener.Console), nil)
		tab.UntilBadge("Delivered as #1.")
		tab.Until(`document.querySelector('jotwatch-badge').shadowRoot.querySelector('[role=status][aria-live=polite]').innerText.includes('Delivered')`)
		tab.Until(`[...document.querySelector('jotwatch-badge').shadowRoot.querySelectorAll('button')].every(b => b.tabIndex === 0)`)
	})
}
