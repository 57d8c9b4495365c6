package storefront

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// maxCustomerText bounds a list of customers, all of whom are shown on one page.
	maxCustomerText = 1 << 20
	// maxField bounds a name and an e-mail address: 64 bytes, an @ and 255 bytes are the longest address (RFC 5321
	// §4.5.3.1).
	maxField = 320
	// maxID is the largest number that every JSON parser keeps (RFC 8259 §6).
	maxID = 1<<53 - 1
)

// A Customer is one who can sign in. Email may be empty, as in a real store.
type Customer struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"` // shown in the shop; no token has it
	Email string `json:"email"`
	Group int64  `json:"group"` // 0 is none
}

// group names the customer's group, or says none in the words given.
func (c *Customer) group(none string) string {
	if c.Group == 0 {
		return none
	}
	return "group " + strconv.FormatInt(c.Group, 10)
}

// DefaultCustomers are made up: one in a group, one in none, one whose name is not ASCII, one without an e-mail address.
func DefaultCustomers() []Customer {
	return []Customer{
		{ID: 4927, Name: "Jane Doe", Email: "jane@example.com", Group: 6},
		{ID: 12, Name: "Bob Smith", Email: "bob@example.com", Group: 0},
		{ID: 318, Name: "Zoë O’Connor", Email: "zoe@example.com", Group: 2},
		{ID: 77, Name: "Sam Field", Email: "", Group: 0},
	}
}

// ParseCustomers reads a JSON array of objects with id, name, email and group, of which id and name are required. An
// error names the entry, counted from 1, and what is wrong with it.
func ParseCustomers(text []byte) ([]Customer, error) {
	if len(text) > maxCustomerText {
		return nil, fmt.Errorf("parse customers: %d bytes are too many, at most %d", len(text), maxCustomerText)
	}
	if !utf8.Valid(text) {
		return nil, errors.New("parse customers: they are not valid UTF-8")
	}
	var entries []json.RawMessage
	if err := json.Unmarshal(text, &entries); err != nil {
		if errors.As(err, new(*json.UnmarshalTypeError)) {
			return nil, errors.New("parse customers: they are not a JSON array")
		}
		return nil, fmt.Errorf("parse customers: %w", err)
	}
	customers := make([]Customer, len(entries))
	for i, entry := range entries {
		if err := customers[i].parse(entry); err != nil {
			return nil, fmt.Errorf("parse customers: entry %d: %w", i+1, err)
		}
	}
	if err := checkCustomers(customers); err != nil {
		return nil, fmt.Errorf("parse customers: %w", err)
	}
	return customers, nil
}

func (c *Customer) parse(entry []byte) error {
	if entry[0] != '{' {
		return errors.New("it is not an object")
	}
	decoder := json.NewDecoder(bytes.NewReader(entry))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(c)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		want := "a string"
		if wrong.Field == "id" || wrong.Field == "group" {
			want = "a whole number"
		}
		return fmt.Errorf("want %s for %s, got %s", want, wrong.Field, wrong.Value)
	}
	if err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "json: ")) // unknown field "x"
	}
	return nil
}

func checkCustomers(customers []Customer) error {
	if len(customers) == 0 {
		return errors.New("there is no customer")
	}
	first := map[int64]int{}
	for i, c := range customers {
		if err := c.check(); err != nil {
			return fmt.Errorf("entry %d: %w", i+1, err)
		}
		if earlier, ok := first[c.ID]; ok {
			return fmt.Errorf("entry %d: id %d is that of entry %d", i+1, c.ID, earlier)
		}
		first[c.ID] = i + 1
	}
	return nil
}

func (c *Customer) check() error {
	switch {
	case c.ID < 1 || c.ID > maxID:
		return fmt.Errorf("id is %d, want 1 to %d", c.ID, maxID)
	case strings.TrimSpace(c.Name) == "":
		return errors.New("name is empty")
	case len(c.Name) > maxField:
		return fmt.Errorf("name has %d bytes, at most %d", len(c.Name), maxField)
	case len(c.Email) > maxField:
		return fmt.Errorf("email has %d bytes, at most %d", len(c.Email), maxField)
	case c.Group < 0:
		return fmt.Errorf("group is %d, want 0 or more", c.Group)
	}
	return nil
}
