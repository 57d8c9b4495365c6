package storefront_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"jotwatch/storefront"
)

// Whatever is shown as HTML says what it is, which switches are on, and has the snippet once, byte for byte.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	const statement = "This is jotwatch's test storefront, not BigCommerce."
	cfg := config()
	cfg.Switches = storefront.Switches{Expired: true, ClockOffset: -90 * time.Second}
	s := open(t, cfg)
	cfg.Switches.Maintenance = true
	closed := open(t, cfg)
	for name, c := range map[string]struct {
		of     *storefront.Storefront
		ask    ask
		status int
		want   string
	}{
		"welcome":              {s, ask{target: "/"}, 200, "You are a guest"},
		"welcome, woken":       {s, ask{target: "/?jotwatch=4927"}, 200, "You are a guest"},
		"signed in":            {s, ask{target: "/", customer: "318"}, 200, "Welcome, Zoë O’Connor"},
		"no e-mail, no group":  {s, ask{target: "/", customer: "77"}, 200, "without an e-mail address, in no group"},
		"product":              {s, ask{target: "/products/mug"}, 200, "Enamel mug"},
		"choose":               {s, ask{target: "/sign-in"}, 200, "jane@example.com"},
		"choose another":       {s, ask{target: "/sign-in", customer: "4927"}, 200, `value="4927" aria-current="true"`},
		"switches":             {s, ask{target: "/switches"}, 200, `value="-1m30s"`},
		"no such page":         {s, ask{target: "/a<b>"}, 404, "There is no such page"},
		"no such product":      {s, ask{target: "/products/x"}, 404, "There is no such page"},
		"no such customer":     {s, ask{method: "POST", target: "/sign-in", form: "customer=1"}, 400, "No such customer"},
		"no such switch":       {s, ask{method: "POST", target: "/switches", form: "expird=on"}, 400, "there is no switch &#34;expird&#34;"},
		"maintenance":          {closed, ask{target: "/"}, 503, "Down for maintenance"},
		"maintenance, product": {closed, ask{target: "/products/mug"}, 503, "Down for maintenance"},
		"maintenance, nowhere": {closed, ask{target: "/x"}, 503, "Down for maintenance"},
		"maintenance, token":   {closed, ask{target: endpoint, customer: "12"}, 503, "Down for maintenance"},
		"the way out":          {closed, ask{target: "/switches"}, 200, "Turn all off"},
		"signing in":           {closed, ask{target: "/sign-in"}, 200, "bob@example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := c.ask.of(c.of)
			checkStatus(t, w, c.status)
			page := w.Body.String()
			if got := w.Header().Get("Content-Type"); got != "text/html; charset=utf-8" {
				t.Errorf("got Content-Type %q", got)
			}
			for _, want := range []string{c.want, statement, `<span class="switch">expired</span>`, `<span class="switch">clock -1m30s</span>`} {
				if !strings.Contains(page, want) {
					t.Errorf("%q is not in %s", want, page)
				}
			}
			if strings.Index(page, statement) > strings.Index(page, "<header>") {
				t.Error("the statement is not at the top")
			}
			if got := strings.Count(page, snippet); got != 1 || !strings.HasSuffix(page, snippet+"</body>\n</html>\n") {
				t.Errorf("the snippet is there %d times, want once before </body>: %s", got, page)
			}
			if strings.Contains(page, "%!") {
				t.Errorf("a value is missing, or is one too many, in %s", page)
			}
			if strings.Count(page, "<script") != 1 || strings.Contains(page, secret) {
				t.Errorf("a script of its own, or the secret, is in %s", page)
			}
		})
	}
}

// Every link to a page of the shop wakes the snippet, and every one of them leads somewhere.
func TestLinks(t *testing.T) {
	t.Parallel()
	s := open(t, config())
	for _, target := range []string{"/", "/sign-in", "/products/mug", "/switches"} {
		for _, part := range strings.Split(ask{target: target, customer: "12"}.of(s).Body.String(), `<a `)[1:] {
			_, href, _ := strings.Cut(part, `href="`)
			href, _, _ = strings.Cut(href, `"`)
			if !strings.HasPrefix(href, "/customer/") && !strings.HasSuffix(href, "?jotwatch=4927") {
				t.Errorf("%s: the link %s does not wake the snippet", target, href)
			}
			checkStatus(t, ask{target: href, customer: "12"}.of(s), http.StatusOK)
		}
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	s := open(t, config())
	for target, want := range map[string]string{"/style.css": "text/css; charset=utf-8", "/products.svg": "image/svg+xml"} {
		w := get(s, target)
		checkStatus(t, w, http.StatusOK)
		if got := w.Header().Get("Content-Type"); got != want || w.Body.Len() == 0 {
			t.Errorf("%s: got %q with %d bytes, want %q", target, got, w.Body.Len(), want)
		}
	}
	drawings, welcome := get(s, "/products.svg").Body.String(), get(s, "/").Body.String()
	for _, part := range strings.Split(welcome, "/products.svg#")[1:] {
		if id, _, _ := strings.Cut(part, `"`); !strings.Contains(drawings, `id="`+id+`"`) {
			t.Errorf("%s has no drawing", id)
		}
	}
}

func TestHostileText(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.Name = `</title><script>alert(1)</script>`
	cfg.Customers = []storefront.Customer{{ID: 7, Name: `"><script>alert(2)</script>`, Email: `<img src=x onerror=alert(3)>@x`}}
	cfg.App.ClientID = `a"b&c=<script>`
	cfg.WakeUp = `x="><script>`
	s := open(t, cfg)
	for _, target := range []string{"/", "/sign-in", "/switches", "/products/mug", "/<script>alert(4)"} {
		page := ask{target: target, customer: "7"}.of(s).Body.String()
		if got := strings.Count(page, "<script"); got != 1 {
			t.Errorf("%s: got %d scripts, want the snippet's: %s", target, got, page)
		}
		if strings.Contains(page, "<img") {
			t.Errorf("%s: an image got in: %s", target, page)
		}
	}
	w := post(s, "/switches", "slow=%22%3E%3Cscript%3E")
	checkStatus(t, w, http.StatusBadRequest)
	if got := strings.Count(w.Body.String(), "<script"); got != 1 {
		t.Errorf("what was typed came back as HTML: %s", w.Body)
	}
}

// Each place that shows text from outside shows all of it, and as text.
func TestHostilePlaces(t *testing.T) {
	t.Parallel()
	const raw, text = `"'><b>&lt;%s%`, `&#34;&#39;&gt;&lt;b&gt;&amp;lt;%s%`
	cfg := config()
	cfg.Name = "shop" + raw
	cfg.Customers = []storefront.Customer{{ID: 7, Name: "name" + raw, Email: "mail" + raw}}
	cfg.App.ClientID, cfg.App.StoreHash = "app"+raw, "hash"+raw
	cfg.WakeUp = `x="'><b>&y`
	s := open(t, cfg)
	everywhere := []string{
		" – shop" + text + " – jotwatch's test storefront</title>",
		`<a class="name" href="/?x=&#34;&#39;&gt;&lt;b&gt;&amp;y">shop` + text + "</a>",
		`href="/switches?x=&#34;&#39;&gt;&lt;b&gt;&amp;y">Change switches`,
		"Signed in as <strong>name" + text + "</strong>",
	}
	for _, c := range []struct {
		ask   ask
		wants []string
	}{
		{ask{target: "/"}, []string{
			"<h1>Welcome, name" + text + "</h1>", "<strong>#7</strong>, mail" + text + ", in no group.",
			`href="/customer/current.jwt?app_client_id=app%22%27%3E%3Cb%3E%26lt%3B%25s%25">/customer/current.jwt?app_client_id=app` + text + "</a>",
			"<strong>hash" + text + "</strong>", `<a href="/products/mug?x=&#34;&#39;&gt;&lt;b&gt;&amp;y">`,
		}},
		{ask{target: "/sign-in"}, []string{"<strong>name" + text + "</strong> <span", "#7 · mail" + text + " · no group"}},
		{ask{target: "/products/mug"}, []string{`<p><a href="/?x=&#34;&#39;&gt;&lt;b&gt;&amp;y">← All`}},
		{ask{target: "/switches"}, nil},
		{ask{target: "/" + url.PathEscape(raw)}, nil},
		{ask{method: http.MethodPost, target: "/switches", form: "slow=" + url.QueryEscape(raw)}, []string{
			`name="slow" value="` + text + `" size`, "Nothing was changed: slow is &#34;" + `\` + text + "&#34;, want a length",
		}},
		{ask{method: http.MethodPost, target: "/switches", form: url.QueryEscape(raw) + "=on"}, []string{
			"Nothing was changed: there is no switch &#34;" + `\` + text + "&#34;.",
		}},
	} {
		c.ask.customer = "7"
		page := c.ask.of(s).Body.String()
		for _, want := range append(c.wants, everywhere...) {
			if !strings.Contains(page, want) {
				t.Errorf("%s %s: %q is not in %s", c.ask.target, c.ask.form, want, page)
			}
		}
		if strings.Contains(page, "<b>") || strings.Contains(page, "%!") {
			t.Errorf("%s %s: text became HTML, or was read as a verb: %s", c.ask.target, c.ask.form, page)
		}
	}
}

func TestCookie(t *testing.T) {
	t.Parallel()
	s := open(t, config())
	want := http.Cookie{Name: "jotwatch_storefront", Value: "12", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	check := func(w *httptest.ResponseRecorder) {
		t.Helper()
		cookies := w.Result().Cookies()
		if len(cookies) != 1 {
			t.Fatalf("got cookies %v, want one", cookies)
		}
		got := *cookies[0]
		got.Raw = ""
		if got.String() != want.String() {
			t.Errorf("got cookie %s, want %s", &got, &want)
		}
	}
	check(post(s, "/sign-in", "customer=12"))
	r := httptest.NewRequest(http.MethodPost, "/sign-in", strings.NewReader("customer=12"))
	r.Host, r.TLS = host, &tls.ConnectionState{}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	want.Secure = true
	check(w)
	want.Secure, want.Value, want.MaxAge = false, "", -1
	check(post(s, "/sign-out", ""))
	if got := post(s, "/sign-in", "customer=13").Header().Get("Set-Cookie"); got != "" {
		t.Errorf("an unknown customer got cookie %q", got)
	}
	if got := post(s, "/sign-in?customer=12", "").Header().Get("Set-Cookie"); got != "" {
		t.Errorf("a customer in the URL got cookie %q", got)
	}
}
