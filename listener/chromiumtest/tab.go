package chromiumtest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// A Tab is a page of a browser.
type Tab struct {
	t   testing.TB
	ctx context.Context
}

// search finds an element in the document or in an open shadow root of it.
const search = `(function find(root, selector) {
	const found = root.querySelector(selector);
	if (found) return found;
	for (const e of root.querySelectorAll('*')) {
		const inside = e.shadowRoot && find(e.shadowRoot, selector);
		if (inside) return inside;
	}
	return null;
})(document, %s)`

// Open goes to an address and waits until the page is loaded.
func (tab *Tab) Open(address string) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		tab.t.Fatalf("open %s: %v", address, err)
	}
}

// Eval runs a script in the page. If out is not nil, what the script (or its promise) gives is stored there, by way of JSON.
func (tab *Tab) Eval(script string, out any) {
	tab.t.Helper()
	if err := tab.eval(script, out); err != nil {
		tab.t.Fatalf("run %.200s: %v", script, err)
	}
}

func (tab *Tab) eval(script string, out any) error {
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	if out == nil {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](script, chromedp.EvalAwaitPromise))
		return err
	}
	text, err := chromedp.Run(ctx, chromedp.Evaluate[[]byte](script, chromedp.EvalAwaitPromise))
	if err != nil {
		return err
	}
	return json.Unmarshal(text, out)
}

// Text is what an element shows, in the page or in a shadow root: "" if it is not there.
func (tab *Tab) Text(selector string) string {
	tab.t.Helper()
	var text string
	tab.Eval(fmt.Sprintf(`(e => e ? e.innerText : '')(%s)`, element(selector)), &text)
	return text
}

// Badge is what the snippet's badge says and offers: "" if there is none.
func (tab *Tab) Badge() string {
	tab.t.Helper()
	var text string
	tab.Eval(`[...document.querySelectorAll('jotwatch-badge')].map(b => b.shadowRoot.firstElementChild.innerText).join('\n')`, &text)
	return text
}

// Click clicks with the mouse on an element, in the page or in a shadow root.
func (tab *Tab) Click(selector string) {
	tab.t.Helper()
	tab.click(element(selector), selector)
}

// Press clicks with the mouse on the button of the snippet's badge that has a label.
func (tab *Tab) Press(label string) {
	tab.t.Helper()
	tab.click(fmt.Sprintf(`[...document.querySelector('jotwatch-badge').shadowRoot.querySelectorAll('button')]`+
		`.find(b => b.textContent === %s)`, quote(label)), label)
}

func (tab *Tab) click(element, name string) {
	tab.t.Helper()
	var at *struct{ X, Y float64 }
	tab.Eval(fmt.Sprintf(`(e => { if (!e) return null; e.scrollIntoViewIfNeeded(); const r = e.getBoundingClientRect();
		return r.width ? {X: r.x + r.width / 2, Y: r.y + r.height / 2} : null })(%s)`, element), &at)
	if at == nil {
		tab.t.Fatalf("there is nothing to click on at %s%s", name, tab.seen())
	}
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.MouseClickXY(at.X, at.Y)); err != nil {
		tab.t.Fatalf("click %s: %v", name, err)
	}
}

// Until waits until a condition, in JavaScript, holds in the page.
func (tab *Tab) Until(condition string) {
	tab.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		var holds bool
		err := tab.eval("!!("+condition+")", &holds)
		if err == nil && holds {
			return
		}
		if time.Now().After(deadline) {
			tab.t.Fatalf("%s does not hold (%v)%s", condition, err, tab.seen())
		}
		time.Sleep(20 * time.Millisecond) // between two polls; nothing is timed by it
	}
}

// UntilBadge waits until the badge says all of it, and returns what it says.
func (tab *Tab) UntilBadge(wants ...string) string {
	tab.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		badge, missing := tab.Badge(), ""
		for _, want := range wants {
			if !strings.Contains(badge, want) {
				missing = want
			}
		}
		if missing == "" {
			return badge
		}
		if time.Now().After(deadline) {
			tab.t.Fatalf("the badge does not say %q%s", missing, tab.seen())
		}
		time.Sleep(20 * time.Millisecond) // as above
	}
}

// Grant lets the pages of an origin, in all tabs, have a permission, such as "loopback-network", without a question.
func (tab *Tab) Grant(origin, permission string) {
	tab.set(origin, permission, browser.PermissionSettingGranted)
}

// Deny refuses it to them.
func (tab *Tab) Deny(origin, permission string) {
	tab.set(origin, permission, browser.PermissionSettingDenied)
}

func (tab *Tab) set(origin, permission string, setting browser.PermissionSetting) {
	tab.t.Helper()
	_, err := chromedp.CallBrowser(tab.ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: permission}, Setting: setting, Origin: origin,
	})
	if err != nil {
		tab.t.Fatalf("set permission %s of %s: %v", permission, origin, err)
	}
}

// seen is what the page shows, for a failure.
func (tab *Tab) seen() string {
	var page, badge string
	_ = tab.eval(`location.href + '\n' + document.documentElement.innerText`, &page)
	_ = tab.eval(`[...document.querySelectorAll('jotwatch-badge')].map(b => b.shadowRoot.textContent).join('\n')`, &badge)
	return fmt.Sprintf("\npage: %s\nbadge: %s", page, badge)
}

func element(selector string) string { return fmt.Sprintf(search, quote(selector)) }

func quote(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string is always JSON
	}
	return string(text)
}
