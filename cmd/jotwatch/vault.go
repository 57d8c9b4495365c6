package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"jotwatch/profiles"
)

func vaultCommand() *cobra.Command {
	var vaults vaultFlags
	cmd := &cobra.Command{
		Use:   "vault",
		Short: "See where secrets lie, and move them",
		Long:  "A vault is where client secrets lie: the operating system's keyring; secrets.age, a file encrypted with a passphrase; or nowhere, where a command fetches them.",
		Example: `jotwatch vault status
jotwatch vault move file --dry-run`,
	}
	vaults.register(cmd.PersistentFlags())
	cmd.AddCommand(statusCommand(&vaults), moveCommand(&vaults), cleanCommand(&vaults))
	return cmd
}

// vaultOrder is the order in which vaults are told, with what each is.
var vaultOrder = []struct {
	name profiles.VaultName
	what string
}{
	{profiles.KeyringVault, "the operating system's keyring"},
	{profiles.FileVault, "secrets.age, a file encrypted with a passphrase: --vault file"},
	{profiles.CommandVault, "a command prints the secret, nothing is stored: --secret-command 'op read ...'"},
	{profiles.MemoryVault, "kept nowhere, given again each time: --vault memory"},
}

func statusCommand(vaults *vaultFlags) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say which vault is in use and whether it answers",
		Long: `Say which vaults there are, which one new secrets go to, how many secrets lie in each, and whether it answers. Nothing is unlocked and no passphrase is asked for.

Exit code 0 if every vault in use answers, else 3.`,
		Example: "jotwatch vault status --json",
		Args:    wantArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			book, ix, err := vaults.load()
			if err != nil {
				return err
			}
			status := vaultStatus(cmd, book, ix)
			if asJSON {
				err = writeJSON(status)
			} else {
				err = write(newPaper().fit(newPaper().vaults(status)))
			}
			if err != nil {
				return err
			}
			for _, v := range status {
				if v.Problem != nil && (v.Default || v.Profiles > 0) {
					return exitWith(exitUnchecked)
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "a JSON array, one object for each vault")
	return cmd
}

// A vaultState is a vault in JSON.
type vaultState struct {
	Vault     profiles.VaultName `json:"vault"`
	Default   bool               `json:"default"`  // new secrets go there
	Profiles  int                `json:"profiles"` // that use it
	Secrets   int                `json:"secrets"`
	Leftovers int                `json:"leftovers"` // secrets that no profile uses any more
	Problem   *string            `json:"problem"`   // why it does not answer; null: it does
	Hint      *string            `json:"hint"`
}

func vaultStatus(cmd *cobra.Command, book *profiles.Book, ix *profiles.Index) []vaultState {
	var all []vaultState
	for _, v := range vaultOrder {
		s := vaultState{Vault: v.name, Default: v.name == ix.Vault}
		for i := range ix.Profiles {
			if p := &ix.Profiles[i]; p.Vault == v.name {
				s.Profiles++
				if p.HasSecret {
					s.Secrets++
				}
			}
		}
		for _, l := range ix.Leftovers {
			if l.Vault == v.name {
				s.Leftovers++
			}
		}
		if v.name.Holds() {
			if err := book.Check(cmd.Context(), v.name); err != nil {
				problem, hint := err.Error(), ""
				if vault, ok := errors.AsType[*profiles.VaultError](err); ok {
					hint = vault.Hint
				}
				s.Problem, s.Hint = &problem, &hint
			}
		}
		all = append(all, s)
	}
	return all
}

func (p paper) vaults(all []vaultState) string {
	var b strings.Builder
	for i, s := range all {
		sign, word := p.good.Render("✓"), "answers"
		switch {
		case s.Problem != nil:
			sign, word = p.bad.Render("✗"), *s.Problem
		case !s.Vault.Holds():
			sign, word = p.dim.Render("·"), vaultOrder[i].what
		case s.Vault == profiles.FileVault && s.Profiles == 0:
			sign, word = p.dim.Render("·"), vaultOrder[i].what
		case s.Vault == profiles.FileVault:
			word = "secrets.age is there; its passphrase was not asked for"
		}
		used := "not used"
		if s.Profiles > 0 {
			used = count(s.Profiles, "profile")
		}
		switch {
		case s.Default && s.Profiles == 0:
			used = "for new profiles"
		case s.Default:
			used += ", new ones too"
		}
		label := "  " + sign + " " + p.heading.Render(fmt.Sprintf("%-8s", s.Vault)) + " "
		p.hang(&b, label, used+": "+word)
		if s.Hint != nil && *s.Hint != "" {
			p.hang(&b, strings.Repeat(" ", len("    keyring  "))+"→ ", *s.Hint)
		}
		if s.Leftovers > 0 {
			p.hang(&b, strings.Repeat(" ", len("    keyring  "))+"→ ", count(s.Leftovers, "secret")+" of no profile any more; jotwatch vault clean deletes what is left")
		}
	}
	return b.String()
}

func moveCommand(vaults *vaultFlags) *cobra.Command {
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "move VAULT",
		Short: "Move all secrets to another vault",
		Long:  "Move all secrets to the keyring or to secrets.age (file), and keep new ones there too. All are moved or none: each is stored and read back before the first is deleted where it was. A move that was interrupted loses nothing; run it again.",
		Example: `jotwatch vault move file --dry-run
jotwatch vault move keyring`,
		Args: wantArgs("VAULT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			to := profiles.VaultName(strings.ToLower(args[0]))
			if !to.Holds() {
				return wrongCall("jotwatch vault move keyring, or jotwatch vault move file", "secrets cannot be moved to %s", echo(args[0]))
			}
			book, err := vaults.book()
			if err != nil {
				return err
			}
			if dryRun {
				plan, err := book.PlanMove(to)
				if err != nil {
					return explained("", err)
				}
				return write(newPaper().fit(newPaper().move(plan)))
			}
			bar := newBar("moving")
			done, err := book.MoveAll(cmd.Context(), to, bar.set)
			bar.end()
			if err != nil {
				tried := "nothing was moved: "
				if _, made := err.(*profiles.LeftError); made { //nolint:errorlint // joined with another, nothing was moved
					tried = "everything was moved, but "
				}
				return explained(tried, err)
			}
			tell(fmt.Sprintf("moved %s to the %s vault; new ones go there too", count(len(done.Moved), "secret"), to))
			if len(done.Missing) > 0 {
				tell("there was no secret to move of " + strings.Join(done.Missing, ", "))
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say what would be moved, and move nothing")
	return cmd
}

// move is what would be moved.
func (p paper) move(m *profiles.Move) string {
	var b strings.Builder
	for _, part := range []struct {
		said  string
		names []string
	}{
		{fmt.Sprintf("would move to the %s vault", m.To), m.Moved},
		{"have no secret to move", m.Missing},
		{"stay, their vault keeps no secret", m.Stay},
	} {
		if len(part.names) > 0 {
			p.hang(&b, p.heading.Render(fmt.Sprintf("%d %s:", len(part.names), part.said))+" ", strings.Join(part.names, ", "))
		}
	}
	if b.Len() == 0 {
		return "nothing to move\n"
	}
	return b.String()
}

func cleanCommand(vaults *vaultFlags) *cobra.Command {
	return &cobra.Command{
		Use:     "clean",
		Short:   "Delete secrets that no profile uses any more",
		Long:    "Delete the secrets that were left in a vault because it did not answer when their profile was removed, or because a change was interrupted.",
		Example: "jotwatch vault clean",
		Args:    wantArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			book, err := vaults.book()
			if err != nil {
				return err
			}
			n, err := book.RemoveLeftovers(cmd.Context(), "")
			if err != nil {
				return explained("", err)
			}
			tell("deleted " + count(n, "secret"))
			return nil
		},
	}
}
