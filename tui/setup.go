package tui

import (
	"errors"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/profiles"
)

// A setupScreen is the state of the Setup screen.
type setupScreen struct {
	scroll  int
	snippet bool // one was copied from here
}

// actOnSetup does what a key asks for on the Setup screen.
func (m Model) actOnSetup(a action) Model {
	body := arrange(m.width, m.height).Body
	bottom := max(0, len(m.setupText(body.W))-body.H)
	switch a {
	case up:
		m.setup.scroll--
	case down:
		m.setup.scroll++
	case pageUp:
		m.setup.scroll -= body.H
	case pageDown:
		m.setup.scroll += body.H
	case first:
		m.setup.scroll = 0
	case last:
		m.setup.scroll = bottom
	case back:
		m.screen = onTokens
	default:
	}
	m.setup.scroll = min(max(m.setup.scroll, 0), bottom)
	return m
}

func (m Model) setupHints() []hint {
	var hints []hint
	if m.station.err != nil {
		hints = []hint{by(listenAgain, "take a free port")}
	}
	hints = append(hints, by(newProfile, "new profile"), by(copySnippet, "copy snippet"), by(help, "help"))
	if m.judging.closed.err != nil || m.judging.question != nil {
		hints = append(hints, by(unlock, "ask the vault again"))
	}
	if m.refusedOrigin() != nil {
		hints = append(hints, by(allowOrigin, "allow the origin"))
	}
	return append(hints, m.keys.moving("scroll"), by(showTokens, "tokens"), by(quit, "quit"))
}

func (m Model) setupLines(r rect) []string {
	return m.scrolledTo(m.setup.scroll, m.setupText(r.W), r)
}

// A step is one of those from nothing to the first token.
type step struct {
	title  string
	done   bool
	failed bool
	text   []string
}

// setupText is the Setup screen: the steps, each with a tick once it was seen to work, then what was refused and what is wrong.
func (m Model) setupText(width int) []string {
	lines := append(m.troubles(width), "")
	for i, s := range m.steps() {
		tick := m.theme.Dim.Render("○")
		switch {
		case s.failed:
			tick = m.theme.Bad.Render("✗")
		case s.done:
			tick = m.theme.Good.Render("✓")
		}
		lines = append(lines, "  "+tick+" "+m.theme.Strong.Render(fmt.Sprintf("%d  %s", i+1, m.door.line(s.title, width-9))))
		for _, t := range s.text {
			for _, l := range m.door.paragraph(t, width-9) {
				lines = append(lines, "       "+l)
			}
		}
	}
	return append(lines, m.refusalLines(width)...)
}

// steps are what is to be done, in its order.
func (m Model) steps() []step {
	press := m.keys.press
	var fromPage, verified bool
	for row := range min(m.cfg.Inbox.Len(), 1000) {
		a := m.cfg.Inbox.At(m.cfg.Inbox.Len() - 1 - row)
		fromPage = fromPage || a.Source == inbox.Listener
		r := m.cfg.Inbox.Brief(a)
		verified = verified || a.Outcome == inbox.Token && r != nil && r.SignedBy != ""
	}
	keep := step{title: "Keep your app's credentials", done: len(m.judging.ix.Profiles) > 0 || m.cfg.Given != nil, failed: m.judging.broken != ""}
	switch {
	case m.cfg.Given != nil:
		keep.text = []string{"They were given on the command line."}
	case m.judging.broken != "":
		keep.text = []string{m.judging.broken}
	case keep.done:
		keep.text = []string{counted(len(m.judging.ix.Profiles), "profile") + "; the secret of a new one goes to the " + string(m.usualVault()) + " vault, unless you choose another."}
	case m.judging.closed.err != nil:
		keep.text = []string{sentence(press(newProfile)+" to make a profile") + " It takes the client id and client secret of the app, from the Developer Portal (an app-level account, not a store's). The " + string(m.judging.closed.name) + " does not answer here: in the form, ← → choose where the secret goes instead, such as a file that is encrypted with a passphrase."}
	default:
		keep.text = []string{sentence(press(newProfile)+" to make a profile") + " It takes the client id and client secret of the app, from the Developer Portal (an app-level account, not a store's). The secret goes to your system's keyring."}
	}
	steps := []step{keep, m.listenStep()}
	running := " first"
	if m.station.sockets != nil {
		running = ", as it is here"
	}
	visit := "Open the storefront with ?jotwatch at the end of its address"
	if p := m.snippetProfile(); p != nil && p.StoreHash != "" {
		visit = "Open https://store-" + p.StoreHash + ".mybigcommerce.com/?jotwatch"
	}
	if m.cfg.Storefront != "" {
		return append(steps,
			step{title: "The test storefront is open, for your browser too", done: true, text: []string{m.cfg.Storefront, "Sign in as somebody: the page sends its token here."}},
			step{title: "See a token verified", done: verified})
	}
	return append(steps,
		step{title: "Paste the snippet into the storefront", done: m.setup.snippet || fromPage, text: []string{
			sentence(press(copySnippet)+" to copy it") + " It goes into Storefront › Script Manager: location Footer, all storefront pages, category Essential, type Script. It does nothing for shoppers. No store at hand? jotwatch storefront, in another terminal."}},
		step{title: visit, done: fromPage, text: []string{
			"With the listener running" + running + ": the browser asks once whether the page may reach other apps on this device. Allow it. The badge on the page says what it sent and, if nothing arrives, why."}},
		step{title: "See a token verified", done: verified, text: []string{"Sign in as a customer on the storefront, and open the page once more."}})
}

// listenStep is the step of the listener.
func (m Model) listenStep() step {
	s := step{title: "Run the listener", done: m.station.sockets != nil, failed: m.station.err != nil}
	switch {
	case m.cfg.Listen == nil:
		s.text = []string{"There is none (--no-listen, or listener.enabled in config.toml): pasting works all the same."}
	case s.failed:
		s.text = []string{said(m.station.err) + "."}
		if _, taken := errors.AsType[*listener.InUseError](m.station.err); taken {
			s.text = append(s.text, sentence(m.keys.press(listenAgain)+" to take a free port instead; the snippet has to be copied again then")+" Or end the other program, and start jotwatch again.")
		} else {
			s.text = append(s.text, sentence(m.keys.press(listenAgain)+" to take a free port of 127.0.0.1 instead"))
		}
	case s.done:
		s.text = []string{m.station.sockets.URL() + ", for pages on this machine. By hand: curl --data-binary @token.txt " + m.postTo()}
	default:
		s.text = []string{"It is being opened."}
	}
	return s
}

// troubles are what is wrong with the vault and the settings.
func (m Model) troubles(width int) []string {
	var texts []string
	if m.judging.prompt != "" {
		texts = append(texts, m.judging.prompt)
	}
	if m.judging.question != nil {
		texts = append(texts, sentence(m.waiting()))
	}
	if m.judging.closed.err != nil && m.cfg.Given == nil {
		texts = append(texts, sentence(said(m.judging.closed.err))+" "+sentence(m.keys.press(unlock)+" to ask it again")+" Tokens are decoded all the same, and their signatures stay unchecked.")
	}
	if m.judging.ix.Vault == profiles.MemoryVault {
		texts = append(texts, "Secrets are kept in memory only: they are gone when this console ends.")
	}
	texts = append(texts, m.cfg.Problems...)
	if len(texts) == 0 {
		return nil
	}
	lines := []string{"", "  " + m.theme.Warn.Render("To look at")}
	for _, t := range texts {
		for i, l := range m.door.paragraph(t, width-8) {
			lines = append(lines, "  "+arrowed(m.theme, i)+l)
		}
	}
	return lines
}

// refusalLines are the last refusals, the newest first.
func (m Model) refusalLines(width int) []string {
	all := m.cfg.Inbox.Refusals()
	if len(all) == 0 {
		return nil
	}
	lines := []string{"", "  " + m.theme.Strong.Render("Refused last") + m.theme.Dim.Render(fmt.Sprintf("  %d in all", m.cfg.Inbox.Tally().Refused+m.cfg.Queue.Lost()))}
	allowable := m.refusedOrigin()
	for i, a := range slices.Backward(all) {
		if len(all)-i > 10 {
			break
		}
		head := "    " + m.theme.Dim.Render(a.At.In(m.now.Location()).Format("15:04:05")) + "  "
		for _, l := range m.door.paragraph(a.Reason, width-16) {
			lines = append(lines, head+l)
			head = "              "
		}
		if a == allowable {
			lines = append(lines, head+m.theme.Key.Render("→")+" "+m.keys.press(allowOrigin)+" to let pages of "+m.door.line(a.Origin, width-50)+" send")
		}
	}
	return lines
}

// allowable is the origin of a refusal that could be allowed, "" where there is none.
func (m Model) allowable(a *inbox.Arrival) string {
	if origin, _, err := profiles.Origin(a.Origin); a.Outcome == inbox.Rejected && a.Status == 403 && err == nil && origin == a.Origin && !m.admitted(origin) {
		return origin
	}
	return ""
}

// admitted reports whether a profile lets an origin send already.
func (m Model) admitted(origin string) bool {
	return slices.ContainsFunc(m.judging.ix.Profiles, func(p profiles.Profile) bool { return slices.Contains(p.Senders(), origin) })
}

// refusedOrigin is the last refusal whose origin could be allowed, nil where there is none among those that came last.
func (m Model) refusedOrigin() *inbox.Arrival {
	const far = 50
	all := m.cfg.Inbox.Refusals()
	for _, a := range slices.Backward(all[max(0, len(all)-far):]) {
		if m.allowable(a) != "" {
			return a
		}
	}
	return nil
}

// allowed asks whether the pages may send that were refused last, for the profile whose address they sent to, or the only one.
func (m Model) allowed() (tea.Model, tea.Cmd) {
	a := m.refusedOrigin()
	if selected := m.current(); m.screen == onTokens && selected != nil && m.allowable(selected) != "" {
		a = selected
	}
	if a == nil {
		return m.say("no page was refused for its origin"), nil
	}
	at := slices.IndexFunc(m.judging.ix.Profiles, func(p profiles.Profile) bool { return p.Name == a.Profile })
	if at < 0 && len(m.judging.ix.Profiles) == 1 {
		at = 0
	}
	switch {
	case m.cfg.Book == nil || len(m.judging.ix.Profiles) == 0:
		return m.say("an origin is a profile's: make one first: " + m.keys.press(newProfile)), nil
	case at < 0:
		var items []item
		for _, p := range m.judging.ix.Profiles {
			items = append(items, item{p.Name, p.StoreHash, doAllow{p.ID, p.Name, a.Origin}})
		}
		m.dialog = newMenu("Let pages send", "Let pages of "+a.Origin+" send, for which profile?", items, m.door)
		return m, nil
	}
	p := &m.judging.ix.Profiles[at]
	m.dialog = confirmation{
		title: "Let pages send", key: "a", yes: "let them", doing: doAllow{p.ID, p.Name, a.Origin},
		text: []string{"Let pages of " + a.Origin + " send for " + p.Name + ", from now on?", "They can send tokens here, and read nothing."},
	}
	return m, nil
}

// allows lets the pages of an origin send for a profile.
func (m Model) allows(a doAllow) (tea.Model, tea.Cmd) {
	return m, change(m.ctx, m.cfg.Book, 0, "pages of "+a.origin+" may send for "+a.name+" now", allowing(m.cfg.Book, a.id, a.origin))
}

// snippetProfile is whose snippet is meant: the selected profile's, or the only one's; nil where that is not clear.
func (m Model) snippetProfile() *profiles.Profile {
	if m.screen == onProfiles {
		return m.selectedProfile()
	}
	if len(m.judging.ix.Profiles) == 1 {
		return &m.judging.ix.Profiles[0]
	}
	return nil
}

// copiedSnippet copies the snippet of a profile.
func (m Model) copiedSnippet() (tea.Model, tea.Cmd) {
	p := m.snippetProfile()
	switch {
	case len(m.judging.ix.Profiles) == 0:
		return m.say("a snippet asks for one app's tokens: make a profile first: " + m.keys.press(newProfile)), nil
	case p == nil:
		m.screen = onProfiles
		return m.say("whose? Select the profile, and press " + m.keys.label(copySnippet)), nil
	}
	base := "http://" + m.cfg.Addr
	if m.station.sockets != nil {
		base = m.station.sockets.URL()
	}
	text := m.cfg.Snippet(p, base).Text(listener.ScriptManager)
	m.setup.snippet = true
	return m.say("copied the snippet of " + p.Name + " (OSC 52); jotwatch snippet prints it"), tea.SetClipboard(text)
}
