package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"jotwatch/mint"
	"jotwatch/verifier"
)

// A server is a command that runs until it is ended.
type server struct {
	t      *testing.T
	cmd    *exec.Cmd
	url    string // where it is, as it says itself
	lines  chan string
	talked chan struct{} // it will say no more
	mu     sync.Mutex
	talk   bytes.Buffer
	seen   strings.Builder
}

var saidURL = regexp.MustCompile(`https?://[^/\s,;]+`)

// startServer starts the tool and waits until it says where it is.
func startServer(t *testing.T, env []string, args ...string) *server {
	t.Helper()
	return startCommand(t, env, exec.Command("jotwatch", args...))
}

func startCommand(t *testing.T, env []string, cmd *exec.Cmd) *server {
	t.Helper()
	s := &server{t: t, cmd: cmd, lines: make(chan string, 10_000), talked: make(chan struct{})}
	s.cmd.Env = append(os.Environ(), env...)
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill() }) // if it has not ended by itself
	said := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			s.mu.Lock()
			s.talk.WriteString(lines.Text() + "\n")
			s.mu.Unlock()
			if url := saidURL.FindString(lines.Text()); url != "" && (strings.Contains(lines.Text(), "listening at") || strings.Contains(lines.Text(), "storefront for")) {
				said <- url
			}
		}
		close(said)
		close(s.talked)
	}()
	go func() {
		defer close(s.lines)
		lines := bufio.NewReader(stdout)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			s.lines <- line
		}
	}()
	select {
	case s.url = <-said:
	case <-time.After(30 * time.Second):
	}
	if s.url == "" {
		t.Fatalf("%v does not say where it is:\n%s", cmd, s.said())
	}
	return s
}

// said is what it has said on standard error.
func (s *server) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.talk.String()
}

// end interrupts it, and returns its exit code and what it wrote that nobody has read.
func (s *server) end() (code int, rest string) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		s.t.Fatal(err)
	}
	return s.wait()
}

func (s *server) wait() (code int, rest string) {
	s.t.Helper()
	late := time.AfterFunc(30*time.Second, func() { _ = s.cmd.Process.Kill() })
	defer late.Stop()
	var out strings.Builder
	for line := range s.lines {
		out.WriteString(line)
		s.seen.WriteString(line)
	}
	<-s.talked
	_ = s.cmd.Wait()
	if problem := unsafe(s.seen.String() + s.said()); problem != "" {
		s.t.Errorf("the output has %s", problem)
	}
	return s.cmd.ProcessState.ExitCode(), out.String()
}

// A line of listen --json.
type line struct {
	ID      int
	Outcome string
	Status  int
	Page    string
	Origin  string
	Profile string
	Reason  string
	Report  struct {
		Verdict  string
		Profile  string
		Claims   struct{ Customer struct{ ID int } }
		Findings []finding
	}
}

type finding struct{ Code, Message string }

// next is the next line that is wanted; those before it are passed over.
func (s *server) next(what string, wanted func(line) bool) line {
	s.t.Helper()
	late := time.After(30 * time.Second)
	for {
		select {
		case text, ok := <-s.lines:
			if !ok {
				s.t.Fatalf("it ended before %s came:\n%s%s", what, s.seen.String(), s.said())
			}
			s.seen.WriteString(text)
			var l line
			if err := json.Unmarshal([]byte(text), &l); err != nil {
				s.t.Fatalf("line %q: %v", text, err)
			}
			if wanted(l) {
				return l
			}
		case <-late:
			s.t.Fatalf("%s did not come:\n%s%s", what, s.seen.String(), s.said())
		}
	}
}

// A suite is a test suite's own configuration, without a keyring, and credentials given ad hoc.
func suite(t *testing.T) (env, credentials []string, key func() string) {
	t.Helper()
	config := filepath.Join(t.TempDir(), "config")
	env = []string{configDirVariable + "=" + config}
	return env, []string{"--client-id", clientID, "--store-hash", storeHash, "--secret-file", secretFile(t)}, func() string {
		text, err := os.ReadFile(filepath.Join(config, "profiles.json"))
		if err != nil {
			t.Fatal(err)
		}
		var ix struct {
			IngestKey string `json:"ingest_key"`
		}
		if err := json.Unmarshal(text, &ix); err != nil || ix.IngestKey == "" {
			t.Fatalf("no key in %s: %v", text, err)
		}
		return ix.IngestKey
	}
}

func (s *server) post(key, body string, header ...string) int {
	s.t.Helper()
	request, err := http.NewRequest(http.MethodPost, s.url+"/in/"+key, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	return answer.StatusCode
}

func minted(t *testing.T, scenario string, set ...string) string {
	t.Helper()
	var claims []mint.Claim
	for _, text := range set {
		claim, err := mint.ParseClaim(text)
		if err != nil {
			t.Fatal(err)
		}
		claims = append(claims, claim)
	}
	made, err := mint.Token(mint.App{ClientID: clientID, StoreHash: storeHash, Secret: verifier.NewSecret(secret)}, scenario, time.Now(), claims...)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func withEnv(env []string, args ...string) *exec.Cmd {
	cmd := exec.Command("jotwatch", args...)
	cmd.Env = append(os.Environ(), env...)
	return cmd
}
