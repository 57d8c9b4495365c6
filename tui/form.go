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

// The fields of the form, in their order.
const (
	nameField = iota
	clientField
	storeField
	secretField
	vaultField
	commandField
	originsField
	tagsField
	environmentField
	colourField
	noteField
	fields // how many
)

// A formField is one line of the form.
type formField struct {
	name, about string
	field       field
	was         string   // in it when the form opened
	choices     []string // chosen from instead of typed
	remark      string   // on what is in it
	wrong       error    // why it cannot be taken
}

// A form adds or changes a profile. Everything is checked as one types; nothing is lost when it cannot be saved.
type form struct {
	number int                     // tells it from other forms
	id     string                  // of the profile that is changed, "" for a new one
	was    profiles.Profile        // before
	secret verifier.Secret         // that came with the draft, where none is typed
	free   func(name string) error // whether another profile has a name
	fields []formField             // of a form alone: an update begins with a copy
	at     int
	saving bool
	failed string   // why it was not saved
	leaves bool     // esc was pressed once
	closed vaultMsg // the vault that does not answer
	dirty  bool
}

// save is the form's answer.
type save struct {
	form   form
	secret verifier.Secret
}

// newForm is the form for a new profile, with what is known of it.
func (m Model) newForm(d profiles.Draft) dialog {
	if d.Vault == "" {
		d.Vault = m.usualVault()
	}
	return m.form("", d.Profile, d.Secret)
}

// usualVault is where the secret of a new profile goes, unless its user says otherwise: where those of the others are.
func (m Model) usualVault() profiles.VaultName {
	if used := m.vaults(); !slices.Contains(used, m.judging.ix.Vault) {
		return used[0]
	}
	return m.judging.ix.Vault
}

// editForm is the form for a profile that there is.
func (m Model) editForm(p *profiles.Profile) dialog { return m.form(p.ID, *p, verifier.Secret{}) }

func (m Model) form(id string, p profiles.Profile, secret verifier.Secret) dialog {
	ix := m.judging.ix
	d := form{number: m.profiles.forms + 1, id: id, was: p, secret: secret, closed: m.judging.closed, free: func(name string) error {
		if id != "" && p.Answers(name) {
			return nil
		}
		return ix.Free(name)
	}}
	keep := "64 hex digits, from the app's page in the Developer Portal; not shown"
	switch {
	case !secret.IsZero():
		keep = pastedSecret(secret)
	case id != "" && p.HasSecret:
		keep = "empty: it stays as it is"
	}
	vaults := []string{string(profiles.KeyringVault), string(profiles.FileVault), string(profiles.CommandVault), string(profiles.MemoryVault)}
	if m.cfg.Book != nil && m.cfg.Book.Path() == "" { // there is no disk to keep anything on
		vaults, p.Vault = []string{string(profiles.MemoryVault)}, profiles.MemoryVault
	}
	text := func(name, about, value string) formField {
		return formField{name: name, about: about, field: newField(value)}
	}
	choice := func(name, about, value string, choices []string) formField {
		return formField{name: name, about: about, field: newField(value), choices: choices}
	}
	d.fields = []formField{
		nameField:        text("name", "what you call it, such as acme-sandbox", p.Name),
		clientField:      text("client id", "about 31 letters and digits, from the app's page in the Developer Portal", p.ClientID),
		storeField:       text("store hash", "such as abc123def, or a URL that has it; empty: any store of the app", p.StoreHash),
		secretField:      text("secret", keep, ""),
		vaultField:       choice("kept in", "← → choose: the system's keyring, an encrypted file, a command that prints it, or memory alone", string(p.Vault), vaults),
		commandField:     text("command", "prints the secret, such as op read op://shop/app/secret", p.Command),
		originsField:     text("origins", "of pages that may send, such as https://shop.example.com; several with blanks between", strings.Join(p.Origins, " ")),
		tagsField:        text("tags", "several with commas between", strings.Join(p.Tags, ", ")),
		environmentField: choice("environment", "← → choose", p.Environment, append([]string{""}, profiles.Environments()...)),
		colourField:      choice("colour", "← → choose: how it is marked in lists", p.Colour, append([]string{""}, profiles.Colours()...)),
		noteField:        text("note", "anything; no secret: it is stored readable", strings.ReplaceAll(p.Note, "\n", " ")),
	}
	for at := range d.fields {
		d.fields[at].was = d.value(at)
	}
	d.fields[secretField].field.secret = true
	for d.at < secretField && d.fields[d.at].field.value() != "" { // what is filled in already needs no hand
		d.at++
	}
	if id != "" {
		d.at = nameField
	}
	return d.checked()
}

// pastedSecret says of a secret that is taken as it was pasted what tells it apart.
func pastedSecret(secret verifier.Secret) string {
	return fmt.Sprintf("the one that was pasted: %s, fingerprint %s", counted(secret.Len(), "character"), profiles.Fingerprint(secret))
}

func (d form) takesText() bool { return true }

func (d form) hints() []hint {
	if d.saving {
		return []hint{{key: "esc", does: "do not wait for it"}}
	}
	return []hint{{key: "tab", does: "next"}, {key: "shift+tab", does: "before"}, {key: "ctrl+s", does: "save"}, {key: "esc", does: "cancel"}, {key: "ctrl+u", does: "clear"}}
}

func (d form) paste(text string) (dialog, answer) {
	if d.saving {
		return d, nil
	}
	d.leaves, d.failed = false, ""
	d.fields = slices.Clone(d.fields)
	f := &d.fields[d.at]
	all := drafts(text)
	switch what := profiles.NotASecret(strings.TrimSpace(text)); {
	case f.choices != nil:
		return d, nil
	case d.at == secretField && len(all) > 0: // a file that has it
		d.secret = all[0].Secret
		f.field, f.about = newField(""), pastedSecret(d.secret)
		f.field.secret = true
	case d.at == secretField && what != "":
		d.failed = "what was pasted as the secret is " + what
	case d.at == secretField: // as a whole
		f.field = newField(strings.TrimSpace(text))
		f.field.secret = true
	default:
		f.field = f.field.pasted(text)
	}
	d.dirty = true
	return d.checked(), nil
}

func (d form) update(key tea.KeyPressMsg, _ keymap, _, _ int) (dialog, answer) {
	d.fields = slices.Clone(d.fields)
	name := key.String()
	if name == "esc" {
		if d.dirty && !d.leaves && !d.saving {
			d.leaves = true
			return d, nil
		}
		return d, closed{}
	}
	if d.saving {
		return d, nil
	}
	d.leaves, d.failed = false, ""
	if name == "ctrl+u" && d.at == secretField && !d.secret.IsZero() {
		d.secret = verifier.Secret{}
		d.fields[secretField].about = "the one that was pasted is forgotten"
	}
	f := &d.fields[d.at]
	switch {
	case name == "ctrl+s", name == "enter" && d.at == d.step(d.at, 1):
		return d.saves()
	case name == "tab", name == "down", name == "enter":
		d.at = d.step(d.at, 1)
	case name == "shift+tab", name == "up":
		d.at = d.step(d.at, -1)
	case f.choices != nil:
		by := map[string]int{"left": -1, "right": 1, "space": 1}[name]
		at := max(0, slices.Index(f.choices, f.field.value()))
		f.field = newField(f.choices[(at+by+len(f.choices))%len(f.choices)])
		d.dirty = d.dirty || by != 0
	default:
		f.field = f.field.pressed(key)
		d.dirty = true
	}
	return d.checked(), nil
}

// step is the field after or before another; the last and the first have none.
func (d form) step(at, by int) int {
	for next := at + by; next >= 0 && next < fields; next += by {
		if d.shown(next) {
			return next
		}
	}
	return at
}

// shown reports whether a field matters: a command vault has a command and no secret.
func (d form) shown(at int) bool {
	byCommand := d.vault() == profiles.CommandVault
	return at != commandField && at != secretField || at == commandField && byCommand || at == secretField && !byCommand
}

func (d form) value(at int) string       { return d.fields[at].field.value() }
func (d form) vault() profiles.VaultName { return profiles.VaultName(d.value(vaultField)) }

// checked holds every field to its check.
func (d form) checked() form {
	check := func(at int, optional bool, of func(string) (string, string, error)) {
		f := &d.fields[at]
		f.remark, f.wrong = "", nil
		if f.field.value() != "" || !optional {
			_, f.remark, f.wrong = of(f.field.value())
		}
	}
	list := func(of func(string) (string, string, error), split func(string) []string) func(string) (string, string, error) {
		return func(text string) (string, string, error) {
			var remarks []string
			for _, one := range split(text) {
				_, remark, err := of(one)
				if err != nil {
					return "", "", err
				}
				if remark != "" {
					remarks = append(remarks, remark)
				}
			}
			return "", strings.Join(remarks, "; "), nil
		}
	}
	d.fields[vaultField].remark = ""
	if d.closed.err != nil && d.closed.name == d.vault() {
		d.fields[vaultField].remark = said(d.closed.err) + "; or choose another with ← →"
	}
	check(nameField, false, profiles.Name)
	if f := &d.fields[nameField]; f.wrong == nil {
		f.wrong = d.free(f.field.value())
	}
	check(clientField, false, profiles.ClientID)
	check(storeField, true, profiles.StoreHash)
	check(secretField, true, func(text string) (string, string, error) {
		_, remark, err := profiles.Secret(text, d.value(clientField), false)
		return "", remark, err
	})
	check(commandField, d.vault() != profiles.CommandVault, profiles.Command)
	check(originsField, true, list(profiles.Origin, strings.Fields))
	check(tagsField, true, list(profiles.Tag, splitTags))
	check(noteField, true, profiles.Note)
	return d
}

func splitTags(text string) []string {
	var tags []string
	for tag := range strings.SplitSeq(text, ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			tags = append(tags, tag)
		}
	}
	return tags
}

// saves answers with the profile, or goes to the first field that cannot be taken.
func (d form) saves() (dialog, answer) {
	for at := range d.fields {
		if d.shown(at) && d.fields[at].wrong != nil {
			d.at, d.failed = at, ""
			return d, nil
		}
	}
	secret := d.secret
	if text := d.value(secretField); text != "" {
		secret, _, _ = profiles.Secret(text, d.value(clientField), false) // all were checked
	}
	if d.vault() == profiles.CommandVault {
		secret = verifier.Secret{}
	}
	d.saving, d.failed = true, ""
	return d, save{d, secret}
}

// onto changes a profile as the form says: of one that there was only what was changed in the form, whatever else changed meanwhile.
func (d form) onto(p *profiles.Profile) {
	set := func(at int, to *string, check func(string) (string, string, error)) {
		if f := d.fields[at]; d.id == "" || f.field.value() != f.was {
			*to, _, _ = check(f.field.value()) // it was checked
		}
	}
	list := func(at int, to *[]string, split func(string) []string, check func(string) (string, string, error)) {
		if f := d.fields[at]; d.id == "" || f.field.value() != f.was {
			*to = nil
			for _, text := range split(f.field.value()) {
				one, _, _ := check(text)
				*to = append(*to, one)
			}
		}
	}
	vault := string(p.Vault)
	set(nameField, &p.Name, profiles.Name)
	set(clientField, &p.ClientID, profiles.ClientID)
	set(storeField, &p.StoreHash, profiles.StoreHash)
	set(vaultField, &vault, func(text string) (string, string, error) { return text, "", nil })
	set(environmentField, &p.Environment, profiles.Environment)
	set(colourField, &p.Colour, profiles.Colour)
	set(noteField, &p.Note, profiles.Note)
	list(originsField, &p.Origins, strings.Fields, profiles.Origin)
	list(tagsField, &p.Tags, splitTags, profiles.Tag)
	if p.Vault = profiles.VaultName(vault); p.Vault == profiles.CommandVault {
		set(commandField, &p.Command, profiles.Command)
	} else {
		p.Command = ""
	}
}

// saves stores what a form answered.
func (m Model) saves(s save) (tea.Model, tea.Cmd) {
	book, d := m.cfg.Book, s.form
	m.profiles.forms = d.number
	if book == nil {
		m.dialog = d.notSaved(errors.New("there is no place for profiles: set JOTWATCH_CONFIG_DIR to a directory of your own"))
		return m, nil
	}
	if q := m.judging.question; q != nil && d.asks() { // that is asked already: the vault takes nothing before it is answered
		m.dialog = newPassphrase(q, d)
	}
	if d.id == "" {
		p := d.was
		d.onto(&p)
		return m, change(m.ctx, book, d.number, p.Name+" is kept", func(ctx context.Context) error { return book.Add(ctx, p, s.secret) })
	}
	edit := func(p *profiles.Profile) error {
		d.onto(p)
		return nil
	}
	return m, change(m.ctx, book, d.number, d.value(nameField)+" is changed", func(ctx context.Context) error { return book.Edit(ctx, d.id, edit, s.secret) })
}

// asks reports whether saving it may ask for a passphrase.
func (d form) asks() bool {
	return d.vault() == profiles.FileVault || d.was.Vault == profiles.FileVault
}

// notSaved says why it was not saved; all that was typed is still there. Where it is for the vault, another can be chosen.
func (d form) notSaved(err error) form {
	d.saving, d.failed = false, "not saved: "+said(err)
	if v, ofVault := errors.AsType[*profiles.VaultError](err); ofVault && v.Vault == d.vault() && v.Unanswered() {
		d.failed, d.at, d.closed = "not saved", vaultField, vaultMsg{name: v.Vault, err: err}
		d.fields = slices.Clone(d.fields)
		d = d.checked()
	}
	return d
}
