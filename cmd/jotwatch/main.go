// Command jotwatch tells people who integrate with BigCommerce whose token they hold, whether it is good, and if not, why
// and what to do about it.
//
// This package is flags, wiring, text and exit codes; what is true of a token is decided in package verifier.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"

	"charm.land/fang/v2"
	"github.com/charmbracelet/x/term"
)

func main() { os.Exit(run()) }

// run returns the exit code.
func run() int {
	if os.Getenv("NO_COLOR") != "" {
		// no-color.org says any value; the help's writer understands only what strconv.ParseBool takes for true.
		_ = os.Setenv("NO_COLOR", "1")
	}
	version, commit := build()
	err := fang.Execute(context.Background(), newRoot(),
		fang.WithErrorHandler(speak), fang.WithVersion(version), fang.WithCommit(commit))
	return exitCode(err)
}

// build returns the version and commit that the Go tool put into the binary.
func build() (version, commit string) {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		version = "devel"
	} else {
		version = info.Main.Version
	}
	if !ok {
		return version, ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			commit = s.Value
		}
	}
	return version, commit
}

// exitOnInterrupt makes ctrl+c and SIGTERM end a command at once, also while it waits for standard input or for an answer
// that is not shown. The console does not use it: there the terminal has to be put back first.
func exitOnInterrupt() {
	putBack := func() {}
	if in, _, err := openTerminal(); err == nil {
		if state, err := term.GetState(in.Fd()); err == nil {
			putBack = func() { _ = term.Restore(in.Fd(), state) } // the program ends anyway
		}
	}
	heard := heeded(os.Interrupt, syscall.SIGTERM)
	if len(heard) == 0 {
		return
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, heard...)
	go func() {
		<-interrupted
		putBack()
		os.Exit(exitInterrupted)
	}()
}

// untilInterrupted is for a command that serves, from the moment on when it does: an interrupt ends the context, so that what
// is under way comes to its end. A second one ends the program at once.
func untilInterrupted(ctx context.Context) (context.Context, context.CancelFunc) {
	heard := heeded(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	if len(heard) == 0 {
		return context.WithCancel(ctx)
	}
	signal.Reset(heard...) // from exitOnInterrupt
	ctx, stop := signal.NotifyContext(ctx, heard...)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// heeded are those of the signals that whoever started the program did not have it ignore, as nohup does.
func heeded(signals ...os.Signal) []os.Signal {
	return slices.DeleteFunc(signals, signal.Ignored)
}
