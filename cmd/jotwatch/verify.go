package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"jotwatch/safe"
	"jotwatch/verifier"
)

func verifyCommand() *cobra.Command {
	var credentials credentialFlags
	var at string
	var leeway time.Duration
	var asJSON, allProfiles bool
	cmd := &cobra.Command{
		Use:   "verify [TOKEN|-]",
		Short: "Say whose token it is, and whether it is good",
		Long: `Judge every token in the argument or on standard input, whatever is wrapped around it: Bearer, quotes, JSON, a URL, a log, a HAR file. At most 1 MiB is looked at.

Exit code 0 if all are valid; 1 if one is malformed, invalid, expired or not yet valid; else 3 if one could not be checked.`,
		Example: `jotwatch verify eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.…
jotwatch verify --client-id ID --secret-file secret.txt < answer.json
jotwatch verify --json - < tokens.log`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return wrongCall("put the token in quotes, or pipe many to jotwatch verify -", "verify takes one token, not %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			now, err := parseAt(cmd.Flags(), at)
			if err != nil {
				return err
			}
			if err := checkLeeway(leeway); err != nil {
				return err
			}
			stdin := stdinFree
			if len(args) == 0 || args[0] == "-" {
				stdin = stdinTaken
			}
			inspect, err := credentials.inspector(cmd.Context(), stdin, allProfiles)
			if err != nil {
				return err
			}
			text, err := tokenText(args)
			if err != nil {
				return err
			}
			reports := inspect(text, verifier.WithLeeway(leeway))
			if asJSON {
				err = write(jsonReport(reports, now))
			} else {
				p := newPaper()
				p.asOf = cmd.Flags().Changed("at")
				err = write(p.print(reports, now))
			}
			if err != nil {
				return err
			}
			return exitWith(exitFor(reports, now))
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&asJSON, "json", false, "one JSON object a line for each token")
	flags.BoolVar(&allProfiles, "all-profiles", false, "try every profile's secret, not only 64")
	flags.StringVar(&at, "at", "", "judge as of: RFC 3339 or Unix seconds")
	leewayFlag(flags, &leeway)
	credentials.register(cmd)
	return cmd
}

// An inspector judges every token in a text, as verifier.InspectAll does.
type inspector func(text string, options ...verifier.Option) []*verifier.Report

// inspector judges by the credentials that the flags hold, or else by the profiles. Where those cannot be read, tokens are
// judged without them, and that is said.
func (f *credentialFlags) inspector(ctx context.Context, stdin stdinUse, all bool) (inspector, error) {
	given, err := f.adHoc(stdin)
	if err != nil {
		return nil, err
	}
	if given != nil {
		return func(text string, options ...verifier.Option) []*verifier.Report {
			return verifier.InspectAll(text, []verifier.Credential{*given}, options...)
		}, nil
	}
	book, ix, named, err := f.profiles()
	if err != nil {
		if f.set.Changed("profile") {
			return nil, err
		}
		speak(os.Stderr, fang.Styles{}, err)
		return func(text string, options ...verifier.Option) []*verifier.Report {
			return verifier.InspectAll(text, nil, options...)
		}, nil
	}
	return func(text string, options ...verifier.Option) []*verifier.Report {
		reports := book.NewJudge(ix, named, all).InspectAll(ctx, text, options...)
		book.Used(ctx, reports, time.Now())
		return reports
	}, nil
}

// tokenText is what is to be judged.
func tokenText(args []string) (string, error) {
	switch {
	case len(args) == 1 && args[0] != "-":
		if about, err := os.Stat(args[0]); err == nil && about.Mode().IsRegular() {
			return "", wrongCall("jotwatch verify - < FILE", "%s is a file, not a token", echo(args[0]))
		}
		return args[0], nil
	case len(args) == 0 && isTerminal(os.Stdin):
		return "", wrongCall("jotwatch verify TOKEN, or pipe it to jotwatch verify -", "no token was given")
	case isTerminal(os.Stdin):
		_, _ = fmt.Fprintln(os.Stderr, "Paste the token, then press enter and ctrl+d.")
	}
	// One byte past the most is read, so that the verifier sees that it is too much and says so.
	text, err := io.ReadAll(io.LimitReader(os.Stdin, verifier.MaxText+1))
	if err != nil {
		return "", errorWithHint(exitUnchecked, "jotwatch verify TOKEN", "cannot read standard input: %s", reason(err))
	}
	return string(text), nil
}

// exitFor is the worst of the answers.
func exitFor(reports []*verifier.Report, now time.Time) int {
	code := exitAsAsked
	for _, r := range reports {
		switch r.Verdict(now) {
		case verifier.Malformed, verifier.Invalid, verifier.Expired, verifier.NotYetValid:
			return exitNo
		case verifier.Unverified:
			code = exitUnchecked
		case verifier.Valid:
		}
	}
	return code
}

func jsonReport(reports []*verifier.Report, now time.Time) string {
	var b strings.Builder
	for _, r := range reports {
		b.Write(safe.JSON(r.JSON(now)))
		b.WriteByte('\n')
	}
	return b.String()
}
