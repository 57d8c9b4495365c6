package profiles

import (
	"encoding/json"
	"regexp"
	"sync"

	"jotwatch/verifier"
)

// keyForms are those of what an export may bring along: ids name files and entries in vaults, ingest keys stand in addresses.
var keyForms = sync.OnceValue(func() (f struct{ id, ingest *regexp.Regexp }) {
	f.id = regexp.MustCompile(`^[a-z0-9]{16,64}$`)
	f.ingest = regexp.MustCompile(`^[A-Za-z0-9_-]{16,128}$`)
	return f
})

// readExport reads our own export, and reports whether it is one. Nothing that a profile has is lost.
func (in *intake) readExport(members []part) (is bool, err error) {
	var format, ingestKey string
	var newest int
	var list part
	for _, m := range members {
		switch m.key {
		case "format":
			format, _ = m.word()
		case "version":
			if json.Unmarshal(m.text, &newest) != nil {
				newest = 0
			}
		case "ingest_key":
			ingestKey, _ = m.word()
		case "profiles":
			list = m
		}
	}
	switch {
	case format != exportFormat:
		return false, nil
	case newest > exportVersion:
		return true, refuse("update jotwatch", "a newer jotwatch wrote the export: it has version %d, and this one knows %d", newest, exportVersion)
	case newest < 1 || len(list.text) == 0 || list.text[0] != '[':
		return true, refuse("export the profiles again", "the export is damaged: it lacks its version or its list of profiles")
	}
	in.Format = ExportFormat
	var ok bool
	if in.IngestKey, ok = fits(keyForms().ingest, ingestKey); !ok {
		in.Said = append(in.Said, "the export's ingest key is none, and was left out")
	}
	taken := map[string]bool{} // a second profile of an id or ingest key would take the first one's place
	for _, object := range list.parts() {
		f := found{line: object.line, odd: true}
		var e exportedProfile
		if !object.isObject() || json.Unmarshal(object.text, &e) != nil { // its error may hold values
			f.refused = refuse("export the profiles again", "the profile is damaged")
		}
		f.Profile, f.secret = e.Profile, e.Secret
		f.keep(taken)
		if err := in.add(f); err != nil {
			return true, err
		}
	}
	return true, nil
}

// keep holds what only an export has to its form.
func (f *found) keep(taken map[string]bool) {
	for _, key := range []struct {
		what string
		text *string
		form *regexp.Regexp
	}{{"id", &f.ID, keyForms().id}, {"ingest key", &f.IngestKey, keyForms().ingest}} {
		text, ok := fits(key.form, *key.text)
		if ok && taken[key.what+text] {
			text, ok = "", false
		}
		if !ok {
			f.said = append(f.said, "its "+key.what+" is none, or another profile's, and was left out: it gets a new one")
		}
		*key.text = text
		taken[key.what+text] = text != ""
	}
	if f.Vault != "" && !f.Vault.known() || f.Vault == CommandVault && f.Command == "" {
		f.Vault = ""
		f.said = append(f.said, "its vault is not known, or lacks its command, and was left out")
	}
}

// fits returns a text of a form, and "" for another. No text is right too.
func fits(form *regexp.Regexp, text string) (string, bool) {
	if text != "" && (!form.MatchString(text) || verifier.HoldsSecret(text)) {
		return "", false
	}
	return text, true
}
