// Package tui is the console: whose token is this, is it good, and if not, why and what to do about it, on one screen
// that goes on as time does. It judges nothing itself (package verifier does), reads no clock but the tick, starts no
// goroutine, and lets no untrusted byte to the screen but through safe.go.
package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/verifier"
)

// rowLimit is how many tokens are held; the oldest go first, and the number gone is shown.
const rowLimit = 1000

// A Config is what the console is started with.
type Config struct {
	Credentials []verifier.Credential // whose tokens are verified; none: decode only
	// Fetch judges a text with the secrets that Credentials lack, one call at a time. It takes as long as a vault does, and
	// as its user is being asked; nil: there is nothing to fetch.
	Fetch    func(text string) []*verifier.Report
	Profiles string        // what stands behind the judgement: "2 profiles", "ad hoc credentials"; it is shown
	Vault    string        // where secrets lie; "" is nowhere
	Leeway   time.Duration // as for verifier.WithLeeway
}

// A pane can have the focus.
type pane int

const (
	onList pane = iota
	onDetail
)

// A Model is the state of the console. It is a value: Update returns a changed copy.
type Model struct {
	cfg           Config
	theme         theme
	width, height int
	now           time.Time // by tick; the View has no other clock

	rows     []row // newest first
	gone     int   // rows that fell out at rowLimit
	selected int
	focus    pane
	tab      tab
	scroll   int // first line of the tab that is seen
	dialog   dialog
	typed    string // the last characters that came as keys
	fetching int    // texts whose secrets are being fetched
}

// New makes the console's model. The location of now is the one that times are shown in.
func New(cfg Config, now time.Time) Model {
	return Model{cfg: cfg, theme: newTheme(true), now: now}
}

// Init implements tea.Model.
func (m Model) Init() tea.Cmd { return tea.Batch(tick(), tea.RequestBackgroundColor) }

// Update implements tea.Model. The order is fixed: environment, domain, an open dialog, global keys, focused pane.
func (m Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		m.theme = newTheme(msg.IsDark())
	case tickMsg:
		m.now = msg.now.In(m.now.Location())
		return m, tick()

	case tea.PasteMsg:
		return m.judge(m.pasteBoxText() + lineBreaks.Replace(msg.Content))
	case settledMsg:
		if m.dialog.kind == pasteBox && m.dialog.keys == msg.keys {
			return m.judge(strings.TrimSpace(m.pasteBoxText()))
		}
	case judgedMsg:
		return m.judged(msg), nil

	case tea.KeyPressMsg:
		if m = m.typing(msg.Text); m.typed == tokenStart {
			m.typed = ""
			m.dialog = dialog{kind: pasteBox, title: "Paste box", text: tokenStart}
			return m, nil
		}
		if m.dialog.kind != closed {
			return m.toDialog(msg)
		}
		return m.act(actionOf(msg.String()))
	}
	return m, nil
}

// toDialog passes a key to the open dialog and does what it answers.
func (m Model) toDialog(key tea.KeyPressMsg) (tea.Model, tea.Cmd) {
	d, answer := m.dialog.update(key, m.width, m.height)
	m.dialog = d
	switch answer {
	case dismiss:
		m.dialog = dialog{}
	case judgeSoon:
		return m, settled(d.keys)
	case explainNext:
		m.dialog = m.explanation(d.of + 1)
	case abort:
		return m, tea.Interrupt
	case stay:
	}
	return m, nil
}

// tokenStart is how every token that is worth judging begins, and what nobody types as commands.
const tokenStart = "eyJ"

// typing remembers what was typed. A terminal without bracketed paste sends a token as keys: once its beginning is seen, the
// rest goes to the paste box and does not run as commands.
func (m Model) typing(text string) Model {
	if m.dialog.kind == pasteBox {
		m.typed = ""
		return m
	}
	m.typed += text
	m.typed = m.typed[max(0, len(m.typed)-len(tokenStart)):]
	return m
}

// act does what a key asked for: first the keys that mean the same everywhere, then those of the focused pane.
func (m Model) act(a action) (tea.Model, tea.Cmd) {
	switch a {
	case quit:
		return m, tea.Quit
	case interrupt:
		return m, tea.Interrupt
	case help:
		m.dialog = helpDialog()
	case paste:
		m.dialog = dialog{kind: pasteBox, title: "Paste box"}
	case explain:
		m.dialog = m.explanation(0)
	case remove:
		m = m.removed()
	case nextTab:
		m.tab, m.scroll = (m.tab+1)%tabs, 0
	case previousTab:
		m.tab, m.scroll = (m.tab+tabs-1)%tabs, 0
	case open:
		if len(m.rows) > 0 {
			m.focus = onDetail
		}
	case back:
		m.focus = onList
	case pageUp:
		m = m.scrolled(m.scroll - m.page())
	case pageDown:
		m = m.scrolled(m.scroll + m.page())
	default:
		if m.focus == onDetail {
			return m.actOnDetail(a), nil
		}
		return m.actOnList(a), nil
	}
	return m, nil
}

// lineBreaks undoes what terminals make of the line breaks in a pasted text: the key that would have been pressed.
var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// pasteBoxText is what was typed into the paste box so far; a real paste goes on from there.
func (m Model) pasteBoxText() string {
	if m.dialog.kind == pasteBox {
		return m.dialog.text
	}
	return ""
}

// View implements tea.Model.
func (m Model) View() tea.View {
	v := tea.NewView(m.frame())
	v.AltScreen = true
	v.WindowTitle = "jotwatch" // never a token's text: the title is written raw
	return v
}

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
	lines := []string{m.bar(l.Bar.W), rule}
	switch {
	case len(m.rows) == 0 && l.Shape == beside:
		all := rect{W: m.width, H: l.List.H}
		lines = append(lines, fill(m.list(all), all)...)
	case l.Shape == beside:
		list, detail := fill(m.list(l.List), l.List), fill(m.detail(l.Detail), l.Detail)
		for i := range list {
			lines = append(lines, list[i]+m.theme.Rule.Render("│")+detail[i])
		}
	case l.Shape == stacked:
		lines = append(lines, fill(m.list(l.List), l.List)...)
		lines = append(lines, rule)
		lines = append(lines, fill(m.detail(l.Detail), l.Detail)...)
	case m.focus == onDetail:
		lines = append(lines, fill(m.detail(l.Detail), l.Detail)...)
	default:
		lines = append(lines, fill(m.list(l.List), l.List)...)
	}
	lines = append(lines, rule, m.keyBar(l.Keys.W))
	screen := strings.Join(lines, "\n")
	if m.dialog.kind == closed {
		return screen
	}
	over, at := m.dialog.view(m.theme, m.width, m.height)
	return lipgloss.NewCompositor(lipgloss.NewLayer(screen), lipgloss.NewLayer(over).X(at.X).Y(at.Y).Z(1)).Render()
}

// bar is the line at the top: where we are, and what stands behind the judgement.
func (m Model) bar(width int) string {
	left := " " + m.theme.Name.Render("jotwatch") + "   " + m.theme.Tab.Render("1 Tokens")
	right := m.cfg.Profiles
	if right == "" {
		right = "no credentials: decoding only"
	}
	vault := "none"
	if m.cfg.Vault != "" {
		vault = m.cfg.Vault
	}
	if m.fetching > 0 {
		right = "asking the vault: " + vault
	} else if width >= stackedWidth {
		right = "no listener · vault: " + vault + " · " + right
	}
	right = m.theme.Dim.Render(right)
	return padTo(padTo(left, width-ansi.StringWidth(right)-1)+right, width)
}

// keyBar is the line at the bottom; what does not fit is left out, not cut.
func (m Model) keyBar(width int) string {
	bar := ""
	for _, h := range m.hints() {
		next := bar + " " + m.theme.Key.Render(h.key) + " " + h.does + " "
		if ansi.StringWidth(next) > width {
			break
		}
		bar = next
	}
	return padTo(bar, width)
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
