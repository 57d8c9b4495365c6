package profiles

import (
	"jotwatch/verifier"
)

// A Draft is a profile as a file describes it, before it is one.
type Draft struct {
	Profile

	Secret verifier.Secret
	Line   int      // of the file, from 1; 0 where that says nothing
	Said   []string // remarks to be told
}
