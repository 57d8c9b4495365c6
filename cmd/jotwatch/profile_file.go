package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"jotwatch/profiles"
)

func importCommand(vaults *vaultFlags) *cobra.Command {
	var dryRun, allowCommands bool
	var vaultName string
	cmd := &cobra.Command{
		Use:   "import FILE|-",
		Short: "Add the profiles that a file describes",
		Long: `Add the profiles that a file describes: BigCommerce's account file, a .env file, CSV, JSON, a Stencil secrets file, or an export. Profiles that are here already are left as they are, and get their secret where they had none.

Exit code 0 if everything in the file is here now, else 1.`,
		Example: `jotwatch profile import stores.csv --dry-run
jotwatch profile import BigCommerceAPI-credentials.txt
jotwatch profile export --with-secrets | ssh other jotwatch profile import -`,
		Args: wantArgs("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			book, ix, err := vaults.load()
			if err != nil {
				return err
			}
			vault := ix.Vault
			if cmd.Flags().Changed("vault") {
				if vault = profiles.VaultName(vaultName); !vault.Holds() {
					return wrongCall("use keyring or file", "secrets cannot be kept in %s", echo(vaultName))
				}
			}
			file, err := readImport(cmd, vaults, args[0])
			if err != nil {
				return err
			}
			plan := ix.PlanImport(file.Drafts, vault, allowCommands)
			for _, remark := range file.Said {
				tell(remark)
			}
			p := newPaper()
			if dryRun {
				if err := write(p.fit(p.takings(plan, vault))); err != nil {
					return err
				}
				return exitWith(exitForTakings(plan))
			}
			bar := newBar("importing")
			err = book.Import(cmd.Context(), plan, file.IngestKey, bar.set)
			bar.end()
			if err != nil {
				return withChoices(explained("nothing was imported: ", err), err)
			}
			tellTakings(plan)
			return exitWith(exitForTakings(plan))
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&dryRun, "dry-run", false, "say what would be done, and do nothing")
	flags.BoolVar(&allowCommands, "allow-commands", false, "take secret commands, which will be run here")
	flags.StringVar(&vaultName, "vault", "", "where the secrets go: keyring or file")
	return cmd
}

// readImport reads what is to be imported, and decrypts it where it is an encrypted export.
func readImport(cmd *cobra.Command, vaults *vaultFlags, name string) (*profiles.Import, error) {
	source, where := os.Stdin, "standard input"
	if name != "-" {
		where = echo(name)
		file, err := os.Open(name) //nolint:gosec // the user says which file
		if err != nil {
			return nil, wrongCall("jotwatch profile import --help names what can be imported", "cannot open %s: %s", where, reason(err))
		}
		defer func() { _ = file.Close() }() // it was only read
		source = file
	} else if isTerminal(os.Stdin) {
		tell("reading from the terminal; end with ctrl+d")
	}
	text, err := io.ReadAll(io.LimitReader(source, profiles.MaxImport+1))
	if err != nil {
		return nil, wrongCall("jotwatch profile import --help names what can be imported", "cannot read %s: %s", where, reason(err))
	}
	file, err := profiles.Parse(name, text)
	if err != nil {
		return nil, explained(where+": ", err)
	}
	if file.Format != profiles.EncryptedFormat {
		return file, nil
	}
	ask := passphrase(vaults.file())
	for try := 1; ; try++ {
		phrase, err := ask(cmd.Context(), profiles.OpenExport, try > 1)
		if errors.Is(err, profiles.ErrNoPassphrase) {
			return nil, errorWithHint(exitUnchecked, "run it in a terminal, or give --passphrase-file", "%s is encrypted, and there is no terminal to ask for its passphrase", where)
		} else if err != nil {
			return nil, explained("", err)
		}
		plain, err := profiles.DecryptExport(text, phrase)
		if err == nil {
			file, err = profiles.Parse(name, plain)
			return file, explained(where+": ", err)
		}
		if !errors.Is(err, profiles.ErrPassphrase) {
			return nil, wrongCall("export it again", "%s is damaged: %w", where, err)
		}
		if try == askAgain || vaults.file() != "" {
			return nil, errorWithHint(exitUnchecked, "try again; a forgotten passphrase cannot be recovered", "that is not the passphrase of %s", where)
		}
	}
}

// outcomes are how takings are told, in this order.
var outcomes = []struct {
	outcome profiles.Outcome
	said    string
}{
	{profiles.Added, "added"},
	{profiles.Filled, "given its secret"},
	{profiles.Same, "here already"},
	{profiles.Kept, "kept as it is here"},
	{profiles.Refused, "refused"},
}

// takings is a line for each profile that an import would bring.
func (p paper) takings(plan []profiles.Taking, vault profiles.VaultName) string {
	var b strings.Builder
	for i := range plan {
		t := &plan[i]
		said := outcomes[t.Outcome].said
		text := name(t)
		switch {
		case t.Why != "":
			text += ": " + t.Why
		case t.Outcome == profiles.Added && t.Draft.Command != "":
			text += ", with the secret command " + t.Draft.Command
		case t.Outcome == profiles.Added && t.Draft.Secret.IsZero():
			text += ", without a secret"
		case t.Outcome == profiles.Added || t.Outcome == profiles.Filled:
			text += fmt.Sprintf(", its secret to the %s vault", t.Draft.Vault)
		}
		p.hang(&b, p.heading.Render(fmt.Sprintf("%-18s ", said)), text)
		for _, remark := range t.Draft.Said {
			p.hang(&b, strings.Repeat(" ", 19)+"· ", remark)
		}
	}
	if b.Len() == 0 {
		return fmt.Sprintf("nothing to import to the %s vault\n", vault)
	}
	return b.String()
}

// name is a taking's profile, with its line where it has no name that could be taken.
func name(t *profiles.Taking) string {
	text := t.Draft.Name
	if text == "" {
		text = "a profile without a name"
	}
	if t.Draft.Line > 0 && t.Outcome == profiles.Refused {
		text += fmt.Sprintf(" (line %d)", t.Draft.Line)
	}
	return text
}

// tellTakings says what an import did: the numbers, and by name what was not taken.
func tellTakings(plan []profiles.Taking) {
	const most = 20 // that are named
	var counts []string
	for _, o := range outcomes {
		n := 0
		for i := range plan {
			if plan[i].Outcome == o.outcome {
				n++
			}
		}
		if n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, o.said))
		}
	}
	told := 0
	for i := range plan {
		t := &plan[i]
		if t.Outcome == profiles.Added || t.Outcome == profiles.Filled {
			for _, remark := range t.Draft.Said {
				if told++; told <= most {
					tell(name(t) + ": " + remark)
				}
			}
		}
		if t.Why == "" {
			continue
		}
		if told++; told <= most {
			tell(name(t) + " was " + outcomes[t.Outcome].said + ": " + t.Why)
		}
	}
	if told > most {
		tell(fmt.Sprintf("and %d more; --dry-run shows all", told-most))
	}
	if len(counts) == 0 {
		counts = []string{"nothing to import"}
	}
	tell(strings.Join(counts, ", "))
}

func exitForTakings(plan []profiles.Taking) int {
	for i := range plan {
		if o := plan[i].Outcome; o == profiles.Kept || o == profiles.Refused {
			return exitNo
		}
	}
	return exitAsAsked
}

func exportCommand(vaults *vaultFlags) *cobra.Command {
	var withSecrets bool
	cmd := &cobra.Command{
		Use:   "export [NAME...]",
		Short: "Write profiles, for another machine or a backup",
		Long:  "Write the profiles that are named, or all, as JSON to standard output, without their secrets. With --with-secrets, the whole is encrypted with a passphrase (age), and holds the secrets. jotwatch profile import reads both.",
		Example: `jotwatch profile export >profiles.json
jotwatch profile export --with-secrets acme beta >profiles.age`,
		ValidArgsFunction: vaults.names(0),
		RunE: func(cmd *cobra.Command, args []string) error {
			book, ix, err := vaults.load()
			if err != nil {
				return err
			}
			var all []*profiles.Profile
			for i := range ix.Profiles {
				if len(args) == 0 {
					all = append(all, &ix.Profiles[i])
				}
			}
			for _, asked := range args {
				p, err := ix.Find(asked)
				if err != nil {
					return explained("", err)
				}
				all = append(all, p)
			}
			if !withSecrets {
				text, err := ix.Export(all)
				if err != nil {
					return explained("", err)
				}
				return write(string(text))
			}
			return exportSecrets(cmd, vaults, book, ix, all)
		},
	}
	cmd.Flags().BoolVar(&withSecrets, "with-secrets", false, "hold the secrets too, and encrypt with a passphrase")
	return cmd
}

func exportSecrets(cmd *cobra.Command, vaults *vaultFlags, book *profiles.Book, ix *profiles.Index, all []*profiles.Profile) error {
	phrase, err := passphrase(vaults.file())(cmd.Context(), profiles.NewExport, false)
	if errors.Is(err, profiles.ErrNoPassphrase) {
		return errorWithHint(exitUnchecked, "run it in a terminal, or give --passphrase-file", "there is no terminal to ask for a passphrase")
	} else if err != nil {
		return explained("", err)
	}
	bar := newBar("reading secrets")
	text, missing, err := book.ExportSecrets(cmd.Context(), ix, all, phrase, bar.set)
	bar.end()
	if err != nil {
		return explained("nothing was exported: ", err)
	}
	if len(missing) > 0 {
		tell("without a secret, because their vault has none: " + strings.Join(missing, ", "))
	}
	return write(string(text))
}
