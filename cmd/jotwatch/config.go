package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"jotwatch/config"
	"jotwatch/safe"
	"jotwatch/tui"
	"jotwatch/verifier"
)

func configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Say where the settings are, and what is wrong in them",
		Long:  "The settings are in config.toml, in the directory of the profiles. You write it, and jotwatch only reads it; without it the usual settings apply. What is wrong in it is left at its usual value.",
		Example: `jotwatch config check
$EDITOR "$(jotwatch config path)"`,
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "path",
		Short: "Print where config.toml is, or would be",
		Args:  wantArgs(),
		RunE: func(*cobra.Command, []string) error {
			dir, err := configDir()
			if err != nil {
				return err
			}
			return write(safe.Line(config.Path(dir)) + "\n")
		},
	}, &cobra.Command{
		Use:   "check",
		Short: "Say what is wrong in config.toml, by line",
		Long:  "Print each mistake in config.toml, with its line and what to do. Exit code 0 if there is none, 1 if there is one, 3 if the file cannot be read.",
		Args:  wantArgs(),
		RunE:  func(*cobra.Command, []string) error { return checkConfig() },
	})
	return cmd
}

func checkConfig() error {
	dir, err := configDir()
	if err != nil {
		return err
	}
	path := config.Path(dir)
	_, problems, err := config.Load(dir, consoleActions())
	if err != nil {
		return errorWithHint(exitUnchecked, "make it a file that you can read: "+path, "cannot read config.toml: %s", reason(err))
	}
	if len(problems) == 0 {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return write("there is no config.toml; the usual settings apply\n")
		}
		return write(safe.Line(path) + " is as it should be\n")
	}
	say := func(s string) string { return safe.Line(verifier.HideSecrets(s)) }
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "config.toml:%d: %s\n  hint: %s\n", p.Line, say(p.Wrong), say(p.Hint))
	}
	if err := write(b.String()); err != nil {
		return err
	}
	return exitWith(exitNo)
}

// consoleActions are what [keys] may give keys to.
func consoleActions() []string { return tui.Actions() }

// settings are those of config.toml. What is wrong with it is told in one line and keeps nobody from working.
func settings() config.Config {
	dir, err := configDir()
	if err != nil {
		return config.Default() // there is no place for the file
	}
	set, problems, err := config.Load(dir, consoleActions())
	switch {
	case err != nil:
		tell("config.toml cannot be read: " + reason(err) + "; the usual settings apply; jotwatch config check")
	case len(problems) > 0:
		more := ""
		if n := len(problems) - 1; n > 0 {
			more = fmt.Sprintf(" (and %d more)", n)
		}
		tell("config.toml " + problems[0].Error() + more + "; jotwatch config check")
	}
	return set
}
