package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"jotwatch/mint"
	"jotwatch/profiles"
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
		Example: `jotwatch mint --profile acme
jotwatch mint --profile acme --scenario expired
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
			app, _, err := credentials.app(cmd.Context(), "to sign with")
			if err != nil {
				return err
			}
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
	credentials.register(cmd)
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

// app is what a token is signed for: what the flags hold, or the profile that they name, or the only one there is. The profile is nil
// for ad hoc credentials. to is what for.
func (f *credentialFlags) app(ctx context.Context, to string) (mint.App, *profiles.Profile, error) {
	given, err := f.adHoc(stdinFree)
	if err != nil {
		return mint.App{}, nil, err
	}
	if given != nil {
		return mint.App{ClientID: given.ClientID, StoreHash: given.StoreHash, Secret: given.Secret}, nil, nil
	}
	book, ix, p, err := f.profiles()
	if err != nil {
		return mint.App{}, nil, err
	}
	if p, err = only(ix, p, to); err != nil {
		return mint.App{}, nil, err
	}
	secret, err := book.Get(ctx, p)
	if err != nil {
		return mint.App{}, nil, explained("the secret of "+p.Name+" cannot be had: ", err)
	}
	return mint.App{ClientID: p.ClientID, StoreHash: p.StoreHash, Secret: secret}, p, nil
}

// only is the profile that was named, or else the only one there is. to is what for.
func only(ix *profiles.Index, named *profiles.Profile, to string) (*profiles.Profile, error) {
	switch {
	case named != nil:
		return named, nil
	case len(ix.Profiles) == 1:
		return &ix.Profiles[0], nil
	case len(ix.Profiles) == 0:
		return nil, wrongCall("jotwatch profile add NAME --client-id ID keeps your app's credentials; or "+adHocHint, "there is no profile %s", to)
	}
	return nil, wrongCall("give --profile NAME; jotwatch profile list shows them", "there are %d profiles %s", len(ix.Profiles), to)
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
