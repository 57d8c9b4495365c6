package keyringtest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	readyPatience = 20 * time.Second // a service is ready in 30 ms; a machine that does much else may take longer
	pollEvery     = time.Millisecond // short beside what is waited for
	leavePatience = 2 * time.Second  // for processes that leave with the bus
	busConfig     = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=%s</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
` // a session's, without a servicedir: nothing is started by its name
)

// A Service is a session bus, and what is on it.
type Service struct {
	t      testing.TB
	dir    string // all that belongs to it
	conn   *dbus.Conn
	daemon *exec.Cmd // nil: none
	endBus func()
}

// Require skips the test where the tools are missing. Under CI=true it fails instead.
func Require(t testing.TB) {
	t.Helper()
	require(t, "gnome-keyring and dbus", "dbus-daemon", "gnome-keyring-daemon")
}

func require(t testing.TB, packages string, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			missing(t, fmt.Sprintf("%s is missing: install %s", tool, packages))
		}
	}
}

func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// Start starts a Service, which ends with the test.
func Start(t testing.TB, state State) *Service {
	t.Helper()
	Require(t)
	s := &Service{t: t, dir: home(t)}
	s.startBus()
	if state == NoService {
		return s
	}
	s.startDaemon(state)
	if state == Locked {
		s.Lock()
	}
	return s
}

// home makes a directory for all that a process may read and write. It is no t.TempDir: a socket's path must be short.
// When the test ends nobody may live there any more.
func home(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "jwkr")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("remove the keyring's home: %v", err)
		}
	})
	t.Cleanup(func() {
		var left []string
		if !poll(leavePatience, func() bool { left = residents(dir); return len(left) == 0 }) {
			t.Errorf("processes left behind:\n%s", strings.Join(left, "\n"))
		}
	})
	for _, sub := range []string{"run", "data", "config", "cache", "state"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// residents lists the processes that have a home in their environment.
func residents(dir string) []string {
	var found []string
	processes, _ := os.ReadDir("/proc") // Linux has it
	for _, process := range processes {
		proc := filepath.Join("/proc", process.Name())
		environ, err := os.ReadFile(filepath.Join(proc, "environ"))
		if err != nil || !bytes.Contains(environ, []byte("HOME="+dir+"\x00")) {
			continue // another user's, or gone by now
		}
		command, err := os.ReadFile(filepath.Join(proc, "cmdline"))
		if err != nil || len(command) == 0 {
			continue // gone by now, or dead and not waited for yet
		}
		found = append(found, process.Name()+" "+strings.ReplaceAll(string(command), "\x00", " "))
	}
	return found
}

// environment is what a process that lives in dir adds to its environment. There is no display.
func environment(dir, address string) []string {
	return []string{
		"HOME=" + dir,
		"XDG_RUNTIME_DIR=" + filepath.Join(dir, "run"),
		"XDG_DATA_HOME=" + filepath.Join(dir, "data"),
		"XDG_CONFIG_HOME=" + filepath.Join(dir, "config"),
		"XDG_CACHE_HOME=" + filepath.Join(dir, "cache"),
		"XDG_STATE_HOME=" + filepath.Join(dir, "state"),
		"DBUS_SESSION_BUS_ADDRESS=" + address,
		"GNOME_KEYRING_CONTROL=",
		"DISPLAY=",
		"WAYLAND_DISPLAY=",
	}
}

func (s *Service) address() string { return "unix:path=" + filepath.Join(s.dir, "bus") }

// Env is what a process that is to use the service needs in its environment, after everything else that is there.
func (s *Service) Env() []string { return environment(s.dir, s.address()) }

// start starts a process that ends with the test by a signal that it cannot or need not refuse, also where this process is
// killed.
func start(t testing.TB, cmd *exec.Cmd, env []string, signal syscall.Signal) (stop func()) {
	t.Helper()
	var said bytes.Buffer
	cmd.Stderr = &said
	cmd.Env = append(os.Environ(), env...)
	// Pdeathsig is sent when the thread ends that started the process; Go keeps its threads.
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", cmd.Path, err)
	}
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		_ = cmd.Process.Signal(signal) // it may have ended
		_ = cmd.Wait()                 // its end is no news
		if t.Failed() && said.Len() > 0 {
			t.Logf("%s said:\n%s", filepath.Base(cmd.Path), said.Bytes())
		}
	}
	t.Cleanup(stop)
	return stop
}

func (s *Service) startBus() {
	s.t.Helper()
	config := filepath.Join(s.dir, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, filepath.Join(s.dir, "bus")), 0o600); err != nil {
		s.t.Fatal(err)
	}
	bus := exec.CommandContext(context.Background(), "dbus-daemon", "--nofork", "--print-address", "--config-file="+config)
	address, err := bus.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	s.endBus = start(s.t, bus, s.Env(), syscall.SIGKILL)
	if _, err := bufio.NewReader(address).ReadString('\n'); err != nil { // it says its address when it is ready
		s.t.Fatalf("start the bus: %v", err)
	}
	s.conn, err = dbus.Connect(s.address())
	if err != nil {
		s.t.Fatalf("connect to the bus: %v", err)
	}
	s.t.Cleanup(func() { _ = s.conn.Close() }) // the bus is still there
}

func (s *Service) startDaemon(state State) {
	s.t.Helper()
	args := []string{"--foreground", "--components=secrets"}
	var input io.Reader = strings.NewReader("")
	ready := func() bool { return s.property(servicePath, serviceFace, "Collections") != nil }
	if state != Fresh {
		args, input = append(args, "--unlock"), strings.NewReader(Password) // which makes the login keyring
		ready = func() bool { return s.property(loginPath, collectionFace, "Locked") == false }
	}
	s.daemon = exec.CommandContext(context.Background(), "gnome-keyring-daemon", args...)
	s.daemon.Stdin = input
	start(s.t, s.daemon, s.Env(), syscall.SIGKILL) // which a frozen one obeys as well
	if !poll(readyPatience, ready) {
		s.t.Fatal("gnome-keyring-daemon does not get ready")
	}
}

// poll asks until the answer is yes.
func poll(patience time.Duration, ready func() bool) bool {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for !ready() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ready()
		}
	}
	return true
}

// Stop kills the service. The bus stays, and nothing on it can start the service again.
func (s *Service) Stop() {
	s.t.Helper()
	_ = s.daemon.Process.Kill() // it may have ended; the test's cleanup waits for it
	if !poll(readyPatience, func() bool { return !s.owned(secretsName) }) {
		s.t.Fatal("the service is still on the bus after it was killed")
	}
}

// StopBus kills the bus, with which the service leaves.
func (s *Service) StopBus() { s.endBus() }

// Freeze stops the service from answering, as one that hangs.
func (s *Service) Freeze() {
	s.t.Helper()
	s.signal(syscall.SIGSTOP)
	if !poll(readyPatience, func() bool { return s.processState() == 'T' }) {
		s.t.Fatal("the service does not stop")
	}
}

// Thaw lets it go on.
func (s *Service) Thaw() {
	s.t.Helper()
	s.signal(syscall.SIGCONT)
}

func (s *Service) signal(signal syscall.Signal) {
	s.t.Helper()
	if err := s.daemon.Process.Signal(signal); err != nil {
		s.t.Fatalf("signal the service: %v", err)
	}
}

// processState is the letter that proc(5) has for the daemon's state.
func (s *Service) processState() byte {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.daemon.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(stat, []byte(") ")) // the command's name, which has no bracket in it
	if len(rest) == 0 {
		return 0
	}
	return rest[0]
}
