package profiles_test

import (
	"os"
	"strconv"
	"testing"
)

// Where one of these is set, this process is not to run the tests, but to be something that a test looks at from outside.
const (
	beKeyring = "JOTWATCH_TEST_KEYRING" // a duration: see keyringProcess
	beExit    = "JOTWATCH_TEST_EXIT"    // a number: exits with it
)

func TestMain(m *testing.M) {
	if answer := os.Getenv(beKeyring); answer != "" {
		keyringProcess(answer)
		return
	}
	if code, err := strconv.Atoi(os.Getenv(beExit)); err == nil {
		os.Exit(code)
	}
	os.Exit(m.Run())
}
