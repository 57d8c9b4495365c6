package tui

import "strings"

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
