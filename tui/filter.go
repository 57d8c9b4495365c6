package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
)

// A filterLine is where a filter is typed. The list follows what of it can be understood; esc goes back to what was before.
type filterLine struct {
	field  field
	before *inbox.Query
}

func newFilter(q *inbox.Query) dialog {
	text := ""
	if q != nil {
		text = q.String()
	}
	return filterLine{newField(text), q}
}

func (d filterLine) takesText() bool { return true }

func (d filterLine) hints() []hint {
	hints := []hint{{key: "esc", does: "cancel"}, {key: "ctrl+u", does: "clear"}}
	if _, err := inbox.ParseQuery(d.field.value()); err == nil {
		hints = append([]hint{{key: "enter", does: "keep it"}}, hints...)
	}
	return hints
}

func (d filterLine) paste(text string) (dialog, answer) {
	d.field = d.field.pasted(text)
	return d, d.live()
}

func (d filterLine) update(key tea.KeyPressMsg, _ keymap, _, _ int) (dialog, answer) {
	switch key.String() {
	case "esc":
		return nil, doFilter{d.before}
	case "enter":
		if _, err := inbox.ParseQuery(d.field.value()); err != nil {
			return d, nil
		}
		return nil, d.live()
	case "ctrl+u":
		d.field = newField("")
	default:
		d.field = d.field.pressed(key)
	}
	return d, d.live()
}

// live is the filter as it is typed so far, without a last word that cannot be understood yet, or is a field's name whose colon is
// still to come.
func (d filterLine) live() answer {
	text := d.field.value()
	if d.field.hidden { // what looks like a secret is no filter
		return doFilter{d.before}
	}
	q, err := inbox.ParseQuery(text)
	words := strings.Fields(text)
	if err != nil || len(words) > 0 && slices.Contains(append(inbox.Fields(), "age"), strings.TrimPrefix(words[len(words)-1], "-")) {
		if q, err = inbox.ParseQuery(text[:strings.LastIndex(text, " ")+1]); err != nil {
			return doFilter{d.before}
		}
	}
	if q.String() == "" {
		return doFilter{nil}
	}
	return doFilter{q}
}

// view draws it below the list, so that what it does is seen.
func (d filterLine) view(m Model) (string, rect) {
	inner := box(m.width, 0, dialogWidth, 0).W - 4
	lines := []string{m.theme.Key.Render("/") + " " + d.field.view(m, inner-2, true)}
	if _, err := inbox.ParseQuery(d.field.value()); d.field.hidden {
		lines = append(lines, m.theme.Warn.Render("this looks like a secret, and is no filter"))
	} else if err != nil {
		for _, l := range paragraph(err.Error(), inner) {
			lines = append(lines, m.theme.Warn.Render(l))
		}
		if wrong, ok := errors.AsType[*inbox.QueryError](err); ok {
			lines = append(lines, paragraph(wrong.Hint, inner)...)
		}
	} else {
		help := paragraph("words and fields: is:valid is:expired is:guest,error is:refused -is:cached store:acme customer:4927 email:jane kind:app code:signature age<5m", inner)
		for _, l := range help {
			lines = append(lines, m.theme.Dim.Render(l))
		}
	}
	at := box(m.width, m.height, dialogWidth, len(lines)+4)
	at.Y = m.height - 1 - at.H
	title := fmt.Sprintf("Filter: %d of %d", m.count(), m.cfg.Inbox.Len())
	return m.frameDialog(at, title, window(lines, 0, at.H-4), 0), at
}
