package profiles

import (
	"cmp"
	"slices"
	"strings"

	"jotwatch/verifier"
)

// accountLabels are those of BigCommerce's account file, as it is downloaded when an API account is made.
func accountLabels() []string {
	return []string{"ACCESS TOKEN", "CLIENT NAME", "CLIENT ID", "CLIENT SECRET", "NAME", "API PATH"}
}

// labelled cuts a line of the account file. The label is "" for any other line.
func labelled(line string) (label, value string) {
	label, value, _ = strings.Cut(line, ":")
	label = strings.ToUpper(strings.Join(strings.Fields(label), " "))
	if !slices.Contains(accountLabels(), label) {
		return "", ""
	}
	return label, strings.TrimSpace(value)
}

// isAccount reports whether two labels are there, and one of what matters.
func isAccount(text string) bool {
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		if label, _ := labelled(line); label != "" {
			seen[label] = true
		}
	}
	return len(seen) > 1 && (seen["CLIENT ID"] || seen["CLIENT SECRET"] || seen["ACCESS TOKEN"])
}

// readAccount reads the account file, or several in one: a label that was there already starts the next.
func (in *intake) readAccount(text string) error {
	in.Format = AccountFormat
	block, start, n := map[string]string{}, 0, 0
	for line := range strings.Lines(text) {
		n++
		label, value := labelled(line)
		if label == "" {
			continue
		}
		if _, repeated := block[label]; repeated {
			if err := in.addAccount(block, start); err != nil {
				return err
			}
			clear(block)
		}
		if len(block) == 0 {
			start = n
		}
		block[label] = value
	}
	return in.addAccount(block, start)
}

func (in *intake) addAccount(block map[string]string, line int) error {
	f := found{line: line, secret: block["CLIENT SECRET"]}
	f.Name = cmp.Or(block["CLIENT NAME"], block["NAME"])
	f.ClientID = block["CLIENT ID"]
	f.StoreHash = block["API PATH"]
	if hash, ok := verifier.StoreHash(f.StoreHash); ok {
		f.StoreHash = hash // the form's own address, which needs no remark
	}
	f.said = []string{"it is of a store-level account, which the Current Customer endpoint does not take: " +
		"tokens need the app-level account of an app in the Developer Portal"}
	in.tokens = in.tokens || block["ACCESS TOKEN"] != ""
	return in.add(f)
}
