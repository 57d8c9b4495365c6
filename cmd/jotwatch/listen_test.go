package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Every arrival is a line for a person, in words, and ctrl+c sums up.
func TestListenLines(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // a process cannot be sent an interrupt there
	}
	env, credentials, key := suite(t)
	s := startServer(t, env, append([]string{"listen", "--addr", "127.0.0.1:0", "--origin", "https://shop.example"}, credentials...)...)
	k := key()
	s.post(k, minted(t, "valid"), "Origin", "https://shop.example", "Referer", "https://shop.example/cart?x=1")
	s.post(k, minted(t, "expired"))
	s.post(k, minted(t, "wrong-secret"))
	s.post(k, `{"jotwatch":1,"status":404,"page":"https://shop.example/","body":"{\"errors\":[]}"}`)
	s.post(k, `{"jotwatch":1,"status":503,"page":"https://shop.example/\u001b[2J","body":"<html>"}`)
	for range 50 {
		s.post(k, "x", "Origin", "https://evil.example")
	}
	s.post(k, minted(t, "valid", "customer.id=13", "customer.email="+strings.Repeat("x ", 200)+"13:00:00  #1  ✓ valid"))
	s.post(k, minted(t, "valid", "customer.email=\x1b]0;owned\x07\u202ex@example.com", "customer.id=12"))
	code, lines := s.end()
	if code != exitInterrupted {
		t.Errorf("exit code %d, want %d", code, exitInterrupted)
	}
	all := strings.Split(strings.TrimSpace(lines), "\n")
	for i, want := range []string{
		`^\d\d:\d\d:\d\d  #1    ✓ valid          abc123def  customer 4927 jane@example.com, group 6; (15 min|14 min \d+ s) left; signed with the secret given \(HS512\); from https://shop.example/cart$`,
		`  #2    ◷ expired        abc123def  customer 4927 .*; expired 5 min( \d+ s)? ago`,
		`  #3    ✗ invalid        abc123def  .*; signature.mismatch: It is not signed with the secret given`,
		`  #4    ○ guest          no customer is signed in, or the app_client_id is unknown \(404\); from https://shop.example/$`,
		`  #5    ! error          the store is under maintenance, suspended, or not launched yet \(503\); from https://shop.example/␛\[2J$`,
		`  #6    ⊘ refused        pages of https://evil.example may not send here; answered 403; to allow it: jotwatch listen --origin https://evil.example$`,
		`  #56   ✓ valid          abc123def  customer 13 (x )+x?…; `,
		`  #57   ✓ valid          .*customer 12 ␛\]0;owned␇‹U\+202E›x@example.com`,
	} {
		if i >= len(all) || !regexp.MustCompile(want).MatchString(all[i]) {
			t.Errorf("line %d is not %s:\n%s", i+1, want, lines)
		}
	}
	if len(all) != 8 {
		t.Errorf("%d lines, want 8: the same refusal is said once\n%s", len(all), lines)
	}
	if said := s.said(); !strings.Contains(said, "jotwatch: 5 tokens (3 valid, 1 invalid, 1 expired), 1 guest, 1 error, 50 refused in ") {
		t.Errorf("said:\n%s", said)
	}
}

// A test suite waits for what it expects.
func TestListenForSuites(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args  []string
		posts []string // what is sent: a scenario, or guest
		code  int
		lines int
		said  string
	}{
		"one":                         {[]string{"--count", "1"}, []string{"valid"}, exitAsAsked, 1, "1 token (1 valid)"},
		"two":                         {[]string{"--count", "2", "--expect", "is:valid"}, []string{"valid", "valid"}, exitAsAsked, 2, ""},
		"met at once":                 {[]string{"--expect", "is:valid customer:4927", "--expect", "store:abc"}, []string{"valid"}, exitAsAsked, 1, ""},
		"not met":                     {[]string{"--count", "2", "--expect", "is:valid"}, []string{"wrong-secret"}, exitNo, 1, "#1 is not is:valid"},
		"not met, second":             {[]string{"--count", "3", "--expect", "is:valid"}, []string{"valid", "guest"}, exitNo, 2, "#2 is not is:valid"},
		"guest expected":              {[]string{"--expect", "is:guest"}, []string{"guest"}, exitAsAsked, 1, "0 tokens, 1 guest"},
		"a word is no part of one":    {[]string{"--expect", "valid"}, []string{"wrong-secret"}, exitNo, 1, "#1 is not valid"},
		"guests are left out":         {[]string{"--only", "is:token", "--expect", "is:valid"}, []string{"guest", "valid"}, exitAsAsked, 2, "1 token (1 valid), 1 guest"},
		"refusals do not count":       {[]string{"--count", "1", "--expect", "is:valid"}, []string{"refused", "valid"}, exitAsAsked, 2, "1 refused"},
		"time runs out":               {[]string{"--timeout", "5s", "--count", "2"}, []string{"valid"}, exitNo, 1, "1 of 2 arrivals came within 5s"},
		"time runs out, with nothing": {[]string{"--timeout", "500ms", "--expect", "is:valid"}, nil, exitNo, 0, "0 of 1 arrival (is:valid) came within 500ms"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, credentials, key := suite(t)
			args := append([]string{"listen", "--json", "--addr", "127.0.0.1:0"}, credentials...)
			s := startServer(t, env, append(args, c.args...)...)
			k := key()
			for _, what := range c.posts {
				switch what {
				case "guest":
					s.post(k, `{"errors":["Not Found"]}`)
				case "refused":
					s.post("no-such-key-anywhere", "x")
				default:
					s.post(k, minted(t, what))
				}
			}
			code, lines := s.wait()
			if code != c.code {
				t.Errorf("exit code %d, want %d\n%s%s", code, c.code, lines, s.said())
			}
			if n := strings.Count(lines, "\n"); n != c.lines {
				t.Errorf("%d lines, want %d\n%s", n, c.lines, lines)
			}
			if !strings.Contains(s.said(), c.said) {
				t.Errorf("%q is not said:\n%s", c.said, s.said())
			}
		})
	}
}

// A recording holds nothing that a thief could use, and one that does says so first.
func TestRecord(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]bool{"redacted": false, "raw": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, credentials, key := suite(t)
			file := filepath.Join(t.TempDir(), "monday.ndjson")
			args := append([]string{"listen", "--addr", "127.0.0.1:0", "--count", "2", "--record", file}, credentials...)
			if raw {
				args = append(args, "--raw")
			}
			s := startServer(t, env, args...)
			k, token := key(), minted(t, "valid")
			s.post(k, "x", "Origin", "https://evil.example")
			s.post(k, token)
			s.post(k, `{"errors":[]}`)
			if code, _ := s.wait(); code != exitAsAsked {
				t.Errorf("exit code %d", code)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			about, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			if runtime.GOOS != "windows" && about.Mode().Perm() != 0o600 {
				t.Errorf("mode %v", about.Mode())
			}
			if n := bytes.Count(text, []byte("\n")); n != 3 {
				t.Errorf("%d lines, want 3\n%s", n, text)
			}
			held := strings.Contains(string(text), token) && strings.Contains(string(text), "jane@example.com")
			if held != raw || !raw && (strings.Contains(string(text), "eyJ") || strings.Contains(string(text), "jane@")) {
				t.Errorf("the recording:\n%s", text)
			}
			if warned := strings.Contains(s.said(), "can act as these customers"); warned != raw {
				t.Errorf("said:\n%s", s.said())
			}
			code, _, said := result(withEnv(env, args...))
			if code != exitWrongCall || !strings.Contains(said, "is there already") {
				t.Errorf("again: exit code %d, %q", code, said)
			}
		})
	}
}

// The port of another jotwatch is named, with a way out.
func TestListenPortInUse(t *testing.T) {
	t.Parallel()
	env, credentials, _ := suite(t)
	s := startServer(t, env, append([]string{"listen", "--addr", "127.0.0.1:0"}, credentials...)...)
	addr := strings.TrimPrefix(s.url, "http://")
	code, _, said := result(withEnv(env, append([]string{"listen", "--addr", addr}, credentials...)...))
	if code != exitUnchecked || !regexp.MustCompile(`port \d+ is in use by another jotwatch \(process \d+\)\nhint: jotwatch listen --addr 127.0.0.1:0 takes a free port\nhint: who has it: `).MatchString(said) {
		t.Errorf("exit code %d, %q", code, said)
	}
}

// The time that a suite gives it holds for its vaults too.
func TestListenTimeoutBoundsVaults(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // there is no sleep
	}
	env, _, _ := suite(t)
	if code, _, said := result(withEnv(env, "profile", "add", "acme", "--client-id", clientID, "--store-hash", storeHash, "--secret-command", "sleep 60")); code != exitAsAsked {
		t.Fatal(said)
	}
	var p struct {
		IngestKey string `json:"ingest_key"`
	}
	_, shown, _ := result(withEnv(env, "profile", "show", "acme", "--json"))
	if err := json.Unmarshal([]byte(shown), &p); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	s := startServer(t, env, "listen", "--json", "--addr", "127.0.0.1:0", "--expect", "is:valid", "--timeout", "5s")
	s.post(p.IngestKey, minted(t, "valid"))
	code, lines := s.wait()
	if took := time.Since(start); code != exitNo || took > 20*time.Second {
		t.Errorf("exit code %d after %v\n%s%s", code, took, lines, s.said())
	}
}

// Whoever starts it with a signal ignored, as nohup does, means that.
func TestListenWithHangupIgnored(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // there is none
	}
	env, credentials, key := suite(t)
	args := append([]string{"listen", "--json", "--addr", "127.0.0.1:0"}, credentials...)
	s := startCommand(t, env, exec.Command("nohup", append([]string{"jotwatch"}, args...)...))
	for range 3 {
		if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	s.post(key(), minted(t, "valid"))
	s.next("a token after the hangup", func(line) bool { return true })
	if code, _ := s.end(); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	s = startServer(t, env, args...)
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if code, _ := s.wait(); code != exitInterrupted || !strings.Contains(s.said(), "0 tokens") {
		t.Errorf("of a hangup that is not ignored: exit code %d\n%s", code, s.said())
	}
}

// What is sent while it is being ended is either answered and shown, or refused.
func TestListenLosesNothingWhenItEnds(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // a process cannot be sent an interrupt there
	}
	env, credentials, key := suite(t)
	s := startServer(t, env, append([]string{"listen", "--json", "--addr", "127.0.0.1:0"}, credentials...)...)
	url, body := s.url+"/in/"+key(), minted(t, "valid")
	var taken sync.WaitGroup
	counts := make(chan int, 4)
	for range 4 {
		taken.Go(func() {
			n := 0
			defer func() { counts <- n }()
			for {
				answer, err := http.Post(url, "text/plain", strings.NewReader(body))
				if err != nil {
					return
				}
				_ = answer.Body.Close()
				if answer.StatusCode == http.StatusAccepted {
					n++
				}
			}
		})
	}
	s.next("the hundredth", func(l line) bool { return l.ID == 100 })
	code, _ := s.end()
	taken.Wait()
	sent := 0
	for range 4 {
		sent += <-counts
	}
	if shown := strings.Count(s.seen.String(), `"outcome":"token"`); code != exitInterrupted || shown != sent {
		t.Errorf("exit code %d; %d were taken and %d shown", code, sent, shown)
	}
}
