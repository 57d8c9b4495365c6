package verifier_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"jotwatch/verifier"
)

// Whatever comes, there is a verdict and a finding; that it takes no time shows in the test's own.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	v, _ := live(t)
	now := v.now(t)
	segment := base64.RawURLEncoding.EncodeToString
	header := segment([]byte(`{"typ":"JWT","alg":"HS512"}`))
	signature := segment(make([]byte, 64))
	var many []verifier.Credential
	for i := range 500 {
		many = append(many, verifier.Credential{Profile: fmt.Sprint("p", i), ClientID: fmt.Sprint("c", i), Secret: verifier.NewSecret(fmt.Sprint("s", i))})
	}
	var tokens strings.Builder
	for i := range 300 {
		fmt.Fprintf(&tokens, "%d %s.%s.%s\n", i, header, segment(fmt.Appendf(nil, `{"operation":"current_customer","n":%d}`, i)), signature)
	}
	for name, text := range map[string]string{
		"noise":            strings.Repeat("\x00\xff\x1b[31m~", 1<<17),
		"too large":        strings.Repeat("a", 1<<20+1),
		"dots":             strings.Repeat(".", 10_000),
		"mebibyte of dots": strings.Repeat(".", 1<<20),
		"mebibyte of ey":   strings.Repeat("ey", 1<<19),
		"mebibyte of eyJ.": strings.Repeat("eyJ.", 1<<18),
		"large claim":      header + "." + segment([]byte(`{"operation":"current_customer","x":"`+strings.Repeat("x", 700<<10)+`"}`)) + "." + signature,
		"deep":             header + "." + segment([]byte(`{"x":`+strings.Repeat("[", 10_000)+strings.Repeat("]", 10_000)+`}`)) + "." + signature,
		"many members":     header + "." + segment([]byte(`{`+strings.Repeat(`"a":1,`, 50_000)+`"b":1}`)) + "." + signature,
		"many tokens":      tokens.String(),
		"too many tokens":  strings.Repeat("eyJhbGciOiJIUzI1NiJ9.e30.x ", 10_001),
		"binary":           string([]byte{0x7f, 'E', 'L', 'F', 2, 1, 1, 0}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reports := verifier.InspectAll(text, many)
			if name == "many tokens" && len(reports) != 300 {
				t.Errorf("found %d tokens", len(reports))
			}
			if last := reports[len(reports)-1]; name == "too many tokens" && (len(reports) != 10_001 || codes(last, now) != "form.too-large") {
				t.Errorf("%d reports, the last says %s", len(reports), codes(last, now))
			}
			for _, r := range reports {
				if v := r.Verdict(now); v == verifier.Valid || v == verifier.Expired {
					t.Errorf("verdict %s", v)
				}
				if len(r.Findings(now)) == 0 {
					t.Error("no finding")
				}
				r.JSON(now)
				r.Rows()
			}
		})
	}
}
