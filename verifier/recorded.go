package verifier

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A recorded judgement is that of another time.
type recorded struct {
	verdict   Verdict
	time      TimeState
	remaining *int64 // seconds
}

// Recorded reports whether the report is a judgement of another time, which neither the clock nor a profile changes.
func (r *Report) Recorded() bool { return r.recorded != nil }

// ReadReport reads a report that JSON wrote. Verdict, time and findings are those of then, whatever the time is now. There is
// no token in it.
func ReadReport(text []byte) (*Report, error) {
	var in struct {
		Schema    int       `json:"schema"`
		Verdict   Verdict   `json:"verdict"`
		Kind      Kind      `json:"kind"`
		Profile   *string   `json:"profile"`
		Issued    time.Time `json:"issued_at"`
		Expires   time.Time `json:"expires_at"`
		Remaining *int64    `json:"remaining_seconds"`
		Axes      struct {
			Signature SignatureState `json:"signature"`
			Claims    ClaimsState    `json:"claims"`
			Time      TimeState      `json:"time"`
		} `json:"axes"`
		Header   json.RawMessage `json:"header"`
		Claims   json.RawMessage `json:"claims"`
		Findings []struct {
			Code     Code     `json:"code"`
			Severity Severity `json:"severity"`
			Message  string   `json:"message"`
			Fix      *string  `json:"fix"`
		} `json:"findings"`
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	switch {
	case in.Schema != 1:
		return nil, fmt.Errorf("read report: schema %d is not known", in.Schema)
	case !slices.Contains(Verdicts(), in.Verdict):
		return nil, fmt.Errorf("read report: there is no verdict %q", in.Verdict)
	case rulesOf(in.Kind).kind != in.Kind:
		return nil, fmt.Errorf("read report: there is no kind %q", in.Kind)
	case !slices.Contains([]SignatureState{SignatureVerified, SignatureMismatch, SignatureMissing, SignatureUnchecked, SignatureUnsupported}, in.Axes.Signature),
		!slices.Contains([]ClaimsState{ClaimsOK, ClaimsFailed, ClaimsUnchecked}, in.Axes.Claims),
		!slices.Contains([]TimeState{TimeOK, TimeExpired, TimeNotYetValid, TimeNone}, in.Axes.Time):
		return nil, errors.New("read report: an axis has no value that is known")
	}
	r := &Report{Kind: in.Kind, Signature: in.Axes.Signature, ClaimSet: in.Axes.Claims, recorded: &recorded{in.Verdict, in.Axes.Time, in.Remaining}}
	if in.Profile != nil {
		r.Profile = *in.Profile
		if r.Signature == SignatureVerified {
			r.SignedBy = r.Profile
		}
	}
	r.Header, r.Claims = parseObject(in.Header).members, parseObject(in.Claims).members
	r.Algorithm, _ = r.Header.String("alg")
	for _, date := range []struct {
		at   time.Time
		into **int64
	}{{in.Issued, &r.times.issued}, {in.Expires, &r.times.expires}} {
		if seconds := date.at.Unix(); !date.at.IsZero() {
			*date.into = &seconds
		}
	}
	for _, f := range in.Findings {
		if !slices.Contains([]Severity{Error, Warning, Note}, f.Severity) {
			return nil, fmt.Errorf("read report: there is no severity %q", f.Severity)
		}
		fix := ""
		if f.Fix != nil {
			fix = *f.Fix
		}
		r.add(f.Code, f.Severity, strings.Clone(f.Message), fix)
	}
	return r, nil
}
