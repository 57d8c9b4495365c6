package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"jotwatch/profiles"
	"jotwatch/verifier"
)

// longestSecret bounds a secret file. A client secret has 64 bytes; a whole log given by mistake is no secret.
const longestSecret = 64 << 10

// A stdinUse says whether standard input is still there for a secret.
type stdinUse bool

const (
	stdinFree  stdinUse = false
	stdinTaken stdinUse = true
)

// The credentialFlags are shared by the commands that need to know an app. There is no flag for the secret itself,
// because other users can read a command line.
type credentialFlags struct {
	vaultFlags

	profile, clientID, storeHash, secretFile string
	set                                      *pflag.FlagSet
}

func (f *credentialFlags) register(cmd *cobra.Command) {
	set := cmd.Flags()
	f.set = set
	f.vaultFlags.register(set)
	set.StringVar(&f.profile, "profile", "", "the profile to use, instead of finding it")
	set.StringVar(&f.clientID, "client-id", "", "the app's client id, with --secret-file")
	set.StringVar(&f.storeHash, "store-hash", "", "the store's hash; left out: any store")
	set.StringVar(&f.secretFile, "secret-file", "", "a file with the client secret, - is stdin")
	_ = cmd.RegisterFlagCompletionFunc("profile", f.names(0)) // the only error is a flag of another name
}

const adHocHint = "give --client-id ID and --secret-file FILE"

// profiles opens the user's profiles, and finds the one that --profile names, nil where it is not given.
func (f *credentialFlags) profiles() (*profiles.Book, *profiles.Index, *profiles.Profile, error) {
	book, ix, err := f.load()
	if err != nil {
		return nil, nil, nil, err
	}
	p, err := f.named(ix)
	if err != nil {
		return nil, nil, nil, err
	}
	return book, ix, p, nil
}

// named is the profile that --profile names, nil where it is not given.
func (f *credentialFlags) named(ix *profiles.Index) (*profiles.Profile, error) {
	return namedProfile(ix, f.profile, f.set.Changed("profile"))
}

// namedProfile is the profile of a flag, nil where the flag was not given.
func namedProfile(ix *profiles.Index, name string, given bool) (*profiles.Profile, error) {
	if !given {
		return nil, nil
	}
	p, err := ix.Find(name)
	if unknown, ok := errors.AsType[*profiles.UnknownError](err); ok {
		return nil, errorWithHint(exitUnchecked, unknownHint(unknown), "%w", err)
	}
	return p, nil
}

// adHoc returns the credentials that the flags hold, nil when there are no such flags.
func (f *credentialFlags) adHoc(stdin stdinUse) (*verifier.Credential, error) {
	given := f.set.Changed
	anyAdHoc := given("client-id") || given("store-hash") || given("secret-file")
	switch {
	case given("profile") && anyAdHoc:
		return nil, wrongCall("leave out either --profile, or --client-id, --store-hash and --secret-file",
			"a profile and ad hoc credentials were given together")
	case !anyAdHoc:
		return nil, nil
	case f.clientID == "" && given("client-id"):
		return nil, wrongCall(adHocHint, "the client id is empty")
	case f.clientID == "":
		return nil, wrongCall(adHocHint, "--client-id is missing beside the other credentials")
	case f.secretFile == "" && given("secret-file"):
		return nil, wrongCall(adHocHint, "the secret file's name is empty")
	case f.secretFile == "":
		return nil, wrongCall(adHocHint, "--secret-file is missing beside --client-id")
	case f.storeHash == "" && given("store-hash"):
		return nil, wrongCall("leave out --store-hash for any store of the app", "the store hash is empty")
	}
	clientID, remark, err := profiles.ClientID(f.clientID)
	if err != nil {
		return nil, explained("", err)
	}
	tellRemark(remark)
	hash, remark, err := profiles.StoreHash(f.storeHash)
	if err != nil {
		return nil, explained("", err)
	}
	tellRemark(remark)
	secret, err := readSecret(f.secretFile, stdin)
	if err != nil {
		return nil, err
	}
	return &verifier.Credential{ClientID: clientID, StoreHash: hash, Secret: secret, Named: true}, nil
}

func readSecret(name string, stdin stdinUse) (verifier.Secret, error) {
	const hint = "put the app's client secret into the file, and nothing else"
	source := os.Stdin
	where := "standard input"
	switch {
	case name != "-":
		if verifier.HoldsSecret(name) {
			return verifier.Secret{}, wrongCall("write the secret into a file, and give the file's name",
				"--secret-file was given what looks like the client secret itself, which others can read on a command line")
		}
		where = "secret file " + echo(name)
		file, err := os.Open(name) //nolint:gosec // the user says which file
		if err != nil {
			return verifier.Secret{}, wrongCall(hint, "cannot open %s: %s", where, reason(err))
		}
		defer func() { _ = file.Close() }() // it was only read
		source = file
	case stdin == stdinTaken:
		return verifier.Secret{}, wrongCall("give the token as an argument, or the secret in a file",
			"the token and the secret cannot both come from standard input")
	case isTerminal(os.Stdin):
		return verifier.Secret{}, wrongCall("use a pipe or a file", "a secret typed here would be seen on the screen")
	}
	text, err := io.ReadAll(io.LimitReader(source, longestSecret+1))
	switch {
	case err != nil:
		return verifier.Secret{}, wrongCall(hint, "cannot read %s: %s", where, reason(err))
	case len(text) > longestSecret:
		return verifier.Secret{}, wrongCall(hint, "%s is too large to be a secret", where)
	}
	secret := verifier.NewSecret(string(text))
	if secret.IsZero() {
		return verifier.Secret{}, wrongCall(hint, "%s is empty", where)
	}
	if what := profiles.NotASecret(string(secret.Reveal())); what != "" {
		return verifier.Secret{}, wrongCall(hint, "%s holds %s", where, what)
	}
	return secret, nil
}

// reason is an error of the file system without the path, which the sentence already names.
func reason(err error) string {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err.Error()
	}
	return err.Error()
}

func leewayFlag(set *pflag.FlagSet, leeway *time.Duration) {
	set.DurationVar(leeway, "leeway", 0, "how far the clocks may differ, such as 30s")
}

func checkLeeway(leeway time.Duration) error {
	if leeway < 0 {
		return wrongCall("give a length of time such as 30s", "the leeway is negative")
	}
	return nil
}

// parseAt reads --at. Without it the moment is now, to the second, as tokens count.
func parseAt(set *pflag.FlagSet, text string) (time.Time, error) {
	if !set.Changed("at") {
		return time.Now().Truncate(time.Second), nil
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if t, notADate := time.Parse(time.RFC3339, text); notADate == nil {
		seconds, err = t.Unix(), nil
	}
	switch {
	case err != nil || seconds < 0:
		return time.Time{}, wrongCall("write it as 2026-11-24T12:00:00Z or in Unix seconds", "--at %s is no time", echo(text))
	case seconds > verifier.MaxSeconds:
		return time.Time{}, wrongCall(fmt.Sprintf("if these are milliseconds, use %d", seconds/1000),
			"--at %s is after the year 9999", echo(text))
	}
	return time.Unix(seconds, 0), nil
}
