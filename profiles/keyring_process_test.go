package profiles_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"jotwatch/profiles"
	"jotwatch/verifier"
)

// go-keyring has one connection to one bus for as long as its process lives, so that each situation needs a process. It is
// this test's program once more. It reads calls and writes replies, one JSON value each, until there are no more calls. When
// its user is being asked it says so, with a reply that has that reason.

// A keyringCall is what a keyring process is asked to do.
type keyringCall struct {
	Do     string        // get, put, delete, check
	ID     string        // for all but check
	Secret string        // for put
	Cancel time.Duration // after which the call's context ends; 0: never
	Times  int           // how often it is called at once; 0: once
}

// A keyringReply is what became of it, in the worst case of those at once.
type keyringReply struct {
	Reason string // "ok", a Reason's text, "cancelled", "untyped: " and the error, or asking
	Wrong  string
	Hint   string
	Secret string // of a fixture
	Took   time.Duration
}

const asking = "asking"

// keyringProcess answers calls from the standard input, with a keyring whose deadline is a duration or "usual".
func keyringProcess(answer string) {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	var writing sync.Mutex
	write := func(reply keyringReply) {
		writing.Lock()
		defer writing.Unlock()
		if err := out.Encode(reply); err != nil {
			panic(err)
		}
	}
	asked := func() { write(keyringReply{Reason: asking}) }
	k := profiles.NewKeyring(asked)
	if d, err := time.ParseDuration(answer); err == nil {
		k = profiles.NewImpatientKeyring(asked, d)
	}
	for {
		var call keyringCall
		if err := in.Decode(&call); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			panic(err)
		}
		var mu sync.Mutex
		var reply keyringReply
		var all sync.WaitGroup
		for range max(call.Times, 1) {
			all.Go(func() {
				one := callKeyring(k, call)
				mu.Lock()
				defer mu.Unlock()
				longest := max(reply.Took, one.Took)
				if reply.Reason == "" || one.Reason != "ok" {
					reply = one
				}
				reply.Took = longest
			})
		}
		all.Wait()
		write(reply)
	}
}

func callKeyring(k *profiles.Keyring, call keyringCall) keyringReply {
	ctx := context.Background()
	if call.Cancel > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer time.AfterFunc(call.Cancel, cancel).Stop()
		defer cancel()
	}
	var secret verifier.Secret
	var err error
	began := time.Now()
	switch call.Do {
	case "get":
		secret, err = k.Get(ctx, call.ID)
	case "put":
		err = k.Put(ctx, []profiles.Entry{{ID: call.ID, Secret: verifier.NewSecret(call.Secret)}}, nil)
	case "delete":
		err = k.Delete(ctx, []string{call.ID})
	case "check":
		err = k.Check(ctx)
	default:
		panic("unknown call " + call.Do)
	}
	reply := keyringReply{Took: time.Since(began), Reason: "ok", Secret: string(secret.Reveal())}
	var vault *profiles.VaultError
	switch {
	case err == nil:
	case errors.As(err, &vault):
		reply.Reason, reply.Wrong, reply.Hint = vault.Reason.Error(), vault.Error(), vault.Hint
	case errors.Is(err, context.Canceled):
		reply.Reason = "cancelled"
	default:
		reply.Reason = "untyped: " + err.Error()
	}
	return reply
}

// A keyringUser is the other end of a keyring process.
type keyringUser struct {
	t   *testing.T
	in  *json.Encoder
	out *json.Decoder
}

// startUser starts a keyring process in an environment. It ends with the test, and without a data race.
func startUser(t *testing.T, answer string, env ...string) *keyringUser {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	// The race detector sleeps for a second before its process exits, unless told not to.
	cmd.Env = append(append(os.Environ(), env...), beKeyring+"="+answer, "GORACE=atexit_sleep_ms=0")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		defer time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() }).Stop()
		if err := cmd.Wait(); err != nil || said.Len() > 0 {
			t.Errorf("keyring process: %v; it said:\n%s", err, said.String())
		}
	})
	return &keyringUser{t, json.NewEncoder(in), json.NewDecoder(out)}
}

// call has the process do a call and waits for what becomes of it.
func (u *keyringUser) call(call keyringCall) keyringReply {
	u.t.Helper()
	u.send(call)
	return u.reply()
}

func (u *keyringUser) send(call keyringCall) {
	u.t.Helper()
	if err := u.in.Encode(call); err != nil {
		u.t.Fatalf("call keyring process: %v", err)
	}
}

// reply waits for what the process has to say.
func (u *keyringUser) reply() keyringReply {
	u.t.Helper()
	var reply keyringReply
	if err := u.out.Decode(&reply); err != nil {
		u.t.Fatalf("reply of keyring process: %v", err)
	}
	return reply
}

// asked waits until the process says that its user is being asked.
func (u *keyringUser) asked() {
	u.t.Helper()
	if reply := u.reply(); reply.Reason != asking {
		u.t.Fatalf("got %q (%s) after %v, want that the user is asked", reply.Reason, reply.Wrong, reply.Took)
	}
}

// want does a call that must end for a reason.
func (u *keyringUser) want(reason string, call keyringCall) keyringReply {
	u.t.Helper()
	reply := u.call(call)
	checkReply(u.t, call, reply, reason)
	return reply
}

func checkReply(t *testing.T, call keyringCall, reply keyringReply, reason string) {
	t.Helper()
	if reply.Reason != reason {
		t.Errorf("%s %s: got %q (%s), want %q", call.Do, call.ID, reply.Reason, reply.Wrong, reason)
	}
	if reason != "ok" && reason != "cancelled" && (reply.Wrong == "" || reply.Hint == "") {
		t.Errorf("%s %s: got words %q and hint %q, want both", call.Do, call.ID, reply.Wrong, reply.Hint)
	}
}
