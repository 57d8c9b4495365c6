package verifier

import (
	"embed"
	"strings"
)

// The explanations, one file a code: plain text for a developer in the middle of a problem.
//
//go:embed explain/*.txt
var explanations embed.FS

// Title is the code's explanation in a few words: "the signature does not fit the app's client secret."
func (c Code) Title() string {
	text, _ := Explain(c)
	first, _, _ := strings.Cut(text, "\n")
	return strings.TrimPrefix(first, string(c)+": ")
}

// Explain tells what a finding means, how it comes about, how to put it right and where that is documented, as plain
// text that ends in one newline. ok is false where there is no such code.
func Explain(code Code) (text string, ok bool) {
	content, err := explanations.ReadFile("explain/" + string(code) + ".txt")
	return string(content), err == nil
}
