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
	// MaxSeconds is the last second of the year 9999, past which RFC 3339 has no dates.
	MaxSeconds = 253_402_300_799
	// maxExact is the greatest integer that JavaScript and most JSON libraries keep exactly.
	maxExact = 1 << 53
)

// times are a token's dates in Unix seconds, nil where there is none that can be read.
type times struct {
	issued, notBefore, expires *int64
}

// readDate reads a NumericDate (RFC 7519 §2) as BigCommerce writes it: an integer of seconds, up to the year 9999.
// Milliseconds are told and taken for what was meant.
func readDate(v Value) (seconds int64, milliseconds bool, ok bool) {
	n, err := strconv.ParseInt(v.Raw, 10, 64)
	switch {
	case err != nil || n < 0:
		return 0, false, false
	case n >= millisecondsFrom:
		return n / 1000, true, n/1000 <= MaxSeconds
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

// Remaining is the time left, without any leeway; negative after expiry, at most 292 years. It is false where no expiry is
// known.
func (r *Report) Remaining(now time.Time) (time.Duration, bool) {
	if r.recorded != nil {
		left, ok := r.remainingSeconds(now)
		return time.Duration(left) * time.Second, ok
	}
	expires, ok := r.ExpiresAt()
	return expires.Sub(now), ok
}

// remainingSeconds is Remaining in whole seconds, rounded down, without a limit.
func (r *Report) remainingSeconds(now time.Time) (int64, bool) {
	if r.recorded != nil {
		if r.recorded.remaining == nil {
			return 0, false
		}
		return *r.recorded.remaining, true
	}
	if r.times.expires == nil {
		return 0, false
	}
	left := *r.times.expires - now.Unix()
	if now.Nanosecond() > 0 {
		left--
	}
	return left, true
}

// Time says where now lies in the token's life. At exp itself the token is expired (RFC 7519 §4.1.4).
func (r *Report) Time(now time.Time) TimeState {
	if r.recorded != nil {
		return r.recorded.time
	}
	if r.times.expires != nil && now.Add(-r.leeway).Unix() >= *r.times.expires {
		return TimeExpired
	}
	if r.ahead(r.times.notBefore, now, 0) || r.ahead(r.times.issued, now, clockTolerance) {
		return TimeNotYetValid
	}
	if r.times.expires == nil {
		return TimeNone
	}
	return TimeOK
}

// ahead reports whether a date lies after now by more than the leeway and what is tolerated.
func (r *Report) ahead(date *int64, now time.Time, tolerated time.Duration) bool {
	return date != nil && *date > now.Add(r.leeway+tolerated).Unix()
}

// wrongTimes says which of the findings that now decides there are: expired, not valid yet, issued in the future.
func (r *Report) wrongTimes(now time.Time) (expired, early, ahead bool) {
	if r.recorded != nil {
		return false, false, false // they are among the others
	}
	return r.times.expires != nil && r.Time(now) == TimeExpired, r.ahead(r.times.notBefore, now, 0), r.ahead(r.times.issued, now, 0)
}

// timeFindings are those that now decides.
func (r *Report) timeFindings(now time.Time) []Finding {
	expired, early, ahead := r.wrongTimes(now)
	var out []Finding
	if expires, _ := r.ExpiresAt(); expired {
		fix := "Get a new one from where it came from."
		if r.Kind == CurrentCustomer {
			fix = "Ask the storefront for a new one: a Current Customer token lives 15 minutes, so fetch it just before you use it."
		}
		out = append(out, Finding{CodeTimeExpired, Error, "It expired " + Span(expires, now) + " ago, at " + stamp(expires) + ".", fix})
	}
	if at, _ := unix(r.times.notBefore); early {
		out = append(out, Finding{CodeTimeNotYetValid, Error,
			"It must not be used before " + stamp(at) + " (nbf), " + Span(now, at) + " from now.",
			"Check this machine's clock and the issuer's; allow a few seconds of leeway."})
	}
	if at, _ := r.IssuedAt(); ahead {
		severity, fix := Warning, "Set this machine's clock by NTP; in your backend allow a few seconds of leeway, because strict libraries refuse such a token."
		if r.ahead(r.times.issued, now, clockTolerance) {
			severity, fix = Error, "Set this machine's clock by NTP, and look at its time zone. If it is right, the issuer's is wrong, or the token was made by hand: refuse it."
		}
		out = append(out, Finding{CodeTimeIssuedInFuture, severity,
			"It says that it was issued " + Span(now, at) + " from now, at " + stamp(at) + ": the clocks differ.", fix})
	}
	return out
}

// stamp writes a time as every message does: in UTC, to the second.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// Span says in words how long it is from one time to another, whichever is the earlier, to the two largest units.
func Span(from, to time.Time) string {
	s := to.Unix() - from.Unix() + int64((to.Nanosecond()-from.Nanosecond())/int(time.Second/2))
	return inWords(max(s, -s))
}

func inWords(s int64) string {
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
