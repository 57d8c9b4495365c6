package tui

import (
	"fmt"
	"strings"

	"jotwatch/verifier"
)

// explanation is the dialog on a finding of the selected token: the worst is the first, and after the last comes the first.
func (m Model) explanation(of int) dialog {
	r, ok := m.current()
	if !ok {
		return m.dialog
	}
	found := r.Findings(m.now)
	if len(found) == 0 {
		return m.dialog
	}
	of %= len(found)
	text, _ := verifier.Explain(found[of].Code) // every code has one
	title := fmt.Sprintf("Explain %d of %d", of+1, len(found))
	return dialog{kind: explanation, title: title, text: unfilled(strings.TrimSpace(text)), of: of}
}

// unfilled joins the lines of each paragraph and list item, which are broken for 80 columns in the explanations, so
// that they can be broken anew for the width there is. Code, which is indented by four, stays as it is.
func unfilled(text string) string {
	var blocks []string
	for l := range strings.SplitSeq(text, "\n") {
		before := ""
		if len(blocks) > 0 {
			before = blocks[len(blocks)-1]
		}
		item, code := strings.HasPrefix(l, "- "), strings.HasPrefix(l, "    ")
		indented := strings.HasPrefix(l, " ")
		goesOn := l != "" && before != "" && !item && !code && !strings.HasPrefix(before, "    ") &&
			indented == strings.HasPrefix(before, "- ")
		if goesOn {
			blocks[len(blocks)-1] = before + " " + strings.TrimSpace(l)
		} else {
			blocks = append(blocks, l)
		}
	}
	return strings.Join(blocks, "\n")
}
