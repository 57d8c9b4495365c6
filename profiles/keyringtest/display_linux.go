package keyringtest

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"jotwatch/tui/displaytest"
)

// A Display is a screen that a prompt can be shown on, with a keyboard to answer it.
type Display struct {
	*displaytest.Display

	t testing.TB
}

// prompterPaths are where the distributions put gcr-prompter, which shows gnome-keyring's prompts.
var prompterPaths = []string{"/usr/libexec/gcr-prompter", "/usr/lib/gcr/gcr-prompter", "/usr/lib/gcr-prompter"}

const prompterName = "org.gnome.keyring.SystemPrompter"

func prompter() string {
	for _, path := range prompterPaths {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// StartDisplay starts a display, which ends with the test. Where the tools for it are missing the test is skipped, as by
// Require.
func StartDisplay(t testing.TB) *Display {
	t.Helper()
	if prompter() == "" {
		missing(t, "gcr-prompter is missing: install gcr")
	}
	return &Display{displaytest.Start(t), t}
}

// Prompter lets the service ask for its password on a display.
func (s *Service) Prompter(d *Display) {
	s.t.Helper()
	command := exec.CommandContext(context.Background(), prompter())
	// GCR_PERSIST keeps it there while there is nothing to ask.
	start(s.t, command, append(s.Env(), "DISPLAY="+d.Name, "GDK_BACKEND=x11", "GCR_PERSIST=1", "NO_AT_BRIDGE=1",
		"GSETTINGS_BACKEND=memory"), syscall.SIGKILL)
	if !poll(readyPatience, func() bool { return s.owned(prompterName) }) {
		s.t.Fatal("gcr-prompter does not get ready")
	}
}

// WaitForPrompt waits until a prompt is on the screen, and gives it the keyboard.
func (d *Display) WaitForPrompt() {
	d.t.Helper()
	shown := poll(readyPatience, func() bool {
		window, err := d.Xdotool("search", "--onlyvisible", "--class", "gcr-prompter")
		if err != nil || window == "" {
			return false
		}
		window, _, _ = strings.Cut(window, "\n")
		_, err = d.Xdotool("windowfocus", "--sync", window) // there is no window manager to do it
		return err == nil
	})
	if !shown {
		d.t.Fatal("no prompt is shown")
	}
}
