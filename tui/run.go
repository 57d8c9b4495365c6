package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// Run shows the console until the user quits. It returns tea.ErrInterrupted when that was by ctrl+c, SIGINT or SIGTERM.
func Run(ctx context.Context, cfg Config) error {
	options := []tea.ProgramOption{tea.WithContext(ctx)}
	if os.Getenv("NO_COLOR") != "" {
		// Bubble Tea honours only what strconv.ParseBool takes for true; no-color.org says any value.
		options = append(options, tea.WithColorProfile(colorprofile.ASCII))
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM) // Bubble Tea quits on it as if it had been asked to
	defer signal.Stop(ended)
	_, err := tea.NewProgram(New(cfg, time.Now()), options...).Run()
	switch {
	case errors.Is(err, tea.ErrInterrupted), len(ended) > 0:
		return tea.ErrInterrupted
	case err != nil:
		return fmt.Errorf("run console: %w", err)
	}
	return nil
}
