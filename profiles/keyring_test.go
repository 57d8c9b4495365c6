package profiles_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jotwatch/profiles/keyringtest"
)

const (
	firstSecret = "5e1f0c3b2a49788796a5b4c3d2e1f00f" // fixtures
	otherSecret = "00112233445566778899aabbccddeeff"

	// impatient is a deadline for what hangs. It is longer than a call is left alone before the service is probed.
	impatient = 1200 * time.Millisecond
	// unhurried is a deadline for what answers, also on a machine that has much else to do.
	unhurried = 3 * time.Second
	// patience is how much later than its time something may happen on such a machine.
	patience = 2 * time.Second
)

func TestKeyringRoundTrip(t *testing.T) {
	t.Parallel()
	service := keyringtest.Start(t, keyringtest.Unlocked)
	user := startUser(t, "usual", service.Env()...)
	holds := func(want map[string]string) {
		t.Helper()
		if got := service.Secrets(t); !maps.Equal(got, want) {
			t.Errorf("the keyring holds %q, want %q", got, want)
		}
	}
	user.want("ok", keyringCall{Do: "check"})
	user.want("not found", keyringCall{Do: "get", ID: "a"})
	user.want("ok", keyringCall{Do: "put", ID: "a", Secret: firstSecret})
	holds(map[string]string{"a": firstSecret})
	user.want("ok", keyringCall{Do: "put", ID: "b", Secret: otherSecret})
	holds(map[string]string{"a": firstSecret, "b": otherSecret})
	user.want("ok", keyringCall{Do: "put", ID: "a", Secret: otherSecret})
	holds(map[string]string{"a": otherSecret, "b": otherSecret})
	if got := user.want("ok", keyringCall{Do: "get", ID: "a"}).Secret; got != otherSecret {
		t.Errorf("got secret %q, want %q", got, otherSecret)
	}
	user.want("ok", keyringCall{Do: "delete", ID: "a"})
	holds(map[string]string{"b": otherSecret})
	user.want("not found", keyringCall{Do: "get", ID: "a"})
	// Deleting what is not there is no error.
	user.want("ok", keyringCall{Do: "delete", ID: "a"})
}

func TestKeyringAnswersManyAtOnce(t *testing.T) {
	t.Parallel()
	service := keyringtest.Start(t, keyringtest.Unlocked)
	user := startUser(t, "usual", service.Env()...)
	user.want("ok", keyringCall{Do: "put", ID: "a", Secret: firstSecret, Times: 8})
	if got := user.want("ok", keyringCall{Do: "get", ID: "a", Times: 8}).Secret; got != firstSecret {
		t.Errorf("got secret %q, want %q", got, firstSecret)
	}
	if got, want := service.Secrets(t), map[string]string{"a": firstSecret}; !maps.Equal(got, want) {
		t.Errorf("the keyring holds %q, want %q", got, want)
	}
}

// Where a keyring cannot be used, every call says why, soon, and nothing is changed.
func TestKeyringSaysWhyNot(t *testing.T) {
	t.Parallel()
	service := func(t *testing.T, state keyringtest.State) []string { return keyringtest.Start(t, state).Env() }
	for _, tt := range []struct {
		name   string
		env    func(*testing.T) []string
		reason string
		words  string // in what is wrong
		within time.Duration
	}{
		{"locked", func(t *testing.T) []string { return service(t, keyringtest.Locked) }, "locked", "is locked", 2 * time.Second},
		{"no bus", func(t *testing.T) []string { return keyringtest.NoBus(t) }, "absent", "no session bus", 500 * time.Millisecond},
		{"dead bus", func(t *testing.T) []string { return keyringtest.DeadBus(t) }, "absent", "no session bus", 500 * time.Millisecond},
		{"no service", func(t *testing.T) []string { return service(t, keyringtest.NoService) }, "absent", "no Secret Service", 2 * time.Second},
		{"no keyring yet", func(t *testing.T) []string { return service(t, keyringtest.Fresh) }, "absent", "no default collection", 2 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			user := startUser(t, "usual", tt.env(t)...)
			for _, do := range []string{"check", "get", "put", "delete"} {
				reply := user.want(tt.reason, keyringCall{Do: do, ID: "a", Secret: firstSecret})
				if !strings.Contains(reply.Wrong, tt.words) {
					t.Errorf("%s: got words %q, want %q in them", do, reply.Wrong, tt.words)
				}
				if reply.Took > tt.within {
					t.Errorf("%s took %v, want at most %v", do, reply.Took, tt.within)
				}
			}
		})
	}
}

func TestLockedKeyringKeepsWhatItHas(t *testing.T) {
	t.Parallel()
	service := keyringtest.Start(t, keyringtest.Unlocked)
	user := startUser(t, "usual", service.Env()...)
	user.want("ok", keyringCall{Do: "put", ID: "a", Secret: firstSecret})
	service.Lock()
	user.want("locked", keyringCall{Do: "put", ID: "a", Secret: otherSecret})
	user.want("locked", keyringCall{Do: "put", ID: "b", Secret: otherSecret})
	user.want("locked", keyringCall{Do: "delete", ID: "a"})
	if got, want := service.Secrets(t), map[string]string{"a": firstSecret}; !maps.Equal(got, want) {
		t.Errorf("the keyring holds %q, want %q", got, want)
	}
	service.Unlock()
	user.want("ok", keyringCall{Do: "get", ID: "a"})
}

// go-keyring would start a bus and a keyring daemon where there is no bus, and leave both behind.
func TestKeyringLaunchesNoBus(t *testing.T) {
	t.Parallel()
	env := keyringtest.NoBus(t) // its cleanup fails where a process is left behind
	path := t.TempDir()
	called := filepath.Join(path, "called")
	launcher := "#!/bin/sh\necho \"$0 $*\" >>" + called + "\necho DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere\n"
	for _, name := range []string{"dbus-launch", "dbus-daemon", "dbus-run-session", "gnome-keyring-daemon"} {
		if err := os.WriteFile(filepath.Join(path, name), []byte(launcher), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, address := range []string{"", "autolaunch:"} {
		vars := append(env, "PATH="+path+string(filepath.ListSeparator)+os.Getenv("PATH"))
		if address != "" {
			vars = append(vars, "DBUS_SESSION_BUS_ADDRESS="+address)
		}
		user := startUser(t, "usual", vars...)
		for _, do := range []string{"check", "get", "put", "delete"} {
			user.want("absent", keyringCall{Do: do, ID: "a", Secret: firstSecret})
		}
	}
	if calls, err := os.ReadFile(called); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("launched:\n%s(%v)\nwant nothing", calls, err)
	}
}

func TestKeyringThatHangs(t *testing.T) {
	t.Parallel()
	service := keyringtest.Start(t, keyringtest.Unlocked)
	put := keyringCall{Do: "put", ID: "a", Secret: firstSecret}
	type waiting struct {
		*keyringUser

		call  keyringCall
		takes time.Duration
	}
	var all []waiting
	for _, do := range []string{"check", "get", "put", "delete"} {
		user := startUser(t, impatient.String(), service.Env()...)
		user.want("ok", put)
		all = append(all, waiting{user, keyringCall{Do: do, ID: "a", Secret: otherSecret}, impatient})
	}
	if !testing.Short() { // the deadline that users meet
		user := startUser(t, "usual", service.Env()...)
		all = append(all, waiting{user, keyringCall{Do: "get", ID: "a", Times: 8}, 5 * time.Second})
	}
	service.Freeze()
	for _, w := range all {
		w.send(w.call)
	}
	for _, w := range all {
		reply := w.reply()
		checkReply(t, w.call, reply, "timed out")
		if reply.Took < w.takes || reply.Took > w.takes+patience {
			t.Errorf("%s took %v, want the %v that it has", w.call.Do, reply.Took, w.takes)
		}
	}
	service.Thaw()
	for _, w := range all {
		w.want("ok", keyringCall{Do: "check"})
		w.want("ok", put)
	}
}

func TestKeyringCallIsCancelled(t *testing.T) {
	t.Parallel()
	service := keyringtest.Start(t, keyringtest.Unlocked)
	user := startUser(t, "usual", service.Env()...)
	service.Freeze()
	const after = 100 * time.Millisecond
	for _, do := range []string{"get", "put", "delete", "check"} {
		reply := user.want("cancelled", keyringCall{Do: do, ID: "a", Secret: firstSecret, Cancel: after})
		if reply.Took < after || reply.Took > after+patience {
			t.Errorf("%s took %v, want the %v after which it was cancelled", do, reply.Took, after)
		}
	}
}

func TestKeyringThatDies(t *testing.T) {
	t.Parallel()
	get := keyringCall{Do: "get", ID: "a"}
	t.Run("between calls", func(t *testing.T) {
		t.Parallel()
		service := keyringtest.Start(t, keyringtest.Unlocked)
		user := startUser(t, "usual", service.Env()...)
		user.want("not found", get)
		service.Stop()
		user.want("absent", get)
		user.want("absent", keyringCall{Do: "check"})
	})
	t.Run("in a call", func(t *testing.T) {
		t.Parallel()
		service := keyringtest.Start(t, keyringtest.Unlocked)
		user := startUser(t, "usual", service.Env()...)
		user.want("not found", get)
		service.Freeze()
		user.send(get)
		time.Sleep(100 * time.Millisecond) // for the call to be under way, which nobody can see; too early gives the same
		service.Stop()
		checkReply(t, get, user.reply(), "absent")
	})
	t.Run("with its bus", func(t *testing.T) {
		t.Parallel()
		service := keyringtest.Start(t, keyringtest.Unlocked)
		user := startUser(t, "usual", service.Env()...)
		user.want("not found", get)
		service.StopBus()
		user.want("absent", get)
		user.want("absent", keyringCall{Do: "check"})
	})
	t.Run("with its bus in a call", func(t *testing.T) {
		t.Parallel()
		service := keyringtest.Start(t, keyringtest.Unlocked)
		user := startUser(t, "usual", service.Env()...)
		user.want("not found", get)
		service.Freeze()
		user.send(get)
		time.Sleep(100 * time.Millisecond) // as above
		service.StopBus()
		checkReply(t, get, user.reply(), "absent")
	})
}

// A keyring that asks its user for a password has as long as the user takes.
func TestKeyringPrompt(t *testing.T) {
	t.Parallel()
	prompted := func(t *testing.T) (*keyringtest.Display, *keyringtest.Service, *keyringUser) {
		t.Helper()
		display := keyringtest.StartDisplay(t)
		service := keyringtest.Start(t, keyringtest.Unlocked)
		user := startUser(t, unhurried.String(), service.Env()...)
		user.want("ok", keyringCall{Do: "put", ID: "a", Secret: firstSecret})
		service.Lock()
		service.Prompter(display)
		return display, service, user
	}
	t.Run("answered", func(t *testing.T) {
		t.Parallel()
		display, service, user := prompted(t)
		get := keyringCall{Do: "get", ID: "a"}
		user.send(get)
		user.asked()
		time.Sleep(unhurried) // for as long as something that asks nobody would have had
		display.WaitForPrompt()
		display.Type(keyringtest.Password)
		display.Press("Return")
		reply := user.reply()
		checkReply(t, get, reply, "ok")
		if reply.Secret != firstSecret || reply.Took < unhurried {
			t.Errorf("got secret %q after %v, want %q after %v or more", reply.Secret, reply.Took, firstSecret, unhurried)
		}
		if service.Locked() {
			t.Error("the keyring is locked after the prompt was answered")
		}
	})
	t.Run("dismissed", func(t *testing.T) {
		t.Parallel()
		display, service, user := prompted(t)
		put := keyringCall{Do: "put", ID: "a", Secret: otherSecret}
		user.send(put)
		user.asked()
		display.WaitForPrompt()
		display.Press("Escape")
		checkReply(t, put, user.reply(), "denied")
		if got, want := service.Secrets(t), map[string]string{"a": firstSecret}; !maps.Equal(got, want) {
			t.Errorf("the keyring holds %q, want %q", got, want)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		t.Parallel()
		display, _, user := prompted(t)
		const after = 1500 * time.Millisecond
		get := keyringCall{Do: "get", ID: "a", Cancel: after}
		user.send(get)
		user.asked()
		display.WaitForPrompt()
		reply := user.reply()
		checkReply(t, get, reply, "cancelled")
		if reply.Took < after || reply.Took > after+patience {
			t.Errorf("took %v, want the %v after which it was cancelled", reply.Took, after)
		}
	})
}
