package tui

// An action is what a key asks for.
type action int

const (
	none action = iota
	quit
	interrupt
	help
	paste
	explain
	remove
	up
	down
	pageUp
	pageDown
	first
	last
	open
	back
	nextTab
	previousTab
)

// A binding is one line of the help: the keys by Bubble Tea's names, how they are written, and what they do.
type binding struct {
	action action
	keys   []string
	label  string
	help   string
}

// bindings lists all keys; the key bar and the help are made from it.
func bindings() []binding {
	return []binding{
		{up, []string{"up", "k"}, "↑ k", "the token above; in an open one, scroll"},
		{down, []string{"down", "j"}, "↓ j", "the token below; in an open one, scroll"},
		{first, []string{"home", "g"}, "home g", "to the top"},
		{last, []string{"end", "G"}, "end G", "to the bottom"},
		{pageUp, []string{"pgup", "ctrl+b"}, "pgup", "a page up in the token"},
		{pageDown, []string{"pgdown", "ctrl+f", "space"}, "pgdn", "a page down in the token"},
		{open, []string{"enter"}, "enter", "open the token, to scroll in it"},
		{back, []string{"esc"}, "esc", "one step back"},
		{nextTab, []string{"tab", "right", "l"}, "tab →", "the next tab: findings, claims, raw"},
		{previousTab, []string{"shift+tab", "left", "h"}, "←", "the tab before"},
		{explain, []string{"e"}, "e", "explain the worst finding, then the next"},
		{paste, []string{"p"}, "p", "paste box, if your terminal cannot paste"},
		{remove, []string{"x", "delete"}, "x", "delete the token from the list"},
		{help, []string{"?"}, "?", "all keys"},
		{quit, []string{"q"}, "q", "quit"},
		{interrupt, []string{"ctrl+c"}, "ctrl+c", "quit with exit code 130"},
	}
}

// actionOf finds what a key asks for.
func actionOf(key string) action {
	for _, b := range bindings() {
		for _, k := range b.keys {
			if k == key {
				return b.action
			}
		}
	}
	return none
}

// A hint is an entry of the key bar.
type hint struct{ key, does string }

// hints are the keys that matter now, the most wanted first: a narrow screen cuts the rest off.
func (m Model) hints() []hint {
	switch {
	case m.dialog.kind == pasteBox:
		return []hint{{"enter", "judge"}, {"esc", "cancel"}, {"ctrl+u", "clear"}}
	case m.dialog.kind == explanation:
		return []hint{{"↑↓", "scroll"}, {"e", "next finding"}, {"esc", "close"}}
	case m.dialog.kind != closed:
		return []hint{{"↑↓", "scroll"}, {"esc", "close"}}
	case len(m.rows) == 0:
		return []hint{{"p", "paste box"}, {"?", "help"}, {"q", "quit"}}
	case m.focus == onDetail:
		return []hint{{"↑↓", "scroll"}, {"tab", "next tab"}, {"e", "explain"}, {"esc", "back"}, {"?", "help"}, {"q", "quit"}}
	default:
		return []hint{
			{"↑↓", "move"}, {"enter", "open"}, {"tab", "next tab"}, {"e", "explain"}, {"?", "help"}, {"q", "quit"},
			{"x", "delete"}, {"p", "paste box"},
		}
	}
}
