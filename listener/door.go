package listener

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"jotwatch/inbox"
)

// maxBody is the longest body that is taken, in bytes (64 KiB; a token has half a KiB).
const maxBody = 64 << 10

// A Key is the last part of an address that a snippet posts to. It is a label and not a secret: it says whose guests and errors
// arrive there, and which pages may send them.
type Key struct {
	Key     string
	Profile string   // "" for none in particular
	Origins []string // of pages that may send to it
}

// Config says what a Door is made of.
type Config struct {
	Queue *inbox.Queue
	Hosts []string // the values of the Host header that are answered: any other is a foreign name that points here
	Now   func() time.Time
}

// A Door takes what pages post.
type Door struct {
	cfg  Config
	keys atomic.Pointer[keys]
}

type keys struct {
	byKey   map[string]Key
	origins map[string]bool // of all
}

// New makes a Door that has no keys yet.
func New(cfg Config) *Door {
	d := &Door{cfg: cfg}
	d.Admit(nil)
	return d
}

// Admit says which keys there are from now on. One that is too short to be ours is none.
func (d *Door) Admit(all []Key) {
	k := &keys{byKey: map[string]Key{}, origins: map[string]bool{}}
	for _, key := range all {
		if len(key.Key) < shortestKey {
			continue
		}
		k.byKey[key.Key] = key
		for _, origin := range key.Origins {
			k.origins[origin] = true
		}
	}
	d.keys.Store(k)
}

// shortestKey is how long a key is at least, in characters.
const shortestKey = 16

const keyPath = "/in/"

// Path is where the snippet of a key posts to.
func Path(key string) string { return keyPath + key }

// A refusal is why a request is not taken.
type refusal struct {
	status int
	reason string
}

// ServeHTTP implements http.Handler.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	key, refused := d.check(w, r)
	if refused == nil && r.Method != http.MethodPost {
		d.greet(w, r)
		return
	}
	var a *inbox.Arrival
	if refused == nil {
		a, refused = d.read(r)
	}
	if refused == nil {
		a.Profile = key.Profile
		if id, ok := d.cfg.Queue.Offer(a); ok {
			accept(w, r, id)
			return
		}
		refused = &refusal{http.StatusServiceUnavailable, "too many arrivals wait: this one was not taken"}
	}
	d.cfg.Queue.Refuse(&inbox.Arrival{
		At: d.cfg.Now(), Source: inbox.Listener, Status: refused.status, Reason: refused.reason,
		Page: page(r.Referer()), Origin: clip(r.Header.Get("Origin")), Profile: key.Profile,
	})
	w.Header().Set("Connection", "close") // the rest of a body is not waited for
	http.Error(w, "jotwatch did not take this: "+http.StatusText(refused.status), refused.status)
}

// What may be done at an address.
var (
	readable  = []string{http.MethodGet, http.MethodHead}
	writeable = []string{http.MethodPost, http.MethodOptions}
)

// check holds a request against what must be true before its body is read, in the order of what it protects.
func (d *Door) check(w http.ResponseWriter, r *http.Request) (Key, *refusal) {
	if !slices.Contains(d.cfg.Hosts, r.Host) {
		return Key{}, &refusal{http.StatusMisdirectedRequest, fmt.Sprintf(
			"the Host header says %q and not %s: a foreign name that points to this machine (DNS rebinding), or a proxy in between", clip(r.Host), d.cfg.Hosts[0])}
	}
	allowed, public := writeable, r.URL.Path == "/" || r.URL.Path == "/favicon.ico"
	if public {
		allowed = readable
	}
	if !slices.Contains(allowed, r.Method) {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		return Key{}, &refusal{http.StatusMethodNotAllowed, fmt.Sprintf("the request was a %s; tokens are sent by POST, to the address in the snippet", clip(r.Method))}
	}
	if public {
		return Key{}, nil
	}
	all := d.keys.Load()
	origins := r.Header.Values("Origin")
	if len(origins) == 1 && all.origins[origins[0]] {
		// Also for what is refused below, so that the page can say why.
		w.Header().Set("Access-Control-Allow-Origin", origins[0])
		w.Header().Add("Vary", "Origin")
	}
	text, _ := strings.CutPrefix(r.URL.Path, keyPath)
	key, ok := all.byKey[text]
	if !ok || !strings.HasPrefix(r.URL.Path, keyPath) {
		return Key{}, &refusal{http.StatusNotFound, "the address has no key that is known here: copy the snippet again"}
	}
	switch {
	case len(origins) == 0, len(origins) == 1 && slices.Contains(key.Origins, origins[0]), withheld(r):
		return key, nil
	case len(origins) == 1 && origins[0] == "null":
		w.Header().Del("Access-Control-Allow-Origin")
		return key, &refusal{http.StatusForbidden, "the browser withheld the page's origin, and it was no form sent to a tab of its own: a sandboxed frame, or a file"}
	}
	w.Header().Del("Access-Control-Allow-Origin")
	return key, &refusal{http.StatusForbidden, fmt.Sprintf("pages of %s may not send here", clip(strings.Join(origins, ", ")))}
}

// withheld reports whether a request is a form that a page sent to a whole tab. Browsers say the origin null then, on the way from
// HTTPS to HTTP, and no page reads the answer.
func withheld(r *http.Request) bool {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return r.Method == http.MethodPost && slices.Equal(r.Header.Values("Origin"), []string{"null"}) &&
		r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document" &&
		slices.Contains([]string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"}, strings.TrimSpace(kind))
}

// greet answers what brings nothing: the preflight of a POST, and whoever looks whether somebody is here.
func (d *Door) greet(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodOptions:
		w.Header().Set("Access-Control-Allow-Methods", http.MethodPost)
		w.Header().Set("Access-Control-Allow-Headers", "Content-Type, Authorization")
		w.Header().Set("Access-Control-Max-Age", "600")
		w.WriteHeader(http.StatusNoContent)
	case r.URL.Path != "/":
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, greeting) // whoever asked may have gone
	}
}

const greeting = `jotwatch is listening here for tokens of test storefronts.

You reached it: this browser may talk to it. Tokens are sent by POST to the address in
the snippet (jotwatch snippet), and shown in the terminal that it runs in; never here.
`

// accept says that an arrival was taken, and nothing about it.
func accept(w http.ResponseWriter, r *http.Request, id uint64) {
	if r.Header.Get("Sec-Fetch-Dest") == "document" { // a person looks at it
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusAccepted)
		_, _ = fmt.Fprintf(w, "jotwatch has it, as #%d. You can close this tab.\n", id)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = w.Write(append(strconv.AppendUint([]byte(`{"id":`), id, 10), "}\n"...)) // it is taken, whoever hears of it
}

// bodies are read into these, so that a flood makes no garbage but what is kept.
var bodies = sync.Pool{New: func() any { return new([maxBody + 1]byte) }}

// read takes what a request brings.
func (d *Door) read(r *http.Request) (*inbox.Arrival, *refusal) {
	room := bodies.Get().(*[maxBody + 1]byte) //nolint:forcetypeassert // only those are put in
	defer bodies.Put(room)
	n := 0
	var err error
	for err == nil && n < len(room) && r.ContentLength <= maxBody {
		var read int
		read, err = r.Body.Read(room[n:])
		n += read
	}
	switch {
	case n > maxBody || r.ContentLength > maxBody:
		return nil, &refusal{http.StatusRequestEntityTooLarge, "the body is larger than 64 KiB; a token has half of one"}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, &refusal{http.StatusRequestTimeout, "the body did not come within 10 s"}
	case !errors.Is(err, io.EOF):
		return nil, &refusal{http.StatusBadRequest, "the body broke off"}
	}
	a := unpack(string(room[:n]), r)
	a.At, a.Source, a.Origin = d.cfg.Now(), inbox.Listener, clip(r.Header.Get("Origin"))
	if a.Page == "" {
		a.Page = page(r.Referer())
	}
	if a.Origin == "null" {
		a.Reason = "sent by a form: the browser withheld the page's origin"
	}
	return a, nil
}
