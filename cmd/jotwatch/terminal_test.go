package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"jotwatch/profiles/keyringtest"
	"jotwatch/tui/tmuxtest"
)

// A store is added, used and removed at a terminal. Secrets are typed at a prompt that does not show them, and the terminal is as it was afterwards, also after ctrl+c.
func TestAtTerminal(t *testing.T) {
	t.Parallel()
	keyring := keyringtest.Start(t, keyringtest.Unlocked)
	dir := tmuxtest.Build(t)
	term := tmuxtest.New(t, dir, "prompt", "80", "24", append(keyring.Env(), configDirVariable+"="+dir+"/config")...)
	unseen := func() {
		t.Helper()
		if seen := strings.ReplaceAll(term.Tmux("capture-pane", "-p", "-S", "-"), "\n", ""); strings.Contains(seen, secret[:16]) {
			t.Errorf("the secret is on the screen:\n%s", seen)
		}
	}
	term.Line("export PATH=" + dir + ":$PATH; stty -g >" + dir + "/before; clear")
	term.Line("jotwatch profile add acme --client-id " + clientID + "; echo exit=$?")
	term.Until("Client secret of acme (not shown):")
	term.Line(clientID)
	term.Until("is the client id; try again")
	term.Line("  '" + secret + "' ")
	term.Until("white space or quotes around the secret were left out", "added acme; its secret is in the keyring", "exit=0")
	unseen()

	// The console names its store too, and does not wait for a keyring that hangs.
	term.Line("jotwatch mint >" + dir + "/token; echo min''ted")
	term.Until("minted")
	term.Tmux("set-buffer", "-b", "token", term.File("token"))
	term.Line("clear; jotwatch; echo exit=$?")
	term.Until("1 Tokens", "1 profile")
	term.Tmux("paste-buffer", "-p", "-b", "token")
	term.Until("✓ valid", "signed by acme")
	term.Tmux("send-keys", "q")
	term.Until("exit=0")
	keyring.Freeze()
	term.Line("clear; jotwatch; echo exit=$?")
	term.Until("1 Tokens", "1 profile")
	term.Tmux("paste-buffer", "-p", "-b", "token")
	term.Until("? unverified", "keyring is asked")
	term.Tmux("send-keys", "Tab")
	term.Until("customer.id")
	term.Tmux("send-keys", "q")
	term.Until("exit=0")
	keyring.Thaw()

	term.Line("clear; echo edit''ing; jotwatch profile edit acme --secret; echo exit=$?")
	term.Until("editing", "Client secret of acme (not shown):")
	term.Tmux("send-keys", "-l", secret)
	term.Tmux("send-keys", "C-c")
	term.Until("exit=130")
	unseen()
	term.Line("stty -g >" + dir + "/after; echo st''ill here")
	term.Until("still here")
	if before, after := term.File("before"), term.File("after"); before != after {
		t.Errorf("terminal modes were %s and are %s", before, after)
	}
	term.Line("clear; jotwatch profile remove acme; echo exit=$?")
	term.Until("Remove acme and its secret? [y/N]")
	term.Line("n")
	term.Until("nothing was removed", "exit=1")
	term.Line("clear; echo ag''ain; jotwatch profile remove acme; echo exit=$?")
	term.Until("again", "Remove acme and its secret? [y/N]")
	term.Line("y")
	term.Until("removed acme, and its secret from the keyring vault", "exit=0")
	if left := keyring.Secrets(t); len(left) != 0 {
		t.Errorf("%d secrets are left in the keyring", len(left))
	}
}

// A passphrase that is asked for while it listens is given up with ctrl+c, and the terminal is as it was.
func TestListenAsksForPassphrase(t *testing.T) {
	t.Parallel()
	dir := tmuxtest.Build(t)
	term := tmuxtest.New(t, dir, "listen", "100", "30", configDirVariable+"="+dir+"/config", "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere")
	for name, text := range map[string]string{"secret": secret, "passphrase": "correct horse battery"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	addr := freeAddr(t)
	term.Line("export PATH=" + dir + ":$PATH; cd " + dir + "; stty -g >before; clear")
	term.Line("jotwatch profile add acme --client-id " + clientID + " --vault file --passphrase-file passphrase <secret; echo exit=$?")
	term.Until("exit=0")
	term.Line("jotwatch mint --client-id " + clientID + " --secret-file secret >token; clear; jotwatch listen --addr " + addr + "; echo exit=$?")
	term.Until("listening at http://"+addr, "jotwatch snippet --profile acme --addr "+addr, "jotwatch storefront --profile acme --listener "+addr, "by hand: curl")
	(&server{t: t, url: "http://" + addr}).post(regexp.MustCompile(`/in/(\w+)`).FindStringSubmatch(strings.ReplaceAll(term.Tmux("capture-pane", "-p"), "\n", ""))[1], term.File("token"))
	term.Until("Passphrase of secrets.age (not shown):")
	term.Tmux("send-keys", "C-c")
	term.Until("1 token (1 unverified)", "exit=130")
	term.Line("stty -g >after; echo st''ill here")
	term.Until("still here")
	if before, after := term.File("before"), term.File("after"); before != after {
		t.Errorf("terminal modes were %s and are %s", before, after)
	}
	term.Line("clear; echo ag''ain; jotwatch listen --addr " + addr + "; echo exit=$?")
	term.Until("again", "listening at http://"+addr, "by hand: curl")
	(&server{t: t, url: "http://" + addr}).post(regexp.MustCompile(`/in/(\w+)`).FindStringSubmatch(strings.ReplaceAll(term.Tmux("capture-pane", "-p"), "\n", ""))[1], term.File("token"))
	term.Until("Passphrase of secrets.age (not shown):")
	term.Line("correct horse battery")
	term.Until("✓ valid", "acme  customer 4927")
	term.Tmux("send-keys", "C-c")
	term.Until("1 token (1 valid)", "exit=130")
}
