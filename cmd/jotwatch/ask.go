package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"

	"jotwatch/profiles"
	"jotwatch/safe"
	"jotwatch/verifier"
)

// errNoTerminal is a question that nobody is there to answer.
var errNoTerminal = errors.New("there is no terminal to ask at")

// openTerminal opens the terminal that the program runs in, whatever its standard streams are.
func openTerminal() (in, out *os.File, err error) {
	if runtime.GOOS == "windows" {
		if in, err = os.OpenFile("CONIN$", os.O_RDWR, 0); err != nil {
			return nil, nil, errNoTerminal
		}
		if out, err = os.OpenFile("CONOUT$", os.O_RDWR, 0); err != nil {
			_ = in.Close()
			return nil, nil, errNoTerminal
		}
		return in, out, nil
	}
	if in, err = os.OpenFile("/dev/tty", os.O_RDWR, 0); err != nil {
		return nil, nil, errNoTerminal
	}
	return in, in, nil
}

// ask asks at the terminal, until ctx ends. With hidden, what is typed is not shown. The question is ours or printable.
func ask(ctx context.Context, question string, hidden bool) (string, error) {
	in, out, err := openTerminal()
	if err != nil {
		return "", err
	}
	defer func() {
		_ = in.Close()
		if out != in {
			_ = out.Close()
		}
	}()
	if !hidden {
		_, _ = io.WriteString(out, question)
		line, err := bufio.NewReader(in).ReadString('\n')
		if err != nil && line == "" {
			return "", errNoTerminal
		}
		return strings.TrimSpace(line), nil
	}
	before, err := term.GetState(in.Fd())
	if err != nil {
		return "", errNoTerminal
	}
	typed := make(chan struct{})
	var text []byte
	go func() {
		text, err = term.ReadPassword(in.Fd())
		close(typed)
	}()
	untilHidden(in, before)
	_, _ = io.WriteString(out, question)
	select {
	case <-typed:
	case <-ctx.Done(): // the read goes on, but the program ends
		_ = term.Restore(in.Fd(), before)
		return "", ctx.Err()
	}
	_, _ = io.WriteString(out, "\n")
	if err != nil && !errors.Is(err, io.EOF) {
		return "", errNoTerminal
	}
	return string(text), nil
}

// untilHidden waits until a terminal no longer shows what is typed: nothing is asked before, and whoever puts it back then is the last
// who changes it.
func untilHidden(in *os.File, before *term.State) {
	for range 1000 { // a second; some terminals cannot be told from before
		if now, err := term.GetState(in.Fd()); err != nil || *now != *before {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// tell says something that is no error, on standard error.
func tell(text string) {
	_, _ = io.WriteString(os.Stderr, "jotwatch: "+safe.Line(verifier.HideSecrets(text))+"\n")
}

// tellRemark says a remark, if there is one.
func tellRemark(remark string) {
	if remark != "" {
		tell(remark)
	}
}

// askAgain is how often a secret or passphrase may be given until it is right.
const askAgain = 3

// newSecret reads a client secret for an app: from a hidden prompt, or from standard input where that is no terminal.
func newSecret(name, clientID string, odd bool) (verifier.Secret, error) {
	if !isTerminal(os.Stdin) {
		text, err := io.ReadAll(io.LimitReader(os.Stdin, longestSecret+1))
		if err != nil {
			return verifier.Secret{}, errorWithHint(exitUnchecked, "run it in a terminal, and it asks for the secret", "cannot read standard input: %s", reason(err))
		}
		if strings.TrimSpace(string(text)) == "" {
			return verifier.Secret{}, wrongCall("pipe the client secret to it, run it in a terminal, or give --secret-command",
				"standard input is empty, and the client secret was to be read from it")
		}
		secret, remark, err := profiles.Secret(string(text), clientID, odd)
		tellRemark(remark)
		return secret, err
	}
	for again := 1; ; again++ {
		text, err := ask(context.Background(), "Client secret of "+safe.Line(name)+" (not shown): ", true)
		if err != nil {
			return verifier.Secret{}, errorWithHint(exitUnchecked, "pipe the client secret to it", "%w", err)
		}
		secret, remark, err := profiles.Secret(text, clientID, odd)
		tellRemark(remark)
		if err == nil || again == askAgain {
			return secret, err
		}
		tell(err.Error() + "; try again")
	}
}

// passphrase asks for a passphrase, or reads it from the file that the user named for it.
func passphrase(file string) profiles.Passphrase {
	return func(ctx context.Context, purpose profiles.Purpose, again bool) (string, error) {
		if file != "" {
			return passphraseFrom(file)
		}
		question := map[profiles.Purpose]string{
			profiles.OpenVault:  "Passphrase of secrets.age (not shown): ",
			profiles.NewVault:   "Choose a passphrase for secrets.age (not shown): ",
			profiles.OpenExport: "Passphrase of the export (not shown): ",
			profiles.NewExport:  "Choose a passphrase for the export (not shown): ",
		}[purpose]
		if again {
			question = "That is not it. " + question
		}
		for range askAgain {
			text, err := ask(ctx, question, true)
			switch {
			case err != nil:
				return "", profiles.ErrNoPassphrase
			case text == "":
				tell("the passphrase is empty; try again")
				continue
			case purpose == profiles.OpenVault || purpose == profiles.OpenExport:
				return text, nil
			}
			same, err := ask(ctx, "The same once more: ", true)
			if err != nil {
				return "", profiles.ErrNoPassphrase
			}
			if same == text {
				if len(text) < shortPassphrase {
					tell("that is a short passphrase; whoever gets the file can try many")
				}
				return text, nil
			}
			tell("the two differ; try again")
		}
		return "", errorWithHint(exitUnchecked, "try again", "no passphrase was given")
	}
}

// shortPassphrase is a length below which a passphrase is remarked on, in bytes.
const shortPassphrase = 12

func passphraseFrom(file string) (string, error) {
	text, err := os.ReadFile(file) //nolint:gosec // the user says which file
	if err != nil {
		return "", wrongCall("write the passphrase into a file that only you can read, and give its name",
			"cannot read the passphrase file %s: %s", echo(file), reason(err))
	}
	line := strings.TrimRight(string(text), "\r\n")
	if line == "" || strings.ContainsAny(line, "\r\n") {
		return "", wrongCall("write the passphrase into it, on one line", "the passphrase file %s is empty or has several lines", echo(file))
	}
	return line, nil
}
