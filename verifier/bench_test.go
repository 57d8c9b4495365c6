package verifier_test

import (
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"jotwatch/verifier"
)

// BenchmarkInspect holds Inspect, with one profile and every finding, against golang-jwt's bare ParseWithClaims on the
// same HS512 token, and reports the ratios of time and allocations (targets: 1.0 and 0.7).
func BenchmarkInspect(b *testing.B) {
	v := readVector(b, "testdata/vectors/live.txt")
	credentials, now := v.credentials(b), v.now(b)
	token := v.text[:len(v.text)-1]
	inspect := func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if r := verifier.Inspect(token, credentials); r.Verdict(now) != verifier.Valid || len(r.Findings(now)) != 1 {
				b.Fatal("not valid")
			}
		}
	}
	key := credentials[0].Secret.Reveal()
	parser := jwt.NewParser(jwt.WithoutClaimsValidation(), jwt.WithValidMethods([]string{"HS512"}))
	parse := func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := parser.ParseWithClaims(token, jwt.MapClaims{}, func(*jwt.Token) (any, error) { return key, nil }); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("jotwatch", inspect)
	b.Run("golang-jwt", parse)
	b.Run("ratio", func(b *testing.B) {
		for b.Loop() {
			ours, theirs := testing.Benchmark(inspect), testing.Benchmark(parse)
			b.ReportMetric(float64(ours.NsPerOp())/float64(theirs.NsPerOp()), "time-ratio")
			b.ReportMetric(float64(ours.AllocsPerOp())/float64(theirs.AllocsPerOp()), "allocs-ratio")
			return
		}
	})
}
