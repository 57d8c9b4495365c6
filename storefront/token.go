package storefront

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"jotwatch/mint"
)

const (
	// cacheLifetime is how long a cached token is handed out: as long as it lives.
	cacheLifetime = 15 * time.Minute
	// sinceIssue is how long ago mint's scenario "expired" was issued, for a token that has another thing wrong as well.
	sinceIssue = 20 * time.Minute
)

// An Answer is one of the token endpoint's.
type Answer struct {
	Status   int
	Customer int64    // who is signed in; 0 is a guest
	Scenario string   // mint's for a token, else "guest", "unknown-client-id", "maintenance" or "cross-site"
	Switches []string // those that were on, in words
}

// A cached token is handed out again while StaleGroup is on.
type cached struct {
	token, scenario string
	minted          time.Time
}

// currentCustomer answers as BigCommerce's GET /customer/current.jwt?app_client_id=ID does: same-origin only, a bare JWT
// or JSON as Accept asks (seen), 404 with errors to a guest (documented) and to a client id that is not known (reported
// to look the same), 503 under maintenance. It never sets a CORS header.
func (s *Storefront) currentCustomer(w http.ResponseWriter, r *http.Request) {
	customer := s.signedIn(r)
	answer := Answer{Status: http.StatusOK}
	if customer != nil {
		answer.Customer = customer.ID
	}
	if !ownPage(r) {
		refuse(w, http.StatusForbidden, "only its own pages can ask for a token")
		answer.Status, answer.Scenario, answer.Switches = http.StatusForbidden, "cross-site", s.current().Words()
		s.tell(answer)
		return
	}
	if err := wait(r.Context(), s.current().Slow); err != nil {
		refuse(w, http.StatusServiceUnavailable, "the request ended before the slow answer") // to nobody, as a rule
		return
	}
	switches := s.current()
	answer.Switches = switches.Words()
	switch {
	case switches.Maintenance:
		answer.Status, answer.Scenario = http.StatusServiceUnavailable, "maintenance"
		s.maintenance(w, r)
	case switches.UnknownClient || r.URL.Query().Get("app_client_id") != s.app.ClientID:
		answer.Status, answer.Scenario = http.StatusNotFound, "unknown-client-id"
		s.noCustomer(w)
	case switches.Guest || customer == nil:
		answer.Status, answer.Scenario = http.StatusNotFound, "guest"
		s.noCustomer(w)
	default:
		token, scenario, err := s.token(customer)
		if err != nil {
			s.problem(w, r, http.StatusInternalServerError, "No token", err.Error())
			return
		}
		answer.Scenario = scenario
		writeToken(w, token, wantsJSON(r.Header.Values("Accept")))
	}
	s.tell(answer)
}

// ownPage reports whether a request came from one of the shop's own pages, or from no page. Browsers that do not send Sec-Fetch-Site
// send an Origin with what another origin asks by script.
func ownPage(r *http.Request) bool {
	site, origin := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
	return (site == "" || site == "same-origin" || site == "none") &&
		(origin == "" || origin == "http://"+r.Host || origin == "https://"+r.Host)
}

func (s *Storefront) tell(answer Answer) {
	if s.tokenAsked != nil {
		s.tokenAsked(answer)
	}
}

func (s *Storefront) noCustomer(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write([]byte(s.guestBody))
}

func writeToken(w http.ResponseWriter, token string, asJSON bool) {
	if asJSON {
		w.Header().Set("Content-Type", "application/json")
		token = `{"token":` + strconv.Quote(token) + `}` // base64url and dots: nothing to escape
	} else {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	}
	_, _ = w.Write([]byte(token))
}

// wait returns after d, or with an error as soon as the context ends.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// token mints a customer's token as the switches say at this moment, or returns the cached one.
func (s *Storefront) token(c *Customer) (token, scenario string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if kept, ok := s.cache[c.ID]; ok && now.Sub(kept.minted) < cacheLifetime {
		return kept.token, kept.scenario, nil
	}
	at := now.Add(s.switches.ClockOffset)
	group := c.Group
	if s.switches.StaleGroup {
		group = 0
	}
	scenario = "valid"
	switch {
	case s.switches.WrongSecret && s.switches.Expired:
		scenario, at = "wrong-secret", at.Add(-sinceIssue)
	case s.switches.WrongSecret:
		scenario = "wrong-secret"
	case s.switches.Expired:
		scenario = "expired"
	}
	token, err = mint.Token(s.app, scenario, at,
		mint.Claim{Name: "customer.id", Value: strconv.FormatInt(c.ID, 10)},
		mint.Claim{Name: "customer.email", Value: quote(c.Email)},
		mint.Claim{Name: "customer.group_id", Value: fmt.Sprintf("%q", strconv.FormatInt(group, 10))},
	)
	if err == nil && s.switches.StaleGroup {
		s.cache[c.ID] = cached{token, scenario, now}
	}
	return token, scenario, err
}

// quote writes a JSON string as mint does, without escapes for HTML.
func quote(text string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

// wantsJSON reports whether Accept lists a JSON type by its name: axios and the checkout SDK get JSON, fetch's */* text.
func wantsJSON(accept []string) bool {
	for listed := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		name, parameters, err := mime.ParseMediaType(listed)
		if err != nil || name != "application/json" && !strings.HasSuffix(name, "+json") {
			continue
		}
		quality, given := parameters["q"]
		if !given {
			return true
		}
		if q, err := strconv.ParseFloat(quality, 64); err == nil && q > 0 {
			return true
		}
	}
	return false
}
