package main

import (
	"os"

	"github.com/schollz/progressbar/v3"
)

// A bar shows how far a long change is, where standard error is a terminal.
type bar struct {
	what string
	bar  *progressbar.ProgressBar
}

func newBar(what string) *bar { return &bar{what: what} }

// set is called with how many are done, of how many.
func (b *bar) set(n, of int) {
	const few = 10 // are done before anybody could read it
	if of < few || !isTerminal(os.Stderr) {
		return
	}
	if b.bar == nil {
		b.bar = progressbar.NewOptions(of, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription(b.what),
			progressbar.OptionShowCount(), progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish(),
			progressbar.OptionUseANSICodes(false), progressbar.OptionSetPredictTime(false))
	}
	_ = b.bar.Set(n) // it is only decoration
}

func (b *bar) end() {
	if b.bar != nil {
		_ = b.bar.Clear() // it is only decoration
	}
}
