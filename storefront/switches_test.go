package storefront_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jotwatch/storefront"
	"jotwatch/verifier"
)

// Each switch works from the configuration and from its form, and both in the same way.
func TestSwitches(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		switches storefront.Switches
		form     string
		status   int
		verdict  verifier.Verdict // of a token
		code     verifier.Code    // that it has
		scenario string
	}{
		"none":    {storefront.Switches{}, "slow=&clock=", 200, verifier.Valid, verifier.CodeHeaderAlgLive, "valid"},
		"guest":   {storefront.Switches{Guest: true}, "guest=on", 404, "", "", "guest"},
		"unknown": {storefront.Switches{UnknownClient: true}, "unknown-client=on", 404, "", "", "unknown-client-id"},
		"expired": {
			storefront.Switches{Expired: true}, "expired=on", 200, verifier.Expired, verifier.CodeTimeExpired, "expired",
		},
		"wrong secret": {
			storefront.Switches{WrongSecret: true}, "wrong-secret=on", 200, verifier.Invalid, verifier.CodeSignatureMismatch, "wrong-secret",
		},
		"both": {
			storefront.Switches{WrongSecret: true, Expired: true}, "wrong-secret=on&expired=on", 200,
			verifier.Invalid, verifier.CodeTimeExpired, "wrong-secret",
		},
		"ahead": {
			storefront.Switches{ClockOffset: 10 * time.Minute}, "clock=10m", 200,
			verifier.NotYetValid, verifier.CodeTimeIssuedInFuture, "valid",
		},
		"behind": {
			storefront.Switches{ClockOffset: -24 * time.Hour}, "clock=-24h", 200, verifier.Expired, verifier.CodeTimeExpired, "valid",
		},
		"behind a little": {
			storefront.Switches{ClockOffset: -5 * time.Minute}, "clock=+-5m", 200, verifier.Valid, verifier.CodeHeaderAlgLive, "valid",
		},
		"maintenance": {storefront.Switches{Maintenance: true, Guest: true}, "maintenance=on&guest=on", 503, "", "", "maintenance"},
		"stale":       {storefront.Switches{StaleGroup: true}, "stale-group=on", 200, verifier.Valid, verifier.CodeHeaderAlgLive, "valid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var answers []storefront.Answer
			cfg := config()
			cfg.TokenAsked = func(a storefront.Answer) { answers = append(answers, a) }
			posted := open(t, cfg)
			checkStatus(t, post(posted, "/switches", c.form), http.StatusSeeOther)
			cfg.Switches = c.switches
			for _, s := range []*storefront.Storefront{posted, open(t, cfg)} {
				w := ask{target: endpoint, customer: "4927"}.of(s)
				checkStatus(t, w, c.status)
				if c.verdict != "" {
					report := inspect(bare(t, w))
					if got := report.Verdict(at); got != c.verdict {
						t.Errorf("got verdict %s, want %s", got, c.verdict)
					}
					if !has(report, c.code) {
						t.Errorf("got %v, want %s among them", report.Findings(at), c.code)
					}
				}
				page := get(s, "/switches").Body.String()
				for _, word := range c.switches.Words() {
					if !strings.Contains(page, `<span class="switch">`+word+`</span>`) {
						t.Errorf("the page does not say that %q is on: %s", word, page)
					}
				}
				checkStatus(t, post(s, "/switches/reset", ""), http.StatusSeeOther)
				w = ask{target: endpoint, customer: "4927"}.of(s)
				if got := inspect(bare(t, w)).Verdict(at); got != verifier.Valid {
					t.Errorf("after a reset: got verdict %s", got)
				}
			}
			if len(answers) != 4 {
				t.Fatalf("told of %d answers, want 4", len(answers))
			}
			want := storefront.Answer{Status: c.status, Customer: 4927, Scenario: c.scenario, Switches: c.switches.Words()}
			for _, got := range []storefront.Answer{answers[0], answers[2]} {
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("told of %+v, want %+v", got, want)
				}
			}
		})
	}
}

func has(report *verifier.Report, code verifier.Code) bool {
	for _, f := range report.Findings(at) {
		if f.Code == code {
			return true
		}
	}
	return false
}

func TestStaleGroup(t *testing.T) {
	t.Parallel()
	now := at
	cfg := config()
	cfg.Now = func() time.Time { return now }
	cfg.Switches.StaleGroup = true
	s := open(t, cfg)
	token := func(customer string) string { return bare(t, ask{target: endpoint, customer: customer}.of(s)) }
	first := token("4927")
	if got := inspect(first).Customer(); got.Group != "0" || got.ID != "4927" {
		t.Errorf("got %v, want #4927 in group 0", got)
	}
	if got := inspect(token("318")).Customer(); got.ID != "318" {
		t.Errorf("another customer: got the token of %v", got)
	}
	now = at.Add(15*time.Minute - time.Second)
	if got := token("4927"); got != first {
		t.Error("got another token within 15 minutes")
	}
	now = at.Add(15 * time.Minute)
	if got := token("4927"); got == first || inspect(got).Verdict(now) != verifier.Valid {
		t.Errorf("after 15 minutes: got the same %v, verdict %s", got == first, inspect(got).Verdict(now))
	}
	checkStatus(t, post(s, "/switches", "stale-group=on&wrong-secret=on"), http.StatusSeeOther)
	if got := inspect(token("4927")).Signature; got != verifier.SignatureMismatch {
		t.Errorf("a token from before the change: signature %s", got)
	}
	checkStatus(t, post(s, "/switches", "slow="), http.StatusSeeOther)
	if got := inspect(token("4927")).Customer().Group; got != "6" {
		t.Errorf("turned off: got group %s, want 6", got)
	}
}

func TestSlow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := config()
		cfg.Switches.Slow = 30 * time.Second
		var told int
		cfg.TokenAsked = func(storefront.Answer) { told++ }
		s := open(t, cfg)
		start := time.Now()
		bare(t, ask{target: endpoint, customer: "4927"}.of(s))
		if got := time.Since(start); got != 30*time.Second {
			t.Errorf("answered after %s, want 30s", got)
		}
		start = time.Now()
		checkStatus(t, get(s, "/"), http.StatusOK)
		if got := time.Since(start); got != 0 {
			t.Errorf("a page took %s", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, endpoint, nil)
		r.Host = host
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if got := time.Since(start); got != 2*time.Second {
			t.Errorf("ended after %s, want 2s", got)
		}
		checkStatus(t, w, http.StatusServiceUnavailable)
		if told != 1 {
			t.Errorf("told of %d answers, want 1: nobody got the other", told)
		}
	})
}

// A form with anything wrong changes nothing, and comes back as it was typed.
func TestSwitchErrors(t *testing.T) {
	t.Parallel()
	s := open(t, config())
	checkStatus(t, post(s, "/switches", "guest=on"), http.StatusSeeOther)
	for form, want := range map[string]string{
		"expired=on&slow=31s":  "slow is 31s, want 0s to 30s",
		"slow=-1s":             "slow is -1s, want 0s to 30s",
		"slow=3":               "slow is &#34;3&#34;, want a length of time",
		"clock=-24h1s":         "clock is -24h0m1s, want -24h to 24h",
		"clock=9999999999999h": "want a length of time",
		"expired=off":          "expired is &#34;off&#34;, want on",
		"Expired=on":           "there is no switch &#34;Expired&#34;",
	} {
		w := post(s, "/switches", form)
		checkStatus(t, w, http.StatusBadRequest)
		page := w.Body.String()
		if !strings.Contains(page, want) || !strings.Contains(page, `role="alert"`) || !strings.Contains(page, `<span class="switch">guest</span>`) {
			t.Errorf("%s: want %q and guest still on in %s", form, want, page)
		}
	}
	page := post(s, "/switches", "expired=on&slow=31s").Body.String()
	for _, typed := range []string{`value="31s"`, `name="expired" value="on" checked`} {
		if !strings.Contains(page, typed) {
			t.Errorf("%s did not come back as it was typed: %s", typed, page)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	all := storefront.Switches{
		Guest: true, UnknownClient: true, Maintenance: true, Expired: true, StaleGroup: true, WrongSecret: true,
		Slow: 1500 * time.Millisecond, ClockOffset: 2 * time.Hour,
	}
	want := "guest, unknown client id, maintenance, expired, cached token, stale group, wrong secret, slow 1.5s, clock +2h"
	if got := strings.Join(all.Words(), ", "); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if got := (storefront.Switches{}).Words(); len(got) != 0 {
		t.Errorf("none is on: got %q", got)
	}
	for offset, want := range map[time.Duration]string{
		10 * time.Minute: "clock +10m", 20 * time.Second: "clock +20s", -90 * time.Minute: "clock -1h30m",
		24 * time.Hour: "clock +24h", time.Hour + 10*time.Second: "clock +1h0m10s", time.Hour + 20*time.Minute: "clock +1h20m",
	} {
		if got := (storefront.Switches{ClockOffset: offset}).Words()[0]; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
