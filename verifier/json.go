package verifier

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// JSON is the report as of now, with more findings that the token alone does not show, as one compact object without a
// newline: schema version 1. Every field is present and
// unknown is null; numbers in header and claims are as written; of duplicate members the last is given. Its strings are
// the token's: pass it through package safe before it reaches a screen.
func (r *Report) JSON(now time.Time, more ...Finding) []byte {
	b := []byte(`{"schema":1,"verdict":`)
	b = appendString(b, string(r.Verdict(now)))
	b = append(b, `,"kind":`...)
	b = appendString(b, string(r.Kind))
	b = append(b, `,"profile":`...)
	b = appendOrNull(b, r.Profile)
	b = append(b, `,"axes":{"signature":`...)
	b = appendString(b, string(r.Signature))
	b = append(b, `,"claims":`...)
	b = appendString(b, string(r.ClaimSet))
	b = append(b, `,"time":`...)
	b = appendString(b, string(r.Time(now)))
	b = append(b, `},"header":`...)
	b = appendObject(b, r.Header)
	b = append(b, `,"claims":`...)
	b = appendObject(b, r.Claims)
	b = append(b, `,"issued_at":`...)
	b = appendTime(b, r.times.issued)
	b = append(b, `,"expires_at":`...)
	b = appendTime(b, r.times.expires)
	b = append(b, `,"remaining_seconds":`...)
	if left, ok := r.remainingSeconds(now); ok {
		b = strconv.AppendInt(b, left, 10)
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"findings":[`...)
	for i, f := range r.Findings(now, more...) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"code":`...)
		b = appendString(b, string(f.Code))
		b = append(b, `,"severity":`...)
		b = appendString(b, string(f.Severity))
		b = append(b, `,"message":`...)
		b = appendString(b, f.Message)
		b = append(b, `,"fix":`...)
		b = appendOrNull(b, f.Fix)
		b = append(b, '}')
	}
	return append(b, "]}"...)
}

// appendString replaces invalid UTF-8 by U+FFFD.
func appendString(b []byte, s string) []byte {
	b, _ = jsontext.AppendQuote(b, s)
	return b
}

func appendOrNull(b []byte, s string) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return appendString(b, s)
}

func appendTime(b []byte, seconds *int64) []byte {
	at, ok := unix(seconds)
	if !ok {
		return append(b, "null"...)
	}
	return appendString(b, at.Format(time.RFC3339))
}

// appendObject writes members once each: the value is the last one's, the place the first one's.
func appendObject(b []byte, o Object) []byte {
	if o == nil {
		return append(b, "null"...)
	}
	last := make(map[string]int, len(o))
	for i, m := range o {
		last[m.Name] = i
	}
	b = append(b, '{')
	first := true
	for _, m := range o {
		i, ok := last[m.Name]
		if !ok {
			continue // written already
		}
		delete(last, m.Name)
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(appendString(b, m.Name), ':')
		b = appendValue(b, o[i].Value)
	}
	return append(b, '}')
}

func appendValue(b []byte, v Value) []byte {
	switch {
	case v.Members != nil:
		return appendObject(b, v.Members)
	case v.Elements != nil:
		b = append(b, '[')
		for i, element := range v.Elements {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendValue(b, element)
		}
		return append(b, ']')
	case v.IsString():
		return appendString(b, v.Text())
	}
	return append(b, v.Raw...) // a number as written, true, false or null
}
