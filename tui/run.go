package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// Run shows the console until the user quits. It returns tea.ErrInterrupted when that was by ctrl+c, SIGINT or SIGTERM, and a
// *CrashError where something panicked; the terminal is as it was then.
func Run(ctx context.Context, cfg Config) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	options := []tea.ProgramOption{tea.WithoutCatchPanics()} // guard does, and says nothing secret
	if os.Getenv("NO_COLOR") != "" {
		// Bubble Tea honours only what strconv.ParseBool takes for true; no-color.org says any value.
		options = append(options, tea.WithColorProfile(colorprofile.ASCII))
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM, syscall.SIGHUP) // Bubble Tea quits on the first as if it had been asked to
	defer signal.Stop(ended)
	g := newGuard(New(ctx, cfg, time.Now()))
	program := tea.NewProgram(g, options...)
	g.crash.stop = program.Quit
	var beside sync.WaitGroup
	run := func(do func(context.Context)) {
		beside.Go(func() {
			defer g.crash.caught()
			do(ctx)
		})
	}
	run(func(ctx context.Context) {
		select {
		case s := <-ended:
			ended <- s
			program.Quit()
		case <-ctx.Done():
		}
	})
	for _, do := range cfg.Beside {
		run(do)
	}
	_, err := program.Run()
	end()
	beside.Wait()
	if crash := g.crash.error(); crash != nil {
		return crash
	}
	switch {
	case errors.Is(err, tea.ErrInterrupted), len(ended) > 0:
		return tea.ErrInterrupted
	case err != nil:
		return fmt.Errorf("run console: %w", err)
	}
	return nil
}
