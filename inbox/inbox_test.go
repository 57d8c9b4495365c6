package inbox_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"jotwatch/inbox"
	"jotwatch/mint"
	"jotwatch/verifier"
)

const (
	clientID = "abcdefghijklmnopqrstuvwxyz01234"
	store    = "abc123def"
)

var (
	secret = verifier.NewSecret(strings.Repeat("c3f1a9d2", 8))
	noon   = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	acme   = verifier.Credential{Profile: "acme-sandbox", ClientID: clientID, StoreHash: store, Secret: secret}
	beta   = verifier.Credential{Profile: "beta-store", ClientID: "b" + clientID[1:], StoreHash: "beta1", Secret: verifier.NewSecret(strings.Repeat("0badcafe", 8))}
)

func without(c verifier.Credential) verifier.Credential {
	c.Secret = verifier.Secret{}
	return c
}

// token is one that acme's app gets, or with one thing wrong.
func token(t testing.TB, scenario string, at time.Time, set ...string) string {
	t.Helper()
	claims := make([]mint.Claim, len(set))
	for i, text := range set {
		claim, err := mint.ParseClaim(text)
		if err != nil {
			t.Fatal(err)
		}
		claims[i] = claim
	}
	made, err := mint.Token(mint.App{ClientID: clientID, StoreHash: store, Secret: secret}, scenario, at, claims...)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// A sender numbers what it sends, as a queue does.
type sender struct {
	box  *inbox.Inbox
	last uint64
}

func newSender(credentials ...verifier.Credential) *sender {
	s := &sender{box: inbox.New(inbox.Limits{}, 0)}
	s.box.Use(credentials)
	return s
}

func (s *sender) send(a inbox.Arrival) *inbox.Arrival {
	s.last++
	a.ID = s.last
	if a.Source == "" {
		a.Source = inbox.Listener
	}
	if a.At.IsZero() {
		a.At = noon
	}
	s.box.Add(&a)
	return &a
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		arrival inbox.Arrival
		want    inbox.Outcome
		reason  string
	}{
		"token":             {inbox.Arrival{Text: token(t, "valid", noon)}, inbox.Token, ""},
		"bad token":         {inbox.Arrival{Text: token(t, "truncated", noon)}, inbox.Token, ""},
		"token in JSON":     {inbox.Arrival{Status: 200, Text: `{"token":"` + token(t, "valid", noon) + `"}`}, inbox.Token, ""},
		"guest":             {inbox.Arrival{Status: 404, Text: `{"errors":["Not Found"]}`}, inbox.Guest, "no customer is signed in, or the app_client_id is unknown (404)"},
		"guest, empty":      {inbox.Arrival{Status: 404}, inbox.Guest, "no customer is signed in"},
		"guest by hand":     {inbox.Arrival{Text: `{"errors":["Not Found"]}`}, inbox.Guest, "no customer is signed in"},
		"maintenance":       {inbox.Arrival{Status: 503, Text: "<!doctype html><p>Down"}, inbox.Error, "under maintenance"},
		"closed, no page":   {inbox.Arrival{Status: 503}, inbox.Error, "under maintenance"},
		"login page":        {inbox.Arrival{Status: 200, Text: "<html><body>Sign in</body></html>"}, inbox.Error, "HTML page"},
		"empty":             {inbox.Arrival{Status: 200}, inbox.Error, "nothing in it"},
		"server error":      {inbox.Arrival{Status: 500, Text: "oops"}, inbox.Error, "(500)"},
		"undefined":         {inbox.Arrival{Text: "undefined"}, inbox.Error, "undefined"},
		"no answer":         {inbox.Arrival{Failed: "Failed to fetch"}, inbox.Error, "the page got no answer from the storefront: Failed to fetch"},
		"token, 200":        {inbox.Arrival{Status: 200, Text: token(t, "valid", noon)}, inbox.Token, ""},
		"errors with 200":   {inbox.Arrival{Status: 200, Text: `{"errors":["x"]}`}, inbox.Error, "error's body"},
		"a client's secret": {inbox.Arrival{Text: string(secret.Reveal())}, inbox.Error, "looks like a client secret"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSender(acme)
			a := s.send(c.arrival)
			if a.Outcome != c.want || !strings.Contains(a.Reason, c.reason) || c.reason == "" && a.Reason != "" {
				t.Errorf("got %s, %q, want %s, %q", a.Outcome, a.Reason, c.want, c.reason)
			}
			if line := s.box.JSON(a, noon); strings.Contains(string(line), string(secret.Reveal())) || !json.Valid(line) {
				t.Errorf("the line is %s", line)
			}
		})
	}
}

// Every field of a line is there, and unknown ones are null.
func TestJSON(t *testing.T) {
	t.Parallel()
	s := newSender(acme)
	refused := s.send(inbox.Arrival{Outcome: inbox.Rejected, Status: 403, Origin: "https://evil\x1b.example", Reason: "no"})
	want := `{"id":1,"at":"2026-11-24T12:00:00Z","source":"listener","outcome":"rejected","status":403,"page":null,"origin":"https://evil\u001b.example","profile":null,"reason":"no","report":null}`
	if got := string(s.box.JSON(refused, noon)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var line struct {
		Report struct {
			Verdict string
			Profile string
		}
	}
	good := s.send(inbox.Arrival{Text: token(t, "valid", noon)})
	if err := json.Unmarshal(s.box.JSON(good, noon), &line); err != nil || line.Report.Verdict != "valid" || line.Report.Profile != "acme-sandbox" {
		t.Errorf("%+v, %v", line, err)
	}
}

// The report that is kept says what the whole one does, and the whole one is there when it is asked for.
func TestReports(t *testing.T) {
	t.Parallel()
	s := newSender(acme)
	for _, scenario := range mint.Scenarios() {
		text := token(t, scenario.Name, noon)
		a := s.send(inbox.Arrival{Text: text, At: noon})
		whole := verifier.Inspect(text, []verifier.Credential{acme})
		s.send(inbox.Arrival{Text: "next"}) // from now on the full one is made again
		for _, now := range []time.Time{noon, noon.Add(14 * time.Minute), noon.Add(time.Hour)} {
			brief := s.box.Brief(a)
			if brief.Verdict(now) != whole.Verdict(now) || brief.Customer() != whole.Customer() || brief.Store() != whole.Store() ||
				!slices.Equal(brief.Findings(now), whole.Findings(now)) || brief.Algorithm != whole.Algorithm {
				t.Errorf("%s at %v: the brief report differs", scenario.Name, now)
			}
			if got, want := string(s.box.Report(a).JSON(now)), string(whole.JSON(now)); got != want {
				t.Errorf("%s: got  %s\nwant %s", scenario.Name, got, want)
			}
		}
		if len(s.box.Brief(a).Claims) != 0 {
			t.Errorf("%s: the brief report has claims", scenario.Name)
		}
	}
}

// What a change of profile may matter to is judged again, and nothing else.
func TestProfilesChange(t *testing.T) {
	t.Parallel()
	s := newSender()
	mine := s.send(inbox.Arrival{Text: token(t, "valid", noon)})
	state := func() verifier.SignatureState { return s.box.Brief(mine).Signature }
	if state() != verifier.SignatureUnchecked {
		t.Fatalf("with nothing: %s", state())
	}
	s.box.Use([]verifier.Credential{without(acme)})
	if wants := s.box.Wants([]*inbox.Arrival{mine}); len(wants) > 0 {
		t.Errorf("it wants %v before it was looked at", wants[0].Wants)
	}
	if state() != verifier.SignatureUnchecked || len(s.box.Wants([]*inbox.Arrival{mine})) != 1 {
		t.Errorf("without the secret: %s", state())
	}
	s.box.Use([]verifier.Credential{acme})
	if state() != verifier.SignatureVerified {
		t.Errorf("with the secret: %s", state())
	}
	before := s.box.Brief(mine)
	s.box.Use([]verifier.Credential{acme, without(beta)})
	if s.box.Brief(mine) == before {
		t.Error("a new profile may own it, and it was not judged again")
	}
	before = s.box.Brief(mine)
	s.box.Use([]verifier.Credential{acme, beta})
	if s.box.Brief(mine) != before {
		t.Error("the secret of another profile came, and it was judged again")
	}
	wrong := acme
	wrong.Secret = beta.Secret
	s.box.Use([]verifier.Credential{wrong, beta})
	if state() != verifier.SignatureMismatch {
		t.Errorf("with another secret: %s", state())
	}
	s.box.Use([]verifier.Credential{beta})
	if state() != verifier.SignatureUnchecked || s.box.Brief(mine).Profile != "" {
		t.Errorf("without its profile: %s", state())
	}
	unread := without(acme)
	unread.Unread = "the keyring is locked"
	s.box.Use([]verifier.Credential{unread})
	if f := s.box.Findings(mine, noon); !slices.ContainsFunc(f, func(f verifier.Finding) bool { return strings.Contains(f.Message, "the keyring is locked") }) {
		t.Errorf("with a secret that cannot be had: %v", f)
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	s := &sender{box: inbox.New(inbox.Limits{Arrivals: 10, Bytes: 5000, Refusals: 3}, 0)}
	for range 25 {
		s.send(inbox.Arrival{Text: "x"})
	}
	for range 5 {
		s.send(inbox.Arrival{Outcome: inbox.Rejected})
	}
	if s.box.Len() != 10 || s.box.At(0).ID != 16 || s.box.At(9).ID != 25 || s.box.ByID(15) != nil || s.box.ByID(16) != s.box.At(0) {
		t.Errorf("%d are held, from %d", s.box.Len(), s.box.At(0).ID)
	}
	if got := s.box.Refusals(); len(got) != 3 || got[0].ID != 28 || s.box.ByID(27) != nil {
		t.Errorf("%d refusals are held", len(got))
	}
	if got, want := s.box.Tally(), (inbox.Tally{Errors: 25, Refused: 5, Gone: 15, RefusalsGone: 2}); got != want {
		t.Errorf("tally %+v, want %+v", got, want)
	}
	// As many are held as there is room for, for good; what is deleted makes room.
	status := 200
	hold := func(n, want int) {
		t.Helper()
		for range n {
			s.send(inbox.Arrival{Status: status, Text: token(t, "valid", noon) + strings.Repeat(" ", 600)})
		}
		if got := s.box.Len(); got != want {
			t.Errorf("%d are held, want %d", got, want)
		}
	}
	hold(20, 4)
	s.box.Delete(s.box.At(0).ID)
	hold(0, 3)
	hold(1, 4)
	hold(20, 4)
	gone := s.box.Tally().Gone
	s.box.Delete(s.box.At(0).ID)
	if got := s.box.Tally().Gone; got != gone {
		t.Error("what is deleted counts as gone")
	}
	status = 500 // its token is held beside it
	hold(20, 2)
	s.send(inbox.Arrival{Text: token(t, "valid", noon) + strings.Repeat(" ", 9000)})
	if s.box.Len() != 1 {
		t.Errorf("%d are held beside one that is larger than the limit", s.box.Len())
	}
	last := s.box.At(0).ID
	if !s.box.Delete(last) || s.box.Len() != 0 || s.box.Delete(last) {
		t.Error("it was not deleted, or twice")
	}
	if got := s.send(inbox.Arrival{Status: 200, Text: "<html>" + strings.Repeat("é", 9000)}); len(got.Text) > 4<<10 || !strings.HasSuffix(got.Text, "é") {
		t.Errorf("a page of %d bytes is held", len(got.Text))
	}
}

func TestCachedAndStale(t *testing.T) {
	t.Parallel()
	s := newSender(acme)
	codes := func(a *inbox.Arrival) (found []string) {
		for _, f := range s.box.Findings(a, noon) {
			if strings.HasPrefix(string(f.Code), "claims.") {
				found = append(found, string(f.Code))
			}
		}
		return found
	}
	first := s.send(inbox.Arrival{Text: token(t, "valid", noon)})
	again := s.send(inbox.Arrival{Text: token(t, "valid", noon)})
	customer := s.send(inbox.Arrival{Text: token(t, "valid", noon, "customer.id=12")})
	later := s.send(inbox.Arrival{Text: token(t, "valid", noon.Add(time.Minute)), At: noon.Add(time.Minute)})
	forged := s.send(inbox.Arrival{Text: token(t, "wrong-secret", noon)})
	stale := s.send(inbox.Arrival{Text: token(t, "valid", noon.Add(2*time.Minute), `customer.group_id="0"`), At: noon.Add(3 * time.Minute)})
	fresh := s.send(inbox.Arrival{Text: token(t, "valid", noon.Add(4*time.Minute), `customer.group_id="0"`), At: noon.Add(4 * time.Minute)})
	for name, c := range map[string]struct {
		arrival *inbox.Arrival
		want    string
	}{
		"first": {first, ""}, "the same": {again, "claims.cached"}, "another customer": {customer, ""}, "later": {later, ""}, "forged": {forged, ""},
		"stale": {stale, "claims.stale-group"}, "fresh": {fresh, ""},
	} {
		if got := strings.Join(codes(c.arrival), " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if f := s.box.Findings(again, noon); !slices.ContainsFunc(f, func(f verifier.Finding) bool { return strings.Contains(f.Message, "token of #1 again") }) {
		t.Errorf("the earlier one is not named: %v", f)
	}
	// The stale one came first: it is said of it when the other comes.
	early := s.send(inbox.Arrival{Text: token(t, "valid", noon, "customer.id=9", `customer.group_id="0"`), At: noon.Add(time.Minute)})
	s.send(inbox.Arrival{Text: token(t, "valid", noon.Add(2*time.Minute), "customer.id=9"), At: noon.Add(2 * time.Minute)})
	if got := codes(early); !slices.Equal(got, []string{"claims.stale-group"}) {
		t.Errorf("the early one: %v", got)
	}
}

func TestSkew(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ages []time.Duration // of tokens when they arrive
		want time.Duration   // 0: nothing can be said
	}{
		"right":                 {[]time.Duration{0, time.Second, 300 * time.Millisecond, 0}, 0},
		"behind":                {[]time.Duration{-2 * time.Minute, -119 * time.Second, -2 * time.Minute}, -2 * time.Minute},
		"too few":               {[]time.Duration{-2 * time.Minute, -2 * time.Minute}, 0},
		"ahead":                 {[]time.Duration{time.Minute, 61 * time.Second, time.Minute}, time.Minute},
		"old, out of the cache": {[]time.Duration{time.Minute, 5 * time.Minute, 10 * time.Minute, 14 * time.Minute}, 0},
		"behind, some cached":   {[]time.Duration{-time.Minute, 5 * time.Minute, -time.Minute + time.Second, -time.Minute}, -time.Minute},
		"one made by hand":      {[]time.Duration{20 * time.Minute, -10 * time.Minute, 0}, 0},
		"a few seconds":         {[]time.Duration{3 * time.Second, 3 * time.Second, 3 * time.Second}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSender(acme)
			var last *inbox.Arrival
			for i, age := range c.ages {
				issued := noon.Add(time.Duration(i) * time.Hour)
				last = s.send(inbox.Arrival{Text: token(t, "valid", issued), At: issued.Add(age)})
			}
			got, ok := s.box.Skew(store)
			if got != c.want && ok || ok != (c.want != 0) {
				t.Errorf("skew %v, %v, want %v", got, ok, c.want)
			}
			said := ""
			for _, f := range s.box.Findings(last, noon) {
				if f.Code == verifier.CodeTimeSkew {
					said = f.Message
				}
			}
			direction := map[bool]string{true: " behind the store's", false: " ahead of the store's"}[c.want < 0]
			if (said != "") != ok || ok && !strings.Contains(said, verifier.Span(noon, noon.Add(c.want.Abs()))+direction) {
				t.Errorf("said: %q", said)
			}
			for i := range 3 { // a token that is pasted may be of any age
				s.send(inbox.Arrival{Source: inbox.Paste, Text: token(t, "valid", noon.Add(time.Duration(-i)*time.Hour)), At: noon.Add(time.Hour)})
			}
			if again, _ := s.box.Skew(store); again != got {
				t.Errorf("skew %v after pastes, want %v", again, got)
			}
		})
	}
}

func TestRate(t *testing.T) {
	t.Parallel()
	s := newSender()
	for _, second := range []int{0, 0, 1, 9, 10, 59} {
		s.send(inbox.Arrival{At: noon.Add(time.Duration(second) * time.Second)})
	}
	now := noon.Add(59 * time.Second)
	if got, want := fmt.Sprint(s.box.Rate(now, 10*time.Second, 6)), "[4 1 0 0 0 1]"; got != want {
		t.Errorf("rate %s, want %s", got, want)
	}
	if got := fmt.Sprint(s.box.Rate(now.Add(time.Hour), 10*time.Second, 6)); got != "[0 0 0 0 0 0]" {
		t.Errorf("an hour later %s", got)
	}
	s.send(inbox.Arrival{At: noon.Add(24 * time.Hour)})
	s.send(inbox.Arrival{At: noon.Add(7 * time.Second)}) // out of order, and long ago
	s.send(inbox.Arrival{At: time.Unix(-1, 0)})
	s.send(inbox.Arrival{At: noon.Add(1000*time.Hour + 9*time.Second)}) // the clock was wrong, and is set right again
	s.send(inbox.Arrival{At: noon.Add(24 * time.Hour)})
	if got := fmt.Sprint(s.box.Rate(noon.Add(24*time.Hour), time.Minute, 3)); got != "[0 0 2]" {
		t.Errorf("a day later %s", got)
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	s := newSender(acme)
	before := s.send(inbox.Arrival{Text: token(t, "valid", noon)})
	after := s.send(inbox.Arrival{Text: token(t, "valid", noon, "customer.id=7", `customer.email=""`, "aud="+beta.ClientID, "extra=1")})
	got := map[string]inbox.Difference{}
	for _, d := range s.box.Diff(before, after, noon) {
		got[d.Name] = d
	}
	for name, want := range map[string]inbox.Difference{
		"verdict":               {Before: "valid", After: "invalid", Change: inbox.Changed},
		"claims.customer.id":    {Before: "4927", After: "7", Change: inbox.Changed, Means: "another customer"},
		"claims.aud":            {Before: clientID, After: beta.ClientID, Change: inbox.Changed, Means: "another app"},
		"claims.iat":            {Before: fmt.Sprint(noon.Unix()), After: fmt.Sprint(noon.Unix())}, // of the same second, and no more
		"claims.customer.email": {Before: "jane@example.com", Change: inbox.Changed},
		"claims.extra":          {After: "1", Change: inbox.OnlyAfter, Means: "only the second has it"},
		"header.alg":            {Before: "HS512", After: "HS512"},
	} {
		want.Name = name
		if got[name] != want {
			t.Errorf("got  %+v\nwant %+v", got[name], want)
		}
	}
	again := s.send(inbox.Arrival{Text: token(t, "valid", noon)})
	for _, d := range s.box.Diff(before, again, noon) {
		if means := "the same iat: the same token out of BigCommerce's cache, or the same one sent again"; d.Name == "claims.iat" && d.Means != means {
			t.Errorf("the same iat means %q, want %q", d.Means, means)
		}
	}
	later := s.send(inbox.Arrival{Text: token(t, "valid", noon.Add(90*time.Second))})
	for _, d := range s.box.Diff(before, later, noon) {
		if d.Name == "claims.iat" && d.Means != "the second issued 1 min 30 s later" {
			t.Errorf("iat means %q", d.Means)
		}
	}
	if d := s.box.Diff(before, s.send(inbox.Arrival{Status: 404}), noon); len(d) != 0 {
		t.Errorf("a guest differs in %v", d)
	}
}

// A difference says what it shows, and one that shows nothing says nothing.
func TestMeanings(t *testing.T) {
	t.Parallel()
	s := newSender(acme)
	one := s.send(inbox.Arrival{Text: token(t, "valid", noon, "extra=1")})
	for _, c := range []struct{ other, name, means string }{
		{token(t, "docs-hs256", noon), "header.alg", "another algorithm: live tokens are HS512, the documentation's example is HS256"},
		{token(t, "valid", noon), "claims.extra", "only the first has it"},
		{token(t, "valid", noon, "sub=other1"), "claims.sub", "another store"},
		{token(t, "valid", noon, "store_hash=other1"), "claims.store_hash", "another store"},
		{token(t, "valid", noon, "application_id=other"), "claims.application_id", "another app"},
		{token(t, "valid", noon, `customer.group_id="0"`), "claims.customer.group_id", "another customer group; a cached token can hold a group of 0 that is no longer true"},
		{token(t, "valid", noon, "operation=customer_login"), "claims.operation", "a token for something else"},
		{token(t, "app-callback", noon), "kind", "a token for something else"},
		{token(t, "valid", noon.Add(-90*time.Second)), "claims.iat", "the second issued 1 min 30 s earlier"},
		{token(t, "valid", noon.Add(-90*time.Second)), "claims.exp", "the second expires 1 min 30 s earlier"},
		{token(t, "valid", noon.Add(time.Hour)), "claims.exp", "the second expires 1 h later"},
		{token(t, "valid", noon, "customer.email=x@example.com"), "claims.customer.email", ""},
		{token(t, "valid", noon, "exp=soon"), "claims.exp", ""},
	} {
		found := false
		for _, d := range s.box.Diff(one, s.send(inbox.Arrival{Text: c.other}), noon) {
			if d.Name == c.name {
				if found = true; d.Means != c.means || d.Change == inbox.Same {
					t.Errorf("%s: %+v, want %q", c.name, d, c.means)
				}
			}
		}
		if !found {
			t.Errorf("%s is not compared", c.name)
		}
	}
}
