package storefront_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"jotwatch/storefront"
	"jotwatch/verifier"
)

// inspect judges a token with the credentials of the app, as of now.
func inspect(token string) *verifier.Report {
	return verifier.Inspect(token, []verifier.Credential{{
		Profile: "acme-sandbox", ClientID: clientID, StoreHash: "acmestore1", Secret: verifier.NewSecret(secret), Named: true,
	}})
}

// bare returns the token of an answer in either shape, and fails where it is in neither.
func bare(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	checkStatus(t, w, http.StatusOK)
	switch contentType := w.Header().Get("Content-Type"); contentType {
	case "text/plain; charset=utf-8":
		return w.Body.String()
	case "application/json":
		var shape map[string]string
		if err := json.Unmarshal(w.Body.Bytes(), &shape); err != nil || len(shape) != 1 {
			t.Fatalf("got %s and error %v, want an object with the token alone", w.Body, err)
		}
		return shape["token"]
	default:
		t.Fatalf("got Content-Type %q", contentType)
		return ""
	}
}

func segment(t *testing.T, token string, i int) string {
	t.Helper()
	text, err := base64.RawURLEncoding.Strict().DecodeString(strings.Split(token, ".")[i])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestShapes(t *testing.T) {
	t.Parallel()
	s := open(t, config())
	for _, c := range []struct{ accept, want string }{
		{"", "text/plain; charset=utf-8"},
		{"*/*", "text/plain; charset=utf-8"},
		{"application/*", "text/plain; charset=utf-8"},
		{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/plain; charset=utf-8"},
		{"application/json;q=0, */*", "text/plain; charset=utf-8"},
		{"application/json;q=0.000", "text/plain; charset=utf-8"},
		{"application/json;q=x", "text/plain; charset=utf-8"},
		{"application/jsonx, ;;,", "text/plain; charset=utf-8"},
		{"application/json", "application/json"},
		{"Application/JSON", "application/json"},
		{"application/json, text/plain, */*", "application/json"}, // axios
		{"application/vnd.bc.v1+json", "application/json"},        // the checkout SDK
		{"text/plain, application/json;q=0.1", "application/json"},
		{"application/json; charset=utf-8; q=1", "application/json"},
	} {
		w := ask{target: endpoint, customer: "4927", header: []string{"Accept: " + c.accept}}.of(s)
		if got := w.Header().Get("Content-Type"); got != c.want {
			t.Errorf("Accept %q: got %q, want %q", c.accept, got, c.want)
		}
		if got := inspect(bare(t, w)).Verdict(at); got != verifier.Valid {
			t.Errorf("Accept %q: got verdict %s", c.accept, got)
		}
	}
	two := ask{target: endpoint, customer: "4927", header: []string{"Accept: text/plain", "Accept: application/json"}}.of(s)
	if got := two.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("two Accept fields: got %q, want JSON", got)
	}
}

func TestCustomers(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.Customers = append(storefront.DefaultCustomers(),
		storefront.Customer{ID: 1<<53 - 1, Name: "Large", Email: `a"b\<c>&@example.com`, Group: 9},
		storefront.Customer{ID: 5, Name: "Not JSON", Email: "true", Group: 1})
	s := open(t, cfg)
	for _, c := range cfg.Customers {
		id := fmt.Sprint(c.ID)
		w := post(s, "/sign-in", "customer="+id)
		checkStatus(t, w, http.StatusSeeOther)
		cookies := w.Result().Cookies()
		if len(cookies) != 1 || cookies[0].Value != id {
			t.Fatalf("%s: got cookies %v", c.Name, cookies)
		}
		token := bare(t, ask{target: endpoint, customer: cookies[0].Value}.of(s))
		report := inspect(token)
		want := verifier.Customer{ID: id, Email: c.Email, Group: fmt.Sprint(c.Group)}
		if got := report.Customer(); got != want || report.Verdict(at) != verifier.Valid {
			t.Errorf("got %+v, %s, want %+v, valid", got, report.Verdict(at), want)
		}
		if got := segment(t, token, 1); !strings.Contains(got, `"group_id":"`+want.Group+`"`) || !strings.Contains(got, `"id":`+id+`,`) {
			t.Errorf("%s: id must be a number and group_id a string: %s", c.Name, got)
		}
	}
}

func TestGuests(t *testing.T) {
	t.Parallel()
	s := open(t, config())
	want := `{"errors":["Not Found"]}`
	for name, a := range map[string]ask{
		"no cookie":          {target: endpoint},
		"unknown customer":   {target: endpoint, customer: "4928"},
		"not a number":       {target: endpoint, customer: "jane"},
		"negative":           {target: endpoint, customer: "-4927"},
		"too large a number": {target: endpoint, customer: "99999999999999999999"},
		"no client id":       {target: "/customer/current.jwt", customer: "4927"},
		"unknown client id":  {target: "/customer/current.jwt?app_client_id=other", customer: "4927"},
		"literal braces":     {target: "/customer/current.jwt?app_client_id=%7B%7BCLIENT_ID%7D%7D", customer: "4927"},
		"JSON":               {target: endpoint, header: []string{"Accept: application/json"}},
	} {
		w := a.of(s)
		checkStatus(t, w, http.StatusNotFound)
		if got := w.Body.String(); got != want || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%s: got %s %s, want JSON %s", name, w.Header().Get("Content-Type"), got, want)
		}
	}
}

// Run with -race: customers ask, browse and sign in while the switches change.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	var told atomic.Int64
	cfg := config()
	cfg.TokenAsked = func(storefront.Answer) { told.Add(1) }
	s := open(t, cfg)
	const rounds = 50
	var group sync.WaitGroup
	for _, work := range []func(i int){
		func(int) { ask{target: endpoint, customer: "4927"}.of(s) },
		func(int) { ask{target: endpoint, customer: "12", header: []string{"Accept: application/json"}}.of(s) },
		func(int) { ask{target: "/", customer: "318"}.of(s) },
		func(int) { post(s, "/sign-in", "customer=77") },
		func(i int) {
			post(s, "/switches", []string{"stale-group=on", "expired=on&stale-group=on", "maintenance=on", "clock=3m"}[i%4])
		},
		func(int) { post(s, "/switches/reset", "") },
	} {
		group.Go(func() {
			for i := range rounds {
				work(i)
			}
		})
	}
	group.Wait()
	if got := told.Load(); got != 2*rounds {
		t.Errorf("told of %d answers, want %d", got, 2*rounds)
	}
}
