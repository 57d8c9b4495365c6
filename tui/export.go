package tui

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"jotwatch/inbox"
	"jotwatch/listener"
)

// How much goes into one file: as much as is written while nobody notices.
const (
	mostExported = 2_000   // arrivals
	mostText     = 2 << 20 // of their text, in bytes
)

// exportMenu offers the selected arrival, or all that the list shows, in every format. Redacted comes first.
func (m Model) exportMenu() dialog {
	formats := []struct {
		format      inbox.ExportFormat
		name, words string
		many        bool
	}{
		{inbox.Markdown, "Markdown", "for a ticket", true}, {inbox.JSON, "JSON", "one object a line", true}, {inbox.Curl, "curl", "to send it again", false},
	}
	var items []item
	for _, raw := range []bool{false, true} {
		how := "masked; "
		if raw {
			how = "as it is, with tokens and addresses; "
		}
		for _, f := range formats {
			items = append(items, item{f.name + ", this one", how + f.words, doExport{f.format, false, raw}})
			if f.many && m.count() > 1 {
				items = append(items, item{fmt.Sprintf("%s, all %d", f.name, min(m.count(), mostExported)), how + f.words, doExport{f.format, true, raw}})
			}
		}
	}
	const about = "Into a new file in this directory. Masked: without tokens and e-mail addresses."
	return newMenu("Write to a file", about, items, m.door)
}

// exported writes arrivals to a new file in the working directory.
func (m Model) exported(what doExport) (tea.Model, tea.Cmd) {
	if m.current() == nil {
		return m, nil
	}
	arrivals := []*inbox.Arrival{m.current()}
	if what.all {
		arrivals = arrivals[:0]
		for row, size := 0, 0; row < m.count() && row < mostExported && size < mostText; row++ {
			arrivals = append(arrivals, m.arrival(row))
			size += len(m.arrival(row).Text)
		}
		slices.Reverse(arrivals) // oldest first
		if len(arrivals) < m.count() {
			m = m.say(fmt.Sprintf("the newest %d of %d are written: a filter shows fewer", len(arrivals), m.count()))
		}
	}
	content := m.cfg.Inbox.Export(arrivals, what.format, inbox.ExportOptions{Raw: what.raw, Now: m.now, To: m.postTo()})
	ending := map[inbox.ExportFormat]string{inbox.Markdown: "md", inbox.JSON: "ndjson", inbox.Curl: "sh"}[what.format]
	stamp := m.now.Format("20060102-150405")
	name := func(n int) string {
		if n == 1 {
			return "jotwatch-" + stamp + "." + ending
		}
		return fmt.Sprintf("jotwatch-%s-%d.%s", stamp, n, ending)
	}
	return m, writeNew(name, content)
}

// postTo is where this console takes tokens by POST.
func (m Model) postTo() string {
	base := "http://" + listener.DefaultAddr
	if m.station.sockets != nil {
		base = m.station.sockets.URL()
	}
	return base + listener.Path(m.judging.ix.IngestKey)
}

// reason is an error of the file system without the path.
func reason(err error) string {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err.Error()
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}
