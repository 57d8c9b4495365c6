package inbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"jotwatch/safe"
	"jotwatch/verifier"
)

// longestLine is the longest line of a recording that is read, in bytes: a paste of 1 MiB with its report, escaped.
const longestLine = 16 << 20

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
		var line []byte
		switch {
		case !r.raw:
			line = redact(b.JSON(a, now))
		case a.Outcome == Rejected || a.recorded:
			line = b.JSON(a, now)
		default:
			text := verifier.HideSecrets(a.Text) // which no recording has, also where one was pasted beside a token
			line = b.json(a, now, &text)
		}
		lines = append(append(lines, line...), '\n')
	}
	if _, err := r.to.Write(lines); err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	return nil
}

// redact masks the strings of a line of JSON, names included, and whatever is an e-mail address by its name.
func redact(line []byte) []byte {
	out := make([]byte, 0, len(line))
	depth, address := 0, -1 // how deep the last name stands that says that addresses follow, -1 for none
	for {
		start := bytes.IndexByte(line, '"')
		if start < 0 {
			return append(out, line...)
		}
		end := start + 1
		for end < len(line) && line[end] != '"' {
			if line[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end+1, len(line))
		for _, c := range line[:start] {
			switch c {
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
		}
		literal, isName := line[start:end], end < len(line) && line[end] == ':'
		out = append(out, line[:start]...)
		var text string
		_ = json.Unmarshal(literal, &text) // we wrote it
		masked := Mask(text)
		if depth < address || isName && depth == address {
			address = -1
		}
		switch {
		case !isName && address >= 0:
			masked = maskAddress(text)
		case isName && address < 0 && namesAddress(text):
			address = depth
		}
		if masked != text {
			literal = safe.JSON(quote(masked))
		}
		out, line = append(out, literal...), line[end:]
	}
}

// A CutOffError is a recording whose last line was not written to its end. What stands before it was read.
type CutOffError struct{ Line int }

func (e *CutOffError) Error() string {
	return fmt.Sprintf("the recording is cut off in line %d; what is before it was read", e.Line)
}

// errNoRecording is what is no line of a recording.
var errNoRecording = errors.New("it is no line of a recording")

// Load reads a recording and gives its arrivals to add, one after the other, without ids and with their own times. One that was
// recorded with what came in is judged anew when it is added to an Inbox; any other has its recorded judgement. The error is a
// *CutOffError, or names the line that cannot be read; what stands before that was added.
func Load(from io.Reader, add func(*Arrival)) error {
	lines := bufio.NewReaderSize(from, 64<<10)
	for n := 1; ; n++ {
		line, err := readLine(lines)
		ended := errors.Is(err, io.EOF)
		switch {
		case ended && len(line) == 0:
			return nil
		case err != nil && !ended:
			return fmt.Errorf("read recording: line %d: %w", n, err)
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		a, err := loadLine(line)
		switch {
		case err != nil && ended:
			return &CutOffError{n}
		case err != nil:
			return fmt.Errorf("read recording: line %d: %w", n, err)
		}
		add(a)
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

func loadLine(line []byte) (*Arrival, error) {
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
		return nil, fmt.Errorf("%w: %w", errNoRecording, err)
	}
	a := &Arrival{
		At: in.At, Source: Recording, Outcome: in.Outcome, Status: in.Status,
		Page: in.Page, Origin: in.Origin, Profile: in.Profile, Reason: in.Reason,
	}
	switch in.Outcome {
	case Token, Guest, Error, Rejected:
	default:
		return nil, fmt.Errorf("%w: it has no outcome", errNoRecording)
	}
	if in.Text != nil && in.Outcome != Rejected {
		a.Text, a.Outcome = *in.Text, ""
		if failed, ok := strings.CutPrefix(in.Reason, failedReason); ok {
			a.Failed = failed
		}
		return a, nil
	}
	a.recorded = in.Outcome != Rejected
	if in.Outcome == Token {
		full, err := verifier.ReadReport(in.Report)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errNoRecording, err)
		}
		a.Text, a.report = string(in.Report), full.Brief(nil)
	}
	return a, nil
}
