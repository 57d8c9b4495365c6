package keyringtest

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// A Display is a screen that a prompt can be shown on, with a keyboard to answer it.
type Display struct {
	t    testing.TB
	name string // ":1"
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

// StartDisplay starts an X server without a screen of its own, which ends with the test. Where the tools for it are
// missing the test is skipped, as by Require.
func StartDisplay(t testing.TB) *Display {
	t.Helper()
	const packages = "xvfb, xdotool and gcr"
	require(t, packages, "Xvfb", "xdotool")
	if prompter() == "" {
		missing(t, "gcr-prompter is missing: install "+packages)
	}
	number, told, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = number.Close() }() // it was only read
	x := exec.CommandContext(context.Background(), "Xvfb", "-displayfd", "3", "-screen", "0", "800x600x24", "-nolisten", "tcp", "-ac")
	x.ExtraFiles = []*os.File{told}
	start(t, x, nil, syscall.SIGTERM) // killed, it would leave its lock
	_ = told.Close()                  // the server has it now
	line, err := bufio.NewReader(number).ReadString('\n')
	if err != nil {
		t.Fatalf("start the X server: %v", err)
	}
	return &Display{t, ":" + strings.TrimSpace(line)}
}

// Prompter lets the service ask for its password on a display.
func (s *Service) Prompter(d *Display) {
	s.t.Helper()
	command := exec.CommandContext(context.Background(), prompter())
	// GCR_PERSIST keeps it there while there is nothing to ask.
	start(s.t, command, append(s.Env(), "DISPLAY="+d.name, "GDK_BACKEND=x11", "GCR_PERSIST=1", "NO_AT_BRIDGE=1",
		"GSETTINGS_BACKEND=memory"), syscall.SIGKILL)
	if !poll(readyPatience, func() bool { return s.owned(prompterName) }) {
		s.t.Fatal("gcr-prompter does not get ready")
	}
}

func (d *Display) xdotool(args ...string) (string, error) {
	command := exec.CommandContext(context.Background(), "xdotool", args...)
	command.Env = append(os.Environ(), "DISPLAY="+d.name)
	out, err := command.Output()
	return string(bytes.TrimSpace(out)), err
}

// WaitForPrompt waits until a prompt is on the screen, and gives it the keyboard.
func (d *Display) WaitForPrompt() {
	d.t.Helper()
	shown := poll(readyPatience, func() bool {
		window, err := d.xdotool("search", "--onlyvisible", "--class", "gcr-prompter")
		if err != nil || window == "" {
			return false
		}
		window, _, _ = strings.Cut(window, "\n")
		_, err = d.xdotool("windowfocus", "--sync", window) // there is no window manager to do it
		return err == nil
	})
	if !shown {
		d.t.Fatal("no prompt is shown")
	}
}

// Type types into the prompt.
func (d *Display) Type(text string) {
	d.t.Helper()
	if _, err := d.xdotool("type", "--delay", "1", text); err != nil {
		d.t.Fatalf("type: %v", err)
	}
}

// Press presses a key by its X name, such as Return.
func (d *Display) Press(key string) {
	d.t.Helper()
	if _, err := d.xdotool("key", key); err != nil {
		d.t.Fatalf("press %s: %v", key, err)
	}
}
