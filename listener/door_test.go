package listener_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jotwatch/inbox"
	"jotwatch/listener"
)

const (
	host   = "127.0.0.1:4927"
	key    = "acme-key-0123456789"
	other  = "other-key-0123456789"
	origin = "https://shop.example.com"
	token  = "eyJhbGciOiJIUzUxMiJ9.eyJpYXQiOjF9.c2ln"
)

func newDoor() (*listener.Door, *inbox.Queue) {
	queue := inbox.NewQueue()
	door := listener.New(listener.Config{Queue: queue, Hosts: []string{host, "localhost:4927"}, Now: func() time.Time { return time.Unix(1700000000, 0) }})
	door.Admit([]listener.Key{
		{Key: key, Profile: "acme", Origins: []string{origin}},
		{Key: other, Origins: []string{origin, "https://other.example"}},
	})
	return door, queue
}

// A call is a request that would be taken, and what is changed about it.
func call(change func(*http.Request)) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "http://"+host+"/in/"+key, strings.NewReader(token))
	r.Header.Set("Origin", origin)
	if change != nil {
		change(r)
	}
	return r
}

// arrived are the arrivals that are in the queue now.
func arrived(q *inbox.Queue) []*inbox.Arrival {
	ended, end := context.WithCancel(context.Background())
	end()
	return q.Take(ended)
}

func body(n int) func(*http.Request) {
	return func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(strings.Repeat("x", n))), int64(n)
	}
}

func chunked(n int) func(*http.Request) {
	return func(r *http.Request) { body(n)(r); r.ContentLength = -1 }
}

// Each request has everything wrong from one step on: the first of them is what it is refused for.
func TestRefusalsInOrder(t *testing.T) {
	t.Parallel()
	steps := []struct {
		status int
		reason string
		wrong  func(*http.Request)
	}{
		{http.StatusMisdirectedRequest, `the Host header says "evil.example:4927"`, func(r *http.Request) { r.Host = "evil.example:4927" }},
		{http.StatusMethodNotAllowed, "the request was a PUT", func(r *http.Request) { r.Method = http.MethodPut }},
		{http.StatusNotFound, "no key that is known here", func(r *http.Request) { r.URL.Path = "/in/nobody" }},
		{http.StatusForbidden, "pages of https://evil.example may not send here", func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }},
		{http.StatusRequestEntityTooLarge, "larger than 64 KiB", body(64<<10 + 1)},
	}
	for i, step := range steps {
		door, queue := newDoor()
		r := call(func(r *http.Request) {
			for _, s := range steps[i:] {
				s.wrong(r)
			}
		})
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		if w.Code != step.status {
			t.Errorf("status %d, want %d", w.Code, step.status)
		}
		if said := w.Body.String(); strings.Contains(said, "evil") || strings.Contains(said, token) {
			t.Errorf("%d: the answer repeats the request: %q", step.status, said)
		}
		got := arrived(queue)
		if len(got) != 1 || got[0].Outcome != inbox.Rejected || got[0].Status != step.status || !strings.Contains(got[0].Reason, step.reason) || got[0].ID != 1 {
			t.Errorf("%d: arrived %+v, want it rejected with %q", step.status, *got[0], step.reason)
		}
	}
}

func TestFullQueueIs503(t *testing.T) {
	t.Parallel()
	door, queue := newDoor()
	n := 0
	for ; n < 100_000; n++ {
		w := httptest.NewRecorder()
		if door.ServeHTTP(w, call(nil)); w.Code != http.StatusAccepted {
			if w.Code != http.StatusServiceUnavailable || w.Header().Get("Access-Control-Allow-Origin") != origin {
				t.Errorf("status %d, header %v", w.Code, w.Header())
			}
			break
		}
	}
	taken, refused := 0, 0
	for batch := arrived(queue); len(batch) > 0; batch = arrived(queue) {
		for _, a := range batch {
			if a.Outcome == inbox.Rejected {
				refused++
			} else {
				taken++
			}
		}
	}
	if taken != n || refused != 1 {
		t.Errorf("%d were taken and %d refused, want %d and 1", taken, refused, n)
	}
	w := httptest.NewRecorder()
	if door.ServeHTTP(w, call(nil)); w.Code != http.StatusAccepted {
		t.Errorf("then status %d, want 202", w.Code)
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	form := func(r *http.Request) {
		r.Header.Set("Origin", "null")
		r.Header.Set("Sec-Fetch-Mode", "navigate")
		r.Header.Set("Sec-Fetch-Dest", "document")
		r.Header.Set("Content-Type", "text/plain")
	}
	for name, c := range map[string]struct {
		change  func(*http.Request)
		status  int
		allowed string // Access-Control-Allow-Origin
		arrives bool
	}{
		"taken":                             {nil, 202, origin, true},
		"other host":                        {func(r *http.Request) { r.Host = "localhost:4927" }, 202, origin, true},
		"host in capitals":                  {func(r *http.Request) { r.Host = "LOCALHOST:4927" }, 421, "", true},
		"host without port":                 {func(r *http.Request) { r.Host = "127.0.0.1" }, 421, "", true},
		"no origin, as curl":                {func(r *http.Request) { r.Header.Del("Origin") }, 202, "", true},
		"empty origin":                      {func(r *http.Request) { r.Header.Set("Origin", "") }, 403, "", true},
		"two origins":                       {func(r *http.Request) { r.Header.Add("Origin", origin) }, 403, "", true},
		"origin of another profile":         {func(r *http.Request) { r.Header.Set("Origin", "https://other.example") }, 403, "", true},
		"origin with a port":                {func(r *http.Request) { r.Header.Set("Origin", origin+":443") }, 403, "", true},
		"origin by http":                    {func(r *http.Request) { r.Header.Set("Origin", "http://shop.example.com") }, 403, "", true},
		"subdomain":                         {func(r *http.Request) { r.Header.Set("Origin", "https://a.shop.example.com") }, 403, "", true},
		"for no profile":                    {func(r *http.Request) { r.URL.Path = "/in/" + other; r.Header.Set("Origin", "https://other.example") }, 202, "https://other.example", true},
		"no key, from a page that may send": {func(r *http.Request) { r.URL.Path = "/in/old" }, 404, origin, true},
		"key and more":                      {func(r *http.Request) { r.URL.Path += "/x" }, 404, origin, true},
		"no key at all":                     {func(r *http.Request) { r.URL.Path = "/in/" }, 404, origin, true},
		"another path":                      {func(r *http.Request) { r.URL.Path = "/" + key }, 404, origin, true},
		"GET":                               {func(r *http.Request) { r.Method = http.MethodGet }, 405, "", true},
		"POST to the root":                  {func(r *http.Request) { r.URL.Path = "/" }, 405, "", true},
		"a form, origin withheld":           {form, 202, "", true},
		"origin withheld by a frame":        {func(r *http.Request) { form(r); r.Header.Set("Sec-Fetch-Dest", "iframe") }, 403, "", true},
		"origin withheld by fetch":          {func(r *http.Request) { form(r); r.Header.Set("Sec-Fetch-Mode", "cors") }, 403, "", true},
		"origin withheld, JSON":             {func(r *http.Request) { form(r); r.Header.Set("Content-Type", "application/json") }, 403, "", true},
		"origin withheld, no hint":          {func(r *http.Request) { r.Header.Set("Origin", "null") }, 403, "", true},
		"largest":                           {body(64 << 10), 202, origin, true},
		"largest in chunks":                 {chunked(64 << 10), 202, origin, true},
		"too large in chunks":               {chunked(64<<10 + 1), 413, origin, true},
		"empty":                             {body(0), 202, origin, true},
		"preflight":                         {func(r *http.Request) { r.Method = http.MethodOptions }, 204, origin, false},
		"preflight of a stranger":           {func(r *http.Request) { r.Method = http.MethodOptions; r.Header.Set("Origin", "https://evil.example") }, 403, "", true},
		"greeting": {func(r *http.Request) {
			r.Method, r.URL.Path = http.MethodGet, "/"
			r.Header.Set("Origin", "https://evil.example")
		}, 200, "", false},
		"greeting, foreign name": {func(r *http.Request) { r.Method, r.URL.Path, r.Host = http.MethodGet, "/", "evil.example" }, 421, "", true},
		"icon":                   {func(r *http.Request) { r.Method, r.URL.Path = http.MethodGet, "/favicon.ico" }, 204, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			door, queue := newDoor()
			w := httptest.NewRecorder()
			door.ServeHTTP(w, call(c.change))
			if w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
			if got := w.Header().Get("Access-Control-Allow-Origin"); got != c.allowed {
				t.Errorf("Access-Control-Allow-Origin is %q, want %q", got, c.allowed)
			}
			if c.allowed != "" && w.Header().Get("Vary") != "Origin" {
				t.Errorf("Vary is %q, want Origin", w.Header().Get("Vary"))
			}
			got := arrived(queue)
			if (len(got) == 1) != c.arrives {
				t.Fatalf("%d arrivals", len(got))
			}
			if c.arrives && (got[0].Outcome == inbox.Rejected) != (c.status != 202) {
				t.Errorf("arrived %+v", got[0])
			}
			if c.status == 202 && strings.Contains(w.Body.String(), "x") {
				t.Errorf("the answer is an echo: %q", w.Body.String())
			}
		})
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	door, _ := newDoor()
	w := httptest.NewRecorder()
	door.ServeHTTP(w, call(func(r *http.Request) { r.Method = http.MethodOptions }))
	for name, want := range map[string]string{
		"Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "Content-Type, Authorization", "Vary": "Origin",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// Whatever a token comes in, it is found, and what the page says about it is kept.
func TestBodies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body   string
		header map[string]string
		want   *inbox.Arrival
	}{
		"raw":           {token, nil, &inbox.Arrival{Text: token}},
		"JSON":          {`{"token":"` + token + `"}`, nil, &inbox.Arrival{Text: `{"token":"` + token + `"}`}},
		"form":          {"a=1&token=" + token, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, &inbox.Arrival{Text: "a=1&token=" + token}},
		"authorization": {"", map[string]string{"Authorization": "Bearer " + token}, &inbox.Arrival{Text: "Bearer " + token}},
		"referer":       {token, map[string]string{"Referer": origin + "/cart?email=jane#x"}, &inbox.Arrival{Text: token, Page: origin + "/cart"}},
		"envelope": {
			`{"jotwatch":1,"status":404,"type":"application/json","page":"https://shop.example.com/cart?a=b","redirected":false,"body":"{\"errors\":[]}"}`, nil,
			&inbox.Arrival{Text: `{"errors":[]}`, Status: 404, Page: "https://shop.example.com/cart"},
		},
		"no answer": {
			`{"jotwatch":1,"status":0,"page":"https://shop.example.com/","body":"","error":"Failed to fetch"}`, nil,
			&inbox.Arrival{Failed: "Failed to fetch", Page: "https://shop.example.com/"},
		},
		"envelope in a form": {
			`jotwatch={"jotwatch":1,"status":200,"body":"` + token + `"}` + "\r\n", map[string]string{"Content-Type": "text/plain"},
			&inbox.Arrival{Text: token, Status: 200},
		},
		"envelope in an encoded form": {
			"jotwatch=%7B%22jotwatch%22%3A1%2C%22status%22%3A200%2C%22body%22%3A%22" + token + "%22%7D", map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
			&inbox.Arrival{Text: token, Status: 200},
		},
		"an envelope of the future": {`{"jotwatch":2,"body":"` + token + `"}`, nil, &inbox.Arrival{Text: `{"jotwatch":2,"body":"` + token + `"}`}},
		"no envelope":               {`{"jotwatch":`, nil, &inbox.Arrival{Text: `{"jotwatch":`}},
		"an impossible status":      {`{"jotwatch":1,"status":-5,"body":"x"}`, nil, &inbox.Arrival{Text: "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			door, queue := newDoor()
			r := call(body(0))
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(c.body)), int64(len(c.body))
			for name, value := range c.header {
				r.Header.Set(name, value)
			}
			door.ServeHTTP(httptest.NewRecorder(), r)
			got := arrived(queue)
			if len(got) != 1 {
				t.Fatalf("%d arrivals", len(got))
			}
			c.want.ID, c.want.At, c.want.Source, c.want.Profile, c.want.Origin = 1, time.Unix(1700000000, 0), inbox.Listener, "acme", origin
			if a, b := fields(got[0]), fields(c.want); a != b {
				t.Errorf("arrived\n%v, want\n%v", a, b)
			}
		})
	}
}

// fields are what a door fills in.
func fields(a *inbox.Arrival) [11]any {
	return [...]any{a.ID, a.At, a.Source, a.Outcome, a.Status, a.Page, a.Origin, a.Profile, a.Reason, a.Text, a.Failed}
}

func FuzzBody(f *testing.F) {
	for _, seed := range []string{token, "", `{"jotwatch":1,"status":200,"page":"p","body":"b"}`, "jotwatch={}", "jotwatch=%zz", `{"jotwatch":1,"body":"\ud800"}`} {
		f.Add(seed, "text/plain", "")
		f.Add(seed, "application/x-www-form-urlencoded", "Bearer x")
	}
	f.Fuzz(func(t *testing.T, text, kind, authorization string) {
		door, queue := newDoor()
		r := call(body(0))
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), -1
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Authorization", authorization)
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		got := arrived(queue)
		if len(got) != 1 || (w.Code == http.StatusAccepted) == (got[0].Outcome == inbox.Rejected) {
			t.Fatalf("status %d, arrived %+v", w.Code, got)
		}
		box := inbox.New(inbox.Limits{}, 0)
		now := time.Unix(1700000000, 0)
		box.Add(got...)
		if got[0].Outcome == "" || len(box.JSON(got[0], now)) == 0 {
			t.Errorf("it came to nothing: %+v", got[0])
		}
	})
}
