package main

// How the program speaks.
//
//   - What was asked for goes to standard output, talk goes to standard error. Nothing is said when all is well, but by a
//     command that changes something: one line says what, and where the secret is now.
//   - An error is two lines: "jotwatch: what is wrong", naming the thing, and "hint: what to do", which can be typed
//     where that is possible. Where there is a choice, each line of it is a hint. No usage text, no stack, no capitals, no
//     full stop.
//   - The exit code says who is to act: 0 nobody; 1 the answer is no; 2 the call was wrong; 3 it could not be checked;
//     130 it was interrupted.
//   - Whatever came from outside, also from the command line, passes through package safe on its way out, and what has the
//     form of a client secret is not repeated.
//   - Colour only helps: every colour stands beside a word or a sign that says the same.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"charm.land/fang/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"jotwatch/safe"
	"jotwatch/verifier"
)

// The exit codes.
const (
	exitAsAsked     = 0
	exitNo          = 1
	exitWrongCall   = 2
	exitUnchecked   = 3
	exitInterrupted = 130
)

// longestEcho is how many cells of what the user typed an error repeats: it may be a whole token.
const longestEcho = 60

// A spokenError is an error with its way out and its exit code.
type spokenError struct {
	wrong error // nil is said in silence
	hint  string
	code  int
}

func (e *spokenError) Error() string {
	if e.wrong == nil {
		return ""
	}
	return e.wrong.Error()
}

// errorWithHint says what is wrong and what to do. Both are made printable when they are spoken.
func errorWithHint(code int, hint, format string, args ...any) error {
	return &spokenError{wrong: fmt.Errorf(format, args...), hint: hint, code: code}
}

// wrongCall is the commonest error: the call has to be written otherwise.
func wrongCall(hint, format string, args ...any) error {
	return errorWithHint(exitWrongCall, hint, format, args...)
}

// exitWith ends a command in silence with a code, nil for 0: what it was asked has been written.
func exitWith(code int) error {
	if code == exitAsAsked {
		return nil
	}
	return &spokenError{code: code}
}

// exitCode is 2 for errors that cobra itself made, because those are about the call.
func exitCode(err error) int {
	if err == nil {
		return exitAsAsked
	}
	if spoken, ok := errors.AsType[*spokenError](err); ok {
		return spoken.code
	}
	return exitWrongCall
}

// speak writes an error. It is fang's error handler too, for the errors that cobra makes where speakUp has no hold.
func speak(w io.Writer, _ fang.Styles, err error) {
	hint := "jotwatch --help"
	if spoken, ok := errors.AsType[*spokenError](err); ok {
		if spoken.wrong == nil {
			return
		}
		hint = spoken.hint
	}
	say := func(s string) string { return safe.Line(verifier.HideSecrets(s)) }
	_, _ = fmt.Fprintf(w, "jotwatch: %s\n", say(err.Error()))
	for line := range strings.SplitSeq(hint, "\n") {
		_, _ = fmt.Fprintf(w, "hint: %s\n", say(line))
	}
}

// speakUp makes the commands below cmd, and cmd, speak their errors and exit themselves. Were they to reach fang, it would
// first ask the terminal for its background colour: seconds of waiting where the terminal does not answer, escape codes on
// standard output, and what was typed ahead lost.
func speakUp(cmd *cobra.Command) {
	loud := func(run func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
		return func(cmd *cobra.Command, args []string) error {
			exitOn(run(cmd, args))
			return nil
		}
	}
	if !cmd.Runnable() && cmd.HasSubCommands() { // cobra would print its help and exit with 0, whatever follows it
		cmd.Args = noCommand
		cmd.RunE = func(cmd *cobra.Command, _ []string) error {
			return wrongCall(cmd.CommandPath()+" --help", "%s needs a command after it", cmd.Name())
		}
	}
	if cmd.Args != nil {
		cmd.Args = loud(cmd.Args)
	}
	if cmd.RunE != nil {
		cmd.RunE = loud(cmd.RunE)
	}
	for _, sub := range cmd.Commands() {
		speakUp(sub)
	}
}

func exitOn(err error) {
	if err != nil {
		speak(os.Stderr, fang.Styles{}, err)
		os.Exit(exitCode(err))
	}
}

// echo is what the user typed, quoted, printable and of a bearable length; a secret in a wrong place is not repeated.
func echo(s string) string {
	return `"` + ansi.Truncate(safe.Line(verifier.HideSecrets(s)), longestEcho, "…") + `"`
}
