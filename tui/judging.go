package tui

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
	"jotwatch/profiles"
	"jotwatch/verifier"
)

const (
	askAgain  = 15 * time.Second // a vault, for a secret that could not be had
	noteAgain = 10 * time.Second // which profiles judged a token, at most so often
)

// Judging is by whose credentials arrivals are judged, and what the vault says.
type judging struct {
	ix         *profiles.Index
	broken     string          // why it cannot be read, with what to do
	seen       os.FileInfo     // of the index, when it was read
	judge      *profiles.Judge // nil: ad hoc credentials, or no place for profiles
	wanted     bool            // its user asked for the vault, and waits for its question
	unnamed    bool            // the profile that --profile named is gone
	generation int             // of the judge: another index makes another
	fetching   bool
	waiting    map[string]*inbox.Arrival // want secrets, while others are being fetched; by the profile whose
	fetched    time.Time                 // last
	noted      time.Time
	closed     vaultMsg // the vault that does not answer, and why
	checked    bool     // the vaults were asked whether they would
	prompt     string
	question   *question                 // a passphrase that a vault waits for
	last       map[string]*inbox.Arrival // of each profile, by its name
}

func newJudging(cfg Config) judging {
	j := judging{ix: cfg.Index, broken: cfg.Broken, last: map[string]*inbox.Arrival{}}
	if j.ix == nil {
		j.ix = profiles.Empty()
	}
	switch {
	case cfg.Given != nil:
		cfg.Inbox.Use(cfg.Given)
	case cfg.Book != nil:
		j.judge = cfg.Book.NewJudge(j.ix, named(j.ix, cfg.Named), false)
		cfg.Inbox.Use(j.judge.Known())
	}
	return j
}

// named is the profile of an id, nil where there is none.
func named(ix *profiles.Index, id string) *profiles.Profile {
	for i := range ix.Profiles {
		if ix.Profiles[i].ID == id {
			return &ix.Profiles[i]
		}
	}
	return nil
}

// received judges arrivals and holds them; what lacks a secret is judged again once that is fetched.
func (m Model) received(batch []*inbox.Arrival, at time.Time) (Model, tea.Cmd) {
	if at = at.Round(0).In(m.now.Location()); at.After(m.now) {
		m.now = at
	}
	m.cfg.Inbox.Add(batch...)
	m = m.grown(batch)
	var signed []*verifier.Report
	for _, a := range batch {
		if r := m.cfg.Inbox.Brief(a); r != nil && a.Outcome == inbox.Token {
			if r.Profile != "" {
				m.judging.last[r.Profile] = a
			}
			if r.SignedBy != "" {
				signed = append(signed, r)
			}
		}
	}
	m, fetching := m.fetch(batch)
	if len(signed) == 0 || m.cfg.Book == nil || m.now.Sub(m.judging.noted) < noteAgain {
		return m, fetching
	}
	m.judging.noted = m.now
	return m, tea.Batch(fetching, noteUsed(m.ctx, m.cfg.Book, signed, m.now))
}

// fetch sees to the secrets that arrivals want, one fetch at a time.
func (m Model) fetch(arrivals []*inbox.Arrival) (Model, tea.Cmd) {
	j := &m.judging
	if j.judge == nil {
		return m, nil
	}
	for _, a := range arrivals {
		m.cfg.Inbox.Brief(a) // judged by the credentials of now, it says what it wants of them
	}
	if j.fetching {
		m.waits(arrivals)
		return m, nil
	}
	var anew tea.Cmd
	if j.judge.Unanswered() && m.now.Sub(j.fetched) > askAgain {
		j.fetched = m.now
		j.judge.Retry(profiles.FileVault) // whose user is not asked over and over
		m.cfg.Inbox.Use(j.judge.Known())
		arrivals = append(slices.Clone(arrivals), m.onScreen()...)
		m, anew = m.judgedAnew()
		for _, a := range arrivals {
			m.cfg.Inbox.Brief(a)
		}
	}
	wanting := m.cfg.Inbox.Wants(arrivals)
	if len(wanting) == 0 {
		return m, anew
	}
	tokens := make([]string, len(wanting))
	for i, r := range wanting {
		tokens[i] = r.Token
	}
	j.fetching, j.fetched, j.waiting = true, m.now, map[string]*inbox.Arrival{}
	return m, tea.Batch(anew, fetch(m.ctx, j.judge.Clone(), j.generation, tokens, m.cfg.Leeway))
}

// waits keeps, while a fetch is under way, one arrival for each profile whose secret is wanted: the others of that profile are judged
// by what that one fetches.
func (m Model) waits(arrivals []*inbox.Arrival) {
	for _, a := range arrivals {
		for _, r := range m.cfg.Inbox.Wants([]*inbox.Arrival{a}) {
			if j := m.judging; j.waiting[r.Wants[0]] == nil {
				j.waiting[r.Wants[0]] = a
			}
		}
	}
}

// fetchEnded judges again by the secrets that were fetched.
func (m Model) fetchEnded(msg fetchedMsg) (Model, tea.Cmd) {
	m = m.answeredBy()
	j := &m.judging
	j.fetching, j.prompt, j.wanted = false, "", false
	if msg.generation == j.generation {
		j.judge = msg.judge
	} else { // the profiles changed meanwhile
		j.judge.Inherit(msg.judge)
	}
	j.fetched = m.now
	var check tea.Cmd
	if closed := msg.judge.Closed(); closed != nil {
		j.closed = vaultMsg{name: closed.Vault, err: closed}
	} else if j.closed.err != nil || j.closed.locked { // it may have been another vault that was asked
		check = checkVaults(m.ctx, m.cfg.Book, m.vaults())
	}
	m.cfg.Inbox.Use(j.judge.Known())
	waiting := slices.Collect(maps.Values(j.waiting))
	m, anew := m.judgedAnew()
	m, again := m.fetch(waiting)
	return m, tea.Batch(anew, again, check)
}

// use judges by other profiles from now on, with the secrets that were fetched already.
func (m Model) use(ix *profiles.Index) (Model, tea.Cmd) {
	j := &m.judging
	j.ix = ix
	j.broken = ""
	if m.station.door != nil {
		m.station.door.Admit(m.cfg.Doors(ix))
	}
	if m.cfg.Given != nil || m.cfg.Book == nil {
		return m, nil
	}
	whose := named(ix, m.cfg.Named)
	if m.cfg.Named != "" && whose == nil && !j.unnamed {
		j.unnamed = true
		m = m.say("the profile that --profile named is gone: tokens are judged as whosever they are")
	}
	judge := m.cfg.Book.NewJudge(ix, whose, false)
	if j.judge != nil {
		judge.Inherit(j.judge)
	}
	j.judge, j.generation = judge, j.generation+1
	m.cfg.Inbox.Use(judge.Known())
	j.last = m.lastOfEach()
	m, anew := m.judgedAnew()
	m, fetching := m.fetch(m.onScreen())
	return m, tea.Batch(anew, fetching)
}

// lastOfEach is the last token of each profile, by its name, among those that arrived last.
func (m Model) lastOfEach() map[string]*inbox.Arrival {
	const far = 1000
	last := map[string]*inbox.Arrival{}
	for i := m.cfg.Inbox.Len() - 1; i >= max(0, m.cfg.Inbox.Len()-far); i-- {
		a := m.cfg.Inbox.At(i)
		if r := m.reportOf(a); r != nil && r.Profile != "" && last[r.Profile] == nil {
			last[r.Profile] = a
		}
	}
	for name, a := range m.judging.last {
		if r := m.reportOf(a); last[name] == nil && m.cfg.Inbox.Held(a) && r != nil && r.Profile == name {
			last[name] = a
		}
	}
	return last
}

// unlocked asks the vault again: its user says that it answers now.
func (m Model) unlocked() (Model, tea.Cmd) {
	if m.judging.question != nil {
		m.dialog = newPassphrase(m.judging.question, nil)
		return m, nil
	}
	m = m.say("asking the vault again")
	m.judging.checked = false
	m.judging.wanted = m.judging.fetching
	check := checkVaults(m.ctx, m.cfg.Book, m.vaults())
	if m.judging.judge == nil || m.judging.fetching {
		return m, check
	}
	locked := m.judging.closed.locked
	m.judging.fetched, m.judging.closed = m.now, vaultMsg{locked: locked}
	m.judging.judge.Retry()
	m.cfg.Inbox.Use(m.judging.judge.Known())
	m, anew := m.judgedAnew()
	m, fetching := m.fetch(m.onScreen())
	if j := &m.judging; !j.fetching && locked {
		j.fetching, j.waiting = true, map[string]*inbox.Arrival{}
		fetching = openVault(m.ctx, j.judge.Clone(), j.generation)
	}
	m.judging.wanted = m.judging.fetching // else nothing is asked for now, and what is later opens nothing
	return m, tea.Batch(check, anew, fetching)
}

// vaults are those in use: where the profiles' secrets lie, or else where those of new ones would.
func (m Model) vaults() []profiles.VaultName {
	var names []profiles.VaultName
	for i := range m.judging.ix.Profiles {
		if v := m.judging.ix.Profiles[i].Vault; v != profiles.CommandVault && !slices.Contains(names, v) {
			names = append(names, v)
		}
	}
	if len(names) == 0 {
		names = append(names, m.judging.ix.Vault)
	}
	return names
}

// vaultState names the vaults in use and says how they are; in one word where there is no room.
func (m Model) vaultState(room bool) (words string, ok bool) {
	short := func(long, short string) string {
		if room {
			return long
		}
		return short
	}
	j := m.judging
	var all []string
	for _, name := range m.vaults() {
		all = append(all, string(name))
	}
	name := strings.Join(all, "+") + " "
	switch {
	case m.cfg.Given != nil:
		return "", true
	case m.cfg.Book == nil:
		return "no vault", false
	case j.question != nil:
		return "file " + short("passphrase? "+m.keys.label(unlock), m.keys.label(unlock)+"?"), false
	case j.prompt != "":
		return name + short("waits for you", "waits"), false
	case j.fetching:
		return name + short("is asked", "asked"), true
	case !j.checked:
		return name + "…", true
	case j.closed.err == nil && name == "memory ":
		return name + short("gone at exit", "only"), true
	case j.closed.locked:
		return "file locked", true // until a token wants a secret, or its user gives the passphrase
	case j.closed.err == nil:
		return name + "✓", true
	}
	state := "✗"
	for reason, word := range map[error]string{profiles.ErrLocked: "locked", profiles.ErrAbsent: "absent", profiles.ErrTimedOut: "silent"} {
		if errors.Is(j.closed.err, reason) {
			state = word
		}
	}
	return string(j.closed.name) + " " + state, false
}
