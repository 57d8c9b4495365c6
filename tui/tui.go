// Package tui is the console: whose token is this, is it good, and if not, why and what to do about it, on one screen
// that goes on as time does. It judges nothing itself (packages inbox and verifier do), reads no clock but the tick, asks no
// vault but by commands, and lets no untrusted byte to the screen but through safe.go.
package tui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/profiles"
	"jotwatch/verifier"
)

// A Config is what the console is started with.
type Config struct {
	Inbox     *inbox.Inbox // what arrived already; the console is its owner from now on
	Queue     *inbox.Queue // what arrives; it numbers what is pasted, too
	Book      *profiles.Book
	Index     *profiles.Index       // as it was read; empty where it cannot be
	Broken    string                // why the profiles cannot be read, with what to do
	Named     string                // id of the profile that counts as the owner, "" for whichever the token names
	Given     []verifier.Credential // ad hoc credentials instead of profiles
	Leeway    time.Duration         // as for verifier.WithLeeway
	Messenger *Messenger            // what vaults ask and tell; nil: they ask nobody

	Listen  func(ctx context.Context, addr string) (*listener.Sockets, error) // nil: there is no listener
	Addr    string                                                            // where it listens
	Doors   func(*profiles.Index) []listener.Key                              // the addresses that pages may send to
	Snippet func(p *profiles.Profile, base string) listener.Snippet
	Refused func(why string) // told when a connection came to no request; nil: nobody is

	Keys       map[string][]string // config.toml's: by action
	Theme      string              // "auto", "dark", "light", "contrast"
	ASCII      bool
	Start      string                  // the first screen, by its action
	Problems   []string                // of config.toml
	Storefront string                  // the address of a test storefront that runs along
	Beside     []func(context.Context) // what else runs as long as the console does
	Progress   bool                    // the terminal shows a progress state
}

// A Model is the state of the console. It is a value: Update returns a changed copy.
type Model struct {
	ctx           context.Context //nolint:containedctx // ends the commands when the console does; a Model is made in one place
	cfg           *Config         // never changed
	keys          keymap
	theme         *theme
	door          door
	width, height int
	now           time.Time // by tick; the View has no other clock

	screen   screen
	tokens   tokens
	profiles profileScreen
	setup    setupScreen
	judging  judging
	station  station
	dialog   dialog // nil is none
	notice   notice
	typed    string // as much of what came as keys as begins a token
}

// New makes the console's model. The location of now is the one that times are shown in.
func New(ctx context.Context, cfg Config, now time.Time) Model {
	m := Model{ctx: ctx, cfg: &cfg, keys: newKeymap(cfg.Keys), theme: newTheme(cfg.Theme, true), now: now.Round(0)}
	m.judging = newJudging(cfg)
	m.station = station{opening: cfg.Listen != nil}
	if n := len(cfg.Problems); n > 0 {
		m = m.say("config.toml has " + counted(n, "mistake") + ": " + m.keys.press(showSetup) + " to see what")
	}
	switch action(cfg.Start) {
	case showProfiles:
		m.screen = onProfiles
	case showSetup:
		m.screen = onSetup
	default:
	}
	return m
}

// Init implements tea.Model.
func (m Model) Init() tea.Cmd {
	commands := []tea.Cmd{tick(), tea.RequestBackgroundColor, take(m.ctx, m.cfg.Queue, time.Time{}), checkVaults(m.ctx, m.cfg.Book, m.vaults())}
	if m.cfg.Broken == "" {
		commands = append(commands, keepProfiles(m.ctx, m.cfg.Book))
	}
	if m.cfg.Listen != nil {
		commands = append(commands, openListener(m.ctx, m.cfg.Listen, m.cfg.Addr))
	}
	if m.cfg.Messenger != nil {
		commands = append(commands, hear(m.ctx, m.cfg.Messenger))
	}
	return tea.Batch(commands...)
}

// Update implements tea.Model. The order is fixed: environment, domain, an open dialog, global keys, focused pane.
func (m Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		resized := m.width > 0 && (m.width != msg.Width || m.height != msg.Height) // and not begun, or resumed
		m.width, m.height = msg.Width, msg.Height
		if resized {
			return m, redraw()
		}
	case tea.BackgroundColorMsg:
		m.theme = newTheme(m.cfg.Theme, msg.IsDark())
	case tea.FocusMsg, tea.ResumeMsg:
		return m, lookAtClock
	case clockMsg:
		return m.at(msg.now), nil
	case tickMsg:
		m = m.at(msg.now)
		return m, tea.Batch(tick(), lookAtProfiles(m.cfg.Book, m.judging.seen))

	case tea.PasteMsg:
		return m.pasted(msg.Content)
	case tea.KeyPressMsg:
		return m.pressed(msg)
	}
	return m.told(msg)
}

// at is the console at a moment.
func (m Model) at(now time.Time) Model {
	if m.now.Sub(now) > time.Second { // the clock was set back, and this is no tick that came late
		m.notice, m.judging.fetched, m.judging.noted = notice{}, time.Time{}, time.Time{}
	}
	m.now = now.In(m.now.Location())
	m.notice = m.notice.at(m.now)
	return m.refiltered()
}

// pressed takes a key: to an open dialog, or as what it means.
func (m Model) pressed(key tea.KeyPressMsg) (tea.Model, tea.Cmd) {
	if key.String() == "alt+esc" { // two that came at once
		next, first := m.pressed(tea.KeyPressMsg{Code: tea.KeyEscape})
		next, second := next.Update(tea.KeyPressMsg{Code: tea.KeyEscape})
		return next, tea.Batch(first, second)
	}
	if m = m.typing(key.Text); m.typed == tokenStart {
		m.typed = ""
		m.dialog = newPasteBox(tokenStart)
		return m, nil
	}
	m.notice = notice{} // it was seen
	if m.dialog != nil {
		if key.String() == "ctrl+c" {
			return m, tea.Interrupt
		}
		next, answer := m.dialog.update(key, m.keys, m.width, m.height)
		m.dialog = next
		return m.answered(answer)
	}
	return m.act(m.keys.action(key.String(), m.screen))
}

// tokenStart is how every token that is worth judging begins, and what nobody types as commands.
const tokenStart = "eyJ"

// typing remembers as much of what was typed as begins a token. A terminal without bracketed paste sends a token as keys: once its
// beginning is seen, the rest goes to the paste box and does not run as commands. In a dialog that takes text it is text, but where
// the token's own first letter opened that dialog.
func (m Model) typing(text string) Model {
	if text == "" { // no letter, and so no part of a token
		m.typed = ""
	}
	if m.dialog != nil && m.dialog.takesText() && m.typed == "" {
		return m
	}
	m.typed += text
	for !strings.HasPrefix(tokenStart, m.typed) {
		m.typed = m.typed[1:]
	}
	return m
}

// act does what a key or the palette asked for: first what means the same everywhere, then what the screen is asked.
func (m Model) act(a action) (tea.Model, tea.Cmd) {
	switch a {
	case quit:
		return m, tea.Quit
	case interrupt:
		return m, tea.Interrupt
	case suspend:
		return m, tea.Suspend
	case help:
		m.dialog = m.helpDialog()
	case palette:
		m.dialog = newPalette(m.keys)
	case paste:
		m.dialog = newPasteBox("")
	case showTokens:
		m.screen = onTokens
	case showProfiles:
		m.screen = onProfiles
	case showSetup:
		m.screen = onSetup
	case maskScreen:
		m.door.masked = !m.door.masked
		m = m.say("tokens and e-mail addresses are shown again")
		if m.door.masked {
			m = m.say("tokens and e-mail addresses are masked until " + m.keys.label(maskScreen) + " is pressed again")
		}
	case unlock:
		return m.unlocked()
	case allowOrigin:
		return m.allowed()
	case newProfile:
		m.dialog = m.newForm(profiles.Draft{})
	case listenAgain:
		return m.listensElsewhere()
	case copySnippet:
		return m.copiedSnippet()
	default:
		switch m.screen {
		case onProfiles:
			return m.actOnProfiles(a)
		case onSetup:
			return m.actOnSetup(a), nil
		default:
			return m.actOnTokens(a)
		}
	}
	return m, nil
}

// View implements tea.Model.
func (m Model) View() tea.View {
	frame := m.frame()
	if m.cfg.ASCII {
		frame = ascii(frame)
	}
	v := tea.NewView(frame)
	v.AltScreen = true
	v.ReportFocus = true
	v.WindowTitle = "jotwatch" // never a token's text: the title is written raw
	if m.cfg.Progress {
		v.ProgressBar = m.progress()
	}
	return v
}
