package listener

import (
	"container/list"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	headerTime  = 5 * time.Second  // for a request's header
	requestTime = 10 * time.Second // for the whole of it
	answerTime  = time.Minute      // a storefront may be told to be slow
	idleTime    = time.Minute
	stopTime    = 2 * time.Second // for requests that are being answered when it ends
	maxHeader   = 16 << 10        // bytes
	maxConns    = 256             // connections; the one that has waited longest without a request makes room
)

// Serve answers requests until ctx ends, and then those that have begun. onHandshakeError, if it is not nil, is called from any
// goroutine with why a connection came to no request, where that is a matter of TLS.
func (s *Sockets) Serve(ctx context.Context, handler http.Handler, onHandshakeError func(why string)) error {
	limit := newConnLimit()
	server := &http.Server{
		Handler: named(handler), ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: answerTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeader, ConnState: limit.changed,
		DisableGeneralOptionsHandler: true,                                              // it would answer before the Host is looked at
		BaseContext:                  func(net.Listener) context.Context { return ctx }, // a slow answer ends with it
		ErrorLog:                     log.New(handshakes(onHandshakeError), "", 0),      // it would write over the screen, and repeat what it was sent
	}
	server.Protocols = new(http.Protocols)
	server.Protocols.SetHTTP1(true)
	ended := make(chan error, len(s.bound))
	for _, bound := range s.bound {
		go func() { ended <- server.Serve(bound) }()
	}
	var failed error
	select {
	case <-ctx.Done():
	case failed = <-ended:
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		_ = server.Close() // what is still open has had its time
	}
	if failed != nil && !errors.Is(failed, http.ErrServerClosed) {
		return fmt.Errorf("serve %s: %w", s.Addr(), failed)
	}
	return nil
}

// named says which process answers, to another jotwatch that finds the port in use.
func named(handler http.Handler) http.Handler {
	process := strconv.Itoa(os.Getpid())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			w.Header().Set(processHeader, process)
		}
		handler.ServeHTTP(w, r)
	})
}

// Handshakes take from the server's log why TLS came to nothing: a browser that does not trust the certificate says nothing else.
type handshakes func(why string)

func (h handshakes) Write(line []byte) (int, error) {
	const mark = "http: TLS handshake error from "
	text, ok := strings.CutPrefix(strings.TrimSpace(string(line)), mark)
	if _, why, found := strings.Cut(text, ": "); ok && found && h != nil && why != "EOF" {
		h(clip(why))
	}
	return len(line), nil
}

// A connLimit bounds the open connections. A limit on accepting them would let idle or slow ones keep a browser out: the one that has
// come no further for the longest time makes room.
type connLimit struct {
	mu   sync.Mutex
	open map[net.Conn]*list.Element
	all  *list.List // of net.Conn, by when each last began or ended a request, the longest ago first
}

func newConnLimit() *connLimit {
	return &connLimit{open: map[net.Conn]*list.Element{}, all: list.New()}
}

func (c *connLimit) changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	place := c.open[conn]
	switch {
	case state == http.StateNew:
		c.open[conn] = c.all.PushBack(conn)
		if len(c.open) > maxConns {
			oldest := c.all.Front().Value.(net.Conn) //nolint:forcetypeassert // only those are put in
			c.remove(oldest)
			hangUp(oldest)
		}
	case place == nil: // it was hung up
	case state == http.StateClosed, state == http.StateHijacked:
		c.remove(conn)
	default:
		c.all.MoveToBack(place)
	}
}

func (c *connLimit) remove(conn net.Conn) {
	c.all.Remove(c.open[conn])
	delete(c.open, conn)
}

// hangUp closes a connection without TLS's farewell, which would wait for the other side.
func hangUp(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	_ = conn.Close()
}
