package profiles

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"
)

// reasons are all that a keyring may give, with what errors.Is finds in each.
var reasons = map[error]error{
	ErrLocked: ErrLocked, ErrDenied: ErrDenied, ErrTimedOut: ErrTimedOut, ErrNotFound: ErrNotFound, ErrTooLarge: ErrTooLarge,
	ErrAbsent: ErrAbsent, errNoBus: ErrAbsent, errEmpty: ErrAbsent, ErrFailed: ErrFailed,
}

// exits is the error of a command that exits with a status, as go-keyring hands it on from /usr/bin/security.
func exits(t *testing.T, code int) error {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "JOTWATCH_TEST_EXIT="+strconv.Itoa(code), "GORACE=atexit_sleep_ms=0") // see TestMain
	err = cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != code {
		t.Fatalf("exit %d: got %v", code, err)
	}
	return err
}

func TestReasonFor(t *testing.T) {
	t.Parallel()
	status := func(code int32) func(*testing.T) error { // as Apple's headers have it
		return func(t *testing.T) error { return exits(t, int(uint8(code))) }
	}
	errno := func(code syscall.Errno) func(*testing.T) error {
		return func(*testing.T) error { return code }
	}
	plain := func(err error) func(*testing.T) error {
		return func(*testing.T) error { return err }
	}
	for _, tt := range []struct {
		system string
		name   string
		err    func(*testing.T) error
		want   error // nil: the error alone does not tell
	}{
		{"darwin", "errSecItemNotFound", status(-25300), ErrNotFound},
		{"darwin", "errSecInteractionNotAllowed", status(-25308), ErrLocked},
		{"darwin", "errSecAuthFailed", status(-25293), ErrDenied},
		{"darwin", "errSecUserCanceled", status(-128), ErrDenied},
		{"darwin", "errSecNoDefaultKeychain", status(-25307), ErrAbsent},
		{"darwin", "errSecNoSuchKeychain", status(-25294), ErrAbsent},
		{"darwin", "errSecNotAvailable", status(-25291), ErrAbsent},
		{"darwin", "usage", status(2), nil},
		{"darwin", "not found", plain(keyring.ErrNotFound), ErrNotFound},
		{"darwin", "too big", plain(keyring.ErrSetDataTooBig), ErrTooLarge},
		{"darwin", "no security", plain(exec.ErrNotFound), nil},

		{"windows", "ERROR_ACCESS_DENIED", errno(5), ErrDenied},
		{"windows", "ERROR_NOT_FOUND", errno(1168), ErrNotFound},
		{"windows", "ERROR_NO_SUCH_LOGON_SESSION", errno(1312), ErrAbsent},
		{"windows", "RPC_X_BAD_STUB_DATA", errno(1783), ErrTooLarge},
		{"windows", "ERROR_INVALID_PARAMETER", errno(87), nil},
		{"windows", "not found", plain(keyring.ErrNotFound), ErrNotFound},
		{"windows", "too big", plain(keyring.ErrSetDataTooBig), ErrTooLarge},

		{"linux", "not found", plain(keyring.ErrNotFound), ErrNotFound},
		{"linux", "unlocked another", plain(errors.New("failed to unlock correct collection '/org/freedesktop/secrets/collection/login'")), nil},
		{"linux", "errno 5 is no access here", errno(5), nil},
		{"freebsd", "not found", plain(keyring.ErrNotFound), ErrNotFound},
	} {
		t.Run(tt.system+"/"+tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.err(t)
			checkReason(t, tt.system, err, tt.want)
			checkReason(t, tt.system, fmt.Errorf("set it: %w", err), tt.want)
		})
	}
	for _, tt := range []struct {
		name string
		want error
	}{
		{"org.freedesktop.DBus.Error.ServiceUnknown", ErrAbsent},
		{"org.freedesktop.DBus.Error.NameHasNoOwner", ErrAbsent},
		{"org.freedesktop.DBus.Error.AccessDenied", ErrDenied},
		{"org.freedesktop.DBus.Error.AuthFailed", ErrDenied},
		{"org.freedesktop.DBus.Error.Timeout", ErrTimedOut},
		{"org.freedesktop.DBus.Error.TimedOut", ErrTimedOut},
		{"org.freedesktop.DBus.Error.NoReply", nil}, // it died, or it is slow
		{"org.freedesktop.Secret.Error.IsLocked", nil},
		{"org.example.Error", nil},
	} {
		t.Run("linux/"+tt.name, func(t *testing.T) {
			t.Parallel()
			if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
				t.Skip("there is no bus to ask here")
			}
			checkReason(t, "linux", dbus.Error{Name: tt.name, Body: []any{"what it says"}}, tt.want)
		})
	}
}

func checkReason(t *testing.T, system string, err, want error) {
	t.Helper()
	if got, known := reasonFor(system, err); !errors.Is(got, want) || known != (want != nil) {
		t.Errorf("reasonFor(%s, %v): got %v, %v; want %v", system, err, got, known, want)
	}
}

// Whatever goes wrong, on whatever system, has its own words and its own way out.
func TestKeyringErrorHasWords(t *testing.T) {
	t.Parallel()
	detail := errors.New("what the system said")
	for _, system := range []string{"linux", "darwin", "windows", "freebsd"} {
		words, hints := map[string]error{}, map[string]error{}
		hasBus := system == "linux" || system == "freebsd"
		for reason, is := range reasons {
			if !hasBus && (errors.Is(reason, errNoBus) || errors.Is(reason, errEmpty)) {
				continue
			}
			err := keyringError(system, reason, detail)
			vault, ok := errors.AsType[*VaultError](err)
			if !ok || vault.Vault != KeyringVault || !errors.Is(err, is) {
				t.Errorf("%s, %v: got %#v, want a *VaultError of the keyring that is %v", system, reason, err, is)
				continue
			}
			if vault.Wrong == "" || vault.Hint == "" {
				t.Errorf("%s, %v: got words %q and hint %q, want both", system, reason, vault.Wrong, vault.Hint)
			}
			if other, ok := words[vault.Wrong]; ok {
				t.Errorf("%s: %v and %v have the words %q, want different ones", system, reason, other, vault.Wrong)
			}
			if other, ok := hints[vault.Hint]; ok {
				t.Errorf("%s: %v and %v have the hint %q, want different ones", system, reason, other, vault.Hint)
			}
			words[vault.Wrong], hints[vault.Hint] = reason, reason
			// What the system said is told where nothing better is known, and only there.
			if told := vault.Detail != nil; told != errors.Is(reason, ErrFailed) {
				t.Errorf("%s, %v: got detail %v, want it for ErrFailed alone", system, reason, vault.Detail)
			}
		}
	}
	if err := keyringError("darwin", errors.New("never heard of"), detail); err.Error() == "" {
		t.Error("a reason that nobody knows has no words")
	}
}
