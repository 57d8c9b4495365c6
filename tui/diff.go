package tui

import (
	"fmt"
	"strings"

	"jotwatch/inbox"
	"jotwatch/verifier"
)

// compared opens the comparison of the selected token with the marked one or, where none is marked, the one before it.
func (m Model) compared(a *inbox.Arrival) Model {
	other := m.tokens.marked
	if other == nil || other == a || !m.cfg.Inbox.Held(other) {
		other = m.before(a)
	}
	if other == nil {
		return m.say("there is no other token to compare it with")
	}
	if other.Seq() > a.Seq() {
		other, a = a, other
	}
	all := m.cfg.Inbox.Diff(other, a, m.now)
	if len(all) == 0 {
		return m.say(number(other) + " and " + number(a) + " cannot be compared: one is no token")
	}
	m = m.holds()
	m.notice = notice{}
	at := func(a *inbox.Arrival) string {
		return fmt.Sprintf("#%d of %s", a.ID, a.At.In(m.now.Location()).Format("15:04:05"))
	}
	for i := range all {
		x := &all[i]
		x.Before, x.After = m.dated(x.Name, m.door.claim(x.Name, x.Before)), m.dated(x.Name, m.door.claim(x.Name, x.After))
	}
	title, heads, d := "From "+number(other)+" to "+number(a), [2]string{at(other), at(a)}, m.door
	m.dialog = reading{title: title, wide: true, lines: func(t *theme, width int) []string { return differences(t, d, all, heads, width) }}
	return m
}

// dated is a value with the moment that it means, where it is a date.
func (m Model) dated(name, value string) string {
	at, ok := verifier.ClaimRow{Name: strings.TrimPrefix(name, "claims."), Value: value}.Moment()
	if !ok {
		return value
	}
	return value + ", " + m.moment(at)
}

// before is the token of the same customer before an arrival or, where there is none, the last token before it.
func (m Model) before(a *inbox.Arrival) *inbox.Arrival {
	const far = 1000 // rows that are looked at
	box := m.cfg.Inbox
	var nearest *inbox.Arrival
	who := ""
	if r := box.Brief(a); r != nil {
		who = r.Store() + " " + r.Customer().ID
	}
	for i := box.Place(a) - 1; i >= max(0, box.Place(a)-far); i-- {
		other := box.At(i)
		if other.Outcome != inbox.Token {
			continue
		}
		if r := box.Brief(other); r.Store()+" "+r.Customer().ID == who {
			return other
		}
		if nearest == nil {
			nearest = other
		}
	}
	for i := box.Place(a) + 1; nearest == nil && i < min(box.Len(), box.Place(a)+far); i++ { // or else one after it
		if other := box.At(i); other.Outcome == inbox.Token {
			nearest = other
		}
	}
	return nearest
}

// differences draws what changed and what that means, and then names what is the same.
func differences(t *theme, d door, all []inbox.Difference, heads [2]string, width int) []string {
	var lines, same []string
	const name = 24
	column := max(8, (width-name-6)/2)
	lines = append(lines, t.Dim.Render(padTo("", name+2)+padTo(heads[0], column)+"  "+heads[1]))
	changed := 0
	for _, x := range all {
		if x.Change == inbox.Same && x.Means == "" {
			same = append(same, d.line(x.Name, 40))
			continue
		}
		style, before, after := t.Warn, x.Before, x.After
		switch x.Change {
		case inbox.OnlyBefore:
			after = "–"
		case inbox.OnlyAfter:
			before = "–"
		case inbox.Same:
			style = t.Dim
		case inbox.Changed:
		}
		if x.Change != inbox.Same {
			changed++
		}
		label := style.Render(padTo(d.line(strings.TrimPrefix(x.Name, "claims."), name), name))
		left, right := d.paragraph(bounded(before, 400), column), d.paragraph(bounded(after, 400), column)
		for i := range max(len(left), len(right)) {
			cell := func(of []string) string {
				if i < len(of) {
					return of[i]
				}
				return ""
			}
			lines = append(lines, label+"  "+padTo(cell(left), column)+"  "+cell(right))
			label = strings.Repeat(" ", name)
		}
		if x.Means != "" {
			for i, l := range paragraph(x.Means, width-name-6) {
				lines = append(lines, strings.Repeat(" ", name-2)+arrowed(t, i)+l)
			}
		}
	}
	if changed == 0 {
		lines = append(lines, "", t.Strong.Render("Nothing differs: it is the same token."))
	}
	if len(same) > 0 {
		lines = append(lines, "")
		for _, l := range paragraph("the same in both: "+strings.Join(same, ", "), width) {
			lines = append(lines, t.Dim.Render(l))
		}
	}
	return lines
}
