package main

import (
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"jotwatch/listener"
	"jotwatch/mint"
)

const (
	shoppingPace = 50 * time.Millisecond // of the first ones, so that they are there at once and are seen to come
	shoppingRest = 3 * time.Second       // between those after them, up to twice as long
	shoppingTime = 40 * time.Second      // for an answer: the storefront can be told to take 30 s
	mostOfAnswer = 32_000                // bytes of the storefront's answer that the snippet sends
)

// A demoStore is a made-up store: its app, and what its snippet knows.
type demoStore struct {
	app    mint.App
	key    string // the ingest key
	origin string // of its pages
}

// Shoppers sign in at the test storefront, ask it for their tokens and send those to the listener, all of it over HTTP as
// a browser and the snippet do. What the storefront would never answer is minted and sent in the same way.
type shoppers struct {
	listener string // its origin
	key      string // the installation's ingest key
	acme     demoStore
	beta     demoStore // has no storefront
	stranger mint.App  // of no profile
	client   *http.Client
}

func newShoppers(at, key string, acme, beta demoStore) *shoppers {
	return &shoppers{
		listener: at, key: key, acme: acme, beta: beta,
		stranger: mint.App{ClientID: "z1n5c8rk3xq7m0vy4tb9wp2gh6jdlfa", StoreHash: "gamma6x1q", Secret: madeUpSecret()},
		client: &http.Client{
			Transport:     &http.Transport{}, // without a proxy: it is all on this machine
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Timeout:       shoppingTime,
		},
	}
}

// run sends one of everything at once, and then something every few seconds until ctx ends.
func (s *shoppers) run(ctx context.Context) {
	defer s.client.CloseIdleConnections()
	for _, visit := range s.first() {
		visit(ctx)
		if !rest(ctx, shoppingPace) {
			return
		}
	}
	for rest(ctx, shoppingRest+rand.N(shoppingRest)) { //nolint:gosec // nothing is secret about when
		s.next()(ctx)
	}
}

// rest reports whether ctx goes on after a while.
func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// A visit brings one arrival, or what belongs together.
type visit func(context.Context)

// Some of storefront.DefaultCustomers.
const (
	nobody = 0
	jane   = 4927 // group 6
	bob    = 12   // no group
	zoe    = 318  // group 2
	sam    = 77   // no group, no e-mail address
)

// first brings everything that there is to see, the oldest first. The last ones are on top of the list.
func (s *shoppers) first() []visit {
	return []visit{
		s.minting(s.acme, "valid", hostile()...), // what it makes of the list is not the first thing to see
		s.shopping(bob, "/"),
		s.pasting(s.stranger),
		s.shopping(nobody, "/"),
		s.minting(s.beta, "docs-hs256", customer(2301, "max@beta.example", 1)...),
		s.shopping(zoe, "/products/watch"),
		s.switched("maintenance=on", s.shopping(sam, "/products/mug")),
		s.switched("expired=on", s.shopping(sam, "/products/mug")),
		// BigCommerce's cache: one token twice, with a group that is no longer true, where Zoë had another one before.
		s.switched("stale-group=on&clock=-1m", s.shopping(zoe, "/"), s.shopping(zoe, "/products/lamp")),
		s.minting(s.acme, "expiring", customer(bob, "bob@example.com", 0)...),
		s.foreign(),
		s.minting(s.beta, "valid", customer(2214, "lea@beta.example", 3)...),
		s.mixedUp(),
		s.shopping(jane, "/products/notebook"),
	}
}

// next is one of those that come later: mostly good, so that what is wrong stands out.
func (s *shoppers) next() visit {
	pages := []string{"/", "/products/notebook", "/products/pencil", "/products/watch", "/products/mug", "/products/lamp", "/products/tote"}
	page := one(pages)
	switch n := rand.N(100); { //nolint:gosec // nothing is secret about who comes
	case n < 55:
		return s.shopping(one([]int64{jane, jane, bob, zoe, sam}), page)
	case n < 75:
		return s.minting(s.beta, "valid", customer(2200+rand.N[int64](200), "shopper@beta.example", 1)...)
	case n < 82:
		return s.shopping(nobody, page)
	case n < 94:
		return s.minting(s.acme, one([]string{
			"expired", "expiring", "docs-hs256", "wrong-secret", "alg-none", "truncated", "issued-in-future", "milliseconds", "b2b-edition", "app-callback",
		}))
	}
	return one([]visit{s.mixedUp(), s.foreign(), s.pasting(s.stranger), s.minting(s.acme, "valid", hostile()...)})
}

func one[T any](of []T) T { return of[rand.N(len(of))] } //nolint:gosec // nothing is secret about who comes

// customer are the claims of one.
func customer(id int64, email string, group int) []mint.Claim {
	return []mint.Claim{
		{Name: "customer.id", Value: strconv.FormatInt(id, 10)},
		{Name: "customer.email", Value: strconv.Quote(email)},
		{Name: "customer.group_id", Value: strconv.Quote(strconv.Itoa(group))},
	}
}

// hostile are the claims of a customer who writes to the terminal of whoever looks: the title, the clipboard, the screen, and the
// other way round.
func hostile() []mint.Claim {
	return append(customer(6606, "", 0),
		mint.Claim{Name: "customer.email", Value: `"\u001b]0;owned\u0007\u001b]52;c;cm0gLXJm\u0007\u001b[2J\u202emoc.elpmaxe@eve"`},
		mint.Claim{Name: "\x1b[31mnote", Value: `"\u009b8m\rvalid\u0008"`})
}

// shopping is a customer who opens a page of the storefront signed in, or a guest.
func (s *shoppers) shopping(id int64, path string) visit {
	return func(ctx context.Context) {
		var session []*http.Cookie
		if id != nobody {
			welcome, err := s.form(ctx, "/sign-in", "customer="+strconv.FormatInt(id, 10))
			if err != nil {
				return
			}
			session = welcome.session
		}
		address := s.acme.origin + "/customer/current.jwt?app_client_id=" + url.QueryEscape(s.acme.app.ClientID)
		answer, err := s.do(ctx, http.MethodGet, address, "", http.Header{"Accept": {"*/*"}, "Sec-Fetch-Site": {"same-origin"}}, session)
		e := envelope{Status: answer.status, Page: s.acme.origin + path, Body: answer.body}
		if err != nil {
			e = envelope{Page: e.Page, Error: "Failed to fetch"} // as a page hears of it
		}
		s.send(ctx, s.acme, e)
	}
}

// switched is what is done while switches of the storefront are on.
func (s *shoppers) switched(form string, visits ...visit) visit {
	return func(ctx context.Context) {
		_, _ = s.form(ctx, "/switches", form) // where nothing is switched, the visits are as always
		for _, v := range visits {
			v(ctx)
		}
		_, _ = s.form(ctx, "/switches/reset", "")
	}
}

// minting is a page of a store that got a token with one thing wrong, or none.
func (s *shoppers) minting(store demoStore, scenario string, claims ...mint.Claim) visit {
	return s.holding(store, store.app, scenario, claims...)
}

// mixedUp is a token of acme's that was signed with beta's secret.
func (s *shoppers) mixedUp() visit {
	app := s.acme.app
	app.Secret = s.beta.app.Secret
	return s.holding(s.acme, app, "valid", customer(zoe, "zoe@example.com", 2)...)
}

// foreign is a page of an origin that nobody allowed yet.
func (s *shoppers) foreign() visit {
	store := s.acme
	store.origin = "https://staging.acme.example"
	return s.minting(store, "valid")
}

// holding is a page of a store with a token of an app.
func (s *shoppers) holding(store demoStore, app mint.App, scenario string, claims ...mint.Claim) visit {
	return func(ctx context.Context) {
		token, err := mint.Token(app, scenario, time.Now(), claims...)
		if err != nil {
			return
		}
		s.send(ctx, store, envelope{Status: http.StatusOK, Page: store.origin + "/account.php", Body: token})
	}
}

// pasting is a token of an app, sent by hand.
func (s *shoppers) pasting(app mint.App) visit {
	return func(ctx context.Context) {
		token, err := mint.Token(app, "valid", time.Now(), customer(31, "ann@gamma.example", 4)...)
		if err != nil {
			return
		}
		_, _ = s.do(ctx, http.MethodPost, s.listener+listener.Path(s.key), token, nil, nil)
	}
}

// An envelope is what the snippet sends.
type envelope struct {
	Jotwatch int    `json:"jotwatch"` // the version
	Status   int    `json:"status"`
	Page     string `json:"page"`
	Body     string `json:"body"`
	Error    string `json:"error"`
}

// send posts an envelope to the listener, as the snippet on a page of a store does.
func (s *shoppers) send(ctx context.Context, store demoStore, e envelope) {
	e.Jotwatch = 1
	text, err := json.Marshal(e)
	if err != nil {
		return
	}
	head := http.Header{"Content-Type": {"text/plain"}, "Origin": {store.origin}, "Referer": {store.origin + "/"}, "Sec-Fetch-Site": {"cross-site"}}
	_, _ = s.do(ctx, http.MethodPost, s.listener+listener.Path(store.key), string(text), head, nil) // a refusal is seen where it is made
}

// An answered request.
type answered struct {
	status  int
	body    string
	session []*http.Cookie
}

// do sends a request, and reads the answer.
func (s *shoppers) do(ctx context.Context, method, address, body string, head http.Header, session []*http.Cookie) (answered, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return answered{}, err
	}
	for name, values := range head {
		request.Header[name] = values
	}
	for _, cookie := range session {
		request.AddCookie(cookie)
	}
	answer, err := s.client.Do(request)
	if err != nil {
		return answered{}, err
	}
	defer func() { _ = answer.Body.Close() }() // it was read
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostOfAnswer))
	return answered{answer.StatusCode, string(text), answer.Cookies()}, err
}

// form posts a form of the storefront's.
func (s *shoppers) form(ctx context.Context, path, form string) (answered, error) {
	head := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	return s.do(ctx, http.MethodPost, s.acme.origin+path, form, head, nil)
}
