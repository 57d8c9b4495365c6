package profiles

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// A field is what a column of a table, or a member of a JSON object, says of a profile.
type field int

const (
	clientIDField field = iota
	secretField
	nameField
	hashField
	originsField
	tagsField
	colourField
	environmentField
	noteField
	commandField
	tokenField
	noField
)

// aliases are what people call the fields, without case and separators. A field takes the first of its names that is there
// and that no field before it took: a table of "id" and "client_id" has its client ids in the second, and one of "name" and
// "store" its store hashes.
func aliases() [noField][]string {
	return [noField][]string{
		clientIDField:    {"clientid", "appclientid", "id"},
		secretField:      {"clientsecret", "secret"},
		nameField:        {"name", "profile", "app", "store"},
		hashField:        {"storehash", "hash", "store", "apipath"},
		originsField:     {"origins", "origin", "url", "domain"},
		tagsField:        {"tags", "tag"},
		colourField:      {"colour", "color"},
		environmentField: {"environment", "env"},
		noteField:        {"note", "notes", "comment"},
		commandField:     {"secretcommand", "command"},
		tokenField:       {"accesstoken"},
	}
}

// assign says which field each name stands for.
func assign(names []string) []field {
	short := make([]string, len(names))
	fields := make([]field, len(names))
	for i, name := range names {
		fields[i] = noField
		short[i] = strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || strings.ContainsRune("_-.\ufeff", r) {
				return -1
			}
			return unicode.ToLower(r)
		}, name)
	}
	for f, names := range aliases() {
		for _, alias := range names {
			if i := slices.Index(short, alias); i >= 0 && fields[i] == noField {
				fields[i] = field(f)
				break
			}
		}
	}
	return fields
}

// leaveOut notes the names that say nothing here, each once.
func (in *intake) leaveOut(names []string, fields []field) {
	for i, name := range names {
		if fields[i] != noField || len(in.unknown) > mostInList {
			continue
		}
		if name = strings.TrimSpace(name); !plainWord().MatchString(name) {
			name = "a name of another form" // it may be a value that got into the wrong place
		}
		if !slices.Contains(in.unknown, name) {
			in.unknown = append(in.unknown, name)
		}
	}
}

// A word that may be repeated in a message: too short for a credential, and without its punctuation.
var plainWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\pL[\pL\pN _-]{0,23}$`) })

// set takes one text for a field. Lists are cut where people cut them; no origin or tag holds a comma.
func (f *found) set(field field, text string) {
	text = strings.TrimSpace(text)
	switch field {
	case clientIDField:
		f.ClientID = text
	case secretField:
		f.secret = text
	case nameField:
		f.Name = text
	case hashField:
		f.StoreHash = text
	case originsField:
		f.Origins = strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("|,;", r) })
	case tagsField:
		f.Tags = strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("|,;", r) })
	case colourField:
		f.Colour = text
	case environmentField:
		f.Environment = text
	case noteField:
		f.Note = text
	case commandField:
		f.Command = text
	case tokenField, noField: // nothing here needs it
	}
}

// A table is what the first row says of the others.
type table struct {
	comma  rune
	names  []string
	fields []field
}

// findTable reads the header with each separator, and takes the one that makes the most of it. nil is no table.
func findTable(text []byte) *table {
	var best *table
	known := 0
	header, _, _ := bytes.Cut(bytes.TrimLeft(text, "\n"), []byte("\n"))
	for _, comma := range []rune{',', ';', '\t'} {
		reader := csv.NewReader(bytes.NewReader(header))
		reader.Comma = comma
		names, err := reader.Read()
		if err != nil {
			continue
		}
		t := &table{comma: comma, names: names, fields: assign(names)}
		n := len(names) - count(t.fields, noField)
		if n > known && slices.Contains(t.fields, clientIDField) {
			best, known = t, n
		}
	}
	return best
}

func count(fields []field, of field) (n int) {
	for _, f := range fields {
		if f == of {
			n++
		}
	}
	return n
}

// readTable reads the rows. One that cannot be read is refused, and the rest goes on.
func (in *intake) readTable(t *table, text []byte) error {
	in.Format = TableFormat
	in.leaveOut(t.names, t.fields)
	in.tokens = slices.Contains(t.fields, tokenField)
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma = t.comma
	reader.FieldsPerRecord = -1 // counted here, to go on
	for first := true; ; first = false {
		cells, err := reader.Read()
		var f found
		if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
			f.line = wrong.StartLine
			f.refused = refuse("double a quote within quotes", "the row has a quote in the wrong place")
		} else if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		} else if first || !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
			continue // the header, or a row that a spreadsheet left empty
		} else {
			f.line, _ = reader.FieldPos(0)
			f.row(t, cells)
		}
		if err := in.add(f); err != nil {
			return err
		}
	}
}

func (f *found) row(t *table, cells []string) {
	if len(cells) != len(t.fields) {
		f.refused = refuse("put a cell that holds the separator into quotes", "the row has %d cells, and the header %d", len(cells), len(t.fields))
		return
	}
	for i, cell := range cells {
		f.set(t.fields[i], cell)
	}
}
