package listener

import (
	"container/list"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
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

// Serve answers requests until ctx ends, and then those that have begun.
func (s *Sockets) Serve(ctx context.Context, handler http.Handler) error {
	places := crowd{waiting: list.New(), at: map[net.Conn]*list.Element{}}
	server := &http.Server{
		Handler: named(handler), ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: answerTime, IdleTimeout: idleTime,
		MaxHeaderBytes: maxHeader, ConnState: places.changed,
		BaseContext: func(net.Listener) context.Context { return ctx }, // a slow answer ends with it
		ErrorLog:    log.New(io.Discard, "", 0),                        // it would write over the screen, and repeat what it was sent
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

// A crowd bounds the open connections. A limit on accepting them would let idle ones keep a browser out.
type crowd struct {
	mu      sync.Mutex
	open    int
	waiting *list.List // connections without a request, the longest first
	at      map[net.Conn]*list.Element
}

func (c *crowd) changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if place, ok := c.at[conn]; ok {
		c.waiting.Remove(place)
		delete(c.at, conn)
	}
	switch state {
	case http.StateNew:
		c.open++
		c.at[conn] = c.waiting.PushBack(conn)
		if c.open > maxConns {
			hangUp(c.waiting.Front().Value.(net.Conn)) //nolint:forcetypeassert // only those are put in
		}
	case http.StateIdle:
		c.at[conn] = c.waiting.PushBack(conn)
	case http.StateClosed, http.StateHijacked:
		c.open--
	case http.StateActive:
	}
}

// hangUp closes a connection without TLS's farewell, which would wait for the other side.
func hangUp(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	_ = conn.Close()
}
