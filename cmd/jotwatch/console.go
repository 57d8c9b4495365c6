package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"

	"jotwatch/config"
	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/profiles"
	"jotwatch/tui"
	"jotwatch/verifier"
)

// A consoleCall is how the console was called.
type consoleCall struct {
	credentials credentialFlags
	sockets     socketFlags
	noListen    bool
	leeway      time.Duration
}

// config is what the console starts with. It tells nobody anything on the way: the screen is the console's. Only what was called for
// by a flag and is not there keeps it from starting.
func (c *consoleCall) config(addrGiven bool) (tui.Config, error) {
	set, problems := consoleSettings()
	cfg := newConsole(set, inbox.New(inbox.Limits{Arrivals: set.Arrivals, Bytes: set.TextMiB << 20}, c.leeway), inbox.NewQueue())
	cfg.Problems, cfg.Leeway = problems, c.leeway
	options, err := c.sockets.options()
	if err != nil {
		return cfg, err
	}
	if addrGiven {
		cfg.Addr = c.sockets.addr
		if err := listener.CheckAddr(cfg.Addr); err != nil {
			hint := "write it as --addr " + listener.DefaultAddr
			if errors.Is(err, listener.ErrNotLoopback) {
				hint = "use 127.0.0.1, ::1 or localhost; jotwatch listen can let other machines in"
			}
			return cfg, wrongCall(hint, "%w", err)
		}
	}
	if !c.noListen && (set.Listen || addrGiven) {
		cfg.Listen = func(ctx context.Context, addr string) (*listener.Sockets, error) {
			return listener.Open(ctx, addr, options)
		}
	}
	cfg.Doors = func(ix *profiles.Index) []listener.Key { return keys(ix, shopOrigins(set.Storefront)) }

	given, err := c.credentials.adHoc(stdinTaken)
	if err != nil {
		return cfg, err
	}
	if given != nil {
		cfg.Given = []verifier.Credential{*given}
	}
	return cfg, c.credentials.into(&cfg)
}

// into gives the console the profiles. Where they cannot be read it starts all the same, and says so.
func (f *credentialFlags) into(cfg *tui.Config) error {
	f.messenger = cfg.Messenger
	book, ix, err := f.load()
	cfg.Book, cfg.Index = book, ix
	if err == nil {
		named, err := namedProfile(ix, f.profile, f.set.Changed("profile"))
		if named != nil {
			cfg.Named = named.ID
		}
		return err
	}
	if f.set.Changed("profile") {
		return err
	}
	cfg.Index = profiles.Empty()
	cfg.Broken = err.Error()
	if spoken, ok := errors.AsType[*spokenError](err); ok {
		cfg.Broken += "; " + spoken.hint
	}
	return nil
}

// newConsole is what every console has.
func newConsole(set config.Config, box *inbox.Inbox, queue *inbox.Queue) tui.Config {
	return tui.Config{
		Inbox: box, Queue: queue, Index: profiles.Empty(), Messenger: tui.NewMessenger(), Addr: set.Listener,
		Snippet: snippetOf, Refused: func(why string) { handshakeFailed(queue, why) },
		Keys: set.Keys, Theme: set.Theme, ASCII: set.ASCII || !utf8Locale(), Start: set.Start, Progress: showsProgress(),
	}
}

// consoleSettings are those of config.toml, and what is wrong with it, to be told on the screen.
func consoleSettings() (config.Config, []string) {
	dir, err := configDir()
	if err != nil {
		return config.Default(), nil
	}
	set, problems, err := config.Load(dir, consoleActions())
	var said []string
	if err != nil {
		said = append(said, "config.toml cannot be read: "+reason(err)+"; the usual settings apply")
	}
	for _, p := range problems {
		said = append(said, "config.toml, "+p.Error()+"; "+p.Hint)
	}
	return set, said
}

// utf8Locale reports whether the terminal shows more than ASCII, as far as the environment says. Where it says nothing it does.
func utf8Locale() bool {
	if runtime.GOOS == "windows" {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToLower(os.Getenv(name)); value != "" {
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return runtime.GOOS == "darwin" || os.Getenv("TERM") != "linux"
}

// showsProgress reports whether the terminal is known to show a progress state (OSC 9;4). Others would take it for a notification.
func showsProgress() bool {
	if os.Getenv("TMUX") != "" || os.Getenv("STY") != "" {
		return false
	}
	switch os.Getenv("TERM_PROGRAM") {
	case "ghostty", "WezTerm":
		return true
	}
	return os.Getenv("WT_SESSION") != "" || os.Getenv("ConEmuANSI") == "ON"
}

// showConsole shows the console until its user ends it. An interrupt is the console's from now on: it has a terminal to put back.
func showConsole(ctx context.Context, cfg tui.Config) error {
	if heard := heeded(os.Interrupt, syscall.SIGTERM); len(heard) > 0 {
		signal.Reset(heard...)
	}
	err := tui.Run(ctx, cfg)
	crash, crashed := errors.AsType[*tui.CrashError](err)
	switch {
	case errors.Is(err, tea.ErrInterrupted):
		return exitWith(exitInterrupted)
	case crashed:
		return errorWithHint(exitUnchecked, "tell us, with the report: it holds no token and no secret", "%w; %s", err, keepReport(crash.Report))
	case err != nil:
		return errorWithHint(exitUnchecked, "jotwatch verify - works without the console", "%w", err)
	}
	return nil
}

// keepReport writes the report of a crash where its user finds it, and says where.
func keepReport(report string) string {
	version, commit := build()
	report = fmt.Sprintf("jotwatch %s %s, %s on %s/%s\n\n%s\n", version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH, report)
	file, err := os.CreateTemp("", "jotwatch-crash-*.txt") // mode 0600
	if err == nil {
		_, err = file.WriteString(verifier.HideSecrets(report))
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		return "its report could not be written: " + reason(err)
	}
	return "its report is " + filepath.ToSlash(file.Name())
}
