package config

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// A reader walks the syntax tree of one file. Decoding into a struct would stop at the first problem, and lose the lines.
type reader struct {
	toml     unstable.Parser
	feeds    []int // where the line feeds are
	actions  []string
	config   Config
	problems []Problem
	stands   map[string]int    // the line of each setting and table
	given    map[string]string // the action that a key is given to
}

// Parse reads the text of a config.toml. Everything before a mistake in the syntax counts.
func Parse(text []byte, actions []string) (Config, []Problem) {
	r := &reader{actions: actions, config: Default(), stands: map[string]int{}, given: map[string]string{}}
	if len(text) > largest {
		r.wrong(1, "leave only settings in it", "the file has more than 1 MiB, and is not read")
		return r.config, r.problems
	}
	text = slices.Clip(bytes.TrimPrefix(text, []byte("\ufeff"))) // Windows' editors begin a file with it
	for i, b := range text {
		if b == '\n' {
			r.feeds = append(r.feeds, i)
		}
	}
	r.toml.Reset(text)
	var table []string
	known := true
	for r.toml.NextExpression() {
		switch e := r.toml.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table, known = r.open(e)
		case unstable.KeyValue:
			if known {
				r.set(table, e)
			}
		default: // there is no other at the top
		}
	}
	if mistake, ok := errors.AsType[*unstable.ParserError](r.toml.Error()); ok {
		at := min(int(r.toml.Range(mistake.Highlight).Offset), len(text)-1)
		r.wrong(r.lineAt(at), `nothing from here on counts; a setting is NAME = VALUE, and text stands in quotes: theme = "dark"`, "this is not TOML: %s", mistake.Message)
	}
	return r.config, r.problems
}

func (r *reader) wrong(line int, hint, format string, args ...any) {
	r.problems = append(r.problems, Problem{Line: line, Wrong: fmt.Sprintf(format, args...), Hint: hint})
}

func (r *reader) lineAt(offset int) int {
	before, _ := slices.BinarySearch(r.feeds, offset)
	return before + 1
}

// line is a node's, or the line given for those of which the parser does not say it: lists.
func (r *reader) line(n *unstable.Node, otherwise int) int {
	if n.Raw.Length == 0 {
		return otherwise
	}
	return r.lineAt(int(n.Raw.Offset))
}

// named is the name of a table or a setting, in its parts, and its line.
func (r *reader) named(n *unstable.Node) (parts []string, line int) {
	for it := n.Key(); it.Next(); {
		if parts = append(parts, string(it.Node().Data)); line == 0 {
			line = r.line(it.Node(), 1)
		}
	}
	return parts, line
}

// dotted is a name as TOML writes it, so that "a.b" is another one than a.b.
func dotted(parts []string) string {
	written := make([]string, len(parts))
	for i, part := range parts {
		written[i] = part
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
			written[i] = strconv.Quote(part)
		}
	}
	return strings.Join(written, ".")
}

var tables = []string{"listener", "storefront", "limits", "keys"}

// open begins a table. What stands in one that is not known is left out.
func (r *reader) open(n *unstable.Node) (parts []string, known bool) {
	parts, line := r.named(n)
	name := dotted(parts)
	switch {
	case !slices.Contains(tables, name):
		r.wrong(line, "the tables are ["+strings.Join(tables, "], [")+"]", "there is no table %s", quoted(name))
		return parts, false
	case n.Kind == unstable.ArrayTable:
		r.wrong(line, "write ["+name+"]", "[[%s]] is one of several, and there is one alone", name)
		return parts, false
	}
	r.once(name, line)
	return parts, true
}

// once reports whether a name stands in the file for the first time.
func (r *reader) once(name string, line int) bool {
	if first := r.stands[name]; first > 0 {
		r.wrong(line, "leave one of them out", "%s stands on line %d already", name, first)
		return false
	}
	r.stands[name] = line
	return true
}

// set takes one line NAME = VALUE of a table.
func (r *reader) set(table []string, n *unstable.Node) {
	own, line := r.named(n)
	parts := slices.Concat(table, own)
	name, value := dotted(parts), n.Value()
	if slices.Contains(tables, name) {
		r.inline(parts, line, value)
		return
	}
	s := setting{reader: r, name: name, line: line, value: value}
	action, ofKeys := strings.CutPrefix(name, "keys.")
	switch {
	case ofKeys && !slices.Contains(r.actions, action):
		r.wrong(line, "[keys] takes "+strings.Join(r.actions, ", "), "there is no action %s", quoted(action))
	case !ofKeys && !slices.Contains(names, name):
		r.wrong(line, "the settings are "+strings.Join(names, ", ")+", and [keys]", "there is no setting %s", quoted(name))
	case !r.once(name, line):
	case ofKeys:
		s.keys(action)
	default:
		s.take()
	}
}

// inline takes a table that is written as a value.
func (r *reader) inline(table []string, line int, value *unstable.Node) {
	name := dotted(table)
	if value.Kind != unstable.InlineTable {
		r.wrong(line, "write ["+name+"] on a line of its own, and its settings below", "%s is a table, not a setting", name)
		return
	}
	r.once(name, line)
	for it := value.Children(); it.Next(); {
		r.set(table, it.Node())
	}
}
