package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"jotwatch/config"
	"jotwatch/listener"
	"jotwatch/mint"
	"jotwatch/profiles"
	"jotwatch/safe"
	"jotwatch/storefront"
)

// wakeUp is the query of an address that wakes the snippet in a tab.
const wakeUp = "jotwatch"

func storefrontCommand() *cobra.Command {
	var credentials credentialFlags
	var sockets socketFlags
	var switches storefront.Switches
	var customers, to string
	var secure bool
	cmd := &cobra.Command{
		Use:   "storefront",
		Short: "Serve a test storefront for your app",
		Long: `Serve a small shop on this machine that answers as BigCommerce's Current Customer API does, with tokens signed by your app's secret. Sign in as a customer in a browser, and jotwatch listen shows the token. The snippet on its pages is the one that you paste into a store.

What can go wrong can be switched on by the flags, or on the shop's own page of switches. Who can sign in is up to a file: [{"id": 4927, "name": "Jane", "email": "jane@example.com", "group": 6}]`,
		Example: `jotwatch storefront
jotwatch storefront --profile acme --expired
jotwatch storefront --customers customers.json --slow 3s`,
		Args: wantArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			usual := settings()
			if !cmd.Flags().Changed("listener") {
				to = usual.Listener
			}
			if !cmd.Flags().Changed("addr") {
				sockets.addr = usual.Storefront
			}
			base, err := listenerURL(to, secure)
			if err != nil {
				return err
			}
			people, err := readCustomers(customers)
			if err != nil {
				return err
			}
			if err := switches.Check(); err != nil {
				return wrongCall("jotwatch storefront --help", "%w", err)
			}
			options, err := sockets.options()
			if err != nil {
				return err
			}
			app, name, snippet, err := credentials.shop(cmd.Context(), base)
			if err != nil {
				return err
			}
			bound, err := sockets.open(cmd.Context(), "storefront", options)
			if err != nil {
				return err
			}
			answers := answers{}
			shop, err := storefront.New(storefront.Config{
				App: app, Name: name, Customers: people, Switches: switches, Snippet: snippet.Text(listener.ScriptManager), WakeUp: wakeUp,
				Hosts: bound.Hosts(), Now: time.Now, TokenAsked: answers.say,
			})
			if err != nil {
				bound.Close()
				return wrongCall("jotwatch storefront --help", "%w", err)
			}
			ctx, stop := untilInterrupted(cmd.Context())
			defer stop()
			tell("a test storefront for " + name + ": " + bound.URL() + "/?" + wakeUp)
			tell("to see what it sends: jotwatch listen" + listenFlags(usual, base, bound.URL()))
			if err := bound.Serve(ctx, shop, nil); err != nil {
				return errorWithHint(exitUnchecked, "try again", "%w", err)
			}
			return exitWith(exitInterrupted)
		},
	}
	flags := cmd.Flags()
	sockets.register(flags, storefrontAddr)
	flags.StringVar(&to, "listener", listener.DefaultAddr, "where jotwatch listen is")
	flags.BoolVar(&secure, "listener-tls", false, "it serves HTTPS")
	flags.StringVar(&customers, "customers", "", "a JSON file of who can sign in")
	flags.BoolVar(&switches.Guest, "guest", false, "answer as to a guest")
	flags.BoolVar(&switches.UnknownClient, "unknown-client", false, "answer as to an unknown client id")
	flags.BoolVar(&switches.Maintenance, "maintenance", false, "answer 503, as under maintenance")
	flags.BoolVar(&switches.Expired, "expired", false, "hand out expired tokens")
	flags.BoolVar(&switches.StaleGroup, "stale-group", false, "hand out cached tokens with a stale group")
	flags.BoolVar(&switches.WrongSecret, "wrong-secret", false, "sign with a secret that nobody holds")
	flags.DurationVar(&switches.Slow, "slow", 0, "answer after so long, such as 3s")
	flags.DurationVar(&switches.ClockOffset, "clock", 0, "how far its clock is ahead, such as 10m or -2h")
	credentials.register(cmd)
	flags.Lookup("store-hash").Usage = "the store's hash; left out: a made-up one"
	return cmd
}

// shop is what a storefront is made of: by the flags, or the profile that they name, or the only one there is.
func (f *credentialFlags) shop(ctx context.Context, base string) (mint.App, string, listener.Snippet, error) {
	app, p, err := f.app(ctx, "to open a storefront for")
	if err != nil {
		if _, ix, broken := f.load(); broken == nil && len(ix.Profiles) == 0 && !f.set.Changed("client-id") {
			err = errorWithHint(exitUnchecked, "jotwatch demo has a made-up one; for your own app: jotwatch profile add NAME --client-id ID; or "+adHocHint, "there is no profile to open a storefront for")
		}
		return app, "", listener.Snippet{}, err
	}
	if p != nil {
		return app, p.Name, snippetOf(p, base), nil
	}
	_, ix, _, err := f.keep(ctx, leftOut)
	if err != nil {
		speak(os.Stderr, fang.Styles{}, err)
		ix = profiles.Empty() // its key is nobody's, and the badge says so
	}
	return app, "the app " + app.ClientID, listener.Snippet{ClientID: app.ClientID, Key: ix.IngestKey, Allow: allowAny, Base: base}, nil
}

func readCustomers(name string) ([]storefront.Customer, error) {
	if name == "" {
		return nil, nil
	}
	const hint = `write it as [{"id": 4927, "name": "Jane", "email": "jane@example.com", "group": 6}]`
	text, err := os.ReadFile(name) //nolint:gosec // the user says which file
	if err != nil {
		return nil, wrongCall("give the name of a file that you can read", "cannot read customers %s: %s", echo(name), reason(err))
	}
	people, err := storefront.ParseCustomers(text)
	if err != nil {
		return nil, wrongCall(hint, "%s: %w", echo(name), err)
	}
	return people, nil
}

// Answers print a line for each answer of the token endpoint.
type answers struct {
	mu    sync.Mutex
	noise noise // of what other sites ask
}

func (s *answers) say(a storefront.Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if a.Status == http.StatusForbidden && !s.noise.first(a.Scenario, now) {
		return
	}
	who := "nobody signed in"
	if a.Customer != 0 {
		who = fmt.Sprintf("customer %d", a.Customer)
	}
	line := fmt.Sprintf("%s  %d  %s  %s", now.Format(time.TimeOnly), a.Status, a.Scenario, who)
	if len(a.Switches) > 0 {
		line += "  (" + strings.Join(a.Switches, ", ") + ")"
	}
	_ = write(safe.Line(line) + "\n") // the shop goes on without its lines
}

// listenerURL is the origin of a listener's address.
func listenerURL(addr string, secure bool) (string, error) {
	const hint = "write it as HOST:PORT, such as " + listener.DefaultAddr
	host, port, err := net.SplitHostPort(addr)
	n, notANumber := strconv.ParseUint(port, 10, 16)
	_, notAnIP := netip.ParseAddr(host)
	odd := notAnIP != nil && strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789-.") != ""
	switch {
	case err != nil || notANumber != nil || host == "" || odd:
		return "", wrongCall(hint, "%s is no address of a listener", echo(addr))
	case n == 0:
		return "", wrongCall("start jotwatch listen, and give the port that it names", "port 0 is none that a page can reach")
	case secure:
		return "https://" + net.JoinHostPort(host, port), nil
	}
	return "http://" + net.JoinHostPort(host, port), nil
}

// listenFlags are those that a listener at base needs for a storefront.
func listenFlags(usual config.Config, base, origin string) string {
	flags := flagsFor(base, usual.Listener, "addr", "tls-cert FILE --tls-key FILE")
	if !slices.Contains(append(shopOrigins(usual.Storefront), storefrontOrigins...), origin) {
		flags += " --origin " + origin
	}
	return flags
}
