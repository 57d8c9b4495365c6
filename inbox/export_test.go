package inbox_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"jotwatch/inbox"
	"jotwatch/mint"
)

var update = flag.Bool("update", false, "write the golden files anew")

// hostile are claims of a token that wants more than to be read.
var hostile = []string{
	"note=\x1b]0;owned\a\x1b[31m\u202etxet\u202c\nnext line\r\n# heading",
	"table=a | b \\| c \\",
	"link=[click](https://evil.example) ![](https://evil.example/x.png) www.evil.example @everyone #1",
	"html=<script>alert(1)</script> <!-- &lt;",
	"ticks=` `` ``` $(reboot) `reboot` '; reboot; '",
	"customer.email=jane`|<b>@example.com",
	"user={\"email\":{\"work\":\"nobody in particular\"}}",
	"a|b`c<d>\n=1",
	"iss=https://evil.example/`x`|y @everyone",
	"operation=current_customer <img src=x> #12 @everyone",
}

func exports(t testing.TB) (s *sender, sets map[string][]*inbox.Arrival) {
	t.Helper()
	s = newSender(acme, beta)
	page := inbox.Arrival{Page: "https://shop.example/cart", Origin: "https://shop.example", Status: 200}
	send := func(text string) *inbox.Arrival {
		a := page
		a.Text = text
		return s.send(a)
	}
	one := send(token(t, "valid", noon))
	others, err := mint.Token(mint.App{ClientID: clientID, StoreHash: store, Secret: beta.Secret}, "valid", noon)
	if err != nil {
		t.Fatal(err)
	}
	return s, map[string][]*inbox.Arrival{
		"one":  {one},
		"none": nil,
		"several": {
			one, send(token(t, "expired", noon)), send(others), send(token(t, "truncated", noon)),
			s.send(inbox.Arrival{Status: 404, Profile: "acme-sandbox"}),
			s.send(inbox.Arrival{Status: 503, Text: "<html>write to ceo@shop.example"}),
			s.send(inbox.Arrival{Outcome: inbox.Rejected, Status: 403, Origin: "https://evil.example", Reason: "pages of https://evil.example may not send here"}),
		},
		"hostile": {
			s.send(inbox.Arrival{Text: token(t, "valid", noon, hostile...), Page: "https://shop.example/`|<x>\n\x1b[2J", Origin: "'; reboot; '"}),
			s.send(inbox.Arrival{Failed: "`reboot` | <b> \u202e [x](https://evil.example) jane@example.com"}),
			s.send(inbox.Arrival{Text: "eyJhbGciOiJIUzI1NiJ9.eyJhIjoiJyJ9.'; $(reboot) `reboot`"}),
		},
	}
}

var extensions = map[inbox.ExportFormat]string{inbox.Markdown: ".md", inbox.JSON: ".jsonl", inbox.Curl: ".sh"}

func TestExports(t *testing.T) {
	t.Parallel()
	s, sets := exports(t)
	for name, arrivals := range sets {
		for _, format := range inbox.ExportFormats() {
			for _, raw := range []bool{false, true} {
				got := s.box.Export(arrivals, format, inbox.ExportOptions{Raw: raw, Now: noon.Add(90 * time.Second), To: "http://127.0.0.1:4927/in/it's"})
				path := filepath.Join("testdata", "export", name+extensions[format])
				if raw {
					path = filepath.Join("testdata", "export", name+"-raw"+extensions[format])
				}
				if *update {
					if err := os.WriteFile(path, got, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s: error %v, or it is not\n%s", path, err, got)
				}
				printable(t, got)
				if format == inbox.Curl {
					checkShell(t, got)
				}
				if !raw {
					checkRedacted(t, got, arrivals)
				}
			}
		}
	}
}

func printable(t *testing.T, text []byte) {
	t.Helper()
	for _, r := range string(text) {
		if r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			t.Errorf("%U came through in %q", r, text)
		}
	}
}

// checkShell holds a script against a shell, and runs it with a curl that says what it is given.
func checkShell(t *testing.T, script []byte) {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal("there is no shell")
	}
	if err != nil {
		t.Skip("there is no shell")
	}
	run := exec.CommandContext(t.Context(), sh, "-euc", "TOKEN=placeholder; curl() { printf '%s\\n' \"$#\" \"$4\" \"$5\" >/dev/null; [ $# = 5 ] && [ \"$5\" = \"http://127.0.0.1:4927/in/it's\" ]; }\n"+string(script))
	run.Env = []string{"PATH=/nonexistent"}
	if out, err := run.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("the shell says %v, %s, of\n%s", err, out, script)
	}
}

// checkRedacted looks for what a thief could use.
func checkRedacted(t *testing.T, text []byte, arrivals []*inbox.Arrival) {
	t.Helper()
	for _, bad := range []string{"jane", "ceo", "nobody in", "@example", "eyJ", string(secret.Reveal()), string(beta.Secret.Reveal())} {
		if bytes.Contains(text, []byte(bad)) {
			t.Errorf("%q is in\n%s", bad, text)
		}
	}
	for _, a := range arrivals {
		if a.Outcome != inbox.Token {
			continue
		}
		for i := 0; i+12 <= len(a.Text); i++ {
			if part := a.Text[i : i+12]; !strings.ContainsAny(part, " .$`") && bytes.Contains(text, []byte(part)) {
				t.Errorf("%q, a part of a token, is in\n%s", part, text)
				break
			}
		}
	}
}

// A recorded token is exported without what is not there.
func TestExportRecorded(t *testing.T) {
	t.Parallel()
	_, _, text := record(t, false)
	loaded, err := load(text)
	if err != nil {
		t.Fatal(err)
	}
	s := newSender()
	s.box.Add(loaded...)
	for format, want := range map[inbox.ExportFormat]string{inbox.Markdown: "the judgement of then", inbox.Curl: "recorded without its token", inbox.JSON: `"source":"recording"`, "pdf": ""} {
		got := string(s.box.Export(loaded[:1], format, inbox.ExportOptions{Raw: true, Now: noon}))
		if !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s: no %q in\n%s", format, want, got)
		}
	}
}

func FuzzExport(f *testing.F) {
	for _, text := range append(hostile, "'\"`$()\\", "a\x00b\u2028\ufeff\xff", "jane@example.com", "https://x.example/|") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := newSender(acme)
		quoted := strings.ToValidUTF8(text, "?")
		made := token(t, "valid", noon, "note="+quoted, "customer.group_id="+quoted)
		signature := made[strings.LastIndexByte(made, '.')+1:]
		all := []*inbox.Arrival{
			s.send(inbox.Arrival{Text: made, Page: text, Origin: text, Profile: text}),
			s.send(inbox.Arrival{Text: text}),
			s.send(inbox.Arrival{Failed: text}),
			s.send(inbox.Arrival{Outcome: inbox.Rejected, Reason: text}),
		}
		for _, format := range inbox.ExportFormats() {
			for _, raw := range []bool{false, true} {
				got := s.box.Export(all, format, inbox.ExportOptions{Raw: raw, Now: noon, To: text})
				printable(t, got)
				if !raw && bytes.Contains(got, []byte(signature)) {
					t.Errorf("the signature is in\n%s", got)
				}
			}
		}
	})
}
