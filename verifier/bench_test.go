package verifier_test

import (
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"jotwatch/verifier"
)

// sameToken returns Inspect, with one profile and every finding, and golang-jwt's bare ParseWithClaims on the same HS512 token.
func sameToken(tb testing.TB) (inspect, parse func()) {
	tb.Helper()
	v := readVector(tb, "testdata/vectors/live.txt")
	credentials, now := v.credentials(tb), v.now(tb)
	token := v.text[:len(v.text)-1]
	key := credentials[0].Secret.Reveal()
	parser := jwt.NewParser(jwt.WithoutClaimsValidation(), jwt.WithValidMethods([]string{"HS512"}))
	inspect = func() {
		if r := verifier.Inspect(token, credentials); r.Verdict(now) != verifier.Valid || len(r.Findings(now)) != 1 {
			tb.Fatal("not valid")
		}
	}
	parse = func() {
		if _, err := parser.ParseWithClaims(token, jwt.MapClaims{}, func(*jwt.Token) (any, error) { return key, nil }); err != nil {
			tb.Fatal(err)
		}
	}
	return inspect, parse
}

// BenchmarkInspect reports the ratios of time and allocations (targets: 1.0 and 0.7).
func BenchmarkInspect(b *testing.B) {
	inspect, parse := sameToken(b)
	var ours, theirs time.Duration // taken in turns, so that a busy machine slows both alike
	for b.Loop() {
		start := time.Now()
		inspect()
		middle := time.Now()
		parse()
		ours, theirs = ours+middle.Sub(start), theirs+time.Since(middle)
	}
	b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N), "ns/inspect")
	b.ReportMetric(float64(theirs.Nanoseconds())/float64(b.N), "ns/parse")
	b.ReportMetric(float64(ours)/float64(theirs), "time-ratio")
	b.ReportMetric(testing.AllocsPerRun(100, inspect)/testing.AllocsPerRun(100, parse), "allocs-ratio")
}

// Allocations, unlike time, are the same on every machine, so that their target is held in a test. (Not parallel: the
// allocations of other tests would be counted.)
func TestInspectAllocations(t *testing.T) {
	inspect, parse := sameToken(t)
	if ratio := testing.AllocsPerRun(100, inspect) / testing.AllocsPerRun(100, parse); ratio > 0.7 {
		t.Errorf("Inspect makes %.2f times the allocations of golang-jwt, want at most 0.7", ratio)
	}
}
