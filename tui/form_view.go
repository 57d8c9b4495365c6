package tui

import (
	"fmt"
	"strings"
)

// view draws the fields around the one that is typed into, each with what is to be said of it below.
func (d form) view(m Model) (string, rect) {
	inner := box(m.width, 0, dialogWidth, 0).W - 4
	const label = 14
	var lines []string
	focus := 0
	for at := range d.fields {
		if !d.shown(at) {
			continue
		}
		f, focused := d.fields[at], at == d.at && !d.saving
		name := m.theme.Dim.Render(padTo("  "+f.name, label))
		if focused {
			focus = len(lines)
			name = m.theme.Key.Render(padTo("▌ "+f.name, label))
		}
		value := f.field.view(m, inner-label, focused && f.choices == nil)
		if f.choices != nil {
			value = line(f.field.value(), inner-label-4)
			if value == "" {
				value = m.theme.Dim.Render("none")
			}
			if focused {
				value = m.theme.Key.Render("←") + " " + value + " " + m.theme.Key.Render("→")
			}
		}
		if at == secretField && f.field.value() != "" {
			value = fmt.Sprintf("%s  ", counted(len([]rune(f.field.value())), "character")) + cutTo(value, inner-label-16)
		}
		lines = append(lines, name+value)
		under, style := "", m.theme.Dim
		switch {
		case f.wrong != nil && (f.field.value() != "" || focused && d.dirty):
			under, style = "✗ "+said(f.wrong), m.theme.Bad
		case f.remark != "":
			under, style = "! "+f.remark, m.theme.Warn
		case focused:
			under = f.about
		case at == secretField && f.field.value() == "":
			under = f.about
		}
		if f.field.hidden {
			under = strings.ReplaceAll(under, strings.TrimSpace(f.field.value()), "what was typed")
		}
		if under != "" {
			for _, l := range paragraph(under, inner-label) {
				lines = append(lines, strings.Repeat(" ", label)+style.Render(l))
			}
		}
	}
	foot := ""
	switch {
	case d.saving:
		foot = "saving; a keyring may ask you, at its own prompt"
	case d.leaves:
		foot = "esc once more leaves it without saving"
	case d.failed != "":
		foot = "✗ " + d.failed
	}
	var feet []string
	if foot != "" {
		for _, l := range paragraph(foot, inner) {
			feet = append(feet, m.theme.Warn.Render(l))
		}
	}
	feet = feet[:min(len(feet), max(1, m.height/3))] // a long reason leaves room for the fields
	title := "New profile"
	if d.id != "" {
		title = "Profile " + d.was.Name
	}
	at := box(m.width, m.height, dialogWidth, len(lines)+len(feet)+4)
	room := max(3, at.H-4-len(feet))
	start := min(max(0, focus-room/2), max(0, len(lines)-room))
	return m.frameDialog(at, title, append(window(lines, start, room), feet...), max(0, len(lines)-start-room)), at
}
