package listener_test

import (
	"net/http"
	"strings"
	"testing"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/listener/chromiumtest"
	"jotwatch/tui/displaytest"
)

// When nothing is delivered, the badge says which of the causes it was.
func testCause(t *testing.T, browser *chromiumtest.Browser) {

	t.Run("origin", func(t *testing.T) {
		t.Parallel()
		store := newStorefront(t)
		base, got := receive(t, "https://another.example")
		s := snippetTo(base)
		s.Allow = "jotwatch profile edit 'Acme & Co' --add-origin"
		store.serve(page(s.Text(listener.ScriptManager)), text(200, "text/plain", token))
		tab := browser.NewTab(t)
		tab.Open(store.origin + "/?jotwatch")
		tab.UntilBadge("refuses this page's origin: jotwatch profile edit 'Acme & Co' --add-origin " + store.origin)
		if all := got(); len(all) == 0 || all[0].Status != http.StatusForbidden || all[0].Origin != store.origin {
			t.Errorf("received %+v, want it refused", all)
		}
	})

	t.Run("no listener", func(t *testing.T) {
		t.Parallel()
		store := newStorefront(t)
		store.serve(page(snippetTo("http://127.0.0.1:1").Text(listener.ScriptManager)), text(200, "text/plain", token))
		tab := browser.NewTab(t)
		tab.Open(store.origin + "/?jotwatch")
		tab.UntilBadge("Fetched a token", "Not delivered. Nothing listened at http://127.0.0.1:1, or", "start jotwatch listen")
		tab.Grant(store.origin, "loopback-network")
		tab.Press("send again")
		tab.UntilBadge("Not delivered. Nothing answers at http://127.0.0.1:1: start jotwatch listen", "Brave")
	})

	t.Run("content security policy", func(t *testing.T) {
		t.Parallel()
		store := newStorefront(t)
		base, got := receive(t, store.origin)
		store.header = []string{"Content-Security-Policy", "connect-src 'self'; form-action 'self'"}
		store.serve(page(snippetTo(base).Text(listener.ScriptManager)), text(200, "text/plain", token))
		tab := browser.NewTab(t)
		tab.Open(store.origin + "/?jotwatch")
		tab.UntilBadge("Content-Security-Policy forbids it: add " + base + " to its connect-src.")
		tab.Press("send by form")
		tab.UntilBadge("Content-Security-Policy forbids it: add " + base + " to its form-action.")
		if all := got(); len(all) != 0 {
			t.Errorf("received %+v", all)
		}
	})

	// What Safari says of itself, for there is none to ask here.
	t.Run("Safari", func(t *testing.T) {
		t.Parallel()
		store := newStorefront(t)
		store.serveTLS(page(""), text(200, "text/plain", token))
		tab := browser.NewTab(t)
		tab.Open(store.origin)
		tab.Eval(`Object.defineProperty(navigator, 'userAgent', {value: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 `+
			`(KHTML, like Gecko) Version/18.1 Safari/605.1.15'})`, nil)
		tab.Eval(snippetTo("http://127.0.0.1:1").Text(listener.Console), nil)
		tab.UntilBadge("Safari blocks http://127.0.0.1:1 from https pages", "--tls-cert")
	})

	for status, want := range map[int]string{
		http.StatusNotFound:              "does not know this snippet's key",
		http.StatusRequestEntityTooLarge: "too large",
		http.StatusServiceUnavailable:    "queue is full",
		http.StatusTeapot:                "answered with status 418",
		http.StatusAccepted:              "Delivered.", // by something that gives no receipt
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			store := newStorefront(t)
			base := answering(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Access-Control-Allow-Origin", store.origin)
				w.WriteHeader(status)
			})
			store.serve(page(snippetTo(base).Text(listener.ScriptManager)), text(200, "text/plain", token))
			tab := browser.NewTab(t)
			tab.Open(store.origin + "/?jotwatch")
			tab.UntilBadge(want)
		})
	}

	t.Run("slow listener", func(t *testing.T) {
		t.Parallel()
		store := newStorefront(t)
		answer := make(chan struct{})
		base := answering(t, func(w http.ResponseWriter, _ *http.Request) {
			<-answer
			w.Header().Set("Access-Control-Allow-Origin", store.origin)
			w.WriteHeader(http.StatusAccepted)
		})
		store.serve(page(snippetTo(base).Text(listener.ScriptManager)), text(200, "text/plain", token))
		tab := browser.NewTab(t)
		tab.Grant(store.origin, "loopback-network")
		tab.Open(store.origin + "/?jotwatch")
		tab.UntilBadge("Waiting for " + base)
		close(answer)
		tab.UntilBadge("Delivered.")
	})
}

// A page of the public internet needs the user's permission.
func TestSnippetOnAPublicPage(t *testing.T) {
	t.Parallel()
	granted, denied, unasked, form, framed, insecure := newStorefront(t), newStorefront(t), newStorefront(t), newStorefront(t), newStorefront(t), newStorefront(t)
	var addresses []string
	for _, store := range []*storefront{granted, denied, unasked, form, framed, insecure} {
		addresses = append(addresses, store.address)
	}
	browser := chromiumtest.Start(t, chromiumtest.Public(addresses...), "host-resolver-rules=MAP teststore.example 127.0.0.1")
	start := func(t *testing.T, store *storefront) (*chromiumtest.Tab, func() []*inbox.Arrival) {
		base, got := receive(t, "https://"+store.address)
		store.serveTLS(page(snippetTo(base).Text(listener.ScriptManager)), text(200, "text/plain", token))
		return browser.NewTab(t), got
	}
	nothing := func(t *testing.T, got func() []*inbox.Arrival) {
		t.Helper()
		if all := got(); len(all) != 0 {
			t.Errorf("received %+v", all)
		}
	}

	t.Run("granted", func(t *testing.T) {
		t.Parallel()
		tab, _ := start(t, granted)
		tab.Grant(granted.origin, "loopback-network")
		tab.Open(granted.origin + "/?jotwatch")
		tab.UntilBadge("Delivered as #1.")
	})
	t.Run("denied", func(t *testing.T) {
		t.Parallel()
		tab, got := start(t, denied)
		tab.Deny(denied.origin, "loopback-network")
		tab.Open(denied.origin + "/?jotwatch")
		tab.UntilBadge("The permission to reach this device (loopback network) is denied", "Site settings")
		nothing(t, got)
		tab.Grant(denied.origin, "loopback-network")
		tab.Press("send again")
		tab.UntilBadge("Delivered as #1.")
	})
	t.Run("nobody to ask", func(t *testing.T) { // without a window, Chromium asks no question and refuses
		t.Parallel()
		tab, got := start(t, unasked)
		tab.Open(unasked.origin + "/?jotwatch")
		badge := tab.UntilBadge("Not delivered.")
		if !strings.Contains(badge, "permission") {
			t.Errorf("the badge says %q", badge)
		}
		nothing(t, got)
	})
	t.Run("form", func(t *testing.T) {
		t.Parallel()
		tab, got := start(t, form)
		tab.Deny(form.origin, "loopback-network")
		tab.Open(form.origin + "/?jotwatch")
		tab.UntilBadge("denied")
		tab.Press("send by form")
		all := until(t, got, 1)
		if all[0].Text != token || all[0].Origin != "null" {
			t.Errorf("received %+v", all[0])
		}
	})
	t.Run("frame", func(t *testing.T) {
		t.Parallel()
		tab, got := start(t, framed)
		if badge := framed.frame(tab, ""); !strings.Contains(badge, `needs allow="loopback-network"`) {
			t.Errorf("the badge in the frame says %q", badge)
		}
		nothing(t, got)
	})
	t.Run("insecure", func(t *testing.T) {
		t.Parallel()
		origin := strings.Replace("http://"+insecure.address, "127.0.0.1", "teststore.example", 1)
		base, got := receive(t, origin)
		insecure.serve(page(snippetTo(base).Text(listener.ScriptManager)), text(200, "text/plain", token))
		tab := browser.NewTab(t)
		tab.Open(origin + "/?jotwatch")
		tab.UntilBadge("This page is not secure", "https")
		nothing(t, got)
	})
}

// The browser's question about the local network, as a developer meets it.
func TestSnippetWaitsForPermission(t *testing.T) {
	t.Parallel()
	display := displaytest.Start(t)
	store := newStorefront(t)
	browser := chromiumtest.StartInWindow(t, display, chromiumtest.Public(store.address))
	base, got := receive(t, "https://"+store.address)
	store.serveTLS(page(snippetTo(base).Text(listener.ScriptManager)), text(200, "text/plain", token))
	const question = "Waiting: answer the browser's question (access other apps and services on this device) with Allow."

	browser.Open(store.origin + "/?jotwatch")
	browser.UntilBadge(question)
	display.Press("Escape")
	browser.UntilBadge("Not delivered. The browser's question was closed: send again, and answer it with Allow.")
	if all := got(); len(all) != 0 {
		t.Errorf("received %+v", all)
	}

	browser.Press("send again")
	browser.UntilBadge(question)
	display.Press("Tab", "Tab", "Tab", "Return") // past Close and Block, to Allow
	browser.UntilBadge("Delivered as #1.")
}
