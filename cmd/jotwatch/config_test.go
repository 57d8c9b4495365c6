package main

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"jotwatch/config"
	"jotwatch/listener"
)

// The usual addresses are written down where they are used, and in package config, which imports none of them.
func TestConfigHasTheUsualAddresses(t *testing.T) {
	t.Parallel()
	usual := config.Default()
	if usual.Listener != listener.DefaultAddr || usual.Storefront != storefrontAddr {
		t.Errorf("config has %s and %s, want %s and %s", usual.Listener, usual.Storefront, listener.DefaultAddr, storefrontAddr)
	}
	if origins := shopOrigins(storefrontAddr); !slices.Contains(storefrontOrigins, origins[0]) {
		t.Errorf("%v is none of %v", origins, storefrontOrigins)
	}
}

// configured writes config.toml into the directory that env names.
func configured(t *testing.T, env []string, text string) {
	t.Helper()
	_, dir, _ := strings.Cut(env[0], "=")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Where config.toml moves both, each knows where the other is, and pages of the storefront may send.
func TestConfigMovesListenerAndStorefront(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // a process cannot be sent an interrupt there
	}
	env, credentials, key := suite(t)
	configured(t, env, "listener.addr = '127.0.0.1:0'\nstorefront.addr = 'localhost:4999'\n")
	listen := startServer(t, env, append([]string{"listen"}, credentials...)...)
	for origin, want := range map[string]int{
		"http://localhost:4999": http.StatusAccepted, "https://127.0.0.1:4999": http.StatusAccepted,
		"http://127.0.0.1:4928": http.StatusAccepted, "http://localhost:5000": http.StatusForbidden,
	} {
		if got := listen.post(key(), minted(t, "valid"), "Origin", origin); got != want {
			t.Errorf("from %s: answered %d, want %d", origin, got, want)
		}
	}
	listen.end()

	configured(t, env, "listener.addr = '"+listen.address()+"'\nstorefront.addr = '127.0.0.1:0'\n")
	shop := startServer(t, env, append([]string{"storefront"}, credentials...)...)
	shop.end()
	if said := shop.said(); !strings.Contains(said, "to see what it sends: jotwatch listen --origin "+shop.url+"\n") {
		t.Errorf("said:\n%s", said)
	}
	shop = startServer(t, env, append([]string{"storefront", "--listener", listener.DefaultAddr}, credentials...)...)
	shop.end()
	if said := shop.said(); !strings.Contains(said, "jotwatch listen --addr "+listener.DefaultAddr+" --origin ") {
		t.Errorf("said:\n%s", said)
	}
}
