package listener_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/listener/chromiumtest"
)

const login = "<html><title>Sign in</title></html>"

// A storefront serves one page everywhere, and the Current Customer endpoint.
type storefront struct {
	t       *testing.T
	server  *httptest.Server
	address string // 127.0.0.1:PORT
	origin  string
	header  []string // of the page: name, value
	asked   atomic.Int32
}

// newStorefront takes a port, so that others can be told of it; serve opens.
func newStorefront(t *testing.T) *storefront {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	t.Cleanup(server.Close)
	address := server.Listener.Addr().String()
	return &storefront{t: t, server: server, address: address, origin: "http://" + address}
}

func (s *storefront) serve(page string, answer http.HandlerFunc) {
	s.handle(page, answer)
	s.server.Start()
}

func (s *storefront) serveTLS(page string, answer http.HandlerFunc) {
	s.handle(page, answer)
	s.server.StartTLS()
	s.origin = "https://" + s.address
}

func (s *storefront) handle(page string, answer http.HandlerFunc) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /customer/current.jwt", func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		if got, want := r.FormValue("app_client_id"), snippet().ClientID; got != want {
			s.t.Errorf("asked with the client id %q, want %q", got, want)
		}
		if got := r.Header.Get("Accept"); got != "*/*" {
			s.t.Errorf("asked with Accept: %s", got)
		}
		answer(w, r)
	})
	mux.HandleFunc("GET /login.php", text(200, "text/html", login))
	mux.HandleFunc("GET /favicon.ico", http.NotFound)
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		for pair := range slices.Chunk(s.header, 2) {
			w.Header().Set(pair[0], pair[1])
		}
		text(200, "text/html; charset=utf-8", page)(w, r)
	})
	s.server.Config.Handler = mux
}

// frame opens a page of another origin with this one in a frame, and waits until the badge in there has said what became of it.
func (s *storefront) frame(tab *chromiumtest.Tab, attributes string) (badge string) {
	s.t.Helper()
	outside := answering(s.t, text(200, "text/html", `<!doctype html><p></p>
		<script>onmessage = e => { document.querySelector('p').textContent = e.data }</script>
		<iframe `+attributes+` src="`+s.origin+`/?jotwatch"></iframe>`))
	tab.Open(outside)
	tab.Until(`document.querySelector('p').textContent.includes('elivered')`)
	return tab.Text("p")
}

// page is a page of a store with the snippet in it. In a frame, it tells the page around it what the badge says.
func page(snippet string) string {
	return `<!doctype html><title>Shoes</title><body style="min-height: 200vh"><h1>Shoes</h1><a href="/next">next</a>` + snippet +
		`<script>if (parent !== window) setInterval(() => parent.postMessage(document.querySelector('jotwatch-badge').shadowRoot.textContent, '*'), 20)</script>`
}

// text answers a request.
func text(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func snippetTo(base string) listener.Snippet {
	s := snippet()
	s.Base = base
	return s
}

// receive is a listener that takes what pages of the allowed origins send, and what a form does.
func receive(t *testing.T, allowed ...string) (base string, got func() []*inbox.Arrival) {
	t.Helper()
	s := serve(t, "127.0.0.1:0", listener.Options{})
	s.door.Admit([]listener.Key{{Key: snippet().Key, Origins: allowed}})
	var all []*inbox.Arrival
	return "http://" + s.addr, func() []*inbox.Arrival {
		for batch := arrived(s.queue); len(batch) > 0; batch = arrived(s.queue) {
			for _, a := range batch {
				a.At = time.Time{}
				all = append(all, a)
			}
		}
		return slices.Clone(all)
	}
}

// until waits for a number of arrivals.
func until(t *testing.T, got func() []*inbox.Arrival, n int) []*inbox.Arrival {
	t.Helper()
	for range 1500 {
		if all := got(); len(all) >= n {
			return all
		}
		time.Sleep(20 * time.Millisecond) // between two polls; nothing is timed by it
	}
	t.Fatalf("received %+v, want %d", got(), n)
	return nil
}

// count is a listener that counts whatever comes.
func count(t *testing.T) (base string, requests func() int32) {
	t.Helper()
	var n atomic.Int32
	return answering(t, func(http.ResponseWriter, *http.Request) { n.Add(1) }), n.Load
}

func answering(t *testing.T, handler http.HandlerFunc) (base string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func quoted(s string) string {
	text, _ := json.Marshal(s) // a string is always JSON
	return string(text)
}
