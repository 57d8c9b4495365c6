package tui

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jotwatch/tui/tmuxtest"
)

// TestInTerminal runs the real binary in a real terminal: a token is pasted, is valid, expires while one looks, and
// afterwards the terminal is as it was.
func TestInTerminal(t *testing.T) {
	t.Parallel()
	dir := tmuxtest.Build(t)
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	start := "sh -c 'echo $$ >" + dir + "/pid; exec " + dir + "/jotwatch --client-id " + clientID + " --store-hash " + storeHash +
		" --secret-file " + dir + "/secret'; echo exit=$?"
	for _, end := range []struct {
		name, env, key, exit string
		colours              bool
	}{
		{"q", "", "q", "exit=0", true},
		{"ctrl+c without colours", "NO_COLOR=yes ", "C-c", "exit=130", false},
		{"SIGTERM", "", "", "exit=130", true},
	} {
		t.Run(end.name, func(t *testing.T) {
			term := tmuxtest.New(t, dir, strings.Fields(end.name)[0], "80", "24")
			term.Line("stty -g >" + dir + "/before; clear")
			term.Line(end.env + start)
			term.Until("1 Tokens", "Paste a token")
			exp := time.Now().Truncate(time.Second).Add(4 * time.Second)
			term.Tmux("set-buffer", "-b", "token", token(exp.Add(-15*time.Minute), 15*time.Minute, secret))
			term.Tmux("paste-buffer", "-p", "-b", "token")
			term.Until("✓ valid", "left", "#4927")
			if got := strings.TrimSpace(term.Tmux("display-message", "-p", "#{alternate_on}")); got != "1" {
				t.Errorf("alternate_on is %q while the console runs", got)
			}
			if got := strings.Contains(term.Tmux("capture-pane", "-p", "-e"), "\x1b[38;"); got != end.colours {
				t.Errorf("colours on screen: %v, want %v", got, end.colours)
			}
			term.Until("◷ expired")
			if early := time.Until(exp); early > 0 {
				t.Errorf("expired %v too early", early)
			}
			if end.key != "" {
				term.Tmux("send-keys", end.key)
			} else if out, err := exec.CommandContext(t.Context(), "kill", strings.TrimSpace(term.File("pid"))).CombinedOutput(); err != nil {
				t.Fatalf("kill: %v\n%s", err, out)
			}
			term.Until(end.exit)
			if got := strings.TrimSpace(term.Tmux("display-message", "-p", "#{alternate_on}")); got != "0" {
				t.Errorf("alternate_on is %q after the end", got)
			}
			term.Line("stty -g >" + dir + "/after; echo st''ill here")
			term.Until("still here")
			if before, after := term.File("before"), term.File("after"); before != after {
				t.Errorf("terminal modes were %s and are %s", before, after)
			}
		})
	}
}
