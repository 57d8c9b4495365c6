package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"jotwatch/profiles"
	"jotwatch/verifier"
)

// A profileScreen is the state of the Profiles screen.
type profileScreen struct {
	cursor string // id of the profile that is selected; "" is the first
	opened bool
	scroll int
	offer  *offer // credentials that were pasted instead of a token
	forms  int    // the number of the last form that was saved
}

// profileAt is the place of the selected profile.
func (m Model) profileAt() int {
	at := slices.IndexFunc(m.judging.ix.Profiles, func(p profiles.Profile) bool { return p.ID == m.profiles.cursor })
	return max(0, at)
}

// selectedProfile is nil where there are none.
func (m Model) selectedProfile() *profiles.Profile {
	if len(m.judging.ix.Profiles) == 0 {
		return nil
	}
	return &m.judging.ix.Profiles[m.profileAt()]
}

// actOnProfiles does what a key asks for on the Profiles screen.
func (m Model) actOnProfiles(a action) (tea.Model, tea.Cmd) {
	if a == back {
		if m.profiles.opened {
			m.profiles.opened = false
		} else {
			m.screen = onTokens
		}
		return m, nil
	}
	p := m.selectedProfile()
	if p == nil {
		return m, nil
	}
	l := arrange(m.width, m.height)
	move := func(by int) Model {
		if m.profiles.opened {
			text := m.profileText(p, l.Detail.W)
			m.profiles.scroll = max(0, min(m.profiles.scroll+by, len(text)-l.Detail.H))
			return m
		}
		to := min(max(m.profileAt()+by, 0), len(m.judging.ix.Profiles)-1)
		m.profiles.cursor, m.profiles.scroll = m.judging.ix.Profiles[to].ID, 0
		return m
	}
	switch a {
	case up:
		return move(-1), nil
	case down:
		return move(1), nil
	case pageUp:
		return move(1 - l.List.H), nil
	case pageDown:
		return move(l.List.H - 1), nil
	case first:
		return move(-1 << 20), nil
	case last:
		return move(1 << 20), nil
	case open:
		m.profiles.opened = true
	case filter:
		m.dialog = m.profileMenu()
	case editProfile:
		m.dialog = m.editForm(p)
	case removeProfile:
		what := "Remove " + p.Name + "?"
		if p.HasSecret && p.Vault.Holds() {
			what = "Remove " + p.Name + ", and its secret from the " + string(p.Vault) + " vault?"
		}
		m.dialog = confirmation{
			title: "Remove a profile", key: "r", yes: "remove it", doing: doRemove{p.ID, p.Name},
			text: []string{what, "Its tokens are then only decoded, and snippets with its key end. BigCommerce shows the secret again in the Developer Portal."},
		}
	default:
	}
	return m, nil
}

// profileMenu finds a profile by parts of its name, store, tags or note.
func (m Model) profileMenu() dialog {
	var items []item
	for i := range m.judging.ix.Profiles {
		p := &m.judging.ix.Profiles[i]
		beside := strings.Join(strings.Fields(strings.Join([]string{p.StoreHash, p.Environment, strings.Join(p.Tags, " "), p.ClientID}, " ")), " ")
		items = append(items, item{p.Name, beside, doSelect{p.ID}})
	}
	return newMenu("Find a profile", "", items, m.door)
}

func (m Model) removesProfile(a doRemove) (tea.Model, tea.Cmd) {
	book := m.cfg.Book
	return m, change(m.ctx, book, 0, a.name+" is removed", func(ctx context.Context) error { return book.Remove(ctx, a.id) })
}

// allowing adds an origin to those that may send for a profile.
func allowing(book *profiles.Book, id, origin string) func(context.Context) error {
	return func(ctx context.Context) error {
		return book.Edit(ctx, id, func(p *profiles.Profile) error {
			if !slices.Contains(p.Origins, origin) {
				p.Origins = append(p.Origins, origin)
			}
			return nil
		}, verifier.Secret{})
	}
}

func (m Model) profileHints() []hint {
	if len(m.judging.ix.Profiles) == 0 {
		return []hint{by(newProfile, "new profile"), by(showTokens, "tokens"), by(help, "help"), by(quit, "quit")}
	}
	moving := []hint{m.keys.moving("move")}
	if m.profiles.opened {
		moving = []hint{m.keys.moving("scroll"), by(back, "back")}
	}
	return append(moving,
		by(newProfile, "new"), by(editProfile, "edit"), by(help, "help"), by(filter, "find"), by(removeProfile, "remove"),
		by(copySnippet, "snippet"), by(unlock, "unlock"), by(quit, "quit"))
}

// profileList draws the profiles that fit around the selected one.
func (m Model) profileList(r rect) []string {
	all := m.judging.ix.Profiles
	if len(all) == 0 {
		text := "No profile yet. " + sentence(m.keys.press(newProfile)+" to make one") + " It takes the client id and client secret of your app, and of which store. The secret goes to the " + string(m.usualVault()) + " vault, and is never shown again."
		if m.judging.closed.err != nil {
			text += " The " + string(m.judging.closed.name) + " does not answer here: in the form, ← → choose another place."
		}
		if m.judging.broken != "" {
			text = m.judging.broken
		}
		var lines []string
		for _, l := range paragraph(text, r.W-4) {
			lines = append(lines, "  "+l)
		}
		return append([]string{""}, lines...)
	}
	lines := []string{m.theme.Dim.Render(padTo("  "+counted(len(all), "profile"), r.W))}
	seen, at := r.H-1, m.profileAt()
	start := min(max(0, at-seen/2), max(0, len(all)-seen))
	for i := start; i < min(len(all), start+seen); i++ {
		lines = append(lines, m.profileLine(&all[i], i == at, r.W))
	}
	return lines
}

// profileLine draws one profile: its mark, name, store, environment and tags, and when its last token came.
func (m Model) profileLine(p *profiles.Profile, selected bool, width int) string {
	mark, rest := " ", m.theme.Dim
	if selected {
		mark, rest = m.theme.Key.Render("▌"), m.theme.Selected
	}
	store := p.StoreHash
	if store == "" {
		store = "any store"
	}
	secret := m.theme.Good.Render("✓")
	if !p.HasSecret && p.Vault.Holds() || m.credential(p).Unread != "" {
		secret = m.theme.Warn.Render("!")
	}
	tags := slices.Clone(p.Tags)
	if p.Environment != "" {
		tags = append([]string{p.Environment}, tags...)
	}
	name := min(24, width/3)
	line := mark + " " + m.theme.mark(p.Colour).Render("●") + " " + rest.Render(padTo(m.door.line(p.Name, name), name)) + " " + secret + " " + rest.Render(padTo(m.door.line(store, 11), 11))
	return padTo(line+" "+rest.Render(padTo(m.lastToken(p), 10))+" "+rest.Render(m.door.line(strings.Join(tags, ", "), max(0, width-name-31))), width)
}

// lastToken is how long ago a profile's last token came, in this console.
func (m Model) lastToken(p *profiles.Profile) string {
	if a := m.judging.last[p.Name]; a != nil {
		return ago(m.now.Sub(a.At))
	}
	return "–"
}

func (m Model) profileDetail(r rect) []string {
	p := m.selectedProfile()
	if p == nil {
		return nil
	}
	return m.scrolledTo(m.profiles.scroll, m.profileText(p, r.W), r)
}

// profileText is everything of a profile but its secret.
func (m Model) profileText(p *profiles.Profile, width int) []string {
	last := "none in this console"
	if a := m.judging.last[p.Name]; a != nil {
		r := m.cfg.Inbox.Brief(a)
		last = fmt.Sprintf("#%d, %s: %s", a.ID, ago(m.now.Sub(a.At)), r.Verdict(m.now).Words())
	}
	used := "" // before now
	if a := m.judging.last[p.Name]; a == nil && !p.UsedAt.IsZero() {
		used = m.moment(p.UsedAt)
	}
	store := p.StoreHash
	if store == "" {
		store = "any store of the app"
	}
	rows := [][2]string{
		{"client id", p.ClientID}, {"store hash", store}, {"secret", m.secretWords(p)}, {"kept in", m.keptIn(p)},
		{"last token", last}, {"last used", used}, {"may send", strings.Join(p.Senders(), "\n")}, {"environment", p.Environment}, {"colour", p.Colour},
		{"tags", strings.Join(p.Tags, ", ")}, {"note", p.Note}, {"address", "/in/" + p.IngestKey},
	}
	lines := []string{" " + m.theme.mark(p.Colour).Render("●") + " " + m.theme.Strong.Render(m.door.line(p.Name, width-4))}
	for _, row := range rows {
		label := m.theme.Key.Render(padTo(row[0], 11))
		for text := range strings.SplitSeq(row[1], "\n") {
			for _, l := range m.door.paragraph(text, width-15) {
				if text != "" {
					lines = append(lines, "   "+label+" "+l)
					label = strings.Repeat(" ", 11)
				}
			}
		}
	}
	return lines
}

// keptIn is where the secret is.
func (m Model) keptIn(p *profiles.Profile) string {
	switch p.Vault {
	case profiles.CommandVault:
		return "nowhere; a command prints it: " + p.Command
	case profiles.MemoryVault:
		return "memory: gone when this console ends"
	case profiles.FileVault:
		return "secrets.age, encrypted with a passphrase"
	case profiles.KeyringVault:
	}
	return "the system's keyring"
}

// secretWords say of a secret what tells it apart, and nothing that would give it away.
func (m Model) secretWords(p *profiles.Profile) string {
	switch c := m.credential(p); {
	case !c.Secret.IsZero():
		return fmt.Sprintf("%s, fingerprint %s", counted(c.Secret.Len(), "character"), profiles.Fingerprint(c.Secret))
	case c.Unread != "":
		return "could not be read: " + c.Unread + ". " + c.Remedy
	case !p.HasSecret && p.Vault.Holds():
		return "none yet: " + m.keys.press(editProfile) + " to give it"
	}
	return "not read yet; it is when a token wants it"
}

// credential is a profile's with the secret, or the reason why there is none, as far as the vault was asked.
func (m Model) credential(p *profiles.Profile) verifier.Credential {
	if m.judging.judge == nil {
		return verifier.Credential{}
	}
	return m.judging.judge.Credential(p.Name)
}

// said is an error with its way out.
func said(err error) string {
	text := strings.ReplaceAll(err.Error(), "\n", "; ")
	if refusal, ok := errors.AsType[*profiles.Refusal](err); ok {
		return text + "; " + refusal.Hint
	}
	if vault, ok := errors.AsType[*profiles.VaultError](err); ok {
		return text + "; " + vault.Hint
	}
	return text
}

// sentence makes a clause one.
func sentence(clause string) string {
	return strings.ToUpper(clause[:1]) + clause[1:] + "."
}
