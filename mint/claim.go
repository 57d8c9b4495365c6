package mint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Claim is a claim to set: a name, dotted to reach into objects (customer.id), and the value as JSON text.
type Claim struct {
	Name  string
	Value string
}

// ParseClaim reads claim=value as `--set` takes it. The value is JSON where it parses as such and a string otherwise, so
// that customer.id=12, customer.email=x, customer=null and iat="12" all mean what they look like.
func ParseClaim(s string) (Claim, error) {
	if !utf8.ValidString(s) {
		return Claim{}, fmt.Errorf("parse claim %q: it is not valid UTF-8", s)
	}
	name, value, ok := strings.Cut(s, "=")
	if !ok {
		return Claim{}, fmt.Errorf("parse claim %q: want claim=value", s)
	}
	if err := checkName(name); err != nil {
		return Claim{}, fmt.Errorf("parse claim %q: %w", s, err)
	}
	if !json.Valid([]byte(value)) {
		value = quote(value)
	}
	return Claim{Name: name, Value: strings.TrimSpace(value)}, nil
}

func checkName(name string) error {
	for part := range strings.SplitSeq(name, ".") {
		if part == "" {
			return errors.New("a claim's name, or a part of it between dots, is empty")
		}
	}
	return nil
}

// An object is a JSON object whose members keep their order, with the values as JSON text: encoding/json's maps would
// sort them, and real tokens are not sorted.
type object []member

type member struct{ name, value string }

func (o object) json() string {
	var b strings.Builder
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quote(m.name))
		b.WriteByte(':')
		b.WriteString(m.value)
	}
	b.WriteByte('}')
	return b.String()
}

func (o object) get(name string) (value string, ok bool) {
	for _, m := range o {
		if m.name == name {
			return m.value, true
		}
	}
	return "", false
}

// put replaces a member where it stands, or appends it.
func (o *object) put(name, value string) {
	for i := range *o {
		if (*o)[i].name == name {
			(*o)[i].value = value
			return
		}
	}
	*o = append(*o, member{name, value})
}

func (o *object) remove(name string) {
	kept := make(object, 0, len(*o))
	for _, m := range *o {
		if m.name != name {
			kept = append(kept, m)
		}
	}
	*o = kept
}

// assign sets a claim by its dotted name, making the objects on the way that are not there.
func (o *object) assign(c Claim) error {
	if err := checkName(c.Name); err != nil {
		return err
	}
	if !json.Valid([]byte(c.Value)) || !utf8.ValidString(c.Value) {
		return errors.New("its value is not JSON")
	}
	outer, inner, nested := strings.Cut(c.Name, ".")
	if !nested {
		o.put(outer, c.Value)
		return nil
	}
	var members object
	if value, ok := o.get(outer); ok {
		var err error
		if members, err = parseObject(value); err != nil {
			return fmt.Errorf("look into %q: %w", outer, err)
		}
	}
	if err := members.assign(Claim{inner, c.Value}); err != nil {
		return err
	}
	o.put(outer, members.json())
	return nil
}

// parseObject reads valid JSON text that may be an object.
func parseObject(text string) (object, error) {
	tokens := json.NewDecoder(strings.NewReader(text))
	if first, err := tokens.Token(); err != nil || first != json.Delim('{') {
		return nil, errors.New("it is not an object")
	}
	var members object
	for tokens.More() {
		name, err := tokens.Token()
		if err != nil {
			return nil, fmt.Errorf("read member name: %w", err)
		}
		var value json.RawMessage
		if err := tokens.Decode(&value); err != nil {
			return nil, fmt.Errorf("read member value: %w", err)
		}
		members = append(members, member{fmt.Sprint(name), string(value)})
	}
	return members, nil
}

// quote writes a JSON string, without the escapes for HTML that json.Marshal adds and BigCommerce does not.
func quote(s string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

func seconds(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
