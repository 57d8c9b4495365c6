package main

import (
	"errors"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"jotwatch/listener"
)

const about = `Whose token is this, is it good, and if not, why and what to do about it?

jotwatch reads the JWTs that a BigCommerce developer meets, the Current Customer API's first. Without a command it opens the console; paste a token there, or the whole answer that it came in, or receive tokens from a storefront.`

// newRoot makes the command tree.
func newRoot() *cobra.Command {
	var call consoleCall
	root := &cobra.Command{
		Use:   "jotwatch",
		Short: "Look at BigCommerce's customer tokens",
		Long:  about,
		Example: `jotwatch demo
jotwatch
pbpaste | jotwatch verify -
jotwatch verify --client-id ID --secret-file secret.txt < answer.json
jotwatch explain header.alg-live`,
		Args: noCommand,
		PersistentPreRun: func(cmd *cobra.Command, _ []string) {
			if cmd.HasParent() {
				exitOnInterrupt()
			}
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := wantTerminal("jotwatch verify -"); err != nil {
				return err
			}
			if err := checkLeeway(call.leeway); err != nil {
				return err
			}
			cfg, err := call.config(cmd.Flags().Changed("addr"))
			if err != nil {
				return err
			}
			return showConsole(cmd.Context(), cfg)
		},
	}
	call.credentials.register(root)
	call.sockets.register(root.Flags(), listener.DefaultAddr)
	root.Flags().BoolVar(&call.noListen, "no-listen", false, "do not run the listener")
	leewayFlag(root.Flags(), &call.leeway)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		exitOn(wrongFlag(cmd, err))
		return nil
	})
	root.AddCommand(verifyCommand(), explainCommand(), mintCommand(), listenCommand(), snippetCommand(), storefrontCommand(), profileCommand(), vaultCommand(), configCommand(), demoCommand())
	root.SetHelpCommand(helpCommand())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	if completion, _, err := root.Find([]string{"completion"}); err == nil {
		completion.Short = "Generate completions for your shell"
	}
	speakUp(root)
	return root
}

// wrongFlag says what is wrong with a flag, and which one was probably meant.
func wrongFlag(cmd *cobra.Command, err error) error {
	hint := cmd.CommandPath() + " --help"
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok && invalid.GetFlag().Value.Type() == "duration" {
		hint = "write it as --" + invalid.GetFlag().Name + " 30s"
	}
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok && strings.HasSuffix(unknown.GetSpecifiedName(), "secret") {
		hint = "a secret is never an argument, which others can read: it is asked for, or read from standard input or a file"
	} else if ok {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near, ok := leastMisspelt(unknown.GetSpecifiedName(), names); ok {
			hint = "did you mean --" + near + "?"
		}
	}
	return wrongCall(hint, "%w", err)
}

// noCommand refuses whatever follows "jotwatch", or a command that only has others, and is no command.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := cmd.CommandPath() + " --help"
	if args[0] == "-" {
		hint = "jotwatch verify -"
	} else if strings.HasPrefix(args[0], "eyJ") {
		hint = "jotwatch verify TOKEN"
	} else if near, ok := leastMisspelt(args[0], commandNames(cmd)); ok {
		hint = cmd.CommandPath() + " " + near
	}
	return wrongCall(hint, "there is no command %s", echo(args[0]))
}

func commandNames(cmd *cobra.Command) []string {
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return names
}

// helpCommand stands in for cobra's, which prints an unknown topic as it is and exits with 0.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, _, err := cmd.Root().Find(args)
			if err != nil || about == cmd.Root() && len(args) > 0 {
				return wrongCall("jotwatch --help", "there is no command %s", echo(strings.Join(args, " ")))
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// wantTerminal is wrong where the console cannot be drawn.
func wantTerminal(hint string) error {
	if !isTerminal(os.Stdin) || !isTerminal(os.Stdout) || os.Getenv("TERM") == "dumb" {
		return wrongCall(hint, "the console needs a terminal that can move its cursor")
	}
	return nil
}

func isTerminal(f *os.File) bool { return term.IsTerminal(f.Fd()) }

// write is the one way to standard output. A reader that went away ends the program in silence (the Go runtime's SIGPIPE).
func write(s string) error {
	if _, err := os.Stdout.WriteString(s); err != nil {
		return errorWithHint(exitUnchecked, "look at where standard output goes", "write standard output: %w", err)
	}
	return nil
}
