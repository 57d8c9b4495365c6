package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"jotwatch/profiles/keyringtest"
)

// built builds a program as it is published, into a directory of its own.
func built(tb testing.TB, pkg string) string {
	tb.Helper()
	if runtime.GOOS == "windows" {
		tb.Skip("there are no pseudo-terminals of this kind")
	}
	path := filepath.Join(tb.TempDir(), filepath.Base(pkg))
	build := exec.CommandContext(tb.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, pkg)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		tb.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// A started program runs in a pseudo-terminal.
type started struct {
	tb   testing.TB
	cmd  *exec.Cmd
	tty  *os.File
	took time.Duration // from its start to the frame that says what was wanted
}

// start starts a program, and waits until it shows what is wanted.
func start(tb testing.TB, env []string, wanted, program string, args ...string) started {
	tb.Helper()
	s := started{tb: tb, cmd: exec.Command(program, args...)}
	s.cmd.Env = append(append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "LC_ALL=C.UTF-8", "NO_COLOR="), env...)
	began := time.Now()
	var err error
	if s.tty, err = pty.StartWithSize(s.cmd, &pty.Winsize{Rows: 40, Cols: 120}); err != nil {
		tb.Fatal(err)
	}
	patience := time.AfterFunc(20*time.Second, func() { _ = s.cmd.Process.Kill() })
	defer patience.Stop()
	var seen []byte
	part := make([]byte, 32<<10)
	for !bytes.Contains(seen, []byte(wanted)) {
		n, err := s.tty.Read(part)
		if err != nil {
			tb.Fatalf("%s ended without %q: %v\n%q", filepath.Base(program), wanted, err, seen)
		}
		seen = append(seen, part[:n]...)
	}
	s.took = time.Since(began)
	go func() { _, _ = io.Copy(io.Discard, s.tty) }()
	return s
}

// quit ends it as its user does.
func (s started) quit() {
	s.tb.Helper()
	_, _ = io.WriteString(s.tty, "q")
	patience := time.AfterFunc(20*time.Second, func() { _ = s.cmd.Process.Kill() })
	defer patience.Stop()
	if err := s.cmd.Wait(); err != nil {
		s.tb.Errorf("%s ended with %v", filepath.Base(s.cmd.Path), err)
	}
	_ = s.tty.Close()
}

// settled is a directory of settings with a profile whose secret is in a keyring.
func settled(tb testing.TB, program string, keyring *keyringtest.Service) (variable string) {
	tb.Helper()
	dir := filepath.Join(tb.TempDir(), "config")
	add := exec.Command(program, "profile", "add", "acme", "--client-id", clientID)
	add.Env = append(append(os.Environ(), keyring.Env()...), configDirVariable+"="+dir)
	add.Stdin = strings.NewReader(secret)
	if out, err := add.CombinedOutput(); err != nil {
		tb.Fatalf("add profile: %v\n%s", err, out)
	}
	return configDirVariable + "=" + dir
}

// BenchmarkFirstFrame is the time from the program's start to the frame that says Tokens, held against a minimal Bubble Tea program
// (target: a ratio of at most 1.3): with a good keyring, none, a dead one, and one that hangs, which must not make it later.
func BenchmarkFirstFrame(b *testing.B) {
	keyringtest.Require(b)
	console, minimal := built(b, "jotwatch/cmd/jotwatch"), built(b, "jotwatch/tui/testdata/minimal")
	good, frozen := keyringtest.Start(b, keyringtest.Unlocked), keyringtest.Start(b, keyringtest.Unlocked)
	config := settled(b, console, good)
	frozen.Freeze()
	defer frozen.Thaw()
	kinds := []struct {
		name, program string
		env           []string
		args          []string
	}{
		{"minimal", minimal, nil, nil},
		{"good", console, good.Env(), []string{"--addr", "127.0.0.1:0"}},
		{"nobus", console, keyringtest.NoBus(b), []string{"--addr", "127.0.0.1:0"}},
		{"deadbus", console, keyringtest.DeadBus(b), []string{"--addr", "127.0.0.1:0"}},
		{"frozen", console, frozen.Env(), []string{"--addr", "127.0.0.1:0"}},
	}
	took := map[string][]time.Duration{}
	n := 0
	for b.Loop() {
		n++
		for i := range kinds { // in turns, and none of them always first
			k := kinds[(n+i)%len(kinds)]
			s := start(b, append(k.env, config), "Tokens", k.program, k.args...)
			took[k.name] = append(took[k.name], s.took)
			s.quit()
		}
	}
	median := func(name string) float64 {
		slices.Sort(took[name])
		return float64(took[name][len(took[name])/2].Microseconds()) / 1000
	}
	for _, k := range kinds {
		b.ReportMetric(median(k.name), "ms/"+k.name)
		if k.name != "minimal" {
			b.ReportMetric(median(k.name)/median("minimal"), "ratio/"+k.name)
		}
	}
}
