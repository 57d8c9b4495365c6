package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"jotwatch/mint"
	"jotwatch/profiles/keyringtest"
	"jotwatch/verifier"
)

// The fixture's credentials. The secret must never be seen in an output.
const (
	clientID  = "abcdefghijklmnopqrstuvwxyz01234"
	storeHash = "abc123def"
	secret    = "c3f1a9d27b4e8065f1d2c3b4a5968778695a4b3c2d1e0f9e8d7c6b5a49382716"
)

func TestMain(m *testing.M) {
	if strings.Contains(filepath.Base(os.Args[0]), ".test") { // and not the tool itself, which has this binary too
		isolate()
	}
	testscript.Main(m, map[string]func(){"jotwatch": main})
}

// quickExit keeps the race detector, where there is one, from waiting a second at every end of the tool.
const quickExit = "atexit_sleep_ms=0"

// isolate keeps the tests away from the profiles and the keyring of whoever runs them.
func isolate() {
	nowhere := filepath.Join(os.TempDir(), "jotwatch-nowhere")
	for name, value := range map[string]string{
		configDirVariable: nowhere, "DBUS_SESSION_BUS_ADDRESS": "unix:path=" + nowhere, "GORACE": quickExit,
	} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
}

func TestScripts(t *testing.T) {
	t.Parallel()
	scripts(t, "script", func() []string { return []string{"DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere"} })
}

// The scripts of what needs a keyring have a real one each.
func TestKeyringScripts(t *testing.T) {
	t.Parallel()
	keyringtest.Require(t)
	scripts(t, "keyring", func() []string { return keyringtest.Start(t, keyringtest.Unlocked).Env() })
}

func scripts(t *testing.T, dir string, environ func() []string) {
	t.Helper()
	testscript.Run(t, testscript.Params{
		Dir:                filepath.Join("testdata", dir),
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			for _, variable := range environ() {
				name, value, _ := strings.Cut(variable, "=")
				env.Setenv(name, value)
			}
			env.Setenv("GORACE", quickExit)
			env.Setenv("ID", clientID)
			env.Setenv("STORE", storeHash)
			env.Setenv("SECRET", secret)
			env.Setenv(configDirVariable, filepath.Join(env.WorkDir, "config"))
			env.Setenv("LIVE", token(t, "live"))
			env.Defer(func() { // no script leaves a secret in a directory of ours
				for _, config := range []string{"config", "other", "terminal"} {
					if name := secretWithin(t, filepath.Join(env.WorkDir, config)); name != "" {
						t.Errorf("%s holds a secret", name)
					}
				}
			})
			for name, text := range map[string]string{
				"secret.txt":   secret + "\n",
				"bom.txt":      "\ufeff" + secret + "\n",
				"live.txt":     token(t, "live"),
				"expired.txt":  token(t, "live"), // its time was in 2023
				"dots.txt":     strings.Repeat(".", 10_000),
				"full.txt":     strings.Repeat("a", 1<<20),
				"over.txt":     token(t, "live") + strings.Repeat(" ", 1<<20),
				"binary.bin":   "\x00\xff\xfe\x1b]52;c;QQ==\x07\x80\x9b31m",
				"escape.txt":   token(t, "live") + "\n\x1b[2J\x1b]0;owned\x07",
				"large.secret": strings.Repeat("s", longestSecret+1),
				"empty":        "",
				"blank":        " \n",
			} {
				if err := os.WriteFile(filepath.Join(env.WorkDir, name), []byte(text), 0o600); err != nil {
					return err
				}
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

// exits is "exits CODE STDIN ARG...": the tool run with a file as standard input, held to its exact exit code, and
// whatever it prints held to what is true of every output: no secret, no control character.
func exits(ts *testscript.TestScript, negated bool, args []string) {
	if negated || len(args) < 2 {
		ts.Fatalf("usage: exits CODE STDIN ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	cmd := exec.Command("jotwatch", args[2:]...)
	cmd.Dir = ts.Getenv("WORK")
	cmd.Env = os.Environ()
	for _, name := range []string{configDirVariable, passphraseVariable, "DBUS_SESSION_BUS_ADDRESS", "HOME", "XDG_CONFIG_HOME"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	cmd.Stdin = strings.NewReader(ts.ReadFile(args[1]))
	got, stdout, stderr := result(cmd)
	_, _ = io.WriteString(ts.Stdout(), stdout)
	_, _ = io.WriteString(ts.Stderr(), stderr)
	if got != want {
		ts.Fatalf("exit code %d, want %d\nstdout: %q\nstderr: %q", got, want, stdout, stderr)
	}
	if problem := unsafe(stdout + stderr); problem != "" {
		ts.Fatalf("the output has %s\nstdout: %q\nstderr: %q", problem, stdout, stderr)
	}
}

// result runs a command. The exit code is -1 when it was killed or did not start.
func result(cmd *exec.Cmd) (code int, stdout, stderr string) {
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	err := cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		return -1, out.String(), err.Error()
	}
	return cmd.ProcessState.ExitCode(), out.String(), talk.String()
}

// unsafe says what an output must not have, "" where it has nothing of it: a text of a client secret's form, whoever's, the
// fixture's secret in another form, a character that a terminal obeys.
func unsafe(output string) string {
	if verifier.HoldsSecret(output) || holdsFixture(output) {
		return "a secret"
	}
	for _, r := range output {
		switch {
		case r == '\n':
		case r < ' ' || r >= 0x7f && r < 0xa0:
			return "the control character " + strconv.QuoteRune(r)
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r >= 0x200b && r <= 0x200f, r == 0xfeff:
			return "the invisible character " + strconv.QuoteRune(r)
		}
	}
	return ""
}

func holdsFixture(text string) bool {
	for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), hex.EncodeToString([]byte(secret))} {
		if strings.Contains(text, form[:len(form)-4]) { // less what padding changes
			return true
		}
	}
	return false
}

// secretWithin is the name of a file below a directory that holds a client secret, "" for none.
func secretWithin(t *testing.T, dir string) (found string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if verifier.HoldsSecret(string(text)) || holdsFixture(string(text)) {
			found = path
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	return found
}

// token is the payload of one of the verifier's vectors.
func token(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "verifier", "testdata", "vectors", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	_, payload, _ := strings.Cut(string(text), "\n\n")
	return strings.TrimSpace(payload)
}

func secretFile(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(name, []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestMintedScenariosVerifyAsPromised(t *testing.T) {
	t.Parallel()
	app := []string{"--client-id", clientID, "--store-hash", storeHash, "--secret-file", secretFile(t), "--at", "1700000000"}
	for _, s := range mint.Scenarios() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			code, minted, talk := result(exec.Command("jotwatch", append([]string{"mint", "--scenario", s.Name}, app...)...))
			if code != exitAsAsked || talk != "" {
				t.Fatalf("mint: exit code %d, %q", code, talk)
			}
			want := exitNo
			switch s.Verdict {
			case verifier.Valid:
				want = exitAsAsked
			case verifier.Unverified:
				want = exitUnchecked
			case verifier.Malformed, verifier.Invalid, verifier.Expired, verifier.NotYetValid:
			}
			for _, form := range [][]string{nil, {"--json"}} {
				verify := exec.Command("jotwatch", append(append([]string{"verify"}, app...), form...)...)
				verify.Stdin = strings.NewReader(minted)
				code, report, talk := result(verify)
				if code != want || talk != "" {
					t.Errorf("verify %v: exit code %d, want %d\n%s%s", form, code, want, report, talk)
				}
				for _, finding := range s.Findings {
					if !strings.Contains(report, string(finding)) {
						t.Errorf("verify %v: %s is not in the report\n%s", form, finding, report)
					}
				}
				if problem := unsafe(minted + report); problem != "" {
					t.Errorf("the output has %s", problem)
				}
			}
		})
	}
}

// Every vector, shown as text and as JSON with the fixture's secret at hand, prints neither it nor a control character.
func TestNoVectorPrintsAnythingHostileOrSecret(t *testing.T) {
	t.Parallel()
	vectors, err := filepath.Glob(filepath.Join("..", "..", "verifier", "testdata", "vectors", "*.txt"))
	if err != nil || len(vectors) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	known := []verifier.Credential{{ClientID: clientID, Secret: verifier.NewSecret(secret), Named: true}}
	now := time.Unix(1700000060, 0)
	for _, name := range vectors {
		name = strings.TrimSuffix(filepath.Base(name), ".txt")
		reports := verifier.InspectAll(token(t, name), known)
		for form, output := range map[string]string{
			"text": paper{width: usualWidth}.print(reports, now),
			"JSON": jsonReport(reports, now),
		} {
			if problem := unsafe(output); problem != "" {
				t.Errorf("%s as %s: the output has %s", name, form, problem)
			}
		}
	}
}

func TestInterruptWhileReading(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // a process cannot be sent an interrupt there
	}
	cmd := exec.Command("jotwatch", "verify", "-")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// A pipe holds 64 KiB: once more than that is written, the command is reading.
	if _, err := stdin.Write(make([]byte, 256<<10)); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit code %d, want %d", code, exitInterrupted)
	}
}

func TestReaderThatWentAway(t *testing.T) {
	t.Parallel()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_ = read.Close()
	var talk bytes.Buffer
	cmd := exec.Command("jotwatch", "explain")
	cmd.Stdout, cmd.Stderr = write, &talk
	_ = cmd.Run()
	_ = write.Close()
	if talk.Len() > 0 {
		t.Errorf("said %q", talk.String())
	}
}
