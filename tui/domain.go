package tui

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"jotwatch/profiles"
)

// told takes what commands bring.
func (m Model) told(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case arrivedMsg:
		m, cmd := m.received(msg.batch, msg.at)
		last := msg.at
		if msg.full {
			last = time.Time{}
		}
		return m, tea.Batch(cmd, take(m.ctx, m.cfg.Queue, last))
	case stepMsg:
		return m.step()
	case pastedMsg:
		return m.found(msg)
	case settledMsg:
		if box, ok := m.dialog.(pasteBox); ok && box.keys == msg.keys {
			m.dialog = nil
			return m.judges(box.trimmed())
		}
	case fetchedMsg:
		return m.fetchEnded(msg)
	case vaultMsg:
		m.judging.checked = true
		if j := m.judging.judge; msg.err == nil && j != nil && j.Closed() != nil {
			break // it is there, but gave no secret
		}
		m.judging.closed = msg
	case indexMsg:
		m.judging.seen = msg.seen
		return m.use(msg.ix)
	case changedMsg:
		return m.changed(msg)
	case openedMsg:
		return m.opened(msg)
	case servedMsg:
		if msg.err != nil {
			m.station.sockets, m.station.err = nil, msg.err
			return m.say("the listener ended: " + msg.err.Error()), nil
		}
	case heardMsg:
		if _, saving := m.savingForm(); saving || m.judging.fetching {
			m.judging.prompt = msg.text
		}
		return m.say(msg.text), hear(m.ctx, m.cfg.Messenger)
	case askedMsg:
		m.judging.question = msg.question
		if m.judging.wanted && m.dialog == nil {
			m.judging.wanted, m.dialog = false, newPassphrase(msg.question, nil)
			return m, hear(m.ctx, m.cfg.Messenger)
		}
		if d, ok := m.waitingFor(); ok { // its user is waiting for this
			m.dialog = newPassphrase(msg.question, d)
			return m, hear(m.ctx, m.cfg.Messenger)
		}
		m.notice = notice{} // what is waited for stands in its place
		return m, hear(m.ctx, m.cfg.Messenger)
	case writtenMsg:
		if msg.err != nil {
			return m.say("not written: " + reason(msg.err) + "; it goes to the directory that jotwatch was started in"), nil
		}
		return m.say("written to " + msg.name), nil
	}
	return m, nil
}

// changed takes the end of a change to the profiles.
func (m Model) changed(msg changedMsg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	if msg.ix != nil {
		m.judging.seen = msg.seen
		m, cmd = m.use(msg.ix)
	}
	m = m.answeredBy()
	if !m.judging.fetching {
		m.judging.prompt = ""
	}
	open, its := m.savingForm()
	its = its && open.number == msg.number
	left, isLeft := errors.AsType[*profiles.LeftError](msg.err)
	switch {
	case msg.err == nil:
		m = m.say(msg.did)
	case isLeft:
		m = m.say(msg.did + "; but " + left.Error() + ", and is deleted with the next change to that vault")
	case its:
		return m.instead(open.notSaved(msg.err)), cmd
	default:
		return m.say("not done: " + said(msg.err)), cmd
	}
	if its {
		m = m.instead(nil)
		for i := range m.judging.ix.Profiles {
			if p := &m.judging.ix.Profiles[i]; p.Answers(open.value(nameField)) {
				m.profiles.cursor = p.ID
			}
		}
	}
	return m, tea.Batch(cmd, checkVaults(m.ctx, m.cfg.Book, m.vaults()))
}

// savingForm is the form that is being saved, also under a passphrase.
func (m Model) savingForm() (form, bool) {
	under := m.dialog
	if d, ok := under.(passphrase); ok {
		under = d.under
	}
	d, ok := under.(form)
	return d, ok && d.saving
}

// instead puts a dialog, nil for none, in the place of the form that was being saved.
func (m Model) instead(of dialog) Model {
	if d, ok := m.dialog.(passphrase); ok {
		d.under = of
		m.dialog = d
		return m
	}
	m.dialog = of
	return m
}

// waitingFor is what lies under a question that its user waits for: a profile that is being saved, or an earlier passphrase that is
// being tried.
func (m Model) waitingFor() (under dialog, waiting bool) {
	switch d := m.dialog.(type) {
	case form:
		return d, d.saving && d.asks()
	case passphrase:
		return d.under, d.trying
	}
	return nil, false
}

// answeredBy closes the passphrase that was tried: what it was for has come to an end.
func (m Model) answeredBy() Model {
	if d, ok := m.dialog.(passphrase); ok && d.trying {
		m.dialog = d.under
	}
	return m
}
