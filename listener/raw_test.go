package listener_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"jotwatch/inbox"
	"jotwatch/listener"
)

// A served door is a real one, on a port of its own.
type served struct {
	t       *testing.T
	addr    string
	door    *listener.Door
	queue   *inbox.Queue
	unheard chan string
	stop    func()        // and waits
	ended   chan struct{} // when it has
}

func serve(t *testing.T, addr string, options listener.Options) *served {
	t.Helper()
	bound, err := listener.Open(t.Context(), addr, options)
	if err != nil {
		t.Fatal(err)
	}
	s := &served{t: t, addr: bound.Addr(), queue: inbox.NewQueue(), unheard: make(chan string, 100), ended: make(chan struct{})}
	s.door = listener.New(listener.Config{Queue: s.queue, Hosts: bound.Hosts(), Now: time.Now})
	s.door.Admit([]listener.Key{{Key: key, Profile: "acme", Origins: []string{origin}}})
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer close(s.ended)
		if err := bound.Serve(ctx, s.door, func(why string) { s.unheard <- why }); err != nil {
			t.Error(err)
		}
	}()
	s.stop = func() { cancel(); <-s.ended }
	t.Cleanup(s.stop)
	return s
}

func (s *served) dial() net.Conn {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	return conn
}

func (s *served) post(text string) string {
	return fmt.Sprintf("POST /in/%s HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nContent-Length: %d\r\n\r\n%s", key, s.addr, origin, len(text), text)
}

// status sends a raw request and reads the status of the answer, 0 where the connection ends without one.
func status(t *testing.T, conn net.Conn, request string) int {
	t.Helper()
	_, _ = io.WriteString(conn, request) // the other side may have hung up already
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

func (s *served) next() *inbox.Arrival {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	defer cancel()
	batch := s.queue.Take(ctx)
	if len(batch) != 1 {
		s.t.Fatalf("%d arrivals, want 1", len(batch))
	}
	return batch[0]
}

func TestBadHTTP(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1:0", listener.Options{})
	for name, c := range map[string]struct {
		request string
		want    []int
	}{
		"rubbish":             {"\x00\x01\x02\r\n\r\n", []int{400}},
		"no host":             {"POST /in/" + key + " HTTP/1.1\r\nContent-Length: 0\r\n\r\n", []int{400}},
		"two hosts":           {"GET / HTTP/1.1\r\nHost: " + s.addr + "\r\nHost: evil\r\n\r\n", []int{400}},
		"foreign host":        {"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", []int{421}},
		"absolute URL":        {"GET http://evil.example/ HTTP/1.1\r\nHost: " + s.addr + "\r\n\r\n", []int{421}},
		"HTTP/1.0, no host":   {"GET / HTTP/1.0\r\n\r\n", []int{421}},
		"smuggled length":     {"POST /in/" + key + " HTTP/1.1\r\nHost: " + s.addr + "\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde", []int{400}},
		"length and chunks":   {"POST /in/" + key + " HTTP/1.1\r\nHost: " + s.addr + "\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", []int{202, 400}},
		"unknown encoding":    {"POST /in/" + key + " HTTP/1.1\r\nHost: " + s.addr + "\r\nTransfer-Encoding: gzip\r\n\r\n", []int{501}},
		"OPTIONS of all":      {"OPTIONS * HTTP/1.1\r\nHost: evil.example\r\n\r\n", []int{421}},
		"long header":         {"GET / HTTP/1.1\r\nHost: " + s.addr + "\r\nX: " + strings.Repeat("a", 64<<10) + "\r\n\r\n", []int{431, 0}},
		"long path":           {"GET /" + strings.Repeat("a", 64<<10) + " HTTP/1.1\r\nHost: " + s.addr + "\r\n\r\n", []int{431, 0}},
		"claimed too large":   {"POST /in/" + key + " HTTP/1.1\r\nHost: " + s.addr + "\r\nContent-Length: 99999999\r\n\r\n", []int{413}},
		"path escapes":        {"POST /x/../in/" + key + " HTTP/1.1\r\nHost: " + s.addr + "\r\nContent-Length: 0\r\n\r\n", []int{404}},
		"TLS to a plain port": {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", []int{400, 0}},
	} {
		if got := status(t, s.dial(), c.request); !slices.Contains(c.want, got) {
			t.Errorf("%s: status %d, want %v", name, got, c.want)
		}
	}
	if got := status(t, s.dial(), s.post(token)); got != 202 {
		t.Errorf("then status %d, want 202", got)
	}
}

func TestPipelining(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1:0", listener.Options{})
	conn := s.dial()
	const n = 20
	if _, err := io.WriteString(conn, strings.Repeat(s.post(token), n)); err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(conn)
	for i := range n {
		answer, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatalf("answer %d: %v", i, err)
		}
		text, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if want := fmt.Sprintf("{\"id\":%d}\n", i+1); answer.StatusCode != 202 || string(text) != want {
			t.Errorf("answer %d: %d %q, want %q", i, answer.StatusCode, text, want)
		}
	}
}

// A request that does not come to its end is ended, and what of it was understood is told.
func TestSlow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sent   string // %s is the address
		most   time.Duration
		status int
		reason string
	}{
		"header": {"POST /in/" + key + " HTTP/1.1\r\nHost: %s\r\nX: ", 15 * time.Second, 0, ""},
		"body":   {"POST /in/" + key + " HTTP/1.1\r\nHost: %s\r\nContent-Length: 500\r\n\r\nabc", 25 * time.Second, 408, "did not come within 10 s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, "127.0.0.1:0", listener.Options{})
			conn := s.dial()
			if _, err := fmt.Fprintf(conn, c.sent, s.addr); err != nil {
				t.Fatal(err)
			}
			dripping, end := context.WithCancel(t.Context())
			defer end()
			go func() { // a byte a second keeps no connection open
				for dripping.Err() == nil {
					time.Sleep(time.Second)
					_, _ = conn.Write([]byte("a"))
				}
			}()
			start := time.Now()
			if got := status(t, conn, ""); got != c.status {
				t.Errorf("status %d, want %d", got, c.status)
			}
			if took := time.Since(start); took > c.most {
				t.Errorf("it was ended after %v, want at most %v", took, c.most)
			}
			if c.reason != "" {
				if a := s.next(); a.Outcome != inbox.Rejected || !strings.Contains(a.Reason, c.reason) {
					t.Errorf("arrived %+v", a)
				}
			}
		})
	}
}

func TestBodyBreaksOff(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1:0", listener.Options{})
	for _, request := range []string{
		"POST /in/" + key + " HTTP/1.1\r\nHost: " + s.addr + "\r\nContent-Length: 500\r\n\r\nabc",
		"POST /in/" + key + " HTTP/1.1\r\nHost: " + s.addr + "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
	} {
		conn := s.dial()
		if _, err := io.WriteString(conn, request); err != nil {
			t.Fatal(err)
		}
		_ = conn.(*net.TCPConn).CloseWrite()
		if a := s.next(); a.Status != 400 || a.Reason != "the body broke off" {
			t.Errorf("arrived %+v", a)
		}
	}
}

// Connections that ask nothing do not keep anybody out, and are never more than 256.
func TestIdleConnections(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1:0", listener.Options{})
	used := s.dial()
	if got := status(t, used, s.post(token)); got != 202 {
		t.Errorf("status %d, want 202", got)
	}
	idle := make([]net.Conn, 1000)
	for i := range idle {
		idle[i] = s.dial()
	}
	if got := status(t, s.dial(), s.post(token)); got != 202 {
		t.Errorf("status %d, want 202", got)
	}
	open := 0
	for _, conn := range append(idle, used) {
		_ = conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		if _, err := conn.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
			open++
		}
	}
	if open > 256 {
		t.Errorf("%d connections are open, at most 256", open)
	}
}

// Nor do those whose requests come to no end.
func TestHalfBodies(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1:0", listener.Options{})
	for _, host := range []string{s.addr, "evil.example"} {
		for range 300 {
			if _, err := fmt.Fprintf(s.dial(), "POST /in/%s HTTP/1.1\r\nHost: %s\r\nContent-Length: 500\r\n\r\nabc", key, host); err != nil {
				t.Fatal(err)
			}
		}
		if got := status(t, s.dial(), s.post(token)); got != 202 {
			t.Errorf("%s: status %d, want 202", host, got)
		}
	}
}

// What was taken is there also when it is stopped, and a request that has begun is answered.
func TestStop(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1:0", listener.Options{})
	idle, begun := s.dial(), s.dial()
	request := s.post(token)
	if _, err := io.WriteString(begun, request[:len(request)-5]); err != nil {
		t.Fatal(err)
	}
	if got := status(t, s.dial(), s.post(token)); got != 202 { // by now the one that has begun is read as well
		t.Fatalf("status %d", got)
	}
	stopped := make(chan struct{})
	go func() { s.stop(); close(stopped) }()
	for { // until it takes no more connections
		conn, err := net.Dial("tcp", s.addr)
		if err != nil {
			break
		}
		_ = conn.Close()
	}
	if got := status(t, begun, request[len(request)-5:]); got != 202 {
		t.Errorf("the request that had begun: status %d, want 202", got)
	}
	<-stopped
	if _, err := idle.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the idle connection is still open: %v", err)
	}
	if got := len(arrived(s.queue)); got != 2 {
		t.Errorf("%d arrivals, want 2", got)
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	certificate := httptest.NewTLSServer(nil)
	pair := certificate.TLS.Certificates[0]
	certificate.Close()
	for name, c := range map[string]struct {
		addr    string
		options listener.Options
		want    error
	}{
		"loopback":               {"127.0.0.1:0", listener.Options{}, nil},
		"another loopback":       {"127.0.0.2:0", listener.Options{}, nil},
		"localhost":              {"localhost:0", listener.Options{}, nil},
		"all":                    {"0.0.0.0:0", listener.Options{}, listener.ErrNotLoopback},
		"all, IPv6":              {"[::]:0", listener.Options{}, listener.ErrNotLoopback},
		"all, unsaid":            {":0", listener.Options{}, listener.ErrBadAddr},
		"mapped loopback":        {"[::ffff:127.0.0.1]:0", listener.Options{}, nil},
		"another name":           {"example.com:0", listener.Options{}, listener.ErrNotLoopback},
		"remote":                 {"0.0.0.0:0", listener.Options{AllowRemote: true}, listener.ErrNeedsTLS},
		"remote by TLS":          {"0.0.0.0:0", listener.Options{AllowRemote: true, Certificate: &pair}, nil},
		"TLS alone":              {"0.0.0.0:0", listener.Options{Certificate: &pair}, listener.ErrNotLoopback},
		"no port":                {"127.0.0.1", listener.Options{}, listener.ErrBadAddr},
		"no such port":           {"127.0.0.1:70000", listener.Options{}, listener.ErrBadAddr},
		"a URL":                  {"http://127.0.0.1:1", listener.Options{}, listener.ErrBadAddr},
		"a service for the port": {"127.0.0.1:http", listener.Options{}, listener.ErrBadAddr},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bound, err := listener.Open(t.Context(), c.addr, c.options)
			if !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
			if err == nil {
				bound.Close()
			}
		})
	}
}

func TestPortInUse(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1:0", listener.Options{})
	_, err := listener.Open(t.Context(), s.addr, listener.Options{})
	if taken, ok := errors.AsType[*listener.InUseError](err); !ok || taken.Who != fmt.Sprintf("another jotwatch (process %d)", os.Getpid()) {
		t.Errorf("error %v", err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	_, err = listener.Open(t.Context(), silent.Addr().String(), listener.Options{})
	if taken, ok := errors.AsType[*listener.InUseError](err); !ok || taken.Who != "another program" {
		t.Errorf("error %v", err)
	}
}

// Both loopbacks are served, where the machine has both.
func TestBothLoopbacks(t *testing.T) {
	t.Parallel()
	s := serve(t, "localhost:0", listener.Options{})
	_, port, _ := net.SplitHostPort(s.addr)
	for _, ip := range []string{"127.0.0.1", "::1"} {
		addr := net.JoinHostPort(ip, port)
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			if probe, noIPv6 := net.Listen("tcp", "[::1]:0"); noIPv6 == nil {
				_ = probe.Close()
				t.Errorf("dial %s: %v", addr, err)
			}
			continue
		}
		if got := status(t, conn, "GET / HTTP/1.1\r\nHost: "+addr+"\r\nConnection: close\r\n\r\n"); got != 200 {
			t.Errorf("%s: status %d, want 200", addr, got)
		}
		_ = conn.Close()
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	maker := httptest.NewTLSServer(nil)
	pair, client := maker.TLS.Certificates[0], maker.Client()
	maker.Close()
	s := serve(t, "127.0.0.1:0", listener.Options{Certificate: &pair})
	_, port, _ := net.SplitHostPort(s.addr)
	transport := client.Transport.(*http.Transport)
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, s.addr)
	}
	for host, want := range map[string]int{"127.0.0.1": 202, "example.com": 202, "localhost": 202, "evil.example": 421} {
		transport.TLSClientConfig.ServerName = "example.com" // that the certificate is for
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+net.JoinHostPort(host, port)+"/in/"+key, strings.NewReader(token))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s: status %d, want %d", host, answer.StatusCode, want)
		}
	}
	if conn, err := tls.Dial("tcp", s.addr, &tls.Config{}); err == nil {
		_ = conn.Close()
		t.Error("a certificate that nobody trusts was taken")
	}
	if why := <-s.unheard; !strings.Contains(why, "bad certificate") {
		t.Errorf("of a client that does not trust the certificate it is said: %q", why)
	}
	if got := status(t, s.dial(), s.post(token)); got != 400 {
		t.Errorf("in the clear: status %d, want 400", got)
	}
	if why := <-s.unheard; !strings.Contains(why, "client sent an HTTP request to an HTTPS server") {
		t.Errorf("of a client in the clear it is said: %q", why)
	}
	conn, err := tls.Dial("tcp", s.addr, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11})
	if err == nil {
		_ = conn.Close()
		t.Error("TLS 1.1 is spoken")
	}
}
