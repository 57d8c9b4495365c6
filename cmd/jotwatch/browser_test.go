package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jotwatch/listener/chromiumtest"
)

// One profile, jotwatch listen, jotwatch storefront, and a browser.
func TestStorefrontInABrowser(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.run(exitAsAsked, secret, "profile", "add", "acme", "--client-id", clientID, "--store-hash", storeHash)
	listen := startServer(t, d.env, "listen", "--json", "--addr", "127.0.0.1:0")
	shop := startServer(t, d.env, "storefront", "--addr", "127.0.0.1:0", "--listener", listen.address())
	browser := chromiumtest.Start(t, "host-resolver-rules=MAP rebound.example 127.0.0.1")
	all := func(line) bool { return true }

	// Its origin is not allowed yet, because it is not at its usual port: what to type is on the page, and works at once.
	browser.Open(shop.url + "/?jotwatch")
	badge := browser.UntilBadge("refuses this page's origin: jotwatch profile edit acme --add-origin " + shop.url)
	if l := listen.next("the refusal", all); l.Outcome != "rejected" || l.Status != http.StatusForbidden || l.Origin != shop.url || l.Profile != "acme" {
		t.Errorf("got %+v, and the badge says %q", l, badge)
	}
	d.run(exitAsAsked, "", "profile", "edit", "acme", "--add-origin", shop.url)
	d.admitted(listen, shop.url)
	browser.Press("send again")
	browser.UntilBadge("no customer is signed in", "Delivered as #")
	guest := func(l line) bool { return l.Outcome == "guest" && l.Page != "" }
	if l := listen.next("the guest", guest); l.Status != http.StatusNotFound || l.Profile != "acme" || l.Page != shop.url+"/" {
		t.Errorf("got %+v", l)
	}

	signIn := func(id string) {
		browser.Open(shop.url + "/sign-in?jotwatch")
		browser.UntilBadge("Delivered as #")
		browser.Press("close") // it can stand over a button in so small a window
		browser.Click(`button[name=customer][value="` + id + `"]`)
		browser.Until(`location.pathname === '/'`)
		browser.UntilBadge("Delivered as #")
	}
	token := func(id int) func(line) bool {
		return func(l line) bool { return l.Outcome == "token" && l.Report.Claims.Customer.ID == id }
	}
	signIn("4927")
	if l := listen.next("Jane's token", token(4927)); l.Report.Verdict != "valid" || l.Report.Profile != "acme" || l.Status != http.StatusOK {
		t.Errorf("got %+v", l)
	}
	signIn("12")
	if l := listen.next("Bob's token", token(12)); l.Report.Verdict != "valid" {
		t.Errorf("got %+v", l)
	}
	browser.Click(`form[action^="/sign-out"] button`)
	if l := listen.next("the guest again", guest); l.Page != shop.url+"/" {
		t.Errorf("got %+v", l)
	}

	for _, c := range []struct{ form, outcome, verdict string }{
		{"expired=on", "token", "expired"},
		{"wrong-secret=on", "token", "invalid"},
		{"clock=10m", "token", "not_yet_valid"},
		{"guest=on", "guest", ""},
		{"unknown-client=on", "guest", ""},
		{"maintenance=on", "error", ""},
		{"slow=500ms", "token", "valid"},
		{"stale-group=on", "token", "valid"},
	} {
		form, _ := url.ParseQuery(c.form)
		answer, err := http.PostForm(shop.url+"/switches", form)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		signIn("318")
		listen.next(c.form, func(l line) bool {
			return l.Page == shop.url+"/" && l.Outcome == c.outcome && l.Report.Verdict == c.verdict
		})
		browser.UntilBadge("Delivered as #")
	}

	// A foreign name that points here reaches neither.
	browser.Open(strings.Replace(listen.url, "127.0.0.1", "rebound.example", 1) + "/")
	if l := listen.next("the foreign name", func(l line) bool { return l.Outcome == "rejected" }); l.Status != http.StatusMisdirectedRequest || !strings.Contains(l.Reason, "rebound.example") {
		t.Errorf("got %+v", l)
	}
	browser.Open(strings.Replace(shop.url, "127.0.0.1", "rebound.example", 1) + "/customer/current.jwt?app_client_id=" + clientID)
	if text := browser.Text("body"); !strings.Contains(text, "it answers only as") {
		t.Errorf("the shop answers a foreign name:\n%s", text)
	}
	code, lines := shop.end()
	if code != exitInterrupted || !strings.Contains(lines, "200  valid  customer 4927\n") {
		t.Errorf("the storefront: exit code %d\n%s", code, lines)
	}
	if code, _ := listen.end(); code != exitInterrupted {
		t.Errorf("the listener: exit code %d", code)
	}
}

// A page that counts as public needs the browser's permission: without it nothing arrives and the badge says why, with it the
// token does.
func TestPublicStorefront(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.run(exitAsAsked, secret, "profile", "add", "acme", "--client-id", clientID, "--store-hash", storeHash)
	cert, key := selfSigned(t)
	listen := startServer(t, d.env, "listen", "--json", "--addr", "127.0.0.1:0")
	shop := startServer(t, d.env, "storefront", "--addr", "127.0.0.1:0", "--listener", listen.address(), "--tls-cert", cert, "--tls-key", key)
	addr, origin := shop.address(), shop.url
	d.run(exitAsAsked, "", "profile", "edit", "acme", "--add-origin", origin)
	d.admitted(listen, origin)
	browser := chromiumtest.Start(t, chromiumtest.Public(addr))
	browser.Deny(origin, "loopback-network")
	browser.Open(shop.url + "/sign-in?jotwatch")
	browser.Click(`button[name=customer][value="4927"]`)
	browser.UntilBadge("Fetched a token", "The permission to reach this device (loopback network) is denied")
	browser.Grant(origin, "loopback-network")
	browser.Press("send again")
	browser.UntilBadge("Delivered as #")
	l := listen.next("anything from the page", func(l line) bool { return l.Page != "" })
	if l.Outcome != "token" || l.Report.Verdict != "valid" || l.Origin != origin {
		t.Errorf("the first that arrived is %+v", l)
	}
}

// address is where a server is, without its scheme.
func (s *server) address() string {
	_, addr, _ := strings.Cut(s.url, "://")
	return addr
}

// admitted waits until pages of an origin are let in.
func (d *desk) admitted(listen *server, origin string) {
	d.t.Helper()
	key := d.key("acme")
	for deadline := time.Now().Add(20 * time.Second); listen.post(key, `{"errors":["x"]}`, "Origin", origin) != http.StatusAccepted; {
		if time.Now().After(deadline) {
			d.t.Fatal("the new origin is not let in")
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// key is a profile's ingest key.
func (d *desk) key(profile string) string {
	d.t.Helper()
	var p struct {
		IngestKey string `json:"ingest_key"`
	}
	if err := json.Unmarshal([]byte(d.run(exitAsAsked, "", "profile", "show", profile, "--json")), &p); err != nil {
		d.t.Fatal(err)
	}
	return p.IngestKey
}

// freeAddr is an address that nobody listens at.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	return l.Addr().String()
}

// selfSigned makes a certificate for loopback, as files.
func selfSigned(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: encoded}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
