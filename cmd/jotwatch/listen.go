package main

import (
	"context"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/profiles"
	"jotwatch/safe"
	"jotwatch/verifier"
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

For test suites, --count N ends it after N arrivals (refusals do not count), each of which must meet every --expect, in the filter language of the console (is:valid store:acme customer:4927 -code:claims.cached). Exit code 0 if they all did; 1 as soon as one did not, or when --timeout ran out. With --expect or --timeout alone, N is 1.`,
		Example: `jotwatch listen
jotwatch listen --json | jq -r .report.verdict
jotwatch listen --expect is:valid --expect customer:4927 --timeout 30s
jotwatch listen --record monday.ndjson`,
		Args:        wantArgs(),
		Annotations: endsItself(),
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
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
			defer stop()
			context.AfterFunc(ctx, stop) // a second ctrl+c ends it at once
			jury, err := credentials.jury(ctx, leeway)
			if err != nil {
				return err
			}
			recording, err := record.create()
			if err != nil {
				return err
			}
			bound, err := sockets.open(ctx, "listen")
			if err != nil {
				recording.discard()
				return err
			}
			l := listening{jury: jury, goal: goal, recording: recording, queue: inbox.NewQueue(), started: time.Now(), verdicts: map[verifier.Verdict]int{}}
			if !asJSON {
				l.lines = newLines()
			}
			return l.run(ctx, bound, allowed)
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
	lines     *lines // nil: JSON
	queue     *inbox.Queue
	started   time.Time
	verdicts  map[verifier.Verdict]int // at arrival
}

func (l *listening) run(ctx context.Context, bound *listener.Sockets, origins []string) error {
	door := listener.New(listener.Config{Queue: l.queue, Hosts: bound.Hosts(), Now: time.Now})
	door.Admit(keys(l.jury.ix, origins))
	go l.jury.watch(ctx, func(ix *profiles.Index) { door.Admit(keys(ix, origins)) })
	l.greet(bound)

	serve, endServing := context.WithCancel(ctx)
	defer endServing()
	drained, drain := context.WithCancel(context.WithoutCancel(ctx))
	defer drain()
	var served error
	go func() {
		served = bound.Serve(serve, door)
		drain() // what was taken is still printed
	}()
	timedOut := l.goal.timer(endServing)
	defer timedOut.Stop()
	err := l.take(ctx, drained, endServing)
	endServing()
	<-drained.Done()
	if err == nil && served != nil {
		err = errorWithHint(exitUnchecked, "try again", "%w", served)
	}
	if closing := l.recording.close(); err == nil {
		err = closing
	}
	tell(l.summary())
	switch {
	case err != nil:
		return err
	case l.goal.failed != "":
		return errorWithHint(exitNo, l.goal.hint, "%s", l.goal.failed)
	case l.goal.met():
		return nil
	case ctx.Err() != nil:
		return exitWith(exitInterrupted)
	}
	return errorWithHint(exitNo, "look at the badge on the page: it says why nothing was sent", "%s", l.goal.tooLate())
}

// take prints what arrives until the queue is drained, or the goal is decided.
func (l *listening) take(ctx, drained context.Context, end func()) error {
	for {
		batch := l.queue.Take(drained)
		if len(batch) == 0 {
			return nil
		}
		now := time.Now()
		added := l.jury.add(ctx, batch, now)
		for i, a := range added {
			if l.goal.weigh(l.jury.box, a, now); l.goal.decided() {
				added = added[:i+1]
				break
			}
		}
		if err := l.print(added, now); err != nil {
			return err
		}
		l.recording.record(l.jury.box, added, now)
		if l.goal.decided() {
			end()
			return nil
		}
	}
}

func (l *listening) print(added []*inbox.Arrival, now time.Time) error {
	var out strings.Builder
	for _, a := range added {
		if l.lines == nil {
			out.Write(safe.JSON(l.jury.box.JSON(a, now)))
			out.WriteByte('\n')
		} else {
			l.lines.write(&out, l.jury.box, a, now)
		}
		if a.Outcome == inbox.Token {
			l.verdicts[l.jury.box.Brief(a).Verdict(now)]++
		}
	}
	return write(out.String())
}
