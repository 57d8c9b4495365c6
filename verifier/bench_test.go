package verifier_test

import (
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"jotwatch/verifier"
)

// BenchmarkInspect holds Inspect, with one profile and every finding, against golang-jwt's bare ParseWithClaims on the
// same HS512 token, and reports the ratios of time and allocations (targets: 1.0 and 0.7).
func BenchmarkInspect(b *testing.B) {
	v := readVector(b, "testdata/vectors/live.txt")
	credentials, now := v.credentials(b), v.now(b)
	token := v.text[:len(v.text)-1]
	key := credentials[0].Secret.Reveal()
	parser := jwt.NewParser(jwt.WithoutClaimsValidation(), jwt.WithValidMethods([]string{"HS512"}))
	inspect := func() {
		if r := verifier.Inspect(token, credentials); r.Verdict(now) != verifier.Valid || len(r.Findings(now)) != 1 {
			b.Fatal("not valid")
		}
	}
	parse := func() {
		if _, err := parser.ParseWithClaims(token, jwt.MapClaims{}, func(*jwt.Token) (any, error) { return key, nil }); err != nil {
			b.Fatal(err)
		}
	}
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
