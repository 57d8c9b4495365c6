// Package storefront is a small test shop that a browser can use and that serves BigCommerce's Current Customer endpoint,
// for demos, tests and drills. Customers sign in with one click, and switches make the answers go wrong.
//
// It signs with an app's real secret, so it answers its own Host values alone, lets no other origin read a token, and
// says on every page that it is not BigCommerce. It keeps no sessions, takes no passwords, sells nothing and reads no
// clock of its own.
package storefront

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"jotwatch/mint"
)

// maxBody bounds a request's body: the largest form here has some ten short fields.
const maxBody = 64 << 10

// A Config is what a storefront needs. App, Hosts and Now are required.
type Config struct {
	App       mint.App         // whose tokens it hands out, signed with its secret
	Name      string           // of the profile, shown as the shop's; "" is "Test storefront"
	Customers []Customer       // who can sign in; nil is DefaultCustomers
	Snippet   string           // HTML that stands as it is before </body> of every page: what users paste into a store
	WakeUp    string           // the URL query that wakes the snippet, such as "jotwatch=4927"; every link has it
	Hosts     []string         // the exact Host values that are answered, such as "127.0.0.1:4928"
	Switches  Switches         // how it starts
	Now       func() time.Time // the clock that tokens are dated by; asked by many goroutines

	// TokenAsked, where it is not nil, is told of each answer of the token endpoint, from the request's goroutine.
	TokenAsked func(Answer)
}

// A Storefront is the shop as an [http.Handler].
type Storefront struct {
	app        mint.App
	name       string
	customers  []Customer
	snippet    markup
	wakeUp     string
	hosts      []string
	now        func() time.Time
	tokenAsked func(Answer)
	guestBody  string
	routes     http.Handler

	mu       sync.Mutex
	switches Switches
	cache    map[int64]cached // by customer id, while StaleGroup is on
}

// New opens a storefront. It fails for an app without a client id or secret, a list of customers that ParseCustomers
// would refuse, a WakeUp that is no URL query, no Hosts, no clock, and switches out of bounds.
func New(cfg Config) (*Storefront, error) {
	if len(cfg.Hosts) == 0 {
		return nil, errors.New("open storefront: no Host value is given that it would answer")
	}
	if cfg.Now == nil {
		return nil, errors.New("open storefront: no clock is given")
	}
	if u, err := url.Parse("/?" + cfg.WakeUp); err != nil || u.RawQuery != cfg.WakeUp {
		return nil, fmt.Errorf("open storefront: %q is no URL query", cfg.WakeUp)
	}
	if cfg.Customers == nil {
		cfg.Customers = DefaultCustomers()
	}
	if err := checkCustomers(cfg.Customers); err != nil {
		return nil, fmt.Errorf("open storefront: %w", err)
	}
	if err := cfg.Switches.Check(); err != nil {
		return nil, fmt.Errorf("open storefront: %w", err)
	}
	guestBody, err := mint.Token(cfg.App, "guest", cfg.Now())
	if err != nil {
		return nil, fmt.Errorf("open storefront: %w", err)
	}
	s := &Storefront{
		app:        cfg.App,
		name:       cmp.Or(cfg.Name, "Test storefront"),
		customers:  slices.Clone(cfg.Customers),
		snippet:    markup(cfg.Snippet),
		wakeUp:     cfg.WakeUp,
		hosts:      slices.Clone(cfg.Hosts),
		now:        cfg.Now,
		tokenAsked: cfg.TokenAsked,
		guestBody:  guestBody,
		switches:   cfg.Switches,
		cache:      map[int64]cached{},
	}
	s.routes = s.route()
	return s, nil
}

func (s *Storefront) route() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /customer/current.jwt", s.currentCustomer)
	mux.HandleFunc("GET /style.css", asset("text/css; charset=utf-8", styleSheet))
	mux.HandleFunc("GET /products.svg", asset("image/svg+xml", drawings))
	mux.HandleFunc("GET /{$}", s.open(s.welcome))
	mux.HandleFunc("GET /products/{slug}", s.open(s.product))
	mux.HandleFunc("GET /", s.open(s.notFound))
	mux.HandleFunc("GET /sign-in", s.chooseCustomer)
	mux.HandleFunc("POST /sign-in", s.signIn)
	mux.HandleFunc("POST /sign-out", s.signOut)
	mux.HandleFunc("GET /switches", s.showSwitches)
	mux.HandleFunc("POST /switches", s.changeSwitches)
	mux.HandleFunc("POST /switches/reset", s.resetSwitches)
	// Without these a GET would be taken for one of a page that is not there.
	mux.HandleFunc("GET /sign-out", postOnly)
	mux.HandleFunc("GET /switches/reset", postOnly)

	// A strict Content-Security-Policy would stop the snippet, which is an inline script that reaches loopback.
	origins := http.NewCrossOriginProtection()
	origins.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusForbidden, "a form of another site cannot change anything here")
	}))
	return origins.Handler(mux)
}

// ServeHTTP implements [http.Handler]. Any website can point its name at this machine (DNS rebinding) and would then be
// the same origin: an unknown Host is refused before all else.
func (s *Storefront) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	if !slices.Contains(s.hosts, r.Host) {
		refuse(w, http.StatusMisdirectedRequest, "it answers only as "+s.hosts[0])
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	s.routes.ServeHTTP(w, r)
}

// refuse answers a request that did not come from one of our own pages.
func refuse(w http.ResponseWriter, status int, why string) {
	http.Error(w, "This is jotwatch's test storefront: "+why+".", status)
}

func postOnly(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Allow", http.MethodPost)
	refuse(w, http.StatusMethodNotAllowed, "this address takes POST only")
}

func asset(contentType string, content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(content)
	}
}

// link is the address of one of our pages, with the query that wakes the snippet.
func (s *Storefront) link(path string) string {
	if s.wakeUp == "" {
		return path
	}
	return path + "?" + s.wakeUp
}
