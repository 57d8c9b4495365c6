package profiles_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"jotwatch/profiles"
	"jotwatch/verifier"
)

func TestFileVault(t *testing.T) {
	t.Parallel()
	dir, ctx := t.TempDir(), t.Context()
	path := filepath.Join(dir, "secrets.age")
	asked := 0
	ask := func(_ context.Context, purpose profiles.Purpose, _ bool) (string, error) {
		if asked++; asked == 1 && purpose != profiles.NewVault || asked > 1 && purpose != profiles.OpenVault {
			t.Errorf("question %d was for %v", asked, purpose)
		}
		return phrase, nil
	}
	vault := profiles.QuickFile(dir, ask)
	if _, err := vault.Get(ctx, "one"); !errors.Is(err, profiles.ErrAbsent) || asked > 0 {
		t.Errorf("without a file: %v, asked %d times", err, asked)
	}
	entries := []profiles.Entry{{ID: "one", Secret: verifier.NewSecret(secretOne)}, {ID: "two", Secret: verifier.NewSecret(secretTwo)}}
	if err := vault.Put(ctx, entries, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := vault.Get(ctx, "two"); err != nil || string(got.Reveal()) != secretTwo {
		t.Errorf("got %d bytes, %v", got.Len(), err)
	}
	if asked != 1 {
		t.Errorf("the passphrase was asked for %d times", asked)
	}
	again := profiles.QuickFile(dir, ask)
	if got, err := again.Get(ctx, "one"); err != nil || string(got.Reveal()) != secretOne || asked != 2 {
		t.Errorf("another time: %d bytes, %v, asked %d times", got.Len(), err, asked)
	}
	if err := again.Delete(ctx, []string{"one", "never"}); err != nil {
		t.Error(err)
	}
	if _, err := again.Get(ctx, "one"); !errors.Is(err, profiles.ErrNotFound) {
		t.Errorf("after delete: %v", err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	tries := 0
	for name, c := range map[string]struct {
		ask  profiles.Passphrase
		want error
	}{
		"wrong from a file": {fixed("wrong"), profiles.ErrDenied},
		"empty":             {fixed(""), profiles.ErrDenied},
		"nobody there":      {func(context.Context, profiles.Purpose, bool) (string, error) { return "", profiles.ErrNoPassphrase }, profiles.ErrLocked},
		"wrong, then right": {func(_ context.Context, _ profiles.Purpose, again bool) (string, error) {
			if tries++; again != (tries > 1) {
				t.Errorf("try %d: again is %t", tries, again)
			}
			return []string{"", "wrong", phrase}[tries], nil
		}, nil},
	} {
		vault := profiles.QuickFile(dir, c.ask)
		if got, err := vault.Get(ctx, "two"); !errors.Is(err, c.want) || err == nil && string(got.Reveal()) != secretTwo {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if c.want == nil {
			continue
		}
		if err := vault.Put(ctx, entries, nil); !errors.Is(err, c.want) {
			t.Errorf("%s: put: %v, want %v", name, err, c.want)
		}
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("without the passphrase the file changed: %v", err)
	}

	if err := os.WriteFile(path, before[:len(before)-20], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := profiles.QuickFile(dir, fixed(phrase)).Put(ctx, entries, nil); !errors.Is(err, profiles.ErrFailed) || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("damaged: %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before[:len(before)-20]) {
		t.Errorf("damaged, it was overwritten: %v", err)
	}
}

func TestCommandVault(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // the commands are sh's
	}
	book := newBook(t, t.TempDir())
	half := secretOne[:32] + "''" + secretOne[32:] // the shell joins it; the command does not hold it
	for name, c := range map[string]struct {
		command string
		want    error
		part    string // of the error
	}{
		"prints it":       {"echo " + half, nil, ""},
		"prints it alone": {"printf '%s\\n\\n' " + half, nil, ""},
		"pipe":            {"printf 'x\\n%s\\ny\\n' " + half + " | sed -n 2p", nil, ""},
		"leaves an agent": {"sleep 3 & echo " + half, nil, ""},
		"fails":           {"echo 'not signed in' >&2; exit 1", profiles.ErrFailed, "its secret command failed: not signed in"},
		"says a secret":   {"echo " + half + " >&2; exit 1", profiles.ErrFailed, "its secret command failed: [redacted]"},
		"is missing":      {"no-such-password-manager read", profiles.ErrAbsent, "is not there"},
		"prints nothing":  {"true", profiles.ErrFailed, "the secret is empty"},
		"prints lines":    {"echo " + half + "; echo user: me", profiles.ErrFailed, "several lines"},
		"prints a flood":  {"yes " + half + " | head -c 1000000 | tr -d '\\n'", profiles.ErrFailed, "too large"},
		"reads nothing":   {"cat >/dev/null; echo " + half, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := app("acme", profiles.CommandVault)
			p.Command = c.command
			secret, err := book.Get(t.Context(), &p)
			if c.want == nil {
				if err != nil || string(secret.Reveal()) != secretOne {
					t.Errorf("got %d bytes, %v", secret.Len(), err)
				}
				return
			}
			v, ok := errors.AsType[*profiles.VaultError](err)
			if !ok || !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.part) || v.Hint == "" || strings.Contains(err.Error()+v.Hint, secretOne) {
				t.Errorf("got %v, want %v with %q", err, c.want, c.part)
			}
		})
	}
	t.Run("takes its time", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		slow := profiles.New(profiles.Config{Slow: cancel}) // gives up once it is told what is waited for
		p := app("acme", profiles.CommandVault)
		p.Command = "sleep 600"
		start := time.Now()
		if _, err := slow.Get(ctx, &p); !errors.Is(err, context.Canceled) || time.Since(start) > time.Minute {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}
