package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"jotwatch/profiles"
	"jotwatch/safe"
)

func profileCommand() *cobra.Command {
	var vaults vaultFlags
	cmd := &cobra.Command{
		Use:   "profile",
		Short: "Keep the credentials of your apps and stores",
		Long: `A profile is an app, in one store or in all of its stores: its client id, and what helps you to tell it apart. Its client secret lies in the operating system's keyring, unless you choose another vault.

Profiles are found by name, by the beginning of a name, by store hash or by client id.`,
		Example: `jotwatch profile add acme --client-id ID --store-hash abc123def
jotwatch profile list
jotwatch verify eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.…`,
	}
	vaults.register(cmd.PersistentFlags())
	cmd.AddCommand(addCommand(&vaults), editCommand(&vaults), listCommand(&vaults), showCommand(&vaults),
		removeCommand(&vaults), renameCommand(&vaults), importCommand(&vaults), exportCommand(&vaults))
	return cmd
}

// wantArgs refuses another number of arguments than that of names.
func wantArgs(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == len(names) {
			return nil
		}
		hint := strings.TrimSpace(cmd.CommandPath() + " " + strings.Join(names, " "))
		if len(args) > len(names) && len(names) > 0 {
			return wrongCall(hint+"; put a name with spaces in quotes", "%s takes %d of these, not %d", cmd.Name(), len(names), len(args))
		}
		if len(args) > len(names) {
			return wrongCall(hint, "%s takes no argument, and %s is one", cmd.Name(), echo(args[0]))
		}
		return wrongCall(hint, "%s is missing", names[len(args)])
	}
}

// found looks a profile up.
func found(book *profiles.Book, asked string) (*profiles.Profile, error) {
	ix, err := book.Load()
	if err != nil {
		return nil, explained("", err)
	}
	p, err := ix.Find(asked)
	return p, explained("", err)
}

// names completes the names of profiles, for as many arguments as there are names for; 0 is any number.
func (f *vaultFlags) names(most int) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		_, ix, err := f.load()
		if err != nil || most > 0 && len(args) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var names []cobra.Completion
		for i := range ix.Profiles {
			p := &ix.Profiles[i]
			names = append(names, cobra.CompletionWithDesc(safe.Line(p.Name), orElse(safe.Line(p.StoreHash), "any store")))
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

func listCommand(vaults *vaultFlags) *cobra.Command {
	var asJSON bool
	var tag string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the profiles",
		Example: "jotwatch profile list --tag agency",
		Args:    wantArgs(),
		RunE: func(*cobra.Command, []string) error {
			_, ix, err := vaults.load()
			if err != nil {
				return err
			}
			all := slices.DeleteFunc(ix.Profiles, func(p profiles.Profile) bool { return tag != "" && !slices.Contains(p.Tags, tag) })
			if asJSON {
				views := make([]profileView, len(all))
				for i := range all {
					views[i] = viewOf(&all[i])
				}
				return writeJSON(views)
			}
			if len(all) == 0 {
				if tag != "" {
					tell("no profile has the tag " + tag)
				} else {
					tell("there are no profiles yet; jotwatch profile add NAME --client-id ID makes one, jotwatch profile import FILE many")
				}
				return nil
			}
			return write(newPaper().fit(newPaper().profileTable(all)))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "a JSON array, without secrets")
	cmd.Flags().StringVar(&tag, "tag", "", "only those with this tag")
	return cmd
}

func showCommand(vaults *vaultFlags) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "show NAME",
		Short:   "Show a profile, without its secret",
		Example: "jotwatch profile show acme --json",
		Args:    wantArgs("NAME"),

		ValidArgsFunction: vaults.names(1),
		RunE: func(_ *cobra.Command, args []string) error {
			book, err := vaults.book()
			if err != nil {
				return err
			}
			p, err := found(book, args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(viewOf(p))
			}
			return write(newPaper().fit(newPaper().profileFacts(p)))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "a JSON object, without the secret")
	return cmd
}

// A profileView is a profile in JSON, as the design has it. What is not known is null.
type profileView struct {
	Name        string   `json:"name"`
	StoreHash   *string  `json:"store_hash"`
	ClientID    string   `json:"client_id"`
	Origins     []string `json:"origins"`
	Tags        []string `json:"tags"`
	Environment *string  `json:"environment"`
	Note        string   `json:"note"`
	Vault       string   `json:"vault"`
	IngestKey   string   `json:"ingest_key"`
	HasSecret   bool     `json:"has_secret"`
}

func viewOf(p *profiles.Profile) profileView {
	known := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	return profileView{p.Name, known(p.StoreHash), p.ClientID, p.Origins, p.Tags, known(p.Environment), p.Note,
		string(p.Vault), p.IngestKey, p.HasSecret}
}

func writeJSON(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return errorWithHint(exitUnchecked, "leave out --json", "encode JSON: %w", err)
	}
	return write(string(safe.JSON(text)) + "\n")
}

// colour is the style of one of profiles.Colours, the usual one for any other.
func colour(name string) lipgloss.Style {
	style := lipgloss.NewStyle()
	switch name {
	case "red":
		return style.Foreground(lipgloss.Red)
	case "green":
		return style.Foreground(lipgloss.Green)
	case "yellow":
		return style.Foreground(lipgloss.Yellow)
	case "blue":
		return style.Foreground(lipgloss.Blue)
	case "magenta":
		return style.Foreground(lipgloss.Magenta)
	case "cyan":
		return style.Foreground(lipgloss.Cyan)
	case "white":
		return style.Foreground(lipgloss.White)
	}
	return style
}

// profileTable is a line for each profile. The client id is cut where there is no room for it.
func (p paper) profileTable(all []profiles.Profile) string {
	const gap, widestName, wholeClientID = 2, 28, 31
	rows := [][]string{{"name", "store", "client id", "vault", "secret", "environment", "tags"}}
	for i := range all {
		a := &all[i]
		rows = append(rows, []string{middle(safe.Line(a.Name), widestName), orElse(safe.Line(a.StoreHash), "any"), safe.Line(a.ClientID),
			string(a.Vault), secretWord(a), a.Environment, safe.Line(strings.Join(a.Tags, ", "))})
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for c := range row {
			widths[c] = max(widths[c], lipgloss.Width(row[c]))
		}
	}
	rest := p.width - gap*(len(widths)-1)
	for c, w := range widths {
		if c != 2 {
			rest -= w
		}
	}
	widths[2] = min(widths[2], max(len("client id"), min(rest, wholeClientID)))
	var b strings.Builder
	for r, row := range rows {
		var line strings.Builder
		for c, cell := range row {
			cell = pad(middle(cell, widths[c]), widths[c]+gap)
			if c == 0 && r > 0 && p.coloured() {
				cell = colour(all[r-1].Colour).Render(cell)
			}
			line.WriteString(cell)
		}
		text := strings.TrimRight(line.String(), " ")
		if r == 0 {
			text = p.heading.Render(text)
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}

func secretWord(p *profiles.Profile) string {
	switch {
	case p.Vault == profiles.CommandVault:
		return "fetched"
	case p.HasSecret:
		return "kept"
	}
	return "none"
}

// profileFacts is all that is known of one.
func (p paper) profileFacts(a *profiles.Profile) string {
	var b strings.Builder
	line := func(name, text string) {
		if text != "" {
			p.hang(&b, fmt.Sprintf("  %-12s ", name), text)
		}
	}
	name := safe.Line(a.Name)
	if p.coloured() {
		name = colour(a.Colour).Bold(true).Render(name)
	}
	b.WriteString(name + "\n")
	line("client id", a.ClientID)
	line("store", orElse(a.StoreHash, "any store of the app"))
	line("origins", strings.Join(a.Origins, " "))
	line("environment", a.Environment)
	line("tags", strings.Join(a.Tags, ", "))
	line("colour", a.Colour)
	line("note", strings.ReplaceAll(a.Note, "\n", " / "))
	line("secret", map[string]string{
		"kept": "kept in the " + string(a.Vault) + " vault", "fetched": "fetched by " + a.Command,
		"none": "none yet: jotwatch profile edit " + profiles.Quoted(a.Name) + " --secret",
	}[secretWord(a)])
	line("ingest key", a.IngestKey)
	return b.String()
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
