package verifier_test

import (
	"strings"
	"testing"

	"jotwatch/verifier"
)

// The tokens of what people paste are found whole, and nothing of their surroundings with them.
func TestFindsTokens(t *testing.T) {
	t.Parallel()
	v, _ := live(t)
	token := strings.TrimSpace(v.text)
	docs := strings.TrimSpace(readVector(t, "testdata/vectors/docs-hs256.txt").text)
	lines := func(width int, separator string) string {
		var parts []string
		for rest := token; rest != ""; {
			n := min(width, len(rest))
			parts, rest = append(parts, rest[:n]), rest[n:]
		}
		return strings.Join(parts, separator)
	}
	for name, c := range map[string]struct {
		text string
		want []string
		says string // what form.wrapped names
	}{
		"quoted":              {`"` + token + `"`, []string{token}, "quotes"},
		"json":                {`{"token":"` + token + `"}`, []string{token}, "JSON"},
		"curl":                {`curl -H 'Authorization: Bearer ` + token + `' http://127.0.0.1:3000/me`, []string{token}, "a curl command"},
		"bearer":              {"authorization: bearer " + token, []string{token}, "Bearer"},
		"har":                 {`{"log":{"entries":[{"response":{"content":{"text":"` + token + `"}}},{"request":{"url":"https://shop.example/?t=` + docs + `"}}]}}`, []string{token, docs}, "JSON"},
		"log line":            {"12:00:01 INFO token=" + token + " user=7", []string{token}, "a form field"},
		"sentence":            {"The token is " + token + ".", []string{token}, "other text"},
		"html":                {"<html><script>var t='" + token + "'</script>", []string{token}, "an HTML page"},
		"form":                {"token=" + token + "&x=1", []string{token}, "a form field"},
		"percent":             {"https://a.example/?t=" + strings.ReplaceAll(token, ".", "%2E") + "&x=1", []string{token}, "percent-encoding"},
		"terminal":            {lines(80, "\n"), []string{token}, "line breaks"},
		"windows":             {lines(76, "\r\n"), []string{token}, "line breaks"},
		"indented":            {lines(70, "\n    "), []string{token}, "line breaks"},
		"mail quotation":      {"> " + lines(70, "\n> "), []string{token}, "line breaks"},
		"shell":               {lines(70, "\\\n"), []string{token}, "line breaks"},
		"escaped line breaks": {`{"t":"` + lines(70, `\n`) + `"}`, []string{token}, "line breaks"},
		"text after it":       {token + "\nnext\nline", []string{token}, "other text"},
		"two lines":           {token + "\n" + docs + "\n", []string{token, docs}, "other text"},
		"cut off, another":    {token[:100] + "\n" + docs, []string{token[:100], docs}, "other text"},
		"twice":               {token + " " + token, []string{token, token}, "other text"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			reports := verifier.InspectAll(c.text, nil)
			for _, r := range reports {
				got = append(got, r.Token)
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			for _, f := range reports[0].Findings(v.now(t)) {
				if f.Code == verifier.FormWrapped && strings.Contains(f.Message, c.says) {
					return
				}
			}
			t.Errorf("it does not say that it took off %s: %v", c.says, reports[0].Findings(v.now(t)))
		})
	}
}
