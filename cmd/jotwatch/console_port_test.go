package main

import (
	"net"
	"net/http"
	"testing"
)

// Where another program has the port the console opens all the same, says so, and takes a free one when it is asked to.
func TestConsoleOnPortInUse(t *testing.T) {
	t.Parallel()
	env, _, _ := suite(t)
	add := withEnv(env, "profile", "add", "acme", "--client-id", clientID, "--store-hash", storeHash, "--secret-command", "cat "+secretFile(t))
	if code, stdout, stderr := result(add); code != exitAsAsked {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	d := &desk{t: t, env: env}
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	term := takeSeat(t, "80", "24", env...)
	term.start("--addr", other.Addr().String())
	term.Until("✗ port in use")
	_, port, _ := net.SplitHostPort(other.Addr().String())
	term.Press("3")
	term.says("Run the listener", "port "+port+" is in use by another program", "Press l to take a free port instead")
	term.Press("l")
	listen := term.listener()
	if listen.address() == other.Addr().String() {
		t.Errorf("it listens at %s", listen.url)
	}
	if status := listen.post(d.key("acme"), minted(t, "valid")); status != http.StatusAccepted {
		t.Errorf("a token is answered %d", status)
	}
	term.Press("1")
	term.Until("1 token", "✓ valid", "signed by acme", "#4927")

	// A second console says who has the port of the first.
	second := takeSeat(t, "80", "24", env...)
	second.start("--addr", listen.address())
	second.Press("3")
	second.says("✗ port in use", "Run the listener", "is in use by another jotwatch (process ")
	for _, term := range []*seat{second, term} {
		term.Press("q")
		term.ends(exitAsAsked)
	}
}
