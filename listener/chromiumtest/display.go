package chromiumtest

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// A Display is a screen that nobody sees, with a keyboard.
type Display struct {
	t    testing.TB
	name string // ":1"
}

// StartDisplay starts a display, which ends with the test. Where the programs for it are missing it skips the test; under
// CI=true it fails instead.
func StartDisplay(t testing.TB) *Display {
	t.Helper()
	for _, program := range []string{"Xvfb", "xdotool"} {
		if _, err := exec.LookPath(program); err != nil {
			missing(t, program)
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

// Press presses keys, by their X names (Return), one after the other.
func (d *Display) Press(keys ...string) {
	d.t.Helper()
	command := exec.CommandContext(context.Background(), "xdotool", append([]string{"key", "--delay", "100"}, keys...)...)
	command.Env = append(os.Environ(), "DISPLAY="+d.name)
	if out, err := command.CombinedOutput(); err != nil {
		d.t.Fatalf("press %s: %v\n%s", keys, err, out)
	}
}
