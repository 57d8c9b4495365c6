package tui_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jotwatch/mint"
	"jotwatch/tui/tmuxtest"
	"jotwatch/verifier"
)

// The credentials that the program is given on its command line.
const (
	givenID     = "abcdefghijklmnopqrstuvwxyz01234"
	givenStore  = "abc123def"
	givenSecret = "c3f1a9d27b4e8065f1d2c3b4a5968778695a4b3c2d1e0f9e8d7c6b5a49382716"
)

// TestInTerminal runs the real binary in a real terminal: a token is pasted, is valid, expires while one looks, and
// afterwards the terminal is as it was, whichever way the program is ended.
func TestInTerminal(t *testing.T) {
	t.Parallel()
	dir := tmuxtest.Build(t)
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte(givenSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, end := range map[string]struct {
		env, key, signal, exit string
		colours                bool
	}{
		"q":                      {key: "q", exit: "exit=0", colours: true},
		"ctrl+c-without-colours": {env: "NO_COLOR=yes ", key: "C-c", exit: "exit=130"},
		"SIGTERM":                {signal: "-TERM", exit: "exit=130", colours: true},
		"SIGHUP":                 {signal: "-HUP", exit: "exit=130", colours: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := tmuxtest.New(t, dir, name, "80", "24", "JOTWATCH_CONFIG_DIR="+dir+"/config-"+name)
			term.Watch(func(shown string) string {
				if strings.Contains(shown, givenSecret[:16]) {
					return "the secret"
				}
				return ""
			})
			before, after, pid := name+".before", name+".after", name+".pid"
			term.Line("cd " + dir + "; stty -g >" + before + "; clear")
			term.Line("sh -c 'echo $$ >" + pid + "; " + end.env + "exec ./jotwatch --addr 127.0.0.1:0 --client-id " + givenID +
				" --store-hash " + givenStore + " --secret-file secret'; echo exit=$?")
			term.Until("1 Tokens", "Paste a token")
			exp := time.Now().Truncate(time.Second).Add(8 * time.Second)
			app := mint.App{ClientID: givenID, StoreHash: givenStore, Secret: verifier.NewSecret(givenSecret)}
			token, err := mint.Token(app, "valid", exp.Add(-15*time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			term.Paste(token)
			term.Until("✓ valid", "left", "#4927")
			if !term.Alternate() {
				t.Error("the console is not on the alternate screen")
			}
			if got := strings.Contains(term.Tmux("capture-pane", "-p", "-e"), "\x1b[38;"); got != end.colours {
				t.Errorf("colours on screen: %v, want %v", got, end.colours)
			}
			term.Until("◷ expired")
			if early := time.Until(exp); early > 0 {
				t.Errorf("expired %v too early", early)
			}
			if end.key != "" {
				term.Press(end.key)
			} else if out, err := exec.CommandContext(t.Context(), "kill", end.signal, strings.TrimSpace(term.File(pid))).CombinedOutput(); err != nil {
				t.Fatalf("kill: %v\n%s", err, out)
			}
			term.Until(end.exit)
			if term.Alternate() {
				t.Error("the alternate screen is left behind")
			}
			term.Line("stty -g >" + after + "; echo st''ill here")
			term.Until("still here")
			if before, after := term.File(before), term.File(after); before != after {
				t.Errorf("terminal modes were %s and are %s", before, after)
			}
		})
	}
}
