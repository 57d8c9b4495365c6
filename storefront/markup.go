package storefront

import (
	"fmt"
	"html"
	"strings"
)

// A markup is HTML. Whatever comes from outside is a string, and becomes part of one by fill alone, which escapes it.
//
// html/template would do as well, but looks for methods by name as it runs, so that the linker keeps all exported
// methods of the whole program: 2.7 MB.
type markup string

// fill writes values in place of a markup's verbs, which are all %s: another markup as it stands, all else as text. Text
// is safe between tags and in attributes in double quotes; nowhere else may a verb stand.
func fill(m markup, values ...any) markup {
	filled := make([]any, len(values))
	for i, value := range values {
		if inner, ok := value.(markup); ok {
			filled[i] = string(inner)
		} else {
			filled[i] = html.EscapeString(fmt.Sprint(value))
		}
	}
	return markup(fmt.Sprintf(string(m), filled...))
}

// each is the markup of every one of the things, in their order.
func each[T any](things []T, show func(T) markup) markup {
	var b strings.Builder
	for _, thing := range things {
		b.WriteString(string(show(thing)))
	}
	return markup(b.String())
}
