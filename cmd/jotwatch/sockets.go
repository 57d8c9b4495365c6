package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"runtime"

	"github.com/spf13/pflag"

	"jotwatch/listener"
)

// socketFlags are shared by the commands that listen.
type socketFlags struct {
	addr, cert, key string
	allowRemote     bool
}

func (f *socketFlags) register(set *pflag.FlagSet, addr string) {
	set.StringVar(&f.addr, "addr", addr, "where to listen; port 0 takes a free one")
	set.StringVar(&f.cert, "tls-cert", "", "serve HTTPS with this certificate (PEM)")
	set.StringVar(&f.key, "tls-key", "", "the certificate's key (PEM)")
}

// options checks what the flags say, and reads the certificate.
func (f *socketFlags) options() (listener.Options, error) {
	options := listener.Options{AllowRemote: f.allowRemote}
	if f.cert == "" && f.key == "" {
		return options, nil
	}
	if f.cert == "" || f.key == "" {
		return options, wrongCall("give --tls-cert FILE and --tls-key FILE, as mkcert 127.0.0.1 localhost makes them", "a certificate and its key belong together")
	}
	pair, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return options, wrongCall("give the PEM files of one certificate and its key, as mkcert 127.0.0.1 localhost makes them", "cannot use %s with %s: %s", echo(f.cert), echo(f.key), reason(err))
	}
	options.Certificate = &pair
	return options, nil
}

// open binds the address. name is the command's, for what to type instead.
func (f *socketFlags) open(ctx context.Context, name string, options listener.Options) (*listener.Sockets, error) {
	sockets, err := listener.Open(ctx, f.addr, options)
	if err == nil {
		return sockets, nil
	}
	if taken, ok := errors.AsType[*listener.InUseError](err); ok {
		return nil, errorWithHint(exitUnchecked, fmt.Sprintf("jotwatch %s --addr 127.0.0.1:0 takes a free port\nwho has it: %s", name, whoHas(taken.Port)), "%w", err)
	}
	switch {
	case errors.Is(err, listener.ErrBadAddr):
		return nil, wrongCall("write it as --addr 127.0.0.1:4927", "%w", err)
	case errors.Is(err, listener.ErrNotLoopback) && name != "listen":
		return nil, wrongCall("use 127.0.0.1, ::1 or localhost: it signs with your secret for whoever asks", "%w", err)
	case errors.Is(err, listener.ErrNotLoopback):
		return nil, wrongCall("use 127.0.0.1, ::1 or localhost; or, to let other machines in, --allow-remote with --tls-cert and --tls-key", "%w", err)
	case errors.Is(err, listener.ErrNeedsTLS):
		return nil, wrongCall("add --tls-cert FILE and --tls-key FILE: tokens would cross the network in the clear", "%w", err)
	case errors.Is(err, fs.ErrPermission):
		return nil, errorWithHint(exitUnchecked, "take a port above 1023, such as 4927", "%w", err)
	}
	return nil, errorWithHint(exitUnchecked, "give an address of this machine, such as --addr 127.0.0.1:4927", "%w", err)
}

// whoHas is what a user types to see which program has a port.
func whoHas(port int) string {
	switch runtime.GOOS {
	case "windows":
		return fmt.Sprintf("netstat -ano | findstr :%d", port)
	case "darwin":
		return fmt.Sprintf("lsof -nP -iTCP:%d -sTCP:LISTEN", port)
	}
	return fmt.Sprintf("ss -ltnp 'sport = :%d'", port)
}
