package main

import (
	"slices"
	"strings"
)

// leastMisspelt is the name that was probably meant: one that is typed in part, or one with a wrong letter in three.
func leastMisspelt(typed string, names []string) (string, bool) {
	if len(typed) >= 3 {
		for _, name := range names {
			if strings.HasPrefix(name, typed) {
				return name, true
			}
		}
	}
	best, least := "", (len(typed)+1)/3+1
	for _, name := range names {
		if d := distance(typed, name, least); d < least {
			best, least = name, d
		}
	}
	return best, best != ""
}

// distance is Levenshtein's: how many letters to change, add or drop. It gives up at most.
func distance(a, b string, most int) int {
	if len(a)-len(b) >= most || len(b)-len(a) >= most {
		return most
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = slices.Min([]int{change, row[j] + 1, row[j+1] + 1})
		}
	}
	return row[len(b)]
}
