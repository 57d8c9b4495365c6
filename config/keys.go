package config

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"

	"jotwatch/safe"
)

// special are the keys that are no character, as Bubble Tea v2 names them.
var special = []string{
	"enter", "esc", "tab", "up", "down", "left", "right", "home", "end", "pgup", "pgdown", "space", "backspace", "delete", "insert",
	"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12",
}

// also are other names of special keys, which people write.
var also = map[string]string{
	" ": "space", "return": "enter", "escape": "esc", "del": "delete", "ins": "insert", "pageup": "pgup", "pagedown": "pgdown", "pgdn": "pgdown",
}

// interrupt always ends the console, so that no file can keep a person in it.
const interrupt = "ctrl+c"

// keys takes the keys of an action, all of them or none.
func (s setting) keys(action string) {
	var keys []string
	sound := true
	wrong := func(line int, hint, format string, args ...any) {
		s.wrong(line, hint, format, args...)
		sound = false
	}
	take := func(n *unstable.Node) {
		line := s.reader.line(n, s.line)
		if n.Kind != unstable.String {
			wrong(line, `write it as "q"`, "a key of %s is %s, not text", s.name, inWords(n.Kind))
			return
		}
		key := string(n.Data)
		switch named := keyName(key); {
		case named == "":
			wrong(line, "a key is one character or "+strings.Join(special[:15], ", ")+", f1 to f12, with ctrl+, alt+, shift+ before it", "there is no key %s", quoted(key))
		case named != key:
			wrong(line, `write it as "`+named+`"`, "there is no key %s", quoted(key))
		case key == interrupt:
			wrong(line, "give "+action+" another key", "ctrl+c always quits")
		case s.given[key] != "":
			wrong(line, "give "+action+" another key", "the key %s is given to %s already", quoted(key), s.given[key])
		default:
			s.given[key] = action
			keys = append(keys, key)
		}
	}
	switch s.value.Kind {
	case unstable.String:
		take(s.value)
	case unstable.Array:
		for it := s.value.Children(); it.Next(); {
			take(it.Node())
		}
		if len(keys) == 0 && sound {
			wrong(s.line, "give it a key, or leave the line out", "%s has no key", s.name)
		}
	default:
		wrong(s.line, `write it as `+action+` = "q", or a list of keys`, "%s is %s, not text", s.name, inWords(s.value.Kind))
	}
	if !sound {
		return
	}
	if s.config.Keys == nil {
		s.config.Keys = map[string][]string{}
	}
	s.config.Keys[action] = keys
}

// keyName is how Bubble Tea v2 names the key that was meant, "" where there is no such key. It writes modifiers in one order,
// and a character with shift as the character that it makes.
func keyName(typed string) string {
	rest := typed
	var ctrl, alt, shift bool
	for more := true; more; {
		switch lower := strings.ToLower(rest); {
		case strings.HasPrefix(lower, "ctrl+"):
			ctrl, rest = true, rest[len("ctrl+"):]
		case strings.HasPrefix(lower, "alt+"):
			alt, rest = true, rest[len("alt+"):]
		case strings.HasPrefix(lower, "shift+"):
			shift, rest = true, rest[len("shift+"):]
		default:
			more = false
		}
	}
	if name, ok := also[strings.ToLower(rest)]; ok {
		rest = name
	}
	if r, size := utf8.DecodeRuneInString(rest); size > 0 && size == len(rest) {
		if !unicode.IsPrint(r) || unicode.IsMark(r) || safe.Line(rest) != rest {
			return ""
		}
		switch upper := unicode.ToUpper(r); {
		case ctrl || alt: // with ctrl, people write the letter as it is on the key
			shift = shift || !ctrl && unicode.IsUpper(r)
			rest = string(unicode.ToLower(r))
		case shift && upper == r && !unicode.IsUpper(r): // which character that is depends on the keyboard
			return ""
		case shift:
			rest, shift = string(upper), false
		}
	} else if rest = strings.ToLower(rest); !slices.Contains(special, rest) {
		return ""
	}
	for _, m := range []struct {
		held bool
		name string
	}{{shift, "shift+"}, {alt, "alt+"}, {ctrl, "ctrl+"}} {
		if m.held {
			rest = m.name + rest
		}
	}
	return rest
}
