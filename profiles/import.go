package profiles

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf8"

	"jotwatch/verifier"
)

// MaxImport is the largest file in bytes (8 MiB): as many profiles as are read from one, in an encrypted export.
const MaxImport = 8 << 20

// mostProfiles bounds those of one file; nobody could look through a longer list.
const mostProfiles = 10_000

// A Format is a form of file that profiles are read from.
type Format string

// The formats.
const (
	AccountFormat   Format = "account"   // the text file that BigCommerce offers when an API account is made
	EnvFormat       Format = "env"       // settings, KEY=value
	TableFormat     Format = "csv"       // with a header; commas, semicolons or tabs
	JSONFormat      Format = "json"      // objects, in a list or one a line
	ExportFormat    Format = "export"    // our own
	StencilFormat   Format = "stencil"   // the configuration of BigCommerce's theme tool
	EncryptedFormat Format = "encrypted" // with age: nothing of it is read before it is decrypted
)

// An Import is what a file holds.
type Import struct {
	Format    Format
	Drafts    []Draft
	IngestKey string   // of the installation that exported the file, "" where it says none
	Said      []string // remarks on the whole file, to be told
}

// A Draft is a profile as a file describes it, before it is one.
type Draft struct {
	Profile // every field as entry.go checks it; of a refused one the name at most

	Secret  verifier.Secret
	Line    int      // of the file, from 1; 0 where that says nothing
	Said    []string // remarks to be told
	Refused error    // a *Refusal: why it cannot be taken; nil if it can
}

const understood = "give BigCommerce's account file, a .env file, CSV with a header, JSON, Stencil's configuration, or an export of jotwatch's"

// Parse reads the profiles that a file describes, in the form that its content has. name is the file's, for the names of
// profiles that have none. The error is a *Refusal: the file as a whole is nothing that profiles are read from. Neither it
// nor any remark holds a value of the file other than names.
func Parse(name string, text []byte) (*Import, error) {
	if len(text) > MaxImport {
		return nil, refuse("split it", "the file is larger than 8 MiB")
	}
	if encrypted(text) {
		return &Import{Format: EncryptedFormat}, nil
	}
	name = strings.ReplaceAll(name, `\`, "/")
	text, err := plain(text)
	if err != nil {
		return nil, err
	}
	var in intake
	start, table := bytes.TrimSpace(text), findTable(text)
	switch {
	case start[0] == '{', start[0] == '[':
		err = in.readJSON(name, text)
	case somethingElse(string(start)) != nil:
		err = somethingElse(string(start))
	case isAccount(string(text)):
		err = in.readAccount(string(text))
	case table != nil:
		err = in.readTable(table, text)
	case isEnv(name, string(text)):
		err = in.readEnv(text)
	case path.Ext(name) == ".csv":
		err = refuse("name the columns in the first line: name, client_id, client_secret, store_hash", "the table has no column for the client id")
	default:
		err = refuse(understood, "the file seems to be text of a form that is not known here")
	}
	if err == nil && len(in.Drafts) == 0 && in.Format != ExportFormat {
		err = refuse(understood, "the file describes no profile")
	}
	if err != nil {
		return nil, hideRefusal(err)
	}
	in.finish(name)
	return &in.Import, nil
}

// encrypted reports whether age wrote a text, armoured or not.
func encrypted(text []byte) bool {
	text = bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\ufeff")), " \t\r\n")
	return bytes.HasPrefix(text, []byte("-----BEGIN AGE ENCRYPTED FILE-----")) || bytes.HasPrefix(text, []byte("age-encryption.org/v1"))
}

// plain is a file's text with line feeds alone, and without a byte order mark.
func plain(text []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(text, []byte("PK\x03\x04")):
		return nil, refuse("save it as CSV UTF-8", "the file seems to be a zip archive, such as a workbook of Excel's")
	case bytes.HasPrefix(text, []byte("\xff\xfe")), bytes.HasPrefix(text, []byte("\xfe\xff")):
		return nil, refuse("save it as UTF-8", "the file is text in UTF-16")
	case bytes.ContainsRune(text, 0):
		return nil, refuse(understood, "the file seems to be a binary")
	case !utf8.Valid(text):
		return nil, refuse("save it as UTF-8, or in Excel as CSV UTF-8", "the file is a binary, or text in another encoding than UTF-8")
	}
	text = bytes.ReplaceAll(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, refuse(understood, "the file is empty")
	}
	return text, nil
}

// somethingElse names the things that people take for a file of credentials, nil for none of them.
func somethingElse(text string) error {
	switch word := bare(text); {
	case strings.HasPrefix(text, "<"):
		return refuse("download the file instead of the page around it", "the file seems to be an HTML page")
	case strings.HasPrefix(text, "-----BEGIN "):
		return refuse(understood, "the file seems to be a key or a certificate")
	case strings.ContainsAny(word, " \t\n=:,;"):
		return nil
	case len(word) == 64 && verifier.HoldsSecret(word):
		return refuse("jotwatch profile add NAME --client-id ID, and give it the secret", "the file holds a client secret alone: it does not say which app's")
	case strings.HasPrefix(word, "eyJ"):
		return refuse("jotwatch verify takes tokens", "the file holds a token, not a profile")
	case forms().account.MatchString(word):
		return refuse("jotwatch profile add NAME --client-id ID", "the file holds a client id or an access token alone")
	}
	return nil
}
