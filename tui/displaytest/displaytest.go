// Package displaytest gives a test a graphical display that nobody sees, with a keyboard.
package displaytest

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

// A Display is an X server without a screen of its own.
type Display struct {
	t testing.TB

	Name string // ":1", for the DISPLAY variable
}

// Start starts a display, which ends with the test. Where the programs for it are missing it skips the test; under CI=true it
// fails instead.
func Start(t testing.TB) *Display {
	t.Helper()
	for _, program := range []string{"Xvfb", "xdotool"} {
		if _, err := exec.LookPath(program); err != nil && os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: install xvfb and xdotool", program)
		} else if err != nil {
			t.Skipf("%s is missing: install xvfb and xdotool", program)
		}
	}
	number, told, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = number.Close() }() // it was only read
	x := exec.CommandContext(context.Background(), "Xvfb", "-displayfd", "3", "-screen", "0", "1000x700x24", "-nolisten", "tcp", "-ac")
	x.ExtraFiles = []*os.File{told}
	err = x.Start()
	_ = told.Close() // the server has it now
	if err != nil {
		t.Fatalf("start the X server: %v", err)
	}
	t.Cleanup(func() {
		_ = x.Process.Signal(syscall.SIGTERM) // killed, it would leave its lock
		_ = x.Wait()                          // with the signal as its error
	})
	line, err := bufio.NewReader(number).ReadString('\n')
	if err != nil {
		t.Fatalf("start the X server: %v", err)
	}
	return &Display{t, ":" + strings.TrimSpace(line)}
}

// Xdotool runs xdotool on the display and returns what it prints.
func (d *Display) Xdotool(args ...string) (string, error) {
	command := exec.CommandContext(context.Background(), "xdotool", args...)
	command.Env = append(os.Environ(), "DISPLAY="+d.Name)
	out, err := command.Output()
	return string(bytes.TrimSpace(out)), err
}

// Press presses keys, by their X names (Return), one after the other.
func (d *Display) Press(keys ...string) {
	d.t.Helper()
	if _, err := d.Xdotool(append([]string{"key", "--delay", "100"}, keys...)...); err != nil {
		d.t.Fatalf("press %s: %v", keys, err)
	}
}

// Type types a text.
func (d *Display) Type(text string) {
	d.t.Helper()
	if _, err := d.Xdotool("type", "--delay", "1", text); err != nil {
		d.t.Fatalf("type: %v", err)
	}
}
