package inbox

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"jotwatch/safe"
)

// An ExportFormat is what arrivals are written as for somebody else to read.
type ExportFormat string

// The formats.
const (
	Markdown ExportFormat = "markdown" // for a ticket
	JSON     ExportFormat = "json"     // the lines of a recording
	Curl     ExportFormat = "curl"     // shell commands that send the tokens again
)

// ExportFormats lists them, the usual one first.
func ExportFormats() []ExportFormat { return []ExportFormat{Markdown, JSON, Curl} }

// ExportOptions say what an export holds.
type ExportOptions struct {
	Raw bool // tokens and e-mail addresses as they are
	Now time.Time
	To  string // the address that the commands of Curl post to: http://127.0.0.1:4927/in/KEY
}

// Export writes arrivals for somebody else to read, as printable text in lines. Unless it is raw, no token is in it and e-mail
// addresses are masked, as in a recording. A format that there is not is nil.
func (b *Inbox) Export(arrivals []*Arrival, format ExportFormat, options ExportOptions) []byte {
	switch format {
	case Markdown:
		m := markdown{box: b, options: options}
		m.write(arrivals)
		return m.Bytes()
	case JSON:
		var lines bytes.Buffer
		_ = NewRecorder(&lines, options.Raw).Record(b, arrivals, options.Now) // a Buffer fails at nothing
		return lines.Bytes()
	case Curl:
		return b.curl(arrivals, options)
	}
	return nil
}

// text makes text of an arrival fit to be shown: one printable line, masked unless the export is raw.
func (o ExportOptions) text(text string) string {
	if !o.Raw {
		text = Mask(text)
	}
	return safe.Line(text)
}

// utc writes a time as every export does.
func utc(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05 UTC") }

// curl writes a script for a POSIX shell.
func (b *Inbox) curl(arrivals []*Arrival, o ExportOptions) []byte {
	var out bytes.Buffer
	if !o.Raw {
		out.WriteString("# Redacted: without tokens. Before each command, put into TOKEN the token that it names.\n")
	}
	for _, a := range arrivals {
		if out.Len() > 0 {
			out.WriteByte('\n')
		}
		fmt.Fprintf(&out, "# #%d, %s, %s", a.ID, utc(a.At), b.Words(a, o.Now))
		if store := a.Store(); store != "" {
			out.WriteString(", " + o.text(store))
		}
		token := ""
		if r := b.Brief(a); r != nil && a.Outcome == Token {
			token = r.Token
		}
		switch {
		case a.Outcome != Token:
			out.WriteString(": there is no token to send.\n")
		case !o.Raw:
			out.WriteString("\n" + command(`"$TOKEN"`, o.To))
		case token == "":
			out.WriteString(": it was recorded without its token.\n")
		case token != safe.Line(token), token[0] == '@', len(token) >= longestWord: // curl reads a file after @
			out.WriteString(": its token cannot be written into a command.\n")
		default:
			out.WriteString("\n" + command(shellQuote(token), o.To))
		}
	}
	return out.Bytes()
}

// longestWord is the longest word of a command that Linux takes, in bytes.
const longestWord = 128 << 10

func command(body, to string) string {
	return "curl -sS --data-binary " + body + " --url " + shellQuote(safe.Line(to)) + "\n"
}

// shellQuote writes text as one word of a POSIX shell, in which nothing is expanded.
func shellQuote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
