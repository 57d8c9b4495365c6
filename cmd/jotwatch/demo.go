package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jotwatch/config"
	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/mint"
	"jotwatch/profiles"
	"jotwatch/storefront"
	"jotwatch/verifier"
)

func demoCommand() *cobra.Command {
	var alone bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Try all of it with nothing set up",
		Long: `Open the console with two made-up stores, a test storefront for one of them, and simulated shoppers who sign in there: whatever can arrive does. Open the storefront in a browser to be a shopper too.

It reads no settings, profiles or keyring, and writes nothing: all of it is gone when it ends.`,
		Example: `jotwatch demo
jotwatch demo --no-shoppers`,
		Args: wantArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := wantTerminal("run it in one; without a terminal, jotwatch listen and jotwatch storefront do the same with your own app"); err != nil {
				return err
			}
			d, err := newDemo(cmd.Context())
			if err != nil {
				return err
			}
			return d.run(cmd.Context(), !alone)
		},
	}
	cmd.Flags().BoolVar(&alone, "no-shoppers", false, "leave the browsing to you")
	return cmd
}

// A demo is all of jotwatch with two made-up stores, on free ports and in memory.
type demo struct {
	book       *profiles.Book
	ix         *profiles.Index
	queue      *inbox.Queue
	listener   *listener.Sockets // not served yet
	shop       *listener.Sockets // of the storefront; not served yet
	storefront *storefront.Storefront
	shoppers   *shoppers
}

// newDemo makes the stores with secrets of their own, and binds the ports.
func newDemo(ctx context.Context) (*demo, error) {
	free := socketFlags{addr: "127.0.0.1:0"}
	d := &demo{queue: inbox.NewQueue()}
	var err error
	if d.listener, err = free.open(ctx, "demo", listener.Options{}); err != nil {
		return nil, err
	}
	if d.shop, err = free.open(ctx, "demo", listener.Options{}); err != nil {
		d.listener.Close()
		return nil, err
	}
	if err := d.set(ctx); err != nil {
		d.listener.Close()
		d.shop.Close()
		return nil, errorWithHint(exitUnchecked, "this is a fault of jotwatch's", "set up the demo: %w", err)
	}
	return d, nil
}

// set makes the profiles, the storefront of the first one, and who goes shopping.
func (d *demo) set(ctx context.Context) error {
	const note = "Made up by jotwatch demo, and gone when it ends."
	stores := []profiles.Profile{
		{
			Name: "acme-sandbox", ClientID: "7kq2v9x4m1rz8c5tjw3ay6hd0bnfgse", StoreHash: "acme4k7t2", Environment: "sandbox", Colour: "cyan", Note: note,
			Origins: []string{d.shop.URL(), strings.Replace(d.shop.URL(), "127.0.0.1", "localhost", 1)},
		},
		{Name: "beta-store", ClientID: "p4s8ye1h6wn0g3uz7qv2xk9btr5mdcj", StoreHash: "beta9w3m5", Environment: "production", Colour: "magenta", Note: note},
	}
	d.book = profiles.New(profiles.Config{Vaults: map[profiles.VaultName]profiles.Vault{profiles.MemoryVault: &profiles.Memory{}}})
	secrets := map[string]verifier.Secret{}
	for _, p := range stores {
		p.Vault, secrets[p.Name] = profiles.MemoryVault, madeUpSecret()
		if err := d.book.Add(ctx, p, secrets[p.Name]); err != nil {
			return err
		}
	}
	var err error
	if d.ix, err = d.book.Keep(ctx); err != nil {
		return err
	}
	apps := map[string]demoStore{}
	for _, p := range d.ix.Profiles {
		senders := p.Senders()
		app := mint.App{ClientID: p.ClientID, StoreHash: p.StoreHash, Secret: secrets[p.Name]}
		apps[p.Name] = demoStore{app: app, key: p.IngestKey, origin: senders[0]}
	}
	acme, err := d.ix.Find("acme-sandbox")
	if err != nil {
		return err
	}
	d.storefront, err = storefront.New(storefront.Config{
		App: apps[acme.Name].app, Name: acme.Name, Snippet: snippetOf(acme, d.listener.URL()).Text(listener.ScriptManager), WakeUp: wakeUp,
		Hosts: d.shop.Hosts(), Now: time.Now,
	})
	if err != nil {
		return fmt.Errorf("open storefront: %w", err)
	}
	d.shoppers = newShoppers(d.listener.URL(), d.ix.IngestKey, apps["acme-sandbox"], apps["beta-store"])
	return nil
}

// madeUpSecret has the form of a client secret: 64 hex digits.
func madeUpSecret() verifier.Secret {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	return verifier.NewSecret(hex.EncodeToString(b[:]))
}

// run shows the console, with the storefront and whoever is shopping there beside it, until its user ends it.
func (d *demo) run(ctx context.Context, shopping bool) error {
	cfg := newConsole(config.Default(), inbox.New(inbox.Limits{}, 0), d.queue)
	cfg.Book, cfg.Index, cfg.Addr = d.book, d.ix, d.listener.Addr()
	bound := d.listener
	cfg.Listen = func(ctx context.Context, addr string) (*listener.Sockets, error) {
		if open := bound; open != nil { // the first time; shoppers know that one
			bound = nil
			return open, nil
		}
		return listener.Open(ctx, addr, listener.Options{})
	}
	cfg.Doors = func(ix *profiles.Index) []listener.Key { return keys(ix, nil) }
	cfg.Storefront = d.shop.URL() + "/?" + wakeUp
	cfg.Beside = append(cfg.Beside, func(ctx context.Context) { _ = d.shop.Serve(ctx, d.storefront, nil) }) // else shoppers say that it does not answer
	if shopping {
		cfg.Beside = append(cfg.Beside, d.shoppers.run)
	}
	return showConsole(ctx, cfg)
}
