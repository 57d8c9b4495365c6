package storefront_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"jotwatch/mint"
	"jotwatch/storefront"
	"jotwatch/verifier"
)

const (
	host     = "127.0.0.1:4928"
	clientID = "acme0sandbox1app2client3id4abcd"
	secret   = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	endpoint = "/customer/current.jwt?app_client_id=" + clientID
	snippet  = "<script>\nif (1 < 2 && '\"') { /* <!-- {{x}} */ }\n</script>\r\n\xff<!-- end -->"
)

var at = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func config() storefront.Config {
	return storefront.Config{
		App:     mint.App{ClientID: clientID, StoreHash: "acmestore1", Secret: verifier.NewSecret(secret)},
		Name:    "acme-sandbox",
		Snippet: snippet,
		WakeUp:  "jotwatch=4927",
		Hosts:   []string{host, "localhost:4928"},
		Now:     func() time.Time { return at },
	}
}

func open(t *testing.T, cfg storefront.Config) *storefront.Storefront {
	t.Helper()
	s, err := storefront.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// An ask is a request; header fields are "Name: value".
type ask struct {
	method, target string // GET unless given
	customer       string // the cookie's value
	form           string
	header         []string
}

func (a ask) of(s http.Handler) *httptest.ResponseRecorder {
	if a.method == "" {
		a.method = http.MethodGet
	}
	r := httptest.NewRequest(a.method, a.target, strings.NewReader(a.form))
	r.Host = host
	if a.customer != "" {
		r.AddCookie(&http.Cookie{Name: "jotwatch_storefront", Value: a.customer})
	}
	for _, line := range a.header {
		name, value, _ := strings.Cut(line, ": ")
		if name == "Host" {
			r.Host = value
		}
		r.Header.Add(name, value)
	}
	if r.Header.Get("Content-Type") == "" && a.form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func get(s http.Handler, target string) *httptest.ResponseRecorder { return ask{target: target}.of(s) }

func post(s http.Handler, target, form string) *httptest.ResponseRecorder {
	return ask{method: http.MethodPost, target: target, form: form}.of(s)
}

func checkStatus(t *testing.T, w *httptest.ResponseRecorder, want int) {
	t.Helper()
	if w.Code != want {
		t.Errorf("got status %d, want %d; body %s", w.Code, want, w.Body)
	}
}

func TestNewErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*storefront.Config)
		want  string
	}{
		"no secret":           {func(c *storefront.Config) { c.App.Secret = verifier.Secret{} }, "client secret is empty"},
		"no client id":        {func(c *storefront.Config) { c.App.ClientID = "" }, "client id is empty"},
		"no hosts":            {func(c *storefront.Config) { c.Hosts = nil }, "no Host value"},
		"no clock":            {func(c *storefront.Config) { c.Now = nil }, "no clock"},
		"wake-up with hash":   {func(c *storefront.Config) { c.WakeUp = "a=1#b" }, "no URL query"},
		"wake-up with break":  {func(c *storefront.Config) { c.WakeUp = "a=1\r\nX: y" }, "no URL query"},
		"empty customers":     {func(c *storefront.Config) { c.Customers = []storefront.Customer{} }, "no customer"},
		"bad customer":        {func(c *storefront.Config) { c.Customers = []storefront.Customer{{Name: "x"}} }, "entry 1: id is 0"},
		"slow beyond bounds":  {func(c *storefront.Config) { c.Switches.Slow = 31 * time.Second }, "slow is 31s, want 0s to 30s"},
		"slow below bounds":   {func(c *storefront.Config) { c.Switches.Slow = -1 }, "slow is -1ns"},
		"clock beyond bounds": {func(c *storefront.Config) { c.Switches.ClockOffset = 25 * time.Hour }, "clock is 25h, want -24h to 24h"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := config()
			c.spoil(&cfg)
			got, err := storefront.New(cfg)
			if err == nil || !strings.Contains(err.Error(), c.want) || got != nil {
				t.Errorf("got %v and error %v, want an error with %q", got != nil, err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("the error holds the secret: %v", err)
			}
		})
	}
}

// Another website may give its own name this machine's address: what it asks for is refused, whatever it is.
func TestForeignHost(t *testing.T) {
	t.Parallel()
	s := open(t, config())
	for _, foreign := range []string{"evil.example:4928", "127.0.0.1", "127.0.0.1:4929", "localhost", "", "LOCALHOST:4928", host + "."} {
		for _, a := range []ask{
			{target: endpoint, customer: "4927"},
			{target: "/"},
			{target: "/style.css"},
			{method: http.MethodPost, target: "/switches", form: "guest=on"},
		} {
			a.header = []string{"Host: " + foreign}
			w := a.of(s)
			checkStatus(t, w, http.StatusMisdirectedRequest)
			if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/plain") || strings.Contains(w.Body.String(), "eyJ") {
				t.Errorf("Host %q, %s: got %s %s", foreign, a.target, got, w.Body)
			}
		}
	}
	checkStatus(t, ask{target: "/", header: []string{"Host: localhost:4928"}}.of(s), http.StatusOK)
	checkStatus(t, get(s, endpoint), http.StatusNotFound)
}

func TestMethods(t *testing.T) {
	t.Parallel()
	s := open(t, config())
	for _, c := range []struct {
		method, target string
		want           int
	}{
		{http.MethodPost, endpoint, http.StatusMethodNotAllowed},
		{http.MethodOptions, endpoint, http.StatusMethodNotAllowed},
		{http.MethodPost, "/", http.StatusMethodNotAllowed},
		{http.MethodDelete, "/sign-in", http.StatusMethodNotAllowed},
		{http.MethodGet, "/sign-out", http.StatusMethodNotAllowed},
		{http.MethodGet, "/switches/reset", http.StatusMethodNotAllowed},
		{http.MethodPut, "/switches", http.StatusMethodNotAllowed},
		{http.MethodPost, "/style.css", http.StatusMethodNotAllowed},
		{http.MethodHead, "/", http.StatusOK},
		{http.MethodGet, "/nothing", http.StatusNotFound},
		{http.MethodGet, "/products/nothing", http.StatusNotFound},
	} {
		w := ask{method: c.method, target: c.target}.of(s)
		if w.Code != c.want {
			t.Errorf("%s %s: got %d, want %d", c.method, c.target, w.Code, c.want)
		}
		if allow := w.Header().Get("Allow"); c.want == http.StatusMethodNotAllowed && allow == "" {
			t.Errorf("%s %s: no Allow header", c.method, c.target)
		}
	}
}

// No other site can change anything here, and none can read an answer.
func TestOtherOrigins(t *testing.T) {
	t.Parallel()
	var answers []storefront.Answer
	cfg := config()
	cfg.TokenAsked = func(a storefront.Answer) { answers = append(answers, a) }
	s := open(t, cfg)
	for _, header := range []string{
		"Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: https://evil.example", "Origin: null",
		"Origin: http://127.0.0.1:4927",
	} {
		for _, c := range []struct{ target, form string }{
			{"/sign-in", "customer=12"}, {"/sign-out", ""}, {"/switches", "guest=on"}, {"/switches/reset", ""},
		} {
			w := ask{method: http.MethodPost, target: c.target, form: c.form, header: []string{header}}.of(s)
			checkStatus(t, w, http.StatusForbidden)
			if got := w.Header().Get("Set-Cookie"); got != "" {
				t.Errorf("%s with %s: got cookie %q", c.target, header, got)
			}
		}
		w := ask{target: endpoint, customer: "4927", header: []string{header}}.of(s)
		checkStatus(t, w, http.StatusForbidden)
		for name := range w.Header() {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: got CORS header %s", header, name)
			}
		}
	}
	if len(answers) != 5 || answers[0].Status != http.StatusForbidden || answers[0].Scenario != "cross-site" || answers[0].Customer != 4927 {
		t.Errorf("told of %+v", answers)
	}
	if got := get(s, "/").Body.String(); !strings.Contains(got, "No switch is on") {
		t.Errorf("a foreign form changed a switch: %s", got)
	}
	checkStatus(t, ask{target: endpoint, customer: "4927", header: []string{"Sec-Fetch-Site: sometime"}}.of(s), http.StatusForbidden)
	for _, site := range []string{"same-origin", "none"} {
		checkStatus(t, ask{target: endpoint, customer: "4927", header: []string{"Sec-Fetch-Site: " + site}}.of(s), http.StatusOK)
		w := ask{method: http.MethodPost, target: "/sign-in", form: "customer=12", header: []string{"Sec-Fetch-Site: " + site}}.of(s)
		checkStatus(t, w, http.StatusSeeOther)
	}
}

func TestSafetyHeaders(t *testing.T) {
	t.Parallel()
	s := open(t, config())
	for _, target := range []string{"/", endpoint, "/customer/current.jwt", "/style.css", "/switches", "/nothing"} {
		header := get(s, target).Header()
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Content-Security-Policy": "",
		} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: got %s %q, want %q", target, name, got, want)
			}
		}
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	s := open(t, config())
	long := "customer=12&x=" + strings.Repeat("x", 64<<10)
	for _, target := range []string{"/sign-in", "/sign-out", "/switches", "/switches/reset"} {
		checkStatus(t, post(s, target, long), http.StatusRequestEntityTooLarge)
		checkStatus(t, post(s, target, "customer=%zz"), http.StatusBadRequest)
		w := ask{method: http.MethodPost, target: target, form: `{"customer":12}`, header: []string{"Content-Type: application/json"}}.of(s)
		checkStatus(t, w, http.StatusUnsupportedMediaType)
	}
}

func TestRedirectsStayHere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ wakeUp, target, form, want string }{
		{"jotwatch=4927", "/sign-in", "customer=12", "/?jotwatch=4927"},
		{"jotwatch=4927", "/sign-out", "", "/?jotwatch=4927"},
		{"jotwatch=4927", "/switches", "guest=on", "/switches?jotwatch=4927"},
		{"jotwatch=4927", "/switches/reset?next=https://evil.example", "", "/switches?jotwatch=4927"},
		{"jotwatch", "/sign-in", "customer=12&next=//evil.example", "/?jotwatch"},
		{"", "/sign-in", "customer=12", "/"},
		{"", "/switches/reset", "", "/switches"},
	} {
		cfg := config()
		cfg.WakeUp = c.wakeUp
		w := post(open(t, cfg), c.target, c.form)
		checkStatus(t, w, http.StatusSeeOther)
		if got := w.Header().Get("Location"); got != c.want {
			t.Errorf("%s with %q: got Location %q, want %q", c.target, c.wakeUp, got, c.want)
		}
		if u, err := url.Parse(w.Header().Get("Location")); err != nil || u.IsAbs() || u.Host != "" {
			t.Errorf("%s: %s leads away", c.target, u)
		}
	}
}
