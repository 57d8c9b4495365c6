package verifier

import (
	"fmt"
	"strconv"
	"time"
)

const (
	// clockTolerance is how far ahead of now a token may say that it was issued before its time counts as not come.
	clockTolerance = time.Minute
	// millisecondsFrom is the least number that can only be milliseconds: as seconds it lies in the year 5138.
	millisecondsFrom = 100_000_000_000
	// maxExact is the greatest integer that JavaScript and most JSON libraries keep exactly.
	maxExact = 1 << 53
)

// times are a token's dates in Unix seconds, nil where there is none that can be read.
type times struct {
	issued, notBefore, expires *int64
}

// readDate reads a NumericDate (RFC 7519 §2) as this kind writes it: an integer of seconds. Milliseconds are told and
// taken for what was meant.
func readDate(v Value) (seconds int64, milliseconds bool, ok bool) {
	n, err := strconv.ParseInt(v.Raw, 10, 64)
	if err != nil || n > maxExact || n < 0 {
		return 0, false, false
	}
	if n >= millisecondsFrom {
		return n / 1000, true, true
	}
	return n, false, true
}

func unix(seconds *int64) (time.Time, bool) {
	if seconds == nil {
		return time.Time{}, false
	}
	return time.Unix(*seconds, 0).UTC(), true
}

// IssuedAt is when the token says that it was issued.
func (r *Report) IssuedAt() (time.Time, bool) { return unix(r.times.issued) }

// ExpiresAt is when the token's life ends, by the claim (or rule) that its kind expires by.
func (r *Report) ExpiresAt() (time.Time, bool) { return unix(r.times.expires) }

// ValidFrom is when the token's life begins: the later of nbf and iat.
func (r *Report) ValidFrom() (time.Time, bool) {
	notBefore, ok := unix(r.times.notBefore)
	issued, known := r.IssuedAt()
	if known && (!ok || issued.After(notBefore)) {
		return issued, true
	}
	return notBefore, ok
}

// Remaining is the time left, without any leeway; negative after expiry. It is false where no expiry is known.
func (r *Report) Remaining(now time.Time) (time.Duration, bool) {
	expires, ok := r.ExpiresAt()
	return expires.Sub(now), ok
}

// Time says where now lies in the token's life. At exp itself the token is expired (RFC 7519 §4.1.4).
func (r *Report) Time(now time.Time) TimeState {
	if expires, ok := r.ExpiresAt(); ok && !now.Before(expires.Add(r.leeway)) {
		return TimeExpired
	}
	if r.ahead(r.times.notBefore, now) > 0 || r.ahead(r.times.issued, now) > clockTolerance {
		return TimeNotYetValid
	}
	if r.times.expires == nil {
		return TimeNone
	}
	return TimeOK
}

// ahead is by how much a date lies after now, beyond the leeway.
func (r *Report) ahead(date *int64, now time.Time) time.Duration {
	at, ok := unix(date)
	if !ok {
		return 0
	}
	return at.Sub(now) - r.leeway
}

// timeFindings are those that now decides.
func (r *Report) timeFindings(now time.Time) []Finding {
	var out []Finding
	if expires, ok := r.ExpiresAt(); ok && r.Time(now) == TimeExpired {
		out = append(out, Finding{CodeTimeExpired, Error,
			"It expired " + Span(now.Sub(expires)) + " ago, at " + stamp(expires) + ".",
			"Ask the storefront for a new one: a Current Customer token lives 15 minutes, so fetch it just before you use it."})
	}
	if at, ok := unix(r.times.notBefore); ok && r.ahead(r.times.notBefore, now) > 0 {
		out = append(out, Finding{CodeTimeNotYetValid, Error,
			"It must not be used before " + stamp(at) + " (nbf), " + Span(at.Sub(now)) + " from now.",
			"Check this machine's clock and the issuer's; allow a few seconds of leeway."})
	}
	if at, ok := unix(r.times.issued); ok {
		if ahead := r.ahead(r.times.issued, now); ahead > 0 {
			severity := Warning
			if ahead > clockTolerance {
				severity = Error
			}
			out = append(out, Finding{CodeTimeIssuedInFuture, severity,
				"It says that it was issued " + Span(at.Sub(now)) + " from now, at " + stamp(at) + ": the clocks differ.",
				"Set this machine's clock by NTP; in your backend allow a few seconds of leeway, because strict libraries refuse such a token."})
		}
	}
	return out
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// Span says a length of time in words, to the two largest units; its sign is ignored.
func Span(d time.Duration) string {
	s := int64(d.Abs().Round(time.Second) / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return twoUnits(s/60, "min", s%60, "s")
	case s < 86400:
		return twoUnits(s/3600, "h", s%3600/60, "min")
	}
	return twoUnits(s/86400, "d", s%86400/3600, "h")
}

func twoUnits(a int64, unitA string, b int64, unitB string) string {
	if b == 0 {
		return fmt.Sprintf("%d %s", a, unitA)
	}
	return fmt.Sprintf("%d %s %d %s", a, unitA, b, unitB)
}
