package verifier_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jotwatch/verifier"
)

func chunks(s string, width int) []string {
	var parts []string
	for s != "" {
		n := min(width, len(s))
		parts, s = append(parts, s[:n]), s[n:]
	}
	return parts
}

// The tokens of what people paste are found whole, and nothing of their surroundings with them.
func TestFindsTokens(t *testing.T) {
	t.Parallel()
	v, _ := live(t)
	token := strings.TrimSpace(v.text)
	docs := strings.TrimSpace(readVector(t, "testdata/vectors/docs-hs256.txt").text)
	legacy := strings.TrimSpace(readVector(t, "testdata/vectors/legacy-signed-payload.txt").text)
	jwe := strings.TrimSpace(readVector(t, "testdata/vectors/jwe.txt").text)
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	lines := func(width int, separator string) string { return strings.Join(chunks(token, width), separator) }
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
		"full stops":          {"It is " + token + "...", []string{token}, "other text"},
		"prefix":              {"token:" + token + ", and more", []string{token}, "other text"},
		"JSON escapes":        {`{"t":"` + strings.ReplaceAll(token, ".", `\u002e`) + `"}`, []string{token}, "JSON escapes"},
		"JSON in JSON":        {`"{\"token\":\"` + token + `\"}"`, []string{token}, "JSON"},
		"bearer in a cookie":  {"auth=Bearer%20" + token + ";", []string{token}, "Bearer"},
		"after an escape":     {`{"t":"\u0022` + token + `\u0022"}`, []string{token}, "JSON"},
		"log in brackets":     {"[12:00:01] " + token, []string{token}, "other text"},
		"plus for a space":    {"t=" + token + "+and+more", []string{token}, "a form field"},
		"broken, words after": {lines(80, "\n") + " is it", []string{token}, "line breaks"},
		"broken, full stop":   {lines(80, "\n") + ". So there", []string{token}, "line breaks"},
		"after the header":    {strings.Replace(token, ".", ".\n", 1), []string{token}, "line breaks"},
		"cut off, a host":     {token[:100] + "\nwww.shop.example.com", []string{token[:100]}, "other text"},
		"cut off, a setting":  {token[:100] + "\nfoo=bar", []string{token[:100]}, "other text"},
		"cut off, a sentence": {token[:100] + "\nnext words", []string{token[:100]}, "other text"},
		"cut off at a dot":    {token[:37] + "\n" + docs, []string{docs}, "other text"},
		"hosts":               {"eyeglassesstore.example.com ewallet-statement.min.js " + docs, []string{docs}, "other text"},
		"five segments":       {"JWE " + jwe + ".", []string{jwe}, "other text"},
		"legacy in a form":    {"signed_payload=" + strings.NewReplacer("=", "%3D", "/", "%2F", "+", "%2B").Replace(legacy) + "&x=1", []string{legacy}, "percent-encoding"},
		"legacy, text after":  {legacy + "\nnext", []string{legacy}, "other text"},
		"legacy, broken":      {legacy[:80] + "\n" + legacy[80:160] + "\n" + legacy[160:] + "\nnext", []string{legacy}, "line breaks"},
		"coloured":            {"INFO \x1b[1;32m" + token + "\x1b[0m\n", []string{token}, "other text"},
		"grep":                {"a.log:\x1b[m\x1b[K\x1b[01;31m\x1b[K" + token + "\x1b[m\x1b[K", []string{token}, "other text"},
		"grep for its start":  {"t=\x1b[01;31m\x1b[K" + token[:3] + "\x1b[m\x1b[K" + token[3:] + "\n", []string{token}, "other text"},
		"coloured in 24 bits": {"\x1b[38;2;248;248;242;48;2;39;40;34m" + token + "\x1b[0mnext", []string{token}, "other text"},
		"carriage returns":    {lines(76, "\r") + "\r", []string{token}, "line breaks"},
		"dots on their own":   {strings.ReplaceAll(token, ".", "\n.\n"), []string{token}, "line breaks"},
		"cut off, ellipsis 2": {token[:strings.LastIndexByte(token, '.')] + "... and so on", []string{token[:strings.LastIndexByte(token, '.')]}, "other text"},
		"bodies in base64":    {b64(token) + "\n" + b64(docs) + "\n" + b64(token) + "\nabcdefghijklmnopqr\n", []string{token, docs, token}, "base64"},
		"base64, broken":      {strings.Join(chunks(b64(token), 76), "\n") + "\n", []string{token}, "base64"},
		"base64, full stop":   {"body " + strings.TrimRight(b64(token), "=") + ".", []string{token}, "base64"},
		"coloured, in JSON":   {`{"line":"\u001b[32m` + token + `\u001b[0m"}`, []string{token}, "JSON"},
		"escaped in hex":      {`var t = "\x22` + token + `\x22"`, []string{token}, "other text"},
		"percent twice":       {"https://a.example/?next=%2Fcb%253Ftoken%253D" + token, []string{token}, "a URL"},
		"quoted-printable":    {"token=3D" + lines(70, "=\r\n") + "\r\n\r\nRegards", []string{token}, "line breaks"},
		"unsigned, a word":    {token[:strings.LastIndexByte(token, '.')+1] + "\nDone\n", []string{token[:strings.LastIndexByte(token, '.')+1]}, "other text"},
		"cut off, a word":     {token[:200] + "\nOK\n", []string{token[:200]}, "other text"},
		"cut off, ellipsis":   {token[:200] + "...", []string{token[:200]}, "other text"},
		"unsigned, full stop": {"It is " + token[:strings.LastIndexByte(token, '.')+1] + ".", []string{token[:strings.LastIndexByte(token, '.')+1]}, "other text"},
		"body in base64":      {`{"content":{"encoding":"base64","text":"` + base64.StdEncoding.EncodeToString([]byte(token)) + `"}}`, []string{token}, "JSON, base64"},
		"JSON in base64":      {`{"text":"` + base64.StdEncoding.EncodeToString([]byte(`{"token":"`+token+`"}`)) + `"} ` + docs, []string{token, docs}, "JSON, base64"},
		"padded, in JSON":     {`{"t":"` + token + `=="}`, []string{token + "=="}, "JSON"},
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
				if f.Code == verifier.CodeFormWrapped && strings.Contains(f.Message, c.says) {
					return
				}
			}
			t.Errorf("it does not say that it took off %s: %v", c.says, reports[0].Findings(v.now(t)))
		})
	}
}

// A token broken over lines, as terminals and mail programs do it, is found whole at whatever width and behind whatever label.
func TestFindsBrokenTokens(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"live", "docs-hs256", "app-callback", "customer-login", "storefront-api", "payments-access", "key-references"} {
		token := strings.TrimSpace(readVector(t, "testdata/vectors/"+name+".txt").text)
		for _, label := range []string{"", "Bearer ", "token: "} {
			for width := 40; width <= 132; width++ {
				lines := chunks(label+token, width)
				for _, after := range []string{"", "\nDone\n", "\nand more words\n"} {
					reports := verifier.InspectAll(strings.Join(lines, "\n")+after, nil)
					if len(reports) != 1 || reports[0].Token != token {
						t.Errorf("%s after %q in lines of %d: %d tokens, the first %s", name, label, width, len(reports), reports[0].Token)
					}
				}
			}
		}
	}
}

// Where a token stands is said, and whether that is in a URL.
func TestSaysWhereItStands(t *testing.T) {
	t.Parallel()
	v, _ := live(t)
	token := strings.TrimSpace(v.text)
	for before, want := range map[string]struct {
		inURL bool
		line  int
	}{
		"":                                 {false, 1},
		"one\ntwo ":                        {false, 2},
		"https://shop.example/?t=":         {true, 1},
		"\n\nGET /cb/":                     {true, 3},
		"GET\n/path/":                      {false, 2},
		"path=/cb?token=":                  {true, 1},
		"shop.example/cb#":                 {true, 1},
		"2024-01-01,https://a.example/,":   {false, 1},
		"https://a.example/|":              {false, 1},
		"what? ":                           {false, 1},
		`{"url":"https:\/\/a.example\/?t=`: {true, 1},
	} {
		r := verifier.Inspect(before+token, nil)
		if got := strings.Contains(codes(r, v.now(t)), string(verifier.CodeClaimsInURL)); got != want.inURL || r.Line != want.line {
			t.Errorf("after %q: in a URL %t, line %d", before, got, r.Line)
		}
	}
}

// What people paste whole, as files: LIVE and DOCS stand for two tokens, LIVE70 for the first broken into lines of a
// quoted mail, CUT for its beginning.
func TestFindsInFiles(t *testing.T) {
	t.Parallel()
	v, _ := live(t)
	token := strings.TrimSpace(v.text)
	docs := strings.TrimSpace(readVector(t, "testdata/vectors/docs-hs256.txt").text)
	var quoted []string
	for part := range slices.Chunk([]byte(token), 70) {
		quoted = append(quoted, string(part))
	}
	names := strings.NewReplacer("LIVE70", strings.Join(quoted, "\n> "), "LIVE", token, "DOCS", docs, "CUT", token[:100])
	paths, err := filepath.Glob("testdata/find/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			head, text, ok := strings.Cut(string(content), "\n\n")
			if !ok {
				t.Fatal("no empty line after the head")
			}
			fields := map[string]string{}
			for line := range strings.Lines(head) {
				key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
				if !slices.Contains([]string{"tokens", "in-url", "says"}, key) {
					t.Fatalf("unknown key %q", key)
				}
				fields[key] = value
			}
			var tokens, urls []string
			reports := verifier.InspectAll(names.Replace(text), nil)
			for _, r := range reports {
				tokens = append(tokens, r.Token)
				if strings.Contains(codes(r, v.now(t)), string(verifier.CodeClaimsInURL)) {
					urls = append(urls, r.Token)
				}
			}
			if got, want := strings.Join(tokens, " "), names.Replace(fields["tokens"]); got != want {
				t.Fatalf("got\n%s\nwant\n%s", got, want)
			}
			if got, want := strings.Join(urls, " "), names.Replace(fields["in-url"]); got != want {
				t.Errorf("in a URL: got\n%s\nwant\n%s", got, want)
			}
			said := false
			for _, f := range reports[0].Findings(v.now(t)) {
				said = said || f.Code == verifier.CodeFormWrapped && strings.HasSuffix(f.Message, ": "+fields["says"]+".")
			}
			if !said {
				t.Errorf("it does not say that it took off %s: %v", fields["says"], reports[0].Findings(v.now(t)))
			}
		})
	}
}

// Where there is no token but one word with dots, it is judged whole; where there is no such word, nothing is found.
func TestFindsLoneWord(t *testing.T) {
	t.Parallel()
	v, _ := live(t)
	for text, want := range map[string]string{
		"a.b.c":                           "",
		"127.0.0.1":                       "",
		"www.shop.example":                "",
		"eyJ.b.c":                         "eyJ.b.c",
		" 'eyJ.b.c'\n":                    "eyJ.b.c",
		strings.Repeat(".", 10_000):       strings.Repeat(".", 10_000),
		"eyJh.b":                          "eyJh.b",
		"eyJhbGciOiJIUzI1NiJ9=.e30.a+b/c": "eyJhbGciOiJIUzI1NiJ9=.e30.a+b/c",
		"eyJ=hbGciOiJIUzI1NiJ9.e30.ab":    "eyJ=hbGciOiJIUzI1NiJ9.e30.ab",
		"xeyJhbGciOiJIUzI1NiJ9.eyJhIjoxMjM0NTY3fQ.ab": "xeyJhbGciOiJIUzI1NiJ9.eyJhIjoxMjM0NTY3fQ.ab",
		"example.com":           "",
		"two words. And a dot.": "",
		"undefined":             "",
	} {
		r := verifier.Inspect(text, nil)
		if r.Token != want {
			t.Errorf("%.60q: got %.60q, want %.60q", text, r.Token, want)
		}
		if r.Verdict(v.now(t)) != verifier.Malformed {
			t.Errorf("%.60q is %s", text, r.Verdict(v.now(t)))
		}
	}
}
