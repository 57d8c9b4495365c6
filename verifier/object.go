package verifier

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth is how deep JSON may be nested: real tokens reach two, and strict libraries give up long before the
// tokenizer's own limit of 10,000.
const maxDepth = 64

// An Object is a JSON object with its members in the order written, duplicates included.
type Object []Member

// A Member is one name and value of an Object.
type Member struct {
	Name  string // unescaped
	Value Value
}

// A Value is a JSON value as it was written.
type Value struct {
	Raw      string  // the JSON text itself; numbers are never converted
	Members  Object  // of an object
	Elements []Value // of an array
}

// Get returns the value of a member; of several with the name the last, as most libraries do.
func (o Object) Get(name string) (Value, bool) {
	for i := len(o) - 1; i >= 0; i-- {
		if o[i].Name == name {
			return o[i].Value, true
		}
	}
	return Value{}, false
}

// String returns the text of a member that is a string, and whether there is such a member.
func (o Object) String(name string) (string, bool) {
	v, ok := o.Get(name)
	if !ok || !v.IsString() {
		return "", false
	}
	return v.Text(), true
}

// IsString reports whether the value is a JSON string.
func (v Value) IsString() bool { return strings.HasPrefix(v.Raw, `"`) }

// IsObject reports whether the value is a JSON object.
func (v Value) IsObject() bool { return strings.HasPrefix(v.Raw, "{") }

// IsNull reports whether the value is null.
func (v Value) IsNull() bool { return v.Raw == "null" }

// IsNumber reports whether the value is a number of any form.
func (v Value) IsNumber() bool {
	return v.Raw != "" && (v.Raw[0] == '-' || v.Raw[0] >= '0' && v.Raw[0] <= '9')
}

// isInteger reports whether the value is a number without fraction or exponent.
func (v Value) isInteger() bool {
	return v.IsNumber() && !strings.ContainsAny(v.Raw, ".eE")
}

// Text is the value for people: a string unescaped, anything else as it was written.
func (v Value) Text() string {
	if v.IsString() {
		return unquote(v.Raw)
	}
	return v.Raw
}

func unquote(raw string) string {
	inner := strings.TrimSuffix(strings.TrimPrefix(raw, `"`), `"`)
	if strings.IndexByte(inner, '\\') < 0 {
		return inner
	}
	text, _ := jsontext.AppendUnquote(nil, raw) // on an error it holds what could be read
	return string(text)
}

var (
	errTooDeep  = errors.New("it is nested deeper than 64 levels")
	errTrailing = errors.New("something follows the JSON object")
	errNoObject = errors.New("it is not a JSON object")
	errNotUTF8  = errors.New("it is not valid UTF-8")
	errSyntax   = errors.New("it is not valid JSON")
)

// A parsed is a JSON object with what is wrong with it. When err is not nil, members holds what could be read.
type parsed struct {
	members   Object
	duplicate []string // names that appear more than once in one object
	err       error    // one of the errors above
}

type objectParser struct {
	text      string
	tokens    *jsontext.Decoder
	depth     int
	duplicate []string
}

// parseObject reads the JSON object in text, which may be cut off or worse.
func parseObject(text []byte) parsed {
	p := objectParser{
		text:   string(text),
		tokens: jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)),
	}
	if p.tokens.PeekKind() != '{' {
		return parsed{err: errNoObject}
	}
	top, err := p.value()
	out := parsed{members: top.Members, duplicate: p.duplicate, err: err}
	switch {
	case err != nil:
	case !utf8.Valid(text):
		out.err = errNotUTF8
	default:
		if _, err := p.tokens.ReadToken(); !errors.Is(err, io.EOF) {
			out.err = errTrailing
		}
	}
	return out
}

// value reads one value. On an error it returns what was read of it.
func (p *objectParser) value() (Value, error) {
	switch p.tokens.PeekKind() {
	case '{':
		return p.object()
	case '[':
		return p.array()
	default:
		raw, err := p.tokens.ReadValue()
		if err != nil {
			return Value{}, errSyntax
		}
		end := int(p.tokens.InputOffset())
		return Value{Raw: p.text[end-len(raw) : end]}, nil
	}
}

func (p *objectParser) open() (start int, err error) {
	if p.depth++; p.depth > maxDepth {
		return 0, errTooDeep
	}
	if _, err := p.tokens.ReadToken(); err != nil {
		return 0, errSyntax
	}
	return int(p.tokens.InputOffset()) - 1, nil
}

// end closes an object or array and returns its text.
func (p *objectParser) end(start int) (string, error) {
	p.depth--
	if _, err := p.tokens.ReadToken(); err != nil {
		return p.text[start:], errSyntax
	}
	return p.text[start:p.tokens.InputOffset()], nil
}

func (p *objectParser) object() (Value, error) {
	start, err := p.open()
	if err != nil {
		return Value{}, err
	}
	var room [12]Member // a Current Customer token has ten claims; what is kept is no larger than it needs to be
	members := Object(room[:0])
	var seen map[string]bool // only for objects far larger than a token's
	for p.tokens.PeekKind() == '"' {
		raw, err := p.tokens.ReadValue()
		if err != nil {
			break
		}
		end := int(p.tokens.InputOffset())
		name := unquote(p.text[end-len(raw) : end])
		if len(members) == 32 {
			seen = make(map[string]bool)
			for _, m := range members {
				seen[m.Name] = true
			}
		}
		if seen[name] || seen == nil && members.has(name) {
			p.repeated(name)
		}
		if seen != nil {
			seen[name] = true
		}
		value, err := p.value()
		if value.Raw != "" {
			members = append(members, Member{name, value})
		}
		if err != nil {
			return Value{Raw: p.text[start:], Members: kept(members)}, err
		}
	}
	text, err := p.end(start)
	return Value{Raw: text, Members: kept(members)}, err
}

func kept(members Object) Object {
	own := make(Object, len(members))
	copy(own, members)
	return own
}

func (p *objectParser) array() (Value, error) {
	start, err := p.open()
	if err != nil {
		return Value{}, err
	}
	elements := []Value{}
	for kind := p.tokens.PeekKind(); kind != ']' && kind != 0; kind = p.tokens.PeekKind() {
		element, err := p.value()
		if element.Raw != "" {
			elements = append(elements, element)
		}
		if err != nil {
			return Value{Raw: p.text[start:], Elements: elements}, err
		}
	}
	text, err := p.end(start)
	return Value{Raw: text, Elements: elements}, err
}

// repeated remembers a duplicate name; a few are enough for a message.
func (p *objectParser) repeated(name string) {
	if len(p.duplicate) < 5 {
		p.duplicate = append(p.duplicate, name)
	}
}

func (o Object) has(name string) bool {
	_, ok := o.Get(name)
	return ok
}

// which returns those of the names that there are members of.
func (o Object) which(names ...string) []string {
	var there []string
	for _, name := range names {
		if o.has(name) {
			there = append(there, name)
		}
	}
	return there
}
