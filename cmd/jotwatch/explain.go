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
		Long:  "Print what a finding's code means, how it comes about, how to put it right, and where that is documented. Without a code, list them all; with an area (form, header, signature, claims, time, backend), list those.",
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
				return write(listOfCodes(verifier.Codes()))
			}
			code := verifier.Code(strings.ToLower(strings.TrimSpace(args[0])))
			if area := ofArea(string(code)); len(area) > 0 {
				return write(listOfCodes(area))
			}
			text, ok := verifier.Explain(code)
			if !ok {
				hint := "jotwatch explain lists all codes"
				if near, ok := nearest(string(code)); ok {
					hint = "jotwatch explain " + near
				}
				return wrongCall(hint, "there is no finding %s", echo(args[0]))
			}
			return write(text)
		},
	}
}

// ofArea lists the codes of an area such as header, none where it is no area.
func ofArea(area string) []verifier.Code {
	var all []verifier.Code
	for _, code := range verifier.Codes() {
		if code.Area() == area {
			all = append(all, code)
		}
	}
	return all
}

// listOfCodes is each code with the first line of its text, by area.
func listOfCodes(codes []verifier.Code) string {
	var b strings.Builder
	p := newPaper()
	area := ""
	for _, code := range codes {
		if code.Area() != area {
			if area != "" {
				b.WriteByte('\n')
			}
			area = code.Area()
			b.WriteString(p.heading.Render(area) + "\n")
		}
		p.hang(&b, fmt.Sprintf("  %-25s ", code), code.Title())
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
