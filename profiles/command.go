package profiles

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"strings"
	"time"

	"jotwatch/verifier"
)

// commandSlow is how long a command runs before its user is told what is being waited for.
const commandSlow = 2 * time.Second

// runCommand fetches a profile's secret from its command, given to the system's shell. The command may ask its user at the
// terminal, for as long as that takes; its standard input is empty.
func runCommand(ctx context.Context, p *Profile, slow func()) (verifier.Secret, error) {
	fail := func(reason error, wrong, hint string) (verifier.Secret, error) {
		return verifier.Secret{}, &VaultError{Vault: CommandVault, Reason: reason, Wrong: wrong, Hint: hint}
	}
	cmd := shell(ctx, p.Command)
	out, talk := limited{most: longestSecret + 1}, limited{most: 4 << 10}
	cmd.Stdout, cmd.Stderr = &out, &talk
	cmd.WaitDelay = time.Second // for what it started and left running
	told := time.AfterFunc(commandSlow, slow)
	err := cmd.Run()
	told.Stop()
	if errors.Is(err, exec.ErrWaitDelay) { // it ended well, and left something running, such as an agent
		err = nil
	}
	said := ""
	if last := strings.TrimSpace(talk.String()); last != "" {
		said = ": " + verifier.HideSecrets(last[strings.LastIndexByte(last, '\n')+1:])
	}
	const again = "run the command by itself and see what it says; jotwatch profile show NAME shows it"
	switch exit, exited := errors.AsType[*exec.ExitError](err); {
	case ctx.Err() != nil:
		return verifier.Secret{}, context.Cause(ctx)
	case exited && (exit.ExitCode() == 127 || exit.ExitCode() == 9009): // sh's and cmd's codes for it
		return fail(ErrAbsent, "its secret command is not there"+said, "install it or put it on the PATH, "+again)
	case err != nil:
		return fail(ErrFailed, "its secret command failed"+said, again)
	}
	secret, _, err := Secret(out.String(), p.ClientID, true)
	if err != nil {
		return fail(ErrFailed, "its secret command prints something else: "+err.Error(), "the command has to print the client secret alone, as op read or pass show … | head -1")
	}
	return secret, nil
}

// limited is a buffer that keeps the first most bytes.
type limited struct {
	bytes.Buffer
	most int
}

func (l *limited) Write(p []byte) (int, error) {
	l.Buffer.Write(p[:min(len(p), max(0, l.most-l.Len()))])
	return len(p), nil
}
