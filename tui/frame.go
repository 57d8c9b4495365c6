package tui

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// frame composes the screen: as many rows as the window has, none wider than it.
func (m Model) frame() string {
	if m.width <= 0 || m.height <= 0 {
		return ""
	}
	l := arrange(m.width, m.height)
	if l.Shape == tooSmall {
		say := fmt.Sprintf("jotwatch needs a window of %d×%d; this one is %d×%d.", leastWidth, leastHeight, m.width, m.height)
		return strings.Join(fill(paragraph(say, m.width), rect{W: m.width, H: m.height}), "\n")
	}
	rule := m.theme.Rule.Render(strings.Repeat("─", m.width))
	lines := append([]string{m.bar(l.Bar.W), rule}, m.body(l, rule)...)
	lines = append(lines, m.noticeLine(m.width), m.keyBar(l.Keys.W))
	if m.dialog == nil {
		return strings.Join(lines, "\n")
	}
	for i := range lines {
		lines[i] = m.theme.Dim.Render(ansi.Strip(lines[i]))
	}
	lines[len(lines)-1] = m.keyBar(l.Keys.W)
	if m.notice.text != "" { // above it, a dialog may lie over it
		lines[len(lines)-1] = " " + m.theme.Name.Render(m.door.line(m.notice.text, l.Keys.W-2))
	}
	over, at := m.dialog.view(m)
	return lipgloss.NewCompositor(lipgloss.NewLayer(strings.Join(lines, "\n")), lipgloss.NewLayer(over).X(at.X).Y(at.Y).Z(1)).Render()
}

// body is what the screen shows between the two rules.
func (m Model) body(l layout, rule string) []string {
	var list, detail func(rect) []string
	onDetail := false
	switch m.screen {
	case onSetup:
		return fill(m.setupLines(l.Body), l.Body)
	case onProfiles:
		list, detail, onDetail = m.profileList, m.profileDetail, m.profiles.opened
		if m.selectedProfile() == nil {
			return fill(m.profileList(l.Body), l.Body)
		}
	default:
		list, detail, onDetail = m.list, m.detail, m.tokens.focus == onDetailPane
		if m.count() == 0 {
			return fill(m.emptyList(l.Body), l.Body)
		}
	}
	switch {
	case l.Shape == beside:
		left, right := fill(list(l.List), l.List), fill(detail(l.Detail), l.Detail)
		bar := m.theme.Rule.Render("│")
		for i := range left {
			left[i] += bar + right[i]
		}
		return left
	case l.Shape == stacked:
		return append(append(fill(list(l.List), l.List), rule), fill(detail(l.Detail), l.Detail)...)
	case onDetail:
		return fill(detail(l.Detail), l.Detail)
	}
	return fill(list(l.List), l.List)
}

// scrolledTo is what is seen of a text that has no title to say how much of it lies below: its last line does.
func (m Model) scrolledTo(first int, text []string, r rect) []string {
	seen := window(text, first, r.H)
	if below := len(text) - first - r.H; below > 0 {
		seen = append(slices.Clip(seen[:r.H-1]), m.theme.Dim.Render(fmt.Sprintf("   ↓ %d more", below+1)))
	}
	return seen
}

// fill makes lines exactly as many and as wide as their place.
func fill(lines []string, r rect) []string {
	out := make([]string, r.H)
	for i := range out {
		if i < len(lines) {
			out[i] = padTo(lines[i], r.W)
		} else {
			out[i] = strings.Repeat(" ", r.W)
		}
	}
	return out
}
