package tui

import (
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/verifier"
)

// noticeTime is how long a notice stays.
const noticeTime = 8 * time.Second

// A notice is a line that is said once, above the key bar.
type notice struct {
	text  string
	until time.Time
}

func (n notice) at(now time.Time) notice {
	if !now.Before(n.until) {
		return notice{}
	}
	return n
}

// say shows a notice for a while.
func (m Model) say(text string) Model {
	m.notice = notice{text, m.now.Add(noticeTime)}
	return m
}

// noticeLine is the rule above the key bar, with the notice in it; or else what waits for the user, or where the test storefront is
// that runs along.
func (m Model) noticeLine(width int) string {
	text := m.notice.text
	switch {
	case text != "":
	case m.judging.question != nil:
		text = m.waiting()
	case m.cfg.Storefront != "":
		text = "the test storefront: " + m.cfg.Storefront
	}
	if text == "" {
		return m.theme.Rule.Render(strings.Repeat("─", width))
	}
	text = " " + m.door.line(text, width-6) + " "
	return m.theme.Rule.Render("──") + m.theme.Name.Render(text) + m.theme.Rule.Render(strings.Repeat("─", max(0, width-2-ansi.StringWidth(text))))
}

// waiting says that a vault waits for its passphrase.
func (m Model) waiting() string {
	return "the file vault waits for its passphrase: " + m.keys.press(unlock)
}

// keyBar is the line at the bottom; what does not fit is left out, not cut.
func (m Model) keyBar(width int) string {
	bar := ""
	for _, h := range m.hints() {
		key := h.key
		if h.action != "" {
			key = m.keys.label(h.action)
		}
		if key == "" {
			continue
		}
		next := bar + " " + m.theme.Key.Render(key) + " " + h.does + " "
		if ansi.StringWidth(next) > width {
			break
		}
		bar = next
	}
	return padTo(bar, width)
}

// bar is the line at the top: the screens, and always the listener, the vault and how many profiles there are, in as many words as
// there is room for.
func (m Model) bar(width int) string {
	left, gap := "", " "
	if width >= stackedWidth {
		gap = "  "
	}
	if width >= besideWidth-20 {
		left = " " + m.theme.Name.Render("jotwatch") + " "
	}
	for i, s := range []struct {
		show action
		name string
	}{{showTokens, "Tokens"}, {showProfiles, "Profiles"}, {showSetup, "Setup"}} {
		name := strings.TrimSpace(m.keys.label(s.show) + " " + s.name)
		if screen(i) == m.screen {
			left += m.theme.Name.Render("▸"+name) + gap
		} else {
			left += m.theme.Dim.Render(" "+name) + gap
		}
	}
	for _, r := range []room{{3, true, true, true}, {1, true, true, true}, {1, true, false, true}, {1, true, false, false}, {1, false, true, false}, {1, false, false, false}} {
		right := m.standing(r)
		if free := width - ansi.StringWidth(left) - 2; ansi.StringWidth(right) <= free || r == (room{gap: 1}) {
			return padTo(left, width-ansi.StringWidth(right)-1) + right + " "
		}
	}
	return left
}

// A room says how much of what stands at the top right there is room for.
type room struct {
	gap                     int  // blanks between the parts
	address, vault, profile bool // in all of its words
}

// standing says how listener and vault are and how many profiles there are.
func (m Model) standing(r room) string {
	var parts []string
	if m.door.masked {
		parts = append(parts, m.theme.Warn.Render("masked"))
	}
	parts = append(parts, m.station.standing(m.theme, m.cfg.Listen != nil, r.address))
	if state, ok := m.vaultState(r.vault); state != "" {
		style := m.theme.Dim
		if !ok {
			style = m.theme.Warn
		}
		parts = append(parts, style.Render(state))
	}
	n := len(m.judging.ix.Profiles)
	said := counted(n, "profile")
	switch {
	case m.cfg.Given != nil:
		said = "ad hoc credentials"
	case m.judging.broken != "":
		said = "profiles unreadable"
	case !r.profile:
		said = fmt.Sprintf("%d prof.", n)
	}
	return strings.Join(append(parts, m.theme.Dim.Render(said)), strings.Repeat(" ", r.gap))
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// A station is the listener as the console runs it.
type station struct {
	sockets *listener.Sockets
	door    *listener.Door
	opening bool
	err     error // why it does not run
}

func (s station) standing(t *theme, wanted, words bool) string {
	switch {
	case !wanted && !words:
		return t.Dim.Render("○ off")
	case !wanted:
		return t.Dim.Render("no listener")
	case s.err != nil:
		if _, taken := errors.AsType[*listener.InUseError](s.err); taken && words {
			return t.Bad.Render("✗ port in use")
		}
		return t.Bad.Render("✗ listener")
	case s.sockets == nil:
		return t.Dim.Render("○ listener")
	case !words:
		return t.Good.Render("●") + t.Dim.Render(s.sockets.Addr()[strings.LastIndex(s.sockets.Addr(), ":"):])
	}
	return t.Good.Render("●") + t.Dim.Render(" "+s.sockets.Addr())
}

// opened serves the listener that was opened, or says why there is none.
func (m Model) opened(msg openedMsg) (tea.Model, tea.Cmd) {
	m.station.opening = false
	if msg.err != nil {
		m.station.err = msg.err
		return m.say(msg.err.Error() + ": " + m.keys.press(showSetup)), nil
	}
	door := newDoor(m.cfg.Queue, msg.sockets)
	door.Admit(m.cfg.Doors(m.judging.ix))
	if m.station.err != nil {
		m = m.say("it listens at " + msg.sockets.URL() + " now")
	}
	m.station.sockets, m.station.door, m.station.err = msg.sockets, door, nil
	return m, serve(m.ctx, msg.sockets, door, m.cfg.Refused)
}

// listensElsewhere takes a free port for the listener.
func (m Model) listensElsewhere() (tea.Model, tea.Cmd) {
	switch {
	case m.cfg.Listen == nil:
		return m.say("there is no listener here: it was left out"), nil
	case m.station.sockets != nil:
		return m.say("it listens already, at " + m.station.sockets.URL()), nil
	case m.station.opening:
		return m, nil
	}
	m.station.opening = true
	return m.say("looking for a free port"), openListener(m.ctx, m.cfg.Listen, "127.0.0.1:0")
}

// progress is the selected token's remaining time for the terminal's own progress state.
func (m Model) progress() *tea.ProgressBar {
	a := m.current()
	if a == nil || a.Outcome != inbox.Token {
		return nil
	}
	r := m.cfg.Inbox.Brief(a)
	left, ok := r.Remaining(m.now)
	if !ok || a.Recorded() {
		return nil
	}
	part := int(100 * lifeLeft(r, left))
	switch {
	case left <= 0:
		return tea.NewProgressBar(tea.ProgressBarError, 100)
	case r.Verdict(m.now) == verifier.Invalid:
		return tea.NewProgressBar(tea.ProgressBarError, part)
	case left < soon:
		return tea.NewProgressBar(tea.ProgressBarWarning, part)
	}
	return tea.NewProgressBar(tea.ProgressBarDefault, part)
}
