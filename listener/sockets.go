package listener

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// DefaultAddr is where the listener is unless it is told otherwise.
const DefaultAddr = "127.0.0.1:4927"

// Options say what Open may do.
type Options struct {
	AllowRemote bool             // bind another address than loopback; needs Certificate
	Certificate *tls.Certificate // nil is plain HTTP
}

// Why an address cannot be had.
var (
	ErrNotLoopback = errors.New("it is not a loopback address")
	ErrNeedsTLS    = errors.New("another address than loopback needs TLS")
	ErrBadAddr     = errors.New("it is no address: write HOST:PORT, such as " + DefaultAddr)
)

// An InUseError is a port that another program has.
type InUseError struct {
	Port int
	Who  string // "another jotwatch (process 4242)", or "another program"
}

func (e *InUseError) Error() string {
	return fmt.Sprintf("port %d is in use by %s", e.Port, e.Who)
}

// Sockets are bound and wait to be served.
type Sockets struct {
	bound  []net.Listener
	host   string // as it is written in a URL
	port   int
	secure bool
	names  []string // further hosts that the certificate is for
}

// CheckAddr reports whether an address can be listened at without further options. The errors are ErrBadAddr and ErrNotLoopback.
func CheckAddr(addr string) error {
	_, _, err := parseAddr(addr, Options{})
	return err
}

// parseAddr takes an address apart.
func parseAddr(addr string, options Options) (host string, port uint16, err error) {
	host, portText, err := net.SplitHostPort(addr)
	number, notANumber := strconv.ParseUint(portText, 10, 16)
	if err != nil || notANumber != nil || host == "" {
		return "", 0, fmt.Errorf("listen at %q: %w", addr, ErrBadAddr)
	}
	ip, notAnIP := netip.ParseAddr(host)
	loopback := host == "localhost" || notAnIP == nil && ip.Unmap().IsLoopback()
	switch {
	case !loopback && !options.AllowRemote:
		return "", 0, fmt.Errorf("listen at %s: %w", addr, ErrNotLoopback)
	case !loopback && options.Certificate == nil:
		return "", 0, fmt.Errorf("listen at %s: %w", addr, ErrNeedsTLS)
	}
	return host, uint16(number), nil
}

// Open binds an address. Port 0 is a free one; localhost is both 127.0.0.1 and ::1, where the machine has that. The errors are those
// above, *InUseError, or the system's.
func Open(ctx context.Context, addr string, options Options) (*Sockets, error) {
	host, port, err := parseAddr(addr, options)
	if err != nil {
		return nil, err
	}
	s := &Sockets{host: host, secure: options.Certificate != nil}
	for try := 1; ; try++ {
		err = s.bind(ctx, port)
		// With port 0, the free port of one loopback may not be free on the other.
		if _, taken := errors.AsType[*InUseError](err); !taken || port != 0 || try == 5 {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	if options.Certificate != nil {
		s.names = certified(options.Certificate)
		config := &tls.Config{Certificates: []tls.Certificate{*options.Certificate}, MinVersion: tls.VersionTLS12}
		for i := range s.bound {
			s.bound[i] = tls.NewListener(s.bound[i], config)
		}
	}
	return s, nil
}

// bind binds a port on each address of the host.
func (s *Sockets) bind(ctx context.Context, port uint16) error {
	hosts := []string{s.host}
	if s.host == "localhost" {
		hosts = []string{"127.0.0.1", "::1"}
	}
	s.bound = nil
	var config net.ListenConfig
	for i, host := range hosts {
		bound, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(int(port))))
		switch {
		case err != nil && i > 0 && !inUse(err): // a machine without IPv6
			continue
		case err != nil && inUse(err):
			s.Close()
			return &InUseError{int(port), whoHas(ctx, host, int(port))}
		case err != nil:
			s.Close()
			return fmt.Errorf("listen at %s: %w", net.JoinHostPort(host, strconv.Itoa(int(port))), err)
		}
		s.bound = append(s.bound, bound)
		if tcp, ok := bound.Addr().(*net.TCPAddr); ok {
			port = uint16(tcp.Port) //nolint:gosec // a port has 16 bits
		}
	}
	s.port = int(port)
	return nil
}

func inUse(err error) bool {
	const wsaInUse = syscall.Errno(10048) // Windows: WSAEADDRINUSE
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, wsaInUse)
}

// certified are the names that a certificate is for.
func certified(c *tls.Certificate) []string {
	leaf := c.Leaf
	if leaf == nil {
		leaf, _ = x509.ParseCertificate(c.Certificate[0]) // the key pair was read: there is one
	}
	if leaf == nil {
		return nil
	}
	names := slices.Clone(leaf.DNSNames)
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	return names
}

// processHeader is the header of an answer that says which process gives it.
const processHeader = "Jotwatch-Process"

// whoHas asks a port who has it, in the clear and by TLS.
func whoHas(ctx context.Context, host string, port int) string {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // nothing is believed but a number
	defer transport.CloseIdleConnections()
	for _, scheme := range []string{"http://", "https://"} {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+net.JoinHostPort(host, strconv.Itoa(port))+"/", nil)
		if err != nil {
			break
		}
		answer, err := transport.RoundTrip(request)
		if err != nil {
			continue
		}
		_ = answer.Body.Close()
		if process, err := strconv.Atoi(answer.Header.Get(processHeader)); err == nil {
			return fmt.Sprintf("another jotwatch (process %d)", process)
		}
	}
	return "another program"
}

// Addr is the address that was bound, with the port that was picked.
func (s *Sockets) Addr() string { return net.JoinHostPort(s.host, strconv.Itoa(s.port)) }

// URL is the origin that is reached at the address.
func (s *Sockets) URL() string {
	if s.secure {
		return "https://" + s.Addr()
	}
	return "http://" + s.Addr()
}

// Hosts are the values of a Host header that mean this address. A certificate for *.example names no host.
func (s *Sockets) Hosts() []string {
	usual := 80
	if s.secure {
		usual = 443
	}
	var hosts []string
	for _, name := range append([]string{s.host, "127.0.0.1", "localhost", "::1"}, s.names...) {
		full := net.JoinHostPort(name, strconv.Itoa(s.port))
		if slices.Contains(hosts, full) {
			continue
		}
		hosts = append(hosts, full)
		if s.port == usual {
			hosts = append(hosts, strings.TrimSuffix(full, ":"+strconv.Itoa(s.port)))
		}
	}
	return hosts
}

// Close lets the address go without serving it.
func (s *Sockets) Close() {
	for _, l := range s.bound {
		_ = l.Close() // nothing was written
	}
}
