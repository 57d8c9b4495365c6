package inbox_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"jotwatch/inbox"
	"jotwatch/mint"
	"jotwatch/verifier"
)

// day is a sender that got something of everything.
func day(t testing.TB) (s *sender, all []*inbox.Arrival) {
	t.Helper()
	s = newSender(acme)
	for _, scenario := range mint.Scenarios() {
		all = append(all, s.send(inbox.Arrival{Text: token(t, scenario.Name, noon), Page: "https://shop.example/cart?email=jane@example.com", Origin: "https://shop.example"}))
	}
	return s, append(all,
		s.send(inbox.Arrival{Status: 404, Profile: "acme-sandbox"}),
		s.send(inbox.Arrival{Status: 503, Text: "<html>write to ceo@shop.example"}),
		s.send(inbox.Arrival{Failed: "Failed to fetch"}),
		s.send(inbox.Arrival{Outcome: inbox.Rejected, Status: 403, Origin: "https://evil.example", Reason: "no"}),
	)
}

func record(t testing.TB, raw bool) (s *sender, all []*inbox.Arrival, text string) {
	t.Helper()
	s, all = day(t)
	var b bytes.Buffer
	if err := inbox.NewRecorder(&b, raw).Record(s.box, all, noon); err != nil {
		t.Fatal(err)
	}
	return s, all, b.String()
}

func load(text string) (all []*inbox.Arrival, err error) {
	err = inbox.Load(strings.NewReader(text), func(a *inbox.Arrival) {
		all = append(all, a)
		a.ID = uint64(len(all))
	})
	return all, err
}

// A recording says the same when it is loaded, at any time and with any profiles, and holds nothing that a thief could use.
func TestRecording(t *testing.T) {
	t.Parallel()
	s, all, text := record(t, false)
	for _, bad := range []string{"eyJ", "jane@", "ceo@", "@example.com", "email=", string(secret.Reveal())} {
		if strings.Contains(text, bad) {
			t.Errorf("the recording holds %q", bad)
		}
	}
	loaded, err := load(text)
	if err != nil || len(loaded) != len(all) {
		t.Fatalf("%d of %d were loaded: %v", len(loaded), len(all), err)
	}
	then := newSender(beta)
	late := noon.Add(24 * time.Hour)
	then.box.Add(loaded...)
	for i, a := range loaded {
		was := all[i]
		if a.Outcome != was.Outcome || !a.At.Equal(was.At) || a.Status != was.Status || a.Source != inbox.Recording || a.Profile != was.Profile {
			t.Errorf("%d: loaded %+v, was %+v", i, a, was)
		}
		if was.Outcome != inbox.Token {
			continue
		}
		got, want := then.box.Report(a), s.box.Report(was)
		if !a.Recorded() || !got.Recorded() || got.Verdict(late) != want.Verdict(noon) || got.Time(late) != want.Time(noon) || got.Kind != want.Kind ||
			got.Signature != want.Signature || got.Store() != want.Store() || got.Customer().ID != want.Customer().ID || got.Profile != want.Profile {
			t.Errorf("%d: loaded as %s %s", i, got.Kind, got.Verdict(late))
		}
		found, wanted := then.box.Findings(a, late), s.box.Findings(was, noon)
		if len(found) != len(wanted) {
			t.Errorf("%d: findings %v, want %v", i, found, wanted)
		}
		q, err := inbox.ParseQuery("is:recorded is:" + string(want.Verdict(noon)))
		if err != nil || !then.box.Match(q, a, late) {
			t.Errorf("%d: it is not found as recorded, %v", i, err)
		}
	}
}

// A raw one is judged anew.
func TestRawRecording(t *testing.T) {
	t.Parallel()
	s, all, text := record(t, true)
	loaded, err := load(text)
	if err != nil || len(loaded) != len(all) {
		t.Fatalf("%d of %d were loaded: %v", len(loaded), len(all), err)
	}
	then := newSender(acme)
	late := noon.Add(24 * time.Hour)
	then.box.Add(loaded...)
	for i, a := range loaded {
		was := all[i]
		if a.Outcome != was.Outcome || a.Text != was.Text || a.Reason != was.Reason || a.Recorded() {
			t.Errorf("%d: loaded %+v, was %+v", i, a, was)
		}
		if was.Outcome == inbox.Token && then.box.Brief(a).Verdict(late) != s.box.Brief(was).Verdict(late) {
			t.Errorf("%d: judged anew it is %s", i, then.box.Brief(a).Verdict(late))
		}
	}
}

func TestDamagedRecordings(t *testing.T) {
	t.Parallel()
	_, all, text := record(t, false)
	lines := strings.SplitAfter(text, "\n")
	for name, c := range map[string]struct {
		text string
		n    int
		want string // in the error; "cut" is a CutOffError
	}{
		"whole":                {text, len(all), ""},
		"empty":                {"", 0, ""},
		"no last line break":   {strings.TrimSuffix(text, "\n"), len(all), ""},
		"cut off":              {text[:len(text)-40], len(all) - 1, "cut"},
		"cut off in line 1":    {lines[0][:40], 0, "cut"},
		"blank lines":          {"\n\n" + text, len(all), ""},
		"damaged in line 2":    {lines[0] + "{nonsense}\n" + lines[1], 1, "line 2: it is no line of a recording"},
		"another kind of line": {lines[0] + `{"level":"info"}` + "\n", 1, "line 2: it is no line of a recording"},
		"no report":            {`{"outcome":"token","report":null}` + "\n", 0, "line 1"},
		"unknown verdict":      {strings.Replace(lines[0], `"verdict":"valid"`, `"verdict":"superb"`, 1), 0, `there is no verdict "superb"`},
		"unknown schema":       {strings.Replace(lines[0], `"schema":1`, `"schema":9`, 1), 0, "schema 9 is not known"},
		"too long a line":      {`{"outcome":"guest","page":"` + strings.Repeat("x", 17<<20) + `"}`, 0, "longer than any line"},
	} {
		loaded, err := load(c.text)
		_, cut := errors.AsType[*inbox.CutOffError](err)
		if len(loaded) != c.n || cut != (c.want == "cut") || !cut && (err == nil) != (c.want == "") || !cut && err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %d loaded, error %v, want %d and %q", name, len(loaded), err, c.n, c.want)
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestDiskFull(t *testing.T) {
	t.Parallel()
	s, all := day(t)
	if err := inbox.NewRecorder(fullDisk{}, false).Record(s.box, all, noon); err == nil || !strings.Contains(err.Error(), "no space left on device") {
		t.Errorf("error %v", err)
	}
}

// E-mail addresses and tokens are masked wherever they stand, and other text is not.
func TestRedaction(t *testing.T) {
	t.Parallel()
	for claim, want := range map[string]string{
		"note=jane@example.com":                                                `"note":"j***@***"`,
		"note=<jane@example.com>":                                              `"note":"\u003cj***@***\u003e"`,
		"note=x&jane@example.com":                                              `"note":"x***@***"`,
		"note=a\nb\x1bjane@example.com":                                        `"note":"a\nb***@***"`,
		"note=<" + token(t, "valid", noon) + ">":                               `"note":"<[token]>"`,
		"note=x_" + token(t, "valid", noon):                                    `"note":"x_[token]"`,
		`note="jane doe"@example.com`:                                          `"note":"***@***"`,
		"note=jane(work)@example.com":                                          `"note":"j***@***"`,
		"note=jane@[192.0.2.1]":                                                `"note":"j***@***"`,
		"note=jane @ example.com":                                              `"note":"j***@***"`,
		"note=jane＠example.com":                                                `"note":"j***@***"`,
		"note=jane%2540example.com":                                            `"note":"j***@***"`,
		"note=jane&#64;example.com":                                            `"note":"j***@***"`,
		"customer.email=jane<b>@example.com":                                   `"email":"***@***"`,
		`user={"email":{"work":"jane","all":["joe"]},"locale":"en"}`:           `"email":{"work":"***@***","all":["***@***"]},"locale":"en"`,
		"customer.email=jane":                                                  `"email":"***@***"`,
		`user={"email":"nobody in particular"}`:                                `"email":"***@***"`,
		"note=" + strings.ReplaceAll(token(t, "valid", noon), ".", "%2E"):      `"note":"[token]"`,
		"note=IHsi" + token(t, "valid", noon)[3:]:                              `"note":"IHsi0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.[token]"`,
		"note=" + strings.ReplaceAll(token(t, "valid", noon), ".", "%252E"):    `"note":"[token]%252E[token]%[token]"`,
		"note=" + strings.ReplaceAll(token(t, "valid", noon), ".", " "):        `"note":"[token] [token] [token]"`,
		"note=https://shop.example/a-very-long-name-of-a-product-with-3-parts": `"note":"https://shop.example/a-very-long-name-of-a-product-with-3-parts"`,
		"note=jane&#x40;example.com":                                           `"note":"j***@***"`,
		"note=jane%252540example.com":                                          `"note":"j***@***"`,
		"note=jane﹫example.com":                                                `"note":"j***@***"`,
		"note=" + strings.Repeat("x", 5000):                                    `"note":"` + strings.Repeat("x", 4096) + `…"`,
		"note=a b@c.de d":                                                      `"note":"a b***@*** d"`,
		"note=søren.müller@exämple.dk":                                         `"note":"s***@***"`,
		"note=jane%40example.com":                                              `"note":"j***@***"`,
		"note=" + token(t, "valid", noon):                                      `"note":"[token]"`,
		"note=https://eyes.example.com/path":                                   `"note":"https://eyes.example.com/path"`,
		"note=" + string(beta.Secret.Reveal()):                                 `"note":"[redacted]"`,
		`note={"a":["x@y.zz"]}`:                                                `"note":{"a":["x***@***"]}`,
		"customer.email=jane+shop@example.co.uk":                               `"email":"j***@***"`,
	} {
		s := newSender(acme)
		a := s.send(inbox.Arrival{Text: token(t, "valid", noon, claim)})
		var b bytes.Buffer
		if err := inbox.NewRecorder(&b, false).Record(s.box, []*inbox.Arrival{a}, noon); err != nil {
			t.Fatal(err)
		}
		want = strings.NewReplacer("<", `\u003c`, ">", `\u003e`).Replace(want)
		if got := strings.NewReplacer("<", `\u003c`, ">", `\u003e`).Replace(b.String()); !strings.Contains(got, want) || !json.Valid(b.Bytes()) {
			t.Errorf("%s: no %s in %s", claim, want, got)
		}
	}
}

func FuzzLoad(f *testing.F) {
	_, _, redacted := record(f, false)
	_, _, raw := record(f, true)
	for _, text := range []string{redacted, raw} { // a line each: long ones take the fuzzer long
		lines := strings.SplitAfter(text, "\n")
		for _, i := range []int{0, len(lines) - 5, len(lines) - 2} {
			f.Add(lines[i])
		}
	}
	for _, text := range []string{"", "{}\n\n", `{"outcome":"token","report":{}}`, `{"outcome":"error","text":"x"}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		loaded, _ := load(text)
		box := inbox.New(inbox.Limits{}, 0)
		box.Use([]verifier.Credential{acme})
		box.Add(loaded...)
		for _, a := range loaded {
			if a.Outcome == "" || len(box.JSON(a, noon)) == 0 {
				t.Errorf("loaded %+v", a)
			}
			_ = fmt.Sprint(box.Report(a), box.Findings(a, noon))
		}
	})
}
