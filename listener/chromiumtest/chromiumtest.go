// Package chromiumtest opens pages in a real Chromium, for tests.
package chromiumtest

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"jotwatch/tui/displaytest"
)

// patience is how long a test waits for a page: far longer than any takes, on a machine with other work.
const patience = 30 * time.Second

// programs are the names that Chromium goes by, Debian's first.
var programs = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// A Browser is a Chromium without a window and with a profile of its own. It is gone when its test ends.
type Browser struct {
	*Tab // the first one
}

// Start starts a browser, with flags beside the usual ones: "name" or "name=value". Where there is none it skips the test;
// under CI=true it fails instead.
//
// A page on loopback does not meet the browser's rule about local networks. To make it count as a public page, serve it by
// HTTPS and give Public of its address as a flag.
func Start(t testing.TB, flags ...string) *Browser {
	t.Helper()
	return start(t, flags, chromedp.Headless)
}

// StartInWindow starts a browser with a window, on a display: only there does it ask the user for a permission.
func StartInWindow(t testing.TB, d *displaytest.Display, flags ...string) *Browser {
	t.Helper()
	return start(t, flags, chromedp.Env("DISPLAY="+d.Name))
}

func start(t testing.TB, flags []string, options ...chromedp.ExecAllocatorOption) *Browser {
	t.Helper()
	options = append(options, chromedp.ExecPath(find(t)), chromedp.NoFirstRun, chromedp.NoSandbox, chromedp.DisableGPU)
	usual := []string{
		"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage",
		"password-store=basic", "use-mock-keychain", // no question from a keyring
		"ignore-certificate-errors", // the HTTPS pages of a test sign themselves
	}
	for _, flag := range append(usual, flags...) {
		if name, value, ok := strings.Cut(flag, "="); ok {
			options = append(options, chromedp.Flag(name, value))
		} else {
			options = append(options, chromedp.Flag(flag, true))
		}
	}
	// Not the test's context: the browser is to be closed, not killed, after that has ended.
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, leave := chromedp.NewContext(alloc, chromedp.WithErrorf(t.Logf), chromedp.WithLogf(func(string, ...any) {}))
	t.Cleanup(leave)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return &Browser{Tab: &Tab{t, ctx}}
}

func find(t testing.TB) string {
	t.Helper()
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(t, "chromium")
	return ""
}

func missing(t testing.TB, program string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed", program)
	}
	t.Skipf("%s is not installed", program)
}

// Public is the flag that makes the pages at addresses (127.0.0.1:PORT) count as of the public internet.
func Public(addresses ...string) string {
	return "ip-address-space-overrides=" + strings.Join(addresses, "=public,") + "=public"
}

// NewTab opens a tab of its own, with nothing in its sessionStorage, which is closed when the test ends.
func (b *Browser) NewTab(t testing.TB) *Tab {
	t.Helper()
	ctx, leave := chromedp.NewContext(b.ctx)
	t.Cleanup(leave)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	return &Tab{t, ctx}
}
