package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"jotwatch/listener"
	"jotwatch/profiles"
)

func snippetCommand() *cobra.Command {
	var vaults vaultFlags
	var profile, clientID, addr, format string
	var secure, newKey bool
	cmd := &cobra.Command{
		Use:   "snippet",
		Short: "Print the script that a storefront sends tokens with",
		Long: `Print a script for a storefront, which asks for the Current Customer token as the signed-in shopper and sends it to jotwatch listen on this machine.

It does nothing for shoppers: it wakes up only in a tab that was opened with ?jotwatch in the address, and says in a badge what it got and whether it was delivered.

  script-manager  for the store's Script Manager; it says which settings
  stencil         for a Stencil theme: templates/layout/base.html
  console         to paste into the browser's console; runs at once
  bookmarklet     the address of a bookmark; runs when it is clicked`,
		Example: `jotwatch snippet --profile acme
jotwatch snippet --client-id ID --format console
jotwatch snippet --format bookmarklet | pbcopy`,
		Args: wantArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			f := listener.Format(format)
			if !slices.Contains(listener.Formats(), f) {
				return wrongCall("use "+formats(), "there is no format %s", echo(format))
			}
			if !cmd.Flags().Changed("addr") {
				addr = settings().Listener
			}
			base, err := listenerURL(addr, secure)
			if err != nil {
				return err
			}
			given := cmd.Flags().Changed
			switch {
			case given("profile") && given("client-id"):
				return wrongCall("leave out one of them", "a profile and a client id were given together")
			case newKey && !given("client-id"):
				return wrongCall("jotwatch profile edit NAME --new-ingest-key", "a profile's key is renewed where the profile is changed")
			case given("client-id"):
				id, remark, err := profiles.ClientID(clientID)
				if err != nil {
					return explained("", err)
				}
				tellRemark(remark)
				book, ix, _, err := vaults.keep(cmd.Context(), "a snippet needs a key that stays: ")
				if err == nil && newKey {
					ix, err = book.RenewIngestKey(cmd.Context())
				}
				if err != nil {
					return explained("", err)
				}
				return write(listener.Snippet{ClientID: id, Key: ix.IngestKey, Allow: allowAny, Base: base}.Text(f))
			}
			_, ix, err := vaults.load()
			if err != nil {
				return err
			}
			if len(ix.Profiles) == 0 && !given("profile") {
				return errorWithHint(exitUnchecked, "jotwatch profile add NAME --client-id ID; or jotwatch snippet --client-id ID", "there is no profile to make a snippet for")
			}
			named, err := namedProfile(ix, profile, given("profile"))
			if err != nil {
				return err
			}
			p, err := only(ix, named, "to make a snippet for")
			if err != nil {
				return err
			}
			return write(snippetOf(p, base).Text(f))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&profile, "profile", "", "the profile; left out: the only one")
	flags.StringVar(&clientID, "client-id", "", "the app's client id, without a profile")
	flags.StringVar(&addr, "addr", listener.DefaultAddr, "where jotwatch listen will be")
	flags.BoolVar(&secure, "tls", false, "it will serve HTTPS")
	flags.StringVar(&format, "format", string(listener.ScriptManager), "which form: see above")
	flags.BoolVar(&newKey, "new-ingest-key", false, "make a new key for --client-id; old snippets end")
	// The only error is a flag of another name.
	_ = cmd.RegisterFlagCompletionFunc("profile", vaults.names(0))
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(strings.Split(formats(), ", "), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// formats are the snippet's, in words.
func formats() string {
	var names []string
	for _, f := range listener.Formats() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// allowAny is what to type, before an origin, so that its pages may send, where there is no profile for it.
const allowAny = "jotwatch listen --origin"

// allowFor is that for a profile.
func allowFor(profile string) string {
	return "jotwatch profile edit " + profiles.Quoted(profile) + " --add-origin"
}

// snippetOf is a profile's.
func snippetOf(p *profiles.Profile, base string) listener.Snippet {
	return listener.Snippet{ClientID: p.ClientID, Key: p.IngestKey, Allow: allowFor(p.Name), Base: base}
}
