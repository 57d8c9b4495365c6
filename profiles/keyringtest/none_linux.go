package keyringtest

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
)

// NoBus is the environment of a process that has no session bus.
func NoBus(t testing.TB) []string {
	t.Helper()
	address := ""
	// The D-Bus library finds the bus of a desktop's user also where the environment names none, and nothing can hide it.
	// A bus that is to be launched is the nearest to none then.
	if _, err := os.Stat(fmt.Sprintf("/run/user/%d/bus", os.Getuid())); err == nil {
		address = "autolaunch:"
	}
	return environment(home(t), address)
}

// DeadBus is the environment of a process whose session bus has died: its address is that of a socket nobody listens to.
func DeadBus(t testing.TB) []string {
	t.Helper()
	dir := home(t)
	path := filepath.Join(dir, "bus")
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	listener.SetUnlinkOnClose(false)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return environment(dir, "unix:path="+path)
}
