package tui

import (
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// An action is what a key or a command of the palette asks for. Its name is what config.toml calls it.
type action string

const (
	quit          action = "quit"
	interrupt     action = "interrupt"
	suspend       action = "suspend"
	help          action = "help"
	palette       action = "palette"
	showTokens    action = "tokens"
	showProfiles  action = "profiles"
	showSetup     action = "setup"
	paste         action = "paste"
	maskScreen    action = "mask"
	up            action = "up"
	down          action = "down"
	pageUp        action = "page-up"
	pageDown      action = "page-down"
	first         action = "first"
	last          action = "last"
	open          action = "open"
	back          action = "back"
	nextTab       action = "next-tab"
	previousTab   action = "previous-tab"
	filter        action = "filter"
	mark          action = "mark"
	remove        action = "delete"
	diff          action = "diff"
	explain       action = "explain"
	copyValue     action = "copy"
	export        action = "export"
	keepProfile   action = "keep-profile"
	newProfile    action = "new-profile"
	editProfile   action = "edit-profile"
	removeProfile action = "remove-profile"
	copySnippet   action = "copy-snippet"
	unlock        action = "unlock"
	allowOrigin   action = "allow-origin"
	listenAgain   action = "listen-elsewhere"
)

// A binding is one action: where it is meant, its keys by Bubble Tea's names, and what it does in words.
type binding struct {
	action action
	on     screen // anywhere, or one screen's own
	keys   []string
	help   string
}

// bindings lists all actions. The key bar, the help, the palette and config.toml's names are made from it.
func bindings() []binding {
	return []binding{
		{showTokens, anywhere, []string{"1"}, "what has arrived"},
		{showProfiles, anywhere, []string{"2"}, "your apps and stores"},
		{showSetup, anywhere, []string{"3"}, "from nothing to the first token; what was refused"},
		{up, anywhere, []string{"up", "k"}, "up; in an open token, scroll"},
		{down, anywhere, []string{"down", "j"}, "down; in an open token, scroll"},
		{first, anywhere, []string{"home", "g"}, "to the top; in the list, follow the newest again"},
		{last, anywhere, []string{"end", "G"}, "to the bottom"},
		{pageUp, anywhere, []string{"pgup", "ctrl+b"}, "a page up"},
		{pageDown, anywhere, []string{"pgdown", "ctrl+f", "space"}, "a page down"},
		{open, anywhere, []string{"enter"}, "open what is selected"},
		{back, anywhere, []string{"esc"}, "one step back: close, leave, clear the filter, follow"},
		{nextTab, onTokens, []string{"tab", "right", "l"}, "the next tab: findings, claims, raw, request"},
		{previousTab, onTokens, []string{"shift+tab", "left", "h"}, "the tab before"},
		{filter, onTokens, []string{"/"}, "filter by words and fields"},
		{filter, onProfiles, []string{"/"}, "find a profile"},
		{explain, onTokens, []string{"e"}, "explain the worst finding, then the next"},
		{mark, onTokens, []string{"m"}, "mark a token, to compare another with it"},
		{diff, onTokens, []string{"d"}, "what changed since the marked token, or the one before"},
		{copyValue, onTokens, []string{"y"}, "copy the token or any value of it"},
		{export, onTokens, []string{"w"}, "write this one, or all shown, to a file"},
		{remove, onTokens, []string{"x", "delete"}, "delete it from the list"},
		{keepProfile, onTokens, []string{"n"}, "keep a profile for this token's app and store"},
		{newProfile, onProfiles, []string{"n"}, "a new profile"},
		{editProfile, onProfiles, []string{"e"}, "change the profile"},
		{removeProfile, onProfiles, []string{"x", "delete"}, "remove the profile, after a question"},
		{copySnippet, onProfiles, []string{"s"}, "copy the snippet for the profile's storefront"},
		{copySnippet, onSetup, []string{"s"}, "copy the snippet for the storefront"},
		{newProfile, onSetup, []string{"n"}, "a new profile"},
		{listenAgain, onSetup, []string{"l"}, "listen on a free port"},
		{allowOrigin, anywhere, []string{"a"}, "let the pages send that were refused last"},
		{unlock, anywhere, []string{"u"}, "ask the vault again, or give its passphrase"},
		{maskScreen, anywhere, []string{"z"}, "mask tokens and addresses on the screen, for a call"},
		{paste, anywhere, []string{"p"}, "paste box, if your terminal cannot paste"},
		{palette, anywhere, []string{":"}, "every command by name"},
		{help, anywhere, []string{"?"}, "all keys"},
		{suspend, anywhere, []string{"ctrl+z"}, "back to the shell; fg brings it up again"},
		{quit, anywhere, []string{"q"}, "quit"},
		{interrupt, anywhere, []string{"ctrl+c"}, "quit with exit code 130"},
	}
}

// Actions are the names that config.toml's [keys] may hold.
func Actions() []string {
	var names []string
	for _, b := range bindings() {
		if name := string(b.action); b.action != interrupt && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// A keymap is the bindings as the user wants them.
type keymap []binding

// newKeymap takes a user's keys into the bindings: an action's own replace the usual ones, and a key is taken away from whatever
// else had it.
func newKeymap(own map[string][]string) keymap {
	all := keymap(bindings())
	var taken []string
	for keys := range maps.Values(own) {
		taken = append(taken, keys...)
	}
	for i := range all {
		if keys, ok := own[string(all[i].action)]; ok {
			all[i].keys = keys
			continue
		}
		all[i].keys = slices.DeleteFunc(all[i].keys, func(k string) bool { return slices.Contains(taken, k) })
	}
	return all
}

// action is what a key asks for on a screen, "" for nothing.
func (k keymap) action(key string, on screen) action {
	for _, b := range k {
		if (b.on == on || b.on == anywhere) && slices.Contains(b.keys, key) {
			return b.action
		}
	}
	return ""
}

// label is how the first key of an action is written, "" where it has none.
func (k keymap) label(a action) string {
	for _, b := range k {
		if b.action == a && len(b.keys) > 0 {
			return keyLabel(b.keys[0])
		}
	}
	return ""
}

// press is what to do for an action, in a sentence: "press n".
func (k keymap) press(a action) string {
	if label := k.label(a); label != "" {
		return "press " + label
	}
	return "do " + string(a) + " in the palette"
}

// labels are all keys of a binding.
func (b binding) labels() string {
	var all []string
	for _, key := range b.keys {
		all = append(all, keyLabel(key))
	}
	return strings.Join(all, " ")
}

// keyLabel is how a key is written.
func keyLabel(key string) string {
	switch key {
	case "up":
		return "↑"
	case "down":
		return "↓"
	case "left":
		return "←"
	case "right":
		return "→"
	case "pgdown":
		return "pgdn"
	}
	return key
}

// A hint is an entry of the key bar: a key, or the one that an action has.
type hint struct {
	key, does string
	action    action
}

// by is the hint for an action; one without a key is left out of the bar.
func by(a action, does string) hint { return hint{does: does, action: a} }

// moving is the hint for up and down.
func (k keymap) moving(does string) hint { return hint{key: k.label(up) + k.label(down), does: does} }

// hints are the keys that matter now, the most wanted first: a narrow screen cuts the rest off.
func (m Model) hints() []hint {
	if m.dialog != nil {
		return m.dialog.hints()
	}
	switch m.screen {
	case onProfiles:
		return m.profileHints()
	case onSetup:
		return m.setupHints()
	default:
		return m.tokenHints()
	}
}

// isKey reports whether a key press is an action's while a dialog to read is open: the keys that are the same on every screen.
func (k keymap) isKey(key tea.KeyPressMsg, a action) bool {
	for _, b := range k {
		if b.action == a && slices.Contains(b.keys, key.String()) {
			return true
		}
	}
	return false
}
