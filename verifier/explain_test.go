package verifier_test

import (
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"jotwatch/verifier"
)

func explanation(t *testing.T, code verifier.Code) string {
	t.Helper()
	text, ok := verifier.Explain(code)
	if !ok {
		t.Fatalf("Explain(%q): got no text, want one", code)
	}
	return text
}

func TestExplainEveryCode(t *testing.T) {
	t.Parallel()
	headings := []string{"What it means", "How it comes about", "How to put it right", "Where it is documented"}
	for _, code := range verifier.Codes() {
		t.Run(string(code), func(t *testing.T) {
			t.Parallel()
			text := explanation(t, code)
			if !strings.HasPrefix(text, string(code)+": ") {
				t.Errorf("first line: got %q, want it to begin with %q", firstLine(text), string(code)+": ")
			}
			if !strings.HasSuffix(text, "\n") || strings.HasSuffix(text, "\n\n") {
				t.Error("the text does not end in a single newline")
			}
			rest := text
			for _, heading := range headings {
				before, after, ok := strings.Cut(rest, "\n\n"+heading+"\n\n")
				if !ok {
					t.Fatalf("heading %q: not there, or not in the order of %q", heading, headings)
				}
				if strings.TrimSpace(before) == "" {
					t.Errorf("the section before %q is empty", heading)
				}
				rest = after
			}
			if strings.TrimSpace(rest) == "" {
				t.Error("the last section is empty")
			}
		})
	}
}

// The texts go to terminals as they are: they must fit one, and hold nothing that a terminal obeys.
func TestExplainFitsATerminal(t *testing.T) {
	t.Parallel()
	for _, code := range verifier.Codes() {
		text := explanation(t, code)
		if !utf8.ValidString(text) {
			t.Errorf("%s: not valid UTF-8", code)
		}
		for i, line := range strings.Split(text, "\n") {
			if n := utf8.RuneCountInString(line); n > 80 {
				t.Errorf("%s:%d: got %d columns, want at most 80: %q", code, i+1, n, line)
			}
			if strings.TrimRight(line, " ") != line {
				t.Errorf("%s:%d: white space at the end: %q", code, i+1, line)
			}
			for _, r := range line {
				if !unicode.IsPrint(r) {
					t.Errorf("%s:%d: got %U, want only characters that print", code, i+1, r)
				}
			}
		}
	}
}

func TestExplainHasNoFileWithoutACode(t *testing.T) {
	t.Parallel()
	codes := make(map[string]bool)
	for _, code := range verifier.Codes() {
		codes[string(code)+".txt"] = true
	}
	files, err := os.ReadDir("explain")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !codes[file.Name()] {
			t.Errorf("explain/%s: no such code", file.Name())
		}
	}
	if len(files) != len(codes) {
		t.Errorf("got %d files, want %d", len(files), len(codes))
	}
}

func TestExplainUnknownCode(t *testing.T) {
	t.Parallel()
	for _, code := range []verifier.Code{"", "header", "header.no-such-thing", "../explain/header.alg-live", "HEADER.ALG-LIVE"} {
		if text, ok := verifier.Explain(code); ok || text != "" {
			t.Errorf("Explain(%q): got %q, %v, want nothing", code, firstLine(text), ok)
		}
	}
}

// A backend that was written after the documentation refuses every real token: these lines are what mends it.
func TestExplainAlgLiveHasTheLines(t *testing.T) {
	t.Parallel()
	text := explanation(t, verifier.CodeHeaderAlgLive)
	_, lines, ok := strings.Cut(text, "\n\nThe lines for your backend\n\n")
	if !ok {
		t.Fatal("the section with the lines is not there")
	}
	for _, want := range []string{
		"Node, jsonwebtoken:", "jwt.verify(token, secret,", "algorithms: ['HS512']",
		"Node, jose:", "new TextEncoder().encode(secret)",
		"firebase/php-jwt", "new Key($secret, 'HS512')",
		"Ruby, jwt:", "JWT.decode(token, secret, true,",
		"Python, PyJWT:", `algorithms=["HS512"]`,
		"golang-jwt v5", `jwt.WithValidMethods([]string{"HS512"})`, "jwt.WithExpirationRequired()",
	} {
		if !strings.Contains(lines, want) {
			t.Errorf("got no %q in the lines", want)
		}
	}
	if strings.Contains(lines, "['HS256'") || strings.Contains(lines, `"HS256"`) {
		t.Error("the lines allow HS256")
	}
}

// Where a backend's code is the cause, the text leads to the lines.
func TestExplainLeadsToTheLines(t *testing.T) {
	t.Parallel()
	for _, code := range []verifier.Code{
		verifier.CodeHeaderAlgDocsExample, verifier.CodeSignatureMismatch, verifier.CodeBackendRefusesValid, verifier.CodeBackendAcceptsInvalid,
	} {
		if text := explanation(t, code); !strings.Contains(strings.Join(strings.Fields(text), " "), "`jotwatch explain header.alg-live`") {
			t.Errorf("%s: got no pointer to header.alg-live", code)
		}
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
