package main

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jotwatch/mint"
	"jotwatch/profiles/keyringtest"
	"jotwatch/verifier"
)

// A desk is a user with a keyring and a configuration of their own.
type desk struct {
	t       *testing.T
	keyring *keyringtest.Service
	env     []string
}

// config is the configuration directory.
func (d *desk) config() string {
	_, dir, _ := strings.Cut(d.env[len(d.env)-1], "=")
	return dir
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	keyring := keyringtest.Start(t, keyringtest.Unlocked)
	config := filepath.Join(t.TempDir(), "config")
	t.Cleanup(func() {
		if name := secretWithin(t, config); name != "" {
			t.Errorf("%s holds a secret", name)
		}
	})
	return &desk{t, keyring, append(keyring.Env(), configDirVariable+"="+config)}
}

// run runs the tool with an input, holds it to its exit code and returns what it prints, on both streams.
func (d *desk) run(code int, stdin string, args ...string) string {
	d.t.Helper()
	cmd := exec.Command("jotwatch", args...)
	cmd.Env = append(os.Environ(), d.env...)
	cmd.Stdin = strings.NewReader(stdin)
	got, stdout, stderr := result(cmd)
	if got != code {
		d.t.Errorf("%s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got, code, stdout, stderr)
	}
	if problem := unsafe(stdout + stderr); problem != "" {
		d.t.Errorf("%s: the output has %s", strings.Join(args, " "), problem)
	}
	return stdout + stderr
}

// reads counts the secrets that are read from the keyring meanwhile, as the bus sees it.
func (d *desk) reads(do func()) int {
	d.t.Helper()
	seen := filepath.Join(d.t.TempDir(), "bus")
	out, err := os.Create(seen)
	if err != nil {
		d.t.Fatal(err)
	}
	monitor := exec.Command("dbus-monitor", "--session", "--profile", "interface=org.freedesktop.Secret.Item,member=GetSecret", "member=Ping")
	monitor.Env = append(os.Environ(), d.env...)
	monitor.Stdout = out
	if err := monitor.Start(); err != nil {
		d.t.Fatal(err)
	}
	// Once a ping is seen, everything after it is, and once another is, everything before it was.
	d.ping(seen, 1)
	do()
	d.ping(seen, 2)
	_ = monitor.Process.Kill()
	_ = monitor.Wait()
	_ = out.Close()
	text, err := os.ReadFile(seen)
	if err != nil {
		d.t.Fatal(err)
	}
	return strings.Count(string(text), "GetSecret")
}

func (d *desk) ping(seen string, n int) {
	d.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		ping := exec.Command("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.DBus.Peer.Ping")
		ping.Env = append(os.Environ(), d.env...)
		if out, err := ping.CombinedOutput(); err != nil {
			d.t.Fatalf("ping: %v\n%s", err, out)
		}
		text, err := os.ReadFile(seen)
		if err != nil {
			d.t.Fatal(err)
		}
		if after := strings.LastIndex(string(text), "GetSecret"); strings.Count(string(text[max(0, after):]), "Ping") > 0 && (n == 1 || strings.Count(string(text), "Ping") > 1) {
			return
		}
		if time.Now().After(deadline) {
			d.t.Fatal("the bus shows no ping")
		}
	}
}

const agency = 500 // profiles

func agencySecret(i int) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(fmt.Sprint("secret ", i))))
}
func agencyClient(i int) string { return fmt.Sprintf("client%025d", i) }
func agencyStore(i int) string  { return fmt.Sprintf("store%04d", i) }

// agencyToken is a token for one profile, signed with a secret.
func agencyToken(t *testing.T, profile int, secret string) string {
	t.Helper()
	app := mint.App{ClientID: agencyClient(profile), StoreHash: agencyStore(profile), Secret: verifier.NewSecret(secret)}
	token, err := mint.Token(app, "valid", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// With hundreds of profiles in a real keyring a token costs the secret of its owner, and a mismatch a bounded search.
func TestAgency(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var table strings.Builder
	w := csv.NewWriter(&table)
	_ = w.Write([]string{"name", "client_id", "client_secret", "store_hash"})
	for i := range agency {
		_ = w.Write([]string{fmt.Sprintf("shop %03d", i), agencyClient(i), agencySecret(i), agencyStore(i)})
	}
	w.Flush()
	if said := d.run(exitAsAsked, table.String(), "profile", "import", "-"); !strings.Contains(said, "jotwatch: 500 added\n") {
		t.Fatal(said)
	}
	if kept := d.keyring.Secrets(t); len(kept) != agency {
		t.Fatalf("the keyring has %d secrets, want %d", len(kept), agency)
	}
	verify := func(code int, token string, most int, wants ...string) {
		t.Helper()
		args := []string{"verify", "-", "--json"}
		for len(wants) > 0 && strings.HasPrefix(wants[0], "--") {
			args, wants = append(args, wants[0]), wants[1:]
		}
		var said string
		reads := d.reads(func() { said = d.run(code, token, args...) })
		if reads > most || reads == 0 {
			t.Errorf("%d secrets were read, want at most %d", reads, most)
		}
		for _, want := range wants {
			if !strings.Contains(said, want) {
				t.Errorf("%q is not in the report:\n%s", want, said)
			}
		}
	}
	verify(exitAsAsked, agencyToken(t, 250, agencySecret(250)), 1, `"verdict":"valid"`, `"profile":"shop 250"`)
	verify(exitNo, agencyToken(t, 250, agencySecret(3)), 65, `"profile":"shop 250"`, "signature.other-profile", "shop 003")
	verify(exitNo, agencyToken(t, 250, agencySecret(499)), 65, `"profile":"shop 250"`, "signature.mismatch")
	verify(exitNo, agencyToken(t, 250, agencySecret(499)), agency, "--all-profiles", "signature.other-profile", "shop 499")
	// The one that was used last is tried first.
	verify(exitAsAsked, agencyToken(t, 499, agencySecret(499)), 1, `"profile":"shop 499"`)
	verify(exitNo, agencyToken(t, 250, agencySecret(499)), 65, "signature.other-profile", "shop 499")
	// At most 64, and as many as come within a second.
	verify(exitUnchecked, agencyToken(t, 700, agencySecret(700)), 64, `"profile":null`, "no profile is for this app and store, and none of the ")
	verify(exitNo, agencyToken(t, 700, agencySecret(499)), 64, `"profile":"shop 499"`, "claims.aud")
	if said := d.run(exitNo, agencyToken(t, 1, agencySecret(1)), "verify", "-", "--profile", "shop 002"); !strings.Contains(said, "shop 002") {
		t.Errorf("a profile that was named is not the owner:\n%s", said)
	}
}

// A keyring that does not answer is named for what it is, and all that needs no secret is shown.
func TestKeyringDoesNotAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		make func(*keyringtest.Service)
		want string
		most time.Duration // from the design: an unlock prompt apart, five seconds for an answer
	}{
		"locked":  {(*keyringtest.Service).Lock, "the keyring is locked", 4 * time.Second},
		"frozen":  {(*keyringtest.Service).Freeze, "the keyring does not answer", 15 * time.Second},
		"stopped": {(*keyringtest.Service).Stop, "there is no keyring", 4 * time.Second},
		"no bus":  {(*keyringtest.Service).StopBus, "there is no keyring", 4 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			for _, profile := range []string{"acme", "beta"} {
				d.run(exitAsAsked, secret, "profile", "add", profile, "--client-id", clientID, "--store-hash", profile)
			}
			live := d.run(exitAsAsked, "", "mint", "--profile", "acme")
			expired := d.run(exitAsAsked, "", "mint", "--profile", "acme", "--scenario", "expired")
			foreign := agencyToken(t, 1, agencySecret(1))
			c.make(d.keyring)
			start := time.Now()
			said := strings.Join(strings.Fields(d.run(exitUnchecked, live, "verify", "-")), " ")
			if took := time.Since(start); took > c.most {
				t.Errorf("verify took %v, at most %v", took, c.most)
			}
			for _, want := range []string{"? unverified", "profile acme", "customer.id 4927", c.want, "jotwatch vault status shows the choices"} {
				if !strings.Contains(said, want) {
					t.Errorf("%q is not in the report:\n%s", want, said)
				}
			}
			if said := d.run(exitUnchecked, "", "vault", "status"); !strings.Contains(strings.Join(strings.Fields(said), " "), c.want) {
				t.Errorf("status:\n%s", said)
			}
			if name == "frozen" { // every other call would take its five seconds too
				return
			}
			d.run(exitNo, expired, "verify", "-")
			if said := d.run(exitUnchecked, foreign+"\n"+live, "verify", "-"); !strings.Contains(said, "acme") {
				t.Errorf("two tokens:\n%s", said)
			}
			said = d.run(exitUnchecked, secret, "profile", "add", "gamma", "--client-id", clientID)
			if !strings.Contains(said, c.want) || !strings.Contains(said, "--vault file") {
				t.Errorf("add:\n%s", said)
			}
			if said := d.run(exitUnchecked, "", "vault", "move", "file", "--passphrase-file", os.Args[0]); !strings.Contains(said, "nothing was moved") {
				t.Errorf("move:\n%s", said)
			}
			if said := d.run(exitUnchecked, "", "profile", "remove", "beta", "--yes"); !strings.Contains(said, "beta is removed, but its secret is still in the keyring") {
				t.Errorf("remove:\n%s", said)
			}
			if said := d.run(exitUnchecked, "", "profile", "edit", "acme", "--secret-command", "exit 1"); !strings.Contains(said, "it was done, but 2 secrets are still in the keyring vault") || strings.Contains(said, "--vault file") {
				t.Errorf("edit:\n%s", said)
			}
			if said := d.run(exitAsAsked, "", "profile", "list", "--json"); strings.Count(said, `"name"`) != 1 {
				t.Errorf("then there are:\n%s", said)
			}
		})
	}
}

// What changes about the profiles while it listens counts from then on.
func TestListenSeesProfilesChange(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := startServer(t, d.env, "listen", "--json", "--addr", "127.0.0.1:0")
	var ix struct {
		IngestKey string `json:"ingest_key"`
	}
	text, err := os.ReadFile(filepath.Join(d.config(), "profiles.json"))
	if err != nil || json.Unmarshal(text, &ix) != nil {
		t.Fatalf("no key in %s: %v", text, err)
	}
	becomes := func(what, verdict, profile string) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
			s.post(ix.IngestKey, minted(t, "valid"))
			if l := s.next(what, func(line) bool { return true }); l.Report.Verdict == verdict && l.Report.Profile == profile {
				return
			} else if time.Now().After(deadline) {
				t.Fatalf("%s: the verdict is %s, the profile %q", what, l.Report.Verdict, l.Report.Profile)
			}
		}
	}
	becomes("with no profile", "unverified", "")
	d.run(exitAsAsked, secret, "profile", "add", "acme", "--client-id", clientID, "--store-hash", storeHash)
	becomes("with one", "valid", "acme")
	d.run(exitAsAsked, "", "profile", "rename", "acme", "beta")
	becomes("renamed", "valid", "beta")
	d.run(exitAsAsked, agencySecret(1), "profile", "edit", "beta", "--secret")
	becomes("with another secret", "invalid", "beta")
	d.run(exitAsAsked, "", "profile", "remove", "beta", "--yes")
	becomes("removed", "unverified", "")
	s.end()
}

// A keyring that does not answer holds nothing up for long, and is asked again.
func TestListenWithFrozenKeyring(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.run(exitAsAsked, secret, "profile", "add", "acme", "--client-id", clientID, "--store-hash", storeHash)
	d.keyring.Freeze()
	s := startServer(t, d.env, "listen", "--json", "--addr", "127.0.0.1:0")
	s.post(d.key("acme"), minted(t, "valid"))
	s.post(d.key("acme"), minted(t, "expired"))
	for _, verdict := range []string{"unverified", "expired"} {
		l := s.next(verdict, func(line) bool { return true })
		if l.Report.Verdict != verdict || !slices.ContainsFunc(l.Report.Findings, func(f finding) bool { return strings.Contains(f.Message, "the keyring does not answer") }) {
			t.Errorf("got %+v", l)
		}
	}
	d.keyring.Thaw()
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		s.post(d.key("acme"), minted(t, "valid"))
		if l := s.next("a token", func(line) bool { return true }); l.Report.Verdict == "valid" {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("the keyring answers again, and the verdict is %s", l.Report.Verdict)
		}
	}
	s.end()
}
