package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"jotwatch/mint"
)

const scenarioHint = "jotwatch mint --scenario list"

func mintCommand() *cobra.Command {
	var credentials credentialFlags
	var scenario, at string
	var set []string
	cmd := &cobra.Command{
		Use:   "mint",
		Short: "Make a token, good or with one thing wrong",
		Long:  "Print a Current Customer token signed with your app's secret, to try your backend with, or one with one thing wrong that your backend has to refuse. The value of --set is JSON, or else text.",
		Example: `jotwatch mint --client-id ID --secret-file secret.txt
jotwatch mint --client-id ID --secret-file secret.txt --scenario expired
jotwatch mint --client-id ID --secret-file secret.txt --set customer.id=7 --set customer.group_id='"3"'`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return wrongCall("jotwatch mint --scenario NAME", "mint takes no argument, and %s is one", echo(args[0]))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if scenario == "list" {
				return write(listOfScenarios())
			}
			now, err := parseAt(cmd.Flags(), at)
			if err != nil {
				return err
			}
			claims := make([]mint.Claim, 0, len(set))
			for _, text := range set {
				claim, err := mint.ParseClaim(text)
				if err != nil {
					return wrongCall("write it as --set claim=value, such as --set customer.id=7", "%w", err)
				}
				claims = append(claims, claim)
			}
			if err := checkScenario(scenario); err != nil {
				return err
			}
			given, err := credentials.load(stdinFree)
			switch {
			case err != nil:
				return err
			case len(given) == 0:
				return wrongCall(adHocHint, "there is nothing to sign with")
			}
			app := mint.App{ClientID: given[0].ClientID, StoreHash: given[0].StoreHash, Secret: given[0].Secret}
			token, err := mint.Token(app, scenario, now, claims...)
			if err != nil {
				return wrongCall("jotwatch mint --help", "%w", err)
			}
			return write(token + "\n")
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&scenario, "scenario", "valid", "what is wrong with it; list shows all")
	flags.StringArrayVar(&set, "set", nil, "set a claim, as claim=value; repeatable")
	flags.StringVar(&at, "at", "", "the moment of minting: RFC 3339 or Unix seconds")
	credentials.register(flags)
	flags.Lookup("store-hash").Usage = "the store's hash; left out: a made-up one"
	// The only error is a flag of another name.
	_ = cmd.RegisterFlagCompletionFunc("scenario", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		names := []string{"list"}
		for _, s := range mint.Scenarios() {
			names = append(names, s.Name)
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

// checkScenario refuses a name that is none, and says which was probably meant.
func checkScenario(name string) error {
	var names []string
	for _, s := range mint.Scenarios() {
		names = append(names, s.Name)
	}
	if slices.Contains(names, name) {
		return nil
	}
	if near, ok := leastMisspelt(strings.ToLower(name), names); ok {
		return wrongCall(scenarioHint, "there is no scenario %s; did you mean %s?", echo(name), near)
	}
	return wrongCall(scenarioHint, "there is no scenario %s", echo(name))
}

func listOfScenarios() string {
	longest := 0
	for _, s := range mint.Scenarios() {
		longest = max(longest, len(s.Name))
	}
	var b strings.Builder
	p := newPaper()
	for _, s := range mint.Scenarios() {
		p.hang(&b, fmt.Sprintf("%-*s  ", longest, s.Name), s.Description)
	}
	return b.String()
}
