package main

import (
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"jotwatch/mint"
	"jotwatch/tui/tmuxtest"
	"jotwatch/verifier"
)

// A seat is a user at a terminal, who starts the console there. What the screen shows never has a secret in it.
type seat struct {
	*tmuxtest.Terminal

	t   *testing.T
	dir string
}

// takeSeat opens a terminal for whoever has an environment. No secret is ever on its screen, or in a file that is written there.
func takeSeat(t *testing.T, width, height string, env ...string) *seat {
	t.Helper()
	dir := tmuxtest.Build(t)
	term := tmuxtest.New(t, dir, "console", width, height, append(env, "PATH="+dir+":/usr/bin:/bin")...)
	term.Watch(shownSecret)
	t.Cleanup(func() {
		if name := secretWithin(t, filepath.Join(dir, "written")); name != "" {
			t.Errorf("%s holds a secret", name)
		}
	})
	term.Line("mkdir " + dir + "/written; cd " + dir + "/written; stty -g >" + dir + "/before; clear")
	return &seat{term, t, dir}
}

// shownSecret says that a screen, or what a terminal is sent, has a part of the fixture's secret in it, or of the passphrase.
func shownSecret(shown string) string {
	const part = 12 // of what may be broken over lines
	for at := 0; at+part <= len(secret); at += part / 2 {
		if strings.Contains(shown, secret[at:at+part]) {
			return "a part of a secret"
		}
	}
	if strings.Contains(shown, vaultPhrase) || holdsFixture(shown) {
		return "a secret"
	}
	return ""
}

const vaultPhrase = "correct horse battery"

// start starts the console, and waits until it is there.
func (s *seat) start(args ...string) {
	s.t.Helper()
	s.Line("clear; jotwatch " + strings.Join(args, " ") + "; echo exit=$?")
	s.Until("1 Tokens", "2 Profiles", "3 Setup")
}

// ends waits for the console's end, after which the terminal is as it was before.
func (s *seat) ends(code int) {
	s.t.Helper()
	s.Until(fmt.Sprintf("exit=%d", code))
	if s.Alternate() {
		s.t.Error("the alternate screen is left behind")
	}
	s.Line("clear; stty -g >" + s.dir + "/after; echo st''ill here")
	s.Until("still here")
	if before, after := s.File("before"), s.File("after"); before != after {
		s.t.Errorf("terminal modes were %s and are %s", before, after)
	}
}

// soon is less than a vault that does not answer holds up who waits for it, and enough for anything else on a busy machine.
const soon = 4 * time.Second

// promptly presses keys, after which the screen has to show something soon.
func (s *seat) promptly(keys string, wants ...string) {
	s.t.Helper()
	s.Press(strings.Fields(keys)...)
	s.Within(soon, wants...)
}

var listensAt = regexp.MustCompile(`● (127\.0\.0\.1:\d+)`)

// listener is the console's own, at the address that its status line names.
func (s *seat) listener() *server {
	s.t.Helper()
	return &server{t: s.t, url: "http://" + s.UntilMatch(listensAt)[1]}
}

// expiring is a token that is good until a moment, on the second.
func expiring(t *testing.T, exp time.Time) string {
	t.Helper()
	app := mint.App{ClientID: clientID, StoreHash: storeHash, Secret: verifier.NewSecret(secret)}
	made, err := mint.Token(app, "valid", exp.Add(-15*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// says waits until the screen has texts on it, which may be broken over lines.
func (s *seat) says(wants ...string) {
	s.t.Helper()
	s.UntilRight(func(seen string) string {
		seen = strings.Join(strings.Fields(seen), " ")
		for _, want := range wants {
			if !strings.Contains(seen, want) {
				return fmt.Sprintf("%q is missing", want)
			}
		}
		return ""
	})
}

// answers200 asks an address for its page.
func answers200(t *testing.T, url string) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("%s answers %s", url, answer.Status)
	}
}
