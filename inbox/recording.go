package inbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"time"

	"jotwatch/verifier"
)

// longestLine is the longest line of a recording that is read, in bytes: a body of 64 KiB with its report, escaped.
const longestLine = 1 << 20

// A Recorder writes arrivals as lines of JSON, with their reports as of then.
//
// Usually without what would be of use to a thief: no token, e-mail addresses masked, pages without query. Raw, a line
// has in "text" what came in: tokens that are good until they expire, and customers' addresses.
type Recorder struct {
	to  io.Writer
	raw bool
}

// NewRecorder makes a Recorder.
func NewRecorder(to io.Writer, raw bool) *Recorder { return &Recorder{to, raw} }

// Record writes arrivals. The error is the writer's.
func (r *Recorder) Record(b *Inbox, arrivals []*Arrival, now time.Time) error {
	var lines []byte
	for _, a := range arrivals {
		if !r.raw {
			lines = append(append(lines, redact(b.JSON(a, now))...), '\n')
			continue
		}
		lines = b.appendJSON(lines, a, now)
		if a.Outcome != Rejected && !a.past {
			text, err := json.Marshal(a.Text)
			if err != nil {
				return fmt.Errorf("record #%d: %w", a.ID, err)
			}
			lines = append(append(lines, `,"text":`...), text...)
		}
		lines = append(lines, "}\n"...)
	}
	if _, err := r.to.Write(lines); err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	return nil
}

// What is masked in a recording, within JSON text.
var private = sync.OnceValue(func() (p struct{ token, address, query *regexp.Regexp }) {
	p.token = regexp.MustCompile(`\b(?:ey[A-Z]|ew[o0kg])[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*`)
	// Wider than RFC 5322, because it stands in any text: an address that is masked too much does no harm.
	p.address = regexp.MustCompile(`([^\s"@<>(),;:\[\]\\])[^\s"@<>(),;:\[\]\\]*(?:@|%40)[^\s"@<>(),;:\[\]\\]+`)
	p.query = regexp.MustCompile(`("page":"[^"?#]*)[?#][^"]*`)
	return p
})

func redact(line []byte) []byte {
	p := private()
	line = p.token.ReplaceAll(line, []byte("[token]"))
	line = p.query.ReplaceAll(line, []byte("$1"))
	line = p.address.ReplaceAll(line, []byte("$1***@***"))
	return []byte(verifier.HideSecrets(string(line)))
}

// A CutOffError is a recording whose last line was not written to its end. What stands before it was read.
type CutOffError struct{ Line int }

func (e *CutOffError) Error() string {
	return fmt.Sprintf("the recording is cut off in line %d; what is before it was read", e.Line)
}

// errNoRecording is what is no line of a recording.
var errNoRecording = errors.New("it is no line of a recording")

// Load reads a recording. The arrivals get ids of their own from next, and keep their times. One that was recorded with what came
// in is judged anew when it is added; any other has its recorded judgement. The error is a *CutOffError, or names the line that
// cannot be read; the arrivals before it are returned with either.
func Load(from io.Reader, next func() uint64) ([]Arrival, error) {
	lines := bufio.NewReaderSize(from, 64<<10)
	var all []Arrival
	for n := 1; ; n++ {
		line, err := readLine(lines)
		ended := errors.Is(err, io.EOF)
		switch {
		case ended && len(line) == 0:
			return all, nil
		case err != nil && !ended:
			return all, fmt.Errorf("read recording: line %d: %w", n, err)
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		a, err := loadLine(line)
		switch {
		case err != nil && ended:
			return all, &CutOffError{n}
		case err != nil:
			return all, fmt.Errorf("read recording: line %d: %w", n, err)
		}
		a.ID = next()
		all = append(all, a)
	}
}

func readLine(from *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := from.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > longestLine:
			return nil, errors.New("it is longer than any line of a recording")
		case !errors.Is(err, bufio.ErrBufferFull):
			return line, err
		}
	}
}

func loadLine(line []byte) (Arrival, error) {
	var in struct {
		At      time.Time       `json:"at"`
		Outcome Outcome         `json:"outcome"`
		Status  int             `json:"status"`
		Page    string          `json:"page"`
		Origin  string          `json:"origin"`
		Profile string          `json:"profile"`
		Reason  string          `json:"reason"`
		Report  json.RawMessage `json:"report"`
		Text    *string         `json:"text"`
	}
	if err := json.Unmarshal(line, &in); err != nil {
		return Arrival{}, fmt.Errorf("%w: %w", errNoRecording, err)
	}
	a := Arrival{
		At: in.At, Source: Recording, Outcome: in.Outcome, Status: in.Status,
		Page: in.Page, Origin: in.Origin, Profile: in.Profile, Reason: in.Reason,
	}
	switch in.Outcome {
	case Token, Guest, Error, Rejected:
	default:
		return a, fmt.Errorf("%w: it has no outcome", errNoRecording)
	}
	if in.Text != nil && in.Outcome != Rejected {
		a.Text, a.Outcome = *in.Text, ""
		if failed, ok := strings.CutPrefix(in.Reason, failedReason); ok {
			a.Failed = failed
		}
		return a, nil
	}
	a.past = in.Outcome != Rejected
	if in.Outcome == Token {
		full, err := verifier.ReadReport(in.Report)
		if err != nil {
			return a, fmt.Errorf("%w: %w", errNoRecording, err)
		}
		a.Text, a.report = string(in.Report), full.Brief()
	}
	return a, nil
}
