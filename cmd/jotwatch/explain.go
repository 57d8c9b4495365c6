package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"jotwatch/verifier"
)

func explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain [CODE]",
		Short: "Say what a finding means and how to put it right",
		Long:  "Print what a finding's code means, how it comes about, how to put it right, and where that is documented. Without a code, list them all.",
		Example: `jotwatch explain
jotwatch explain header.alg-live`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return wrongCall("jotwatch explain CODE", "explain takes one code, not %d", len(args))
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var all []string
			for _, code := range verifier.Codes() {
				all = append(all, string(code))
			}
			return all, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return write(listOfCodes())
			}
			code := verifier.Code(strings.ToLower(strings.TrimSpace(args[0])))
			text, ok := verifier.Explain(code)
			if !ok {
				hint := "jotwatch explain lists all codes"
				if near, ok := nearest(string(code)); ok {
					hint = "jotwatch explain " + near
				}
				return wrongCall(hint, "there is no finding %s", echo(args[0]))
			}
			return write(strings.TrimRight(text, "\n") + "\n")
		},
	}
}

// listOfCodes is every code with the first line of its text, by area.
func listOfCodes() string {
	var b strings.Builder
	p := newPaper()
	area := ""
	for _, code := range verifier.Codes() {
		if code.Area() != area {
			if area != "" {
				b.WriteByte('\n')
			}
			area = code.Area()
			b.WriteString(p.heading.Render(area) + "\n")
		}
		text, _ := verifier.Explain(code)
		first, _, _ := strings.Cut(text, "\n")
		first = strings.TrimPrefix(strings.TrimPrefix(first, string(code)), ":")
		p.hang(&b, fmt.Sprintf("  %-25s ", code), strings.TrimSpace(first))
	}
	return b.String()
}

// nearest is the code that was probably meant: the one whose name after the dot was typed, or the least misspelled.
func nearest(typed string) (string, bool) {
	codes := map[string]string{}
	var names []string
	for _, code := range verifier.Codes() {
		_, name, _ := strings.Cut(string(code), ".")
		if name == typed {
			return string(code), true
		}
		codes[name], codes[string(code)] = string(code), string(code)
		names = append(names, string(code), name)
	}
	name, ok := leastMisspelt(typed, names)
	return codes[name], ok
}
