package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"jotwatch/profiles"
	"jotwatch/safe"
	"jotwatch/verifier"
)

// profileFlags are what add and edit can set. There is none for the secret, because others can read a command line.
type profileFlags struct {
	clientID, storeHash, colour, environment, note, vault, command string
	origins, tags                                                  []string
	oddSecret                                                      bool
	set                                                            *pflag.FlagSet
}

func (f *profileFlags) register(set *pflag.FlagSet) {
	f.set = set
	set.StringVar(&f.clientID, "client-id", "", "the app's client id")
	set.StringVar(&f.storeHash, "store-hash", "", "the store's hash; left out: any store of the app")
	set.StringArrayVar(&f.origins, "origin", nil, "a storefront's origin, https://…; repeatable")
	set.StringArrayVar(&f.tags, "tag", nil, "a tag; repeatable")
	set.StringVar(&f.colour, "colour", "", strings.Join(profiles.Colours(), ", "))
	set.StringVar(&f.environment, "environment", "", strings.Join(profiles.Environments(), " or "))
	set.StringVar(&f.note, "note", "", "a note")
	set.StringVar(&f.vault, "vault", "", "where the secret lies: keyring, file or memory")
	set.StringVar(&f.command, "secret-command", "", "a command that prints the secret")
	set.BoolVar(&f.oddSecret, "odd-secret", false, "take a secret that looks like something else")
}

// A check is one of package profiles' for what people enter.
type check func(text string) (value, remark string, err error)

// edits checks the flags that were given, says what there is to say of them, and returns what they change.
func (f *profileFlags) edits() (edits []func(*profiles.Profile), err error) {
	one := func(flag, text string, check check, set func(p *profiles.Profile, value string)) {
		if err != nil || !f.set.Changed(flag) {
			return
		}
		value, remark := "", ""
		if value, remark, err = check(text); err == nil {
			tellRemark(remark)
			edits = append(edits, func(p *profiles.Profile) { set(p, value) })
		}
	}
	many := func(flag string, texts []string, check check, set func(p *profiles.Profile, values []string)) {
		if err != nil || !f.set.Changed(flag) {
			return
		}
		values := []string{}
		for _, text := range texts {
			if text == "" { // takes all away
				continue
			}
			value, remark := "", ""
			if value, remark, err = check(text); err != nil {
				return
			}
			tellRemark(remark)
			values = append(values, value)
		}
		edits = append(edits, func(p *profiles.Profile) { set(p, slices.Clone(values)) })
	}
	one("client-id", f.clientID, profiles.ClientID, func(p *profiles.Profile, v string) { p.ClientID = v })
	one("store-hash", f.storeHash, profiles.StoreHash, func(p *profiles.Profile, v string) { p.StoreHash = v })
	many("origin", f.origins, profiles.Origin, func(p *profiles.Profile, v []string) { p.Origins = v })
	many("tag", f.tags, profiles.Tag, func(p *profiles.Profile, v []string) { p.Tags = v })
	one("colour", f.colour, profiles.Colour, func(p *profiles.Profile, v string) { p.Colour = v })
	one("environment", f.environment, profiles.Environment, func(p *profiles.Profile, v string) { p.Environment = v })
	one("note", f.note, profiles.Note, func(p *profiles.Profile, v string) { p.Note = v })
	one("secret-command", f.command, profiles.Command, func(p *profiles.Profile, v string) { p.Vault, p.Command = profiles.CommandVault, v })
	if err != nil {
		return nil, explained("", err)
	}
	switch vault := profiles.VaultName(f.vault); {
	case f.set.Changed("secret-command") && f.set.Changed("vault") && vault != profiles.CommandVault:
		return nil, wrongCall("leave out one of them", "a secret command and a vault were given together")
	case !f.set.Changed("vault"):
	case vault == profiles.CommandVault && f.set.Changed("secret-command"):
	case vault == profiles.CommandVault:
		return nil, wrongCall("--secret-command 'op read op://shop/app/secret'", "the command vault needs a command")
	case !vault.Holds() && vault != profiles.MemoryVault:
		return nil, wrongCall("use keyring, file or memory, or give --secret-command", "there is no vault %s", echo(f.vault))
	default:
		edits = append(edits, func(p *profiles.Profile) { p.Vault = vault })
	}
	return edits, nil
}

func addCommand(vaults *vaultFlags) *cobra.Command {
	var f profileFlags
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add a profile and keep its secret",
		Long:  "Add a profile. The client secret is asked for and not shown, or read from standard input where that is no terminal, and goes to the operating system's keyring unless you choose another vault.",
		Example: `jotwatch profile add acme --client-id ID --store-hash abc123def
pbpaste | jotwatch profile add acme --client-id ID
jotwatch profile add beta --client-id ID --secret-command 'op read op://shop/beta/secret'`,
		Args: wantArgs("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, _, err := profiles.Name(args[0])
			if err != nil {
				return explained("", err)
			}
			if !cmd.Flags().Changed("client-id") {
				return wrongCall("jotwatch profile add "+profiles.Quoted(name)+" --client-id ID", "--client-id is missing")
			}
			edits, err := f.edits()
			if err != nil {
				return err
			}
			book, ix, err := vaults.load()
			if err != nil {
				return err
			}
			p := profiles.Profile{Name: name, Vault: ix.Vault}
			for _, edit := range edits {
				edit(&p)
			}
			tried := p.Name + " was not added: "
			if err := ix.Free(name); err != nil {
				return explained(tried, err)
			}
			secret, err := secretFor(cmd, book, &p, f.oddSecret)
			if err == nil {
				err = book.Add(cmd.Context(), p, secret)
			}
			if err != nil {
				return withChoices(explained(tried, err), err)
			}
			tell("added " + p.Name + "; " + whereabouts(&p))
			if like := ix.SameApp(&p); like != "" {
				tell(like + " is for the same app and store")
			}
			return nil
		},
	}
	f.register(cmd.Flags())
	return cmd
}

// secretFor reads the secret of a profile that is to have one. The vault is looked at first: nobody should type a secret
// that then has no place.
func secretFor(cmd *cobra.Command, book *profiles.Book, p *profiles.Profile, odd bool) (verifier.Secret, error) {
	if !p.Vault.Holds() {
		return verifier.Secret{}, nil
	}
	err := book.Check(cmd.Context(), p.Vault)
	if errors.Is(err, profiles.ErrAbsent) || errors.Is(err, profiles.ErrTimedOut) {
		return verifier.Secret{}, err
	}
	return newSecret(p.Name, p.ClientID, odd)
}

// withChoices adds to an error of the keyring where else a secret can go.
func withChoices(spoken, err error) error {
	if _, made := errors.AsType[*profiles.LeftError](err); made { // or half undone: there is nothing to choose
		return spoken
	}
	vault, ok := errors.AsType[*profiles.VaultError](err)
	if s, as := errors.AsType[*spokenError](spoken); ok && as && vault.Vault == profiles.KeyringVault && vault.Unanswered() {
		s.hint += "\n" + choices
	}
	return spoken
}

// whereabouts says where a profile's secret is.
func whereabouts(p *profiles.Profile) string {
	switch p.Vault {
	case profiles.CommandVault:
		return "its secret command is run when the secret is needed"
	case profiles.MemoryVault:
		return "its secret is kept nowhere: give it by --secret-file when it is needed"
	case profiles.FileVault:
		return "its secret is in secrets.age, encrypted with the passphrase"
	case profiles.KeyringVault:
	}
	return "its secret is in the keyring"
}

func editCommand(vaults *vaultFlags) *cobra.Command {
	var f profileFlags
	var newSecretWanted, newKey bool
	var more []string
	cmd := &cobra.Command{
		Use:   "edit NAME",
		Short: "Change a profile, its secret or its vault",
		Long:  "Change what the flags name, and nothing else. --origin and --tag replace all that there were; given an empty value, they take them away.",
		Example: `jotwatch profile edit acme --environment production --tag agency --tag eu
jotwatch profile edit acme --secret
jotwatch profile edit acme --vault file`,
		Args: wantArgs("NAME"),

		ValidArgsFunction: vaults.names(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			edits, err := f.edits()
			if err != nil {
				return err
			}
			added, err := checkedOrigins(more)
			if err != nil {
				return err
			}
			for _, origin := range added {
				edits = append(edits, func(p *profiles.Profile) {
					if !slices.Contains(p.Origins, origin) {
						p.Origins = append(slices.Clip(p.Origins), origin)
					}
				})
			}
			if len(edits) == 0 && !newSecretWanted && !newKey {
				return wrongCall("jotwatch profile edit --help lists what can be changed", "there is nothing to change")
			}
			if newKey {
				key := rand.Text()
				edits = append(edits, func(p *profiles.Profile) { p.IngestKey = key })
			}
			book, err := vaults.book()
			if err != nil {
				return err
			}
			p, err := found(book, args[0])
			if err != nil {
				return err
			}
			then := *p
			for _, edit := range edits {
				edit(&then)
			}
			tried := p.Name + " was not changed: "
			var secret verifier.Secret
			moves := then.Vault != p.Vault
			if newSecretWanted || moves && then.Vault.Holds() && !p.HasSecret {
				if !then.Vault.Holds() {
					return wrongCall("give --vault keyring or --vault file as well", "the %s vault keeps no secret", then.Vault)
				}
				if secret, err = secretFor(cmd, book, &then, f.oddSecret); err != nil {
					return withChoices(explained(tried, err), err)
				}
			}
			err = book.Edit(cmd.Context(), p.ID, func(p *profiles.Profile) error {
				for _, edit := range edits {
					edit(p)
				}
				return nil
			}, secret)
			if err != nil {
				return withChoices(explained(tried, err), err)
			}
			said := "changed " + p.Name
			if !secret.IsZero() || moves {
				said += "; " + whereabouts(&then)
			}
			tell(said)
			if then.ClientID != p.ClientID && secret.IsZero() && then.HasSecret && then.Vault.Holds() {
				tell("its secret is still that of the other client id; jotwatch profile edit " + profiles.Quoted(p.Name) + " --secret")
			}
			return nil
		},
	}
	f.register(cmd.Flags())
	cmd.Flags().BoolVar(&newSecretWanted, "secret", false, "ask for a new secret, or read it from stdin")
	cmd.Flags().StringArrayVar(&more, "add-origin", nil, "one more storefront's origin; repeatable")
	cmd.Flags().BoolVar(&newKey, "new-ingest-key", false, "make a new ingest key; the old one's snippet ends")
	return cmd
}

func renameCommand(vaults *vaultFlags) *cobra.Command {
	return &cobra.Command{
		Use:     "rename NAME NEW",
		Short:   "Give a profile another name",
		Example: "jotwatch profile rename acme acme-sandbox",
		Args:    wantArgs("NAME", "NEW"),

		ValidArgsFunction: vaults.names(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, _, err := profiles.Name(args[1])
			if err != nil {
				return explained("", err)
			}
			book, err := vaults.book()
			if err != nil {
				return err
			}
			p, err := found(book, args[0])
			if err != nil {
				return err
			}
			err = book.Edit(cmd.Context(), p.ID, func(p *profiles.Profile) error {
				p.Name = name
				return nil
			}, verifier.Secret{})
			if err != nil {
				return explained(p.Name+" was not renamed: ", err)
			}
			tell(p.Name + " is now " + name)
			return nil
		},
	}
}

func removeCommand(vaults *vaultFlags) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:     "remove NAME",
		Short:   "Remove a profile and its secret",
		Example: "jotwatch profile remove acme",
		Args:    wantArgs("NAME"),

		ValidArgsFunction: vaults.names(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			book, ix, err := vaults.load()
			if err != nil {
				return err
			}
			p, err := ix.Find(args[0])
			if err != nil {
				return explained("", err)
			}
			if err := confirmRemoval(p, args[0], yes); err != nil {
				return err
			}
			if err := book.Remove(cmd.Context(), p.ID); err != nil {
				return explained(removed(p, err), err)
			}
			said := "removed " + p.Name
			if p.HasSecret && p.Vault.Holds() {
				said += fmt.Sprintf(", and its secret from the %s vault", p.Vault)
			}
			tell(said)
			return nil
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "ask nothing; NAME must be the whole name")
	return cmd
}

// removed says whether the profile is gone though something failed.
func removed(p *profiles.Profile, err error) string {
	if _, left := errors.AsType[*profiles.LeftError](err); left {
		return p.Name + " is removed, but "
	}
	return p.Name + " was not removed: "
}

func confirmRemoval(p *profiles.Profile, asked string, yes bool) error {
	switch {
	case yes && !p.Answers(asked):
		return wrongCall("jotwatch profile remove "+profiles.Quoted(p.Name)+" --yes", "with --yes the whole name is needed, not %s", echo(asked))
	case yes:
		return nil
	case !isTerminal(os.Stdin):
		return wrongCall("add --yes", "there is no terminal to ask whether %s may be removed", p.Name)
	}
	what := "Remove " + safe.Line(p.Name)
	if p.HasSecret && p.Vault.Holds() {
		what += " and its secret"
	}
	answer, err := ask(context.Background(), what+"? [y/N] ", false)
	if err != nil || !strings.HasPrefix(strings.ToLower(answer), "y") {
		tell("nothing was removed")
		return exitWith(exitNo)
	}
	return nil
}
