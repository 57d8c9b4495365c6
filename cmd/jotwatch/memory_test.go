package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jotwatch/listener"
	"jotwatch/mint"
	"jotwatch/profiles/keyringtest"
	"jotwatch/verifier"
)

// BenchmarkMemory is what the built program takes while it shows 100,000 tokens that came in by HTTP, all of them verified and of
// as many customers, and what it took at most (target: at most 400 MiB).
func BenchmarkMemory(b *testing.B) {
	keyringtest.Require(b) // and with it Linux
	console, dir := built(b, "jotwatch/cmd/jotwatch"), b.TempDir()
	file := filepath.Join(dir, "secret")
	if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
		b.Fatal(err)
	}
	env := append(keyringtest.NoBus(b), configDirVariable+"="+dir)
	snippet := exec.Command(console, "snippet", "--client-id", clientID)
	snippet.Env = append(os.Environ(), env...)
	out, err := snippet.CombinedOutput()
	key := regexp.MustCompile(`key: '(\w+)'`).FindSubmatch(out)
	if err != nil || key == nil {
		b.Fatalf("no key is in the snippet: %v\n%s", err, out)
	}
	for b.Loop() {
		free, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		addr := free.Addr().String()
		_ = free.Close()
		s := start(b, env, addr, console, "--addr", addr, "--client-id", clientID, "--secret-file", file)
		began := time.Now()
		sendMany(b, "http://"+addr+listener.Path(string(key[1])), 100_000)
		b.ReportMetric(100_000/time.Since(began).Seconds(), "tokens/s")
		time.Sleep(3 * time.Second) // the queue is empty then, and some ticks have passed
		b.ReportMetric(s.memory("VmRSS"), "MiB-resident")
		b.ReportMetric(s.memory("VmHWM"), "MiB-at-most")
		s.quit()
	}
}

// memory is a figure of /proc, in MiB.
func (s started) memory(name string) float64 {
	s.tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		s.tb.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), name+":")
	kib, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.ParseFloat(kib, 64)
	if err != nil {
		s.tb.Fatalf("%s: %v", name, err)
	}
	return n / 1024
}

// sendMany posts so many distinct tokens; one that finds no place is sent again.
func sendMany(tb testing.TB, url string, n int64) {
	tb.Helper()
	app := mint.App{ClientID: clientID, StoreHash: storeHash, Secret: verifier.NewSecret(secret)}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	var next atomic.Int64
	var sending sync.WaitGroup
	for range 16 {
		sending.Go(func() {
			for i := next.Add(1); i <= n; i = next.Add(1) {
				text, err := mint.Token(app, "valid", time.Now(), mint.Claim{Name: "customer", Value: fmt.Sprintf(`{"id":%d,"email":"shopper%d@example.com","group_id":"6"}`, i, i)})
				if err != nil {
					tb.Error(err)
					return
				}
				for sent := false; !sent; {
					response, err := client.Post(url, "text/plain", strings.NewReader(text))
					if err != nil {
						tb.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, response.Body)
					_ = response.Body.Close()
					if sent = response.StatusCode < 300; !sent && response.StatusCode != http.StatusServiceUnavailable {
						tb.Errorf("answered %s", response.Status)
						return
					}
				}
			}
		})
	}
	sending.Wait()
}
