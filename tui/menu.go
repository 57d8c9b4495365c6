package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/inbox"
)

// An item of a menu: what it is called, what stands beside it, and what choosing it answers.
type item struct {
	name, beside string
	answer       answer
}

// A menu is a list to choose from. Typing finds an item by parts of its name.
type menu struct {
	title  string
	about  string // a line of what it is about, "" for none
	items  []item
	find   field
	chosen int
	door   door
}

func newMenu(title, about string, items []item, d door) menu {
	return menu{title: title, about: about, items: items, find: newField(""), door: d}
}

// named reports whether an action is one that somebody would look for by its name.
func (a action) named() bool {
	switch a {
	case up, down, first, last, pageUp, pageDown, open, back, interrupt, palette:
		return false
	default:
		return true
	}
}

// newPalette lists every command.
func newPalette(keys keymap) dialog {
	var items []item
	for _, b := range keys {
		if !b.action.named() {
			continue
		}
		beside := b.help
		if len(b.keys) > 0 {
			beside += " (" + b.labels() + ")"
		}
		items = append(items, item{string(b.action), beside, doAction{b.action, b.on}})
	}
	return newMenu("Commands", "", items, door{})
}

func (d menu) takesText() bool { return true }

func (d menu) hints() []hint {
	return []hint{{key: "↑↓", does: "choose"}, {key: "enter", does: "do it"}, {key: "esc", does: "close"}, {key: "a–z", does: "find"}}
}

func (d menu) paste(text string) (dialog, answer) {
	d.find, d.chosen = d.find.pasted(text), 0
	return d, nil
}

func (d menu) update(key tea.KeyPressMsg, _ keymap, _, _ int) (dialog, answer) {
	found := d.found()
	switch key.String() {
	case "esc":
		return d, closed{}
	case "enter":
		if len(found) == 0 {
			return d, nil
		}
		return d, found[d.chosen].answer
	case "up", "shift+tab", "ctrl+p":
		d.chosen = max(0, d.chosen-1)
	case "down", "tab", "ctrl+n":
		d.chosen = min(d.chosen+1, max(0, len(found)-1))
	case "pgup":
		d.chosen = max(0, d.chosen-10)
	case "pgdown":
		d.chosen = min(d.chosen+10, max(0, len(found)-1))
	case "home":
		d.chosen = 0
	case "end":
		d.chosen = max(0, len(found)-1)
	default:
		before := d.find.value()
		if d.find = d.find.pressed(key); d.find.value() != before {
			d.chosen = 0
		}
	}
	return d, nil
}

// found are the items that fit what was typed: those whose name begins so first, then those that have its words anywhere.
func (d menu) found() []item {
	words := strings.Fields(strings.ToLower(d.find.value()))
	if len(words) == 0 {
		return d.items
	}
	var begin, rest []item
	for _, i := range d.items {
		name, all := strings.ToLower(i.name), strings.ToLower(i.name+" "+i.beside)
		switch {
		case strings.HasPrefix(name, strings.Join(words, " ")):
			begin = append(begin, i)
		case !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(all, w) }):
			rest = append(rest, i)
		}
	}
	return append(begin, rest...)
}

func (d menu) view(m Model) (string, rect) {
	found := d.found()
	inner := box(m.width, 0, dialogWidth, 0).W - 4
	var head []string
	if d.about != "" {
		head = append(paragraph(d.about, inner), "")
	}
	head = append(head, m.theme.Key.Render("find ")+d.find.view(m, inner-5, true))
	at := box(m.width, m.height, dialogWidth, len(head)+max(1, len(d.items))+4)
	room := max(1, at.H-4-len(head))
	start := min(max(0, d.chosen-room/2), max(0, len(found)-room))
	lines := head
	column := 0
	for _, i := range d.items {
		column = max(column, min(ansi.StringWidth(i.name), 24))
	}
	for n := start; n < min(len(found), start+room); n++ {
		sign, name := "  ", m.theme.Key.Render(padTo(d.door.line(found[n].name, column), column))
		if n == d.chosen {
			sign = m.theme.Key.Render("▌ ")
		}
		lines = append(lines, sign+name+"  "+d.door.line(found[n].beside, max(0, inner-column-4)))
	}
	if len(found) == 0 {
		lines = append(lines, m.theme.Dim.Render("  nothing is called that"))
	}
	return m.frameDialog(at, d.title, lines, max(0, len(found)-start-room)), at
}

// A confirmation asks before what cannot be undone.
type confirmation struct {
	title string
	text  []string
	key   string // that does it; no letter that a token begins with: a terminal may send a pasted one as keys
	yes   string // what it does
	doing answer
}

func (d confirmation) takesText() bool { return false }
func (d confirmation) hints() []hint {
	return []hint{{key: d.key, does: d.yes}, {key: "esc", does: "no"}}
}
func (d confirmation) paste(string) (dialog, answer) { return d, nil }

func (d confirmation) update(key tea.KeyPressMsg, _ keymap, _, _ int) (dialog, answer) {
	switch key.String() {
	case d.key:
		return d, d.doing
	case "n", "esc", "q", "enter":
		return d, closed{}
	}
	return d, nil
}

func (d confirmation) view(m Model) (string, rect) {
	inner := box(m.width, 0, 64, 0).W - 4
	var lines []string
	for _, t := range d.text {
		lines = append(lines, m.door.paragraph(t, inner)...)
	}
	lines = append(lines, "", m.theme.Key.Render(d.key)+" "+d.yes+"   "+m.theme.Key.Render("esc")+" no")
	at := box(m.width, m.height, 64, len(lines)+4)
	return m.frameDialog(at, d.title, lines, 0), at
}

// copyMenu offers what a person would want of an arrival.
func (m Model) copyMenu(a *inbox.Arrival) dialog {
	var items []item
	add := func(name, text string) {
		if text != "" {
			items = append(items, item{name, m.door.claim(name, text), doCopy{"the " + name, text}})
		}
	}
	r := m.cfg.Inbox.Report(a)
	if r != nil {
		add("token", r.Token)
		if r.Token != "" {
			add("header Authorization", "Authorization: Bearer "+r.Token)
		}
		c := r.Customer()
		add("customer id", c.ID)
		add("email address", c.Email)
	}
	for i, f := range m.cfg.Inbox.Findings(a, m.now) {
		add(fmt.Sprintf("finding %d", i+1), strings.TrimSpace(string(f.Code)+": "+f.Message+" "+f.Fix))
	}
	add("reason", a.Reason)
	add("page", a.Page)
	add("origin", a.Origin)
	if r != nil {
		for _, row := range r.Rows() {
			add("claim "+row.Name, row.Value)
		}
		for _, h := range r.Header {
			add("header "+h.Name, h.Value.Text())
		}
	}
	return newMenu("Copy", "", items, m.door)
}
