package storefront

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	maxSlow   = 30 * time.Second // beyond what browsers and backends wait for, shutting down would be slow
	maxOffset = 24 * time.Hour   // either way
)

// Switches are what can be made to go wrong. They hold for everybody who uses the shop. The zero value is as it should be.
type Switches struct {
	Guest         bool          // the token endpoint answers as to a guest, though a customer is signed in
	UnknownClient bool          // it answers as to a client id that it does not know
	Maintenance   bool          // it and every page of the shop answer 503
	Expired       bool          // tokens are five minutes past their expiry
	StaleGroup    bool          // a customer's token is handed out again until it is 15 minutes old, with group 0
	WrongSecret   bool          // tokens are signed with a secret that nobody holds
	Slow          time.Duration // the token endpoint answers after so long, at most 30 s
	ClockOffset   time.Duration // the shop's clock is ahead by so much, behind if negative, at most 24 h
}

// A toggle is a switch that is on or off, and a span one that is a length of time, with their texts in the shop.
type toggle struct {
	name, label, help string
	of                func(*Switches) *bool
}

type span struct {
	name, label, help string
	least, most       time.Duration
	of                func(*Switches) *time.Duration
}

func toggles() []toggle {
	return []toggle{
		{
			"guest", "guest", "Answer 404 as to a guest, though a customer is signed in.",
			func(s *Switches) *bool { return &s.Guest },
		},
		{
			"unknown-client", "unknown client id", "Answer 404 as if the app_client_id were not known. It looks the same as a guest's.",
			func(s *Switches) *bool { return &s.UnknownClient },
		},
		{
			"maintenance", "maintenance", "Answer 503 with a page of HTML, here and on every page of the shop.",
			func(s *Switches) *bool { return &s.Maintenance },
		},
		{
			"expired", "expired", "Hand out tokens that expired five minutes ago.",
			func(s *Switches) *bool { return &s.Expired },
		},
		{
			"stale-group", "cached token, stale group", "Hand out the same token again, with group 0, until it is 15 minutes old.",
			func(s *Switches) *bool { return &s.StaleGroup },
		},
		{
			"wrong-secret", "wrong secret", "Sign with a secret that nobody holds.",
			func(s *Switches) *bool { return &s.WrongSecret },
		},
	}
}

func spans() []span {
	return []span{
		{
			"slow", "slow", "Answer after this long, such as 3s; at most 30s.", 0, maxSlow,
			func(s *Switches) *time.Duration { return &s.Slow },
		},
		{
			"clock", "clock", "Date tokens by a clock that is ahead by this much, such as 10m, or behind, such as -2h; at most 24h.",
			-maxOffset, maxOffset,
			func(s *Switches) *time.Duration { return &s.ClockOffset },
		},
	}
}

// Words names those that are on: "expired", "slow 3s", "clock +10m".
func (s Switches) Words() []string {
	var words []string
	for _, t := range toggles() {
		if *t.of(&s) {
			words = append(words, t.label)
		}
	}
	if s.Slow != 0 {
		words = append(words, "slow "+short(s.Slow))
	}
	if s.ClockOffset > 0 {
		words = append(words, "clock +"+short(s.ClockOffset))
	} else if s.ClockOffset < 0 {
		words = append(words, "clock "+short(s.ClockOffset))
	}
	return words
}

// short is 10m where time.Duration says 10m0s.
func short(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"0s", "0m"} {
		if rest, ok := strings.CutSuffix(text, zero); ok && strings.ContainsAny(rest[max(0, len(rest)-1):], "hm") {
			text = rest
		}
	}
	return text
}

// Check reports what is out of bounds.
func (s Switches) Check() error {
	for _, p := range spans() {
		if d := *p.of(&s); d < p.least || d > p.most {
			return fmt.Errorf("%s is %s, want %s to %s", p.name, short(d), short(p.least), short(p.most))
		}
	}
	return nil
}

// form writes switches as the fields that parseSwitches reads.
func (s Switches) form() url.Values {
	form := url.Values{}
	for _, t := range toggles() {
		if *t.of(&s) {
			form.Set(t.name, "on")
		}
	}
	for _, p := range spans() {
		if d := *p.of(&s); d != 0 {
			form.Set(p.name, short(d))
		}
	}
	return form
}

// parseSwitches reads a form in which what is not named is off, as browsers send check boxes.
func parseSwitches(form url.Values) (Switches, error) {
	var s Switches
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if err := s.set(name, strings.TrimSpace(form.Get(name))); err != nil {
			return Switches{}, err
		}
	}
	return s, s.Check()
}

func (s *Switches) set(name, value string) error {
	for _, t := range toggles() {
		if t.name == name {
			if value != "on" {
				return fmt.Errorf("%s is %q, want on, or nothing at all", name, value)
			}
			*t.of(s) = true
			return nil
		}
	}
	for _, p := range spans() {
		if p.name == name {
			if value == "" {
				return nil
			}
			d, err := time.ParseDuration(value)
			if err != nil {
				return fmt.Errorf("%s is %q, want a length of time such as 90s or 10m", name, value)
			}
			*p.of(s) = d
			return nil
		}
	}
	return fmt.Errorf("there is no switch %q", name)
}

func (s *Storefront) current() Switches {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.switches
}

// turn changes all switches at once, and forgets the tokens that were made under the old ones.
func (s *Storefront) turn(switches Switches) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.switches = switches
	clear(s.cache)
}

// switchesPage is the form as it was given, with the problem that it had.
func switchesPage(form url.Values, problem string) markup {
	var alert markup
	if problem != "" {
		alert = fill(`
<p class="problem" role="alert">Nothing was changed: %s.</p>`, problem)
	}
	boxes := each(toggles(), func(t toggle) markup {
		var checked markup
		if form.Has(t.name) {
			checked = " checked"
		}
		return fill(`
<p><input type="checkbox" id="%[1]s" name="%[1]s" value="on"%[2]s aria-describedby="%[1]s-help">
<label for="%[1]s">%[3]s</label> <span id="%[1]s-help">%[4]s</span></p>`, t.name, checked, t.label, t.help)
	})
	lengths := each(spans(), func(p span) markup {
		return fill(`
<p class="span"><label for="%[1]s">%[2]s</label>
<input type="text" id="%[1]s" name="%[1]s" value="%[3]s" size="8" autocomplete="off" spellcheck="false" placeholder="off" aria-describedby="%[1]s-help">
<span id="%[1]s-help">%[4]s</span></p>`, p.name, p.label, form.Get(p.name), p.help)
	})
	return fill(`<h1>Switches</h1>
<p>What the token endpoint does wrong, for everybody who uses this shop, from the next request on.</p>%s
<form method="post" action="/switches" class="switches">%s%s
<p class="actions"><button class="button">Change switches</button> <button form="reset">Turn all off</button></p>
</form>
<form method="post" action="/switches/reset" id="reset"></form>`, alert, boxes, lengths)
}

func (s *Storefront) showSwitches(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, http.StatusOK, "Switches", switchesPage(s.current().form(), ""))
}

func (s *Storefront) changeSwitches(w http.ResponseWriter, r *http.Request) {
	if !s.readForm(w, r) {
		return
	}
	switches, err := parseSwitches(r.PostForm)
	if err != nil {
		s.render(w, r, http.StatusBadRequest, "Switches", switchesPage(r.PostForm, err.Error()))
		return
	}
	s.turn(switches)
	http.Redirect(w, r, s.link("/switches"), http.StatusSeeOther)
}

// resetSwitches turns all off, also those that the storefront started with.
func (s *Storefront) resetSwitches(w http.ResponseWriter, r *http.Request) {
	if !s.readForm(w, r) {
		return
	}
	s.turn(Switches{})
	http.Redirect(w, r, s.link("/switches"), http.StatusSeeOther)
}
