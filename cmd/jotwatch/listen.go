package main

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/profiles"
)

func listenCommand() *cobra.Command {
	var credentials credentialFlags
	var sockets socketFlags
	var expect expectFlags
	var record recordFlags
	var leeway time.Duration
	var origins []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "listen",
		Short: "Receive tokens from a storefront, a line for each",
		Long: `Wait for what the snippet on a storefront sends, judge it, and print a line for each arrival: tokens, guests, errors, and what was refused. Anything that can send a POST may send one too.

For test suites, --count N ends it after N arrivals (refusals do not count), each of which must meet every --expect. Exit code 0 if they all did; 1 as soon as one did not, or when --timeout ran out. With any of these flags N is 1 unless it is given. A page that is opened before anybody signs in sends a guest: --only is:token leaves it out.

Filters are words and fields: is:valid (or invalid, expired, guest, error, cached …), store:acme, kind:app, customer:4927, email:jane, code:signature, age<5m, age>1h; -is:cached for not, is:valid,guest for one of these, quotes around blanks.`,
		Example: `jotwatch listen
jotwatch listen --json
jotwatch listen --only is:token --expect is:valid
jotwatch listen --record monday.ndjson`,
		Args: wantArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkLeeway(leeway); err != nil {
				return err
			}
			goal, err := expect.goal(cmd.Flags())
			if err != nil {
				return err
			}
			allowed, err := checkedOrigins(origins)
			if err != nil {
				return err
			}
			usual := settings()
			if !cmd.Flags().Changed("addr") {
				sockets.addr = usual.Listener
			}
			options, err := sockets.options()
			if err != nil {
				return err
			}
			jury, err := credentials.jury(cmd.Context(), leeway)
			if err != nil {
				return err
			}
			recording, err := record.create()
			if err != nil {
				return err
			}
			bound, err := sockets.open(cmd.Context(), "listen", options)
			if err != nil {
				recording.discard()
				return err
			}
			allowed = append(allowed, shopOrigins(usual.Storefront)...)
			l := listening{jury: jury, goal: goal, recording: recording, queue: inbox.NewQueue(), lines: newLines(), json: asJSON}
			return l.run(cmd.Context(), bound, allowed, func() { l.greet(bound, usual.Listener, &credentials) })
		},
	}
	flags := cmd.Flags()
	sockets.register(flags, listener.DefaultAddr)
	flags.BoolVar(&sockets.allowRemote, "allow-remote", false, "let --addr be no loopback address; needs TLS")
	flags.StringArrayVar(&origins, "origin", nil, "let pages of this origin send too; repeatable")
	flags.BoolVar(&asJSON, "json", false, "one JSON object a line for each arrival")
	expect.register(flags)
	record.register(flags)
	leewayFlag(flags, &leeway)
	credentials.register(cmd)
	return cmd
}

// checkedOrigins are origins as browsers say them.
func checkedOrigins(given []string) ([]string, error) {
	origins := make([]string, 0, len(given))
	for _, text := range given {
		origin, remark, err := profiles.Origin(text)
		if err != nil {
			return nil, explained("", err)
		}
		tellRemark(remark)
		origins = append(origins, origin)
	}
	return origins, nil
}

// A listening is one run of the command.
type listening struct {
	jury      *jury
	goal      *goal
	recording *recording
	lines     *lines
	json      bool
	queue     *inbox.Queue
	tally     tally
}

func (l *listening) run(ctx context.Context, bound *listener.Sockets, origins []string, greet func()) error {
	l.tally.started = time.Now()
	ctx, stop := untilInterrupted(ctx)
	defer stop()
	greet()
	serve, end := context.WithCancel(ctx)
	if l.goal.timeout > 0 {
		serve, end = context.WithTimeout(ctx, l.goal.timeout)
	}
	defer end()
	door := listener.New(listener.Config{Queue: l.queue, Hosts: bound.Hosts(), Now: time.Now})
	door.Admit(keys(l.jury.ix, origins))
	go l.jury.watch(serve, func(ix *profiles.Index) { door.Admit(keys(ix, origins)) })

	drained, drain := context.WithCancel(context.WithoutCancel(ctx))
	defer drain()
	var served error
	go func() {
		served = bound.Serve(serve, door, func(why string) { handshakeFailed(l.queue, why) })
		drain() // what was taken is still printed
	}()
	err := l.take(serve, drained)
	end()
	<-drained.Done()
	l.jury.finish()
	if err == nil && served != nil {
		err = errorWithHint(exitUnchecked, "try again", "%w", served)
	}
	for batch := l.queue.Take(drained); len(batch) > 0; batch = l.queue.Take(drained) {
		l.tally.late(batch) // the goal was decided before them
	}
	broken := l.recording.close()
	tell(l.tally.String(l.queue.Lost(), time.Now()))
	if l.goal.failed != "" {
		if broken != nil {
			tell(broken.Error())
		}
		return errorWithHint(exitNo, l.goal.hint, "%s", l.goal.failed)
	}
	switch err = cmp.Or(err, broken); {
	case err != nil:
		return err
	case l.goal.met():
		return nil
	case ctx.Err() != nil:
		return exitWith(exitInterrupted)
	}
	return errorWithHint(exitNo, "look at the badge on the page: it says why nothing was sent", "%s", l.goal.tooLate())
}

// take shows what arrives until the queue is drained, or the goal is decided.
func (l *listening) take(ctx, drained context.Context) error {
	for {
		batch := l.queue.Take(drained)
		if len(batch) == 0 {
			return nil
		}
		l.jury.add(ctx, batch)
		now := time.Now()
		for i, a := range batch {
			if l.goal.weigh(l.jury.box, a, now); l.goal.decided() {
				l.tally.late(batch[i+1:])
				batch = batch[:i+1]
				break
			}
		}
		if err := l.show(batch, now); err != nil || l.goal.decided() {
			return err
		}
	}
}

// show records and prints arrivals.
func (l *listening) show(batch []*inbox.Arrival, now time.Time) error {
	var out strings.Builder
	var recorded []*inbox.Arrival
	for _, a := range batch {
		l.tally.count(l.jury.box, a, now)
		shown := l.lines.noise.shown(a, now)
		if shown {
			recorded = append(recorded, a)
		}
		switch {
		case l.json:
			out.Write(l.jury.box.JSON(a, now))
			out.WriteByte('\n')
		case shown:
			l.lines.write(&out, l.jury.box, a, now)
		}
	}
	l.recording.record(l.jury.box, recorded, now)
	return write(out.String())
}

// handshakeFailed takes a connection that came to no request for a refusal.
func handshakeFailed(queue *inbox.Queue, why string) {
	reason := "TLS came to nothing: " + why
	switch {
	case strings.Contains(why, "HTTP request to an HTTPS server"):
		reason = "plain HTTP was sent to this HTTPS port: jotwatch snippet --tls makes the snippet for it, and jotwatch storefront takes --listener-tls"
	case strings.HasPrefix(why, "remote error: tls:"):
		reason = "the browser did not take the certificate, so that nothing was sent (" + why + "): mkcert -install makes it trusted"
	case strings.HasPrefix(why, "read tcp"), strings.HasPrefix(why, "write tcp"): // the connection ended, which says nothing
		return
	}
	queue.Refuse(&inbox.Arrival{At: time.Now(), Source: inbox.Listener, Reason: reason})
}
