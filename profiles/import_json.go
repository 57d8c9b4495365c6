package profiles

import (
	"bytes"
	"encoding/json"
	"errors"
	"path"
	"slices"
	"strings"

	"jotwatch/verifier"
)

// A part is a member of an object or an element of a list.
type part struct {
	key  string // of a member
	text json.RawMessage
	line int // that it begins on
}

func (p *part) isObject() bool { return p.text[0] == '{' }

// parts takes an object or a list apart, which is known to be valid.
func (p *part) parts() []part {
	var all []part
	decoder := json.NewDecoder(bytes.NewReader(p.text))
	_, _ = decoder.Token() // the bracket
	line, last := p.line, 0
	for decoder.More() {
		var one part
		if p.isObject() {
			key, _ := decoder.Token()
			one.key, _ = key.(string)
		}
		if decoder.Decode(&one.text) != nil {
			break
		}
		start := int(decoder.InputOffset()) - len(one.text)
		line += bytes.Count(p.text[last:start], []byte("\n"))
		last, one.line = start, line
		all = append(all, one)
	}
	return all
}

func keys(members []part) []string {
	names := make([]string, len(members))
	for i := range members {
		names[i] = members[i].key
	}
	return names
}

// readJSON reads one object or list, or an object a line.
func (in *intake) readJSON(name string, text []byte) error {
	in.Format = JSONFormat
	start := len(text) - len(bytes.TrimLeft(text, " \t\n"))
	whole := part{text: bytes.TrimSpace(text), line: 1 + bytes.Count(text[:start], []byte("\n"))}
	var valid json.RawMessage
	if err := json.Unmarshal(whole.text, &valid); err != nil {
		if first, _, _ := bytes.Cut(whole.text, []byte("\n")); first[0] == '{' && json.Valid(first) {
			return in.readLines(text)
		}
		line := whole.line
		if wrong, ok := errors.AsType[*json.SyntaxError](err); ok { // its text may hold some of the file's
			line += bytes.Count(whole.text[:min(int(wrong.Offset), len(whole.text))], []byte("\n"))
		}
		return refuse("check it with another program that reads JSON", "the file seems to be JSON, but line %d is wrong", line)
	}
	if !whole.isObject() {
		return in.readList(whole)
	}
	members := whole.parts()
	fields := assign(keys(members))
	if is, err := in.readExport(members); is || err != nil {
		return err
	}
	if isStencil(name, members, fields) {
		return in.readStencil(members, fields)
	}
	if slices.Contains(fields, clientIDField) {
		return in.readObject(whole)
	}
	var lists []part
	for _, m := range members {
		if m.text[0] == '[' && bytes.HasPrefix(bytes.TrimLeft(m.text[1:], " \t\n"), []byte("{")) {
			lists = append(lists, m)
		}
	}
	if len(lists) == 1 {
		return in.readList(lists[0])
	}
	return refuse("give objects with the members name, client_id, client_secret and store_hash, in a list or one a line",
		"the file is JSON, but without a client id or a list of objects")
}

func (in *intake) readList(list part) error {
	for _, object := range list.parts() {
		if err := in.readObject(object); err != nil {
			return err
		}
	}
	return nil
}

// readLines reads an object a line. A line that is none is refused, and the rest goes on.
func (in *intake) readLines(text []byte) error {
	line := 0
	for one := range bytes.Lines(text) {
		line++
		one = bytes.TrimSpace(one)
		if len(one) == 0 {
			continue
		}
		object := part{text: one, line: line}
		if !json.Valid(one) {
			object.text = json.RawMessage("null")
		}
		if err := in.readObject(object); err != nil {
			return err
		}
	}
	return nil
}

func (in *intake) readObject(object part) error {
	f := found{line: object.line}
	if !object.isObject() {
		f.refused = refuse("write each profile as an object", "it is no JSON object")
		return in.add(f)
	}
	members := object.parts()
	fields := assign(keys(members))
	in.leaveOut(keys(members), fields)
	for i, m := range members {
		if err := f.member(fields[i], m); err != nil {
			f.refused = err
		}
		in.tokens = in.tokens || fields[i] == tokenField
	}
	return in.add(f)
}

// member takes a member's value for a field: a text, a number, or a list of them for what is a list. Its key is one of
// aliases, and may be told.
func (f *found) member(field field, m part) error {
	if field == noField {
		return nil
	}
	if m.text[0] != '[' {
		text, ok := m.word()
		if !ok {
			return refuse("write it as a text", "the member %q is an object, where a text is read", m.key)
		}
		f.set(field, text)
		return nil
	}
	var list []string
	for _, element := range m.parts() {
		text, ok := element.word()
		if !ok {
			return refuse("write it as a list of texts", "the list %q holds something else than texts", m.key)
		}
		list = append(list, text)
	}
	switch field {
	case originsField:
		f.Origins = list
	case tagsField:
		f.Tags = list
	default:
		return refuse("write it as a text", "the member %q is a list, where a text is read", m.key)
	}
	return nil
}

// word is a text, or another single value as it is written. null is the empty one.
func (p *part) word() (text string, ok bool) {
	switch p.text[0] {
	case '"':
		return text, json.Unmarshal(p.text, &text) == nil
	case 'n':
		return "", true
	case '{', '[':
		return "", false
	}
	return string(p.text), true
}

// isStencil reports whether an object is of BigCommerce's theme tool: config.stencil.json and .stencil name the store's
// address, secrets.stencil.json has an access token alone.
func isStencil(name string, members []part, fields []field) bool {
	return slices.ContainsFunc(members, func(m part) bool { return m.key == "normalStoreUrl" }) ||
		strings.HasSuffix(path.Base(name), ".stencil.json") || path.Base(name) == ".stencil" ||
		len(fields) == 1 && fields[0] == tokenField
}

func (in *intake) readStencil(members []part, fields []field) error {
	in.Format = StencilFormat
	f := found{line: 1}
	for i, m := range members {
		text, _ := m.word()
		switch {
		case m.key == "normalStoreUrl":
			f.Origins = []string{text}
			if hash, ok := verifier.StoreHash(text); ok && hash != text && f.StoreHash == "" {
				f.StoreHash = hash
			}
		case fields[i] == clientIDField, fields[i] == secretField, fields[i] == hashField && text != "":
			f.set(fields[i], text)
		case fields[i] == tokenField:
			in.tokens = true
		}
	}
	if f.ClientID == "" {
		f.refused = refuse("take the client id and the client secret from the app's page in the Developer Portal",
			"a Stencil file holds an access token for the theme tool, and no credentials of an app")
	}
	return in.add(f)
}
