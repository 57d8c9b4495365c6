package profiles

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"jotwatch/verifier"
)

// mostInList bounds a profile's origins and tags: no app has as many storefronts.
const mostInList = 100

// An intake is an import that is being read.
type intake struct {
	Import

	tokens  bool           // an access token was left out
	unknown []string       // columns or members that say nothing here
	unnamed map[int]string // drafts without a name, and what to name them after; "" is the file
}

// A found is a profile as it stands in the file. Nothing of it is checked yet.
type found struct {
	Profile

	secret  string
	odd     bool   // the secret was taken once already, whatever it looks like
	after   string // what to name it after, without a name
	line    int
	said    []string
	refused error
}

// add checks what was found, and makes a draft of it.
func (in *intake) add(f found) error {
	if len(in.Drafts) == mostProfiles {
		return refuse("split it", "the file describes more than %d profiles", mostProfiles)
	}
	d := f.draft()
	if d.Name == "" && d.Refused == nil {
		if in.unnamed == nil {
			in.unnamed = map[int]string{}
		}
		in.unnamed[len(in.Drafts)] = f.after
	}
	in.Drafts = append(in.Drafts, d)
	return nil
}

// draft holds every field to its check. The first that is refused refuses the profile.
func (f *found) draft() Draft {
	d := Draft{Line: f.line, Said: f.said}
	take := func(field *string, check func(string) (string, string, error)) {
		if d.Refused != nil || *field == "" {
			return
		}
		var remark string
		*field, remark, d.Refused = check(*field)
		if remark != "" {
			d.Said = append(d.Said, remark)
		}
	}
	list := func(what string, values []string, check func(string) (string, string, error)) (taken []string) {
		if len(values) > mostInList && d.Refused == nil {
			d.Refused = refuse("leave some out", "it has more than %d %s", mostInList, what)
		}
		for _, value := range values {
			take(&value, check)
			if value != "" && !slices.Contains(taken, value) && d.Refused == nil {
				taken = append(taken, value)
			}
		}
		return taken
	}
	p := f.Profile
	take(&p.Name, Name)
	if d.Refused == nil {
		d.Name, d.Refused = p.Name, f.refused
	}
	take(&p.ClientID, ClientID)
	if d.Refused == nil && p.ClientID == "" {
		_, _, d.Refused = ClientID("")
	}
	take(&p.StoreHash, quietly(StoreHash, "the store hash was taken out of an address, or is unusual: BigCommerce's have 5 to 10 small letters and digits"))
	p.Origins = list("origins", p.Origins, quietly(Origin, "an origin was brought to its form, such as https://shop.example.com"))
	p.Tags = list("tags", p.Tags, Tag)
	take(&p.Colour, Colour)
	take(&p.Environment, Environment)
	take(&p.Note, Note)
	take(&p.Command, Command)
	secret := ""
	take(&f.secret, func(text string) (string, string, error) {
		key, remark, err := Secret(text, p.ClientID, f.odd)
		secret = string(key.Reveal())
		return secret, remark, err
	})
	if d.Refused == nil {
		d.Profile, d.Secret = p, verifier.NewSecret(secret)
	}
	return d
}

// quietly replaces the remark of a check that repeats the value: in the wrong column, it may be a secret of any form.
func quietly(check func(string) (string, string, error), instead string) func(string) (string, string, error) {
	return func(text string) (value, remark string, err error) {
		value, remark, err = check(text)
		if remark != "" {
			remark = instead
		}
		return value, remark, err
	}
}

// finish gives names to the drafts that have none, refuses the second of a name, and tells what was left out.
func (in *intake) finish(file string) {
	if in.tokens {
		in.Said = append(in.Said, "access tokens were left out: only the client secret verifies")
	}
	if len(in.unknown) > 0 {
		in.Said = append(in.Said, "not known here, and left out: "+some(in.unknown))
	}
	names := map[string]bool{}
	for i := range in.Drafts {
		d := &in.Drafts[i]
		if d.Refused != nil || d.Name == "" {
			continue
		}
		if names[fold(d.Name)] {
			d.Refused = refuse("give each profile a name of its own", "another profile of the file is named %q", d.Name)
			d.Profile, d.Secret = Profile{Name: d.Name}, verifier.Secret{}
			continue
		}
		names[fold(d.Name)] = true
	}
	last := map[string]int{} // by base: without it, many of one name would be compared with each other
	for i := range in.Drafts {
		if after, ok := in.unnamed[i]; ok {
			in.Drafts[i].Name = free(names, last, strings.Trim(nameOf(file)+"-"+after, "-"))
		}
	}
	in.hide()
}

// free finds a name that none has yet: base, base-2, base-3.
func free(names map[string]bool, last map[string]int, base string) string {
	if utf8.RuneCountInString(base) > longestName-8 {
		base = string([]rune(base)[:longestName-8])
	}
	base, _, err := Name(base)
	if err != nil {
		base = "imported" // the file's name is no name, or a secret
	}
	name := base
	for n := max(2, last[base]); names[fold(name)]; n++ {
		name, last[base] = fmt.Sprintf("%s-%d", base, n), n
	}
	names[fold(name)] = true
	return name
}

// nameOf names profiles after their file, or after the folder of a file whose name is its form's alone, such as .env.
func nameOf(file string) string {
	folder, base := path.Base(path.Dir(file)), path.Base(file)
	if strings.HasPrefix(base, ".") || strings.HasSuffix(base, ".stencil.json") {
		if folder != "." && folder != ".." && folder != "/" {
			return folder
		}
		base = strings.TrimLeft(base, ".")
	}
	return strings.TrimSuffix(base, path.Ext(base))
}

// some lists the first of many.
func some(words []string) string {
	const most = 8 // fit a line
	if len(words) <= most {
		return strings.Join(words, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), len(words)-most)
}

var credentialForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`eyJ[\w.=-]{10,}|\b[A-Za-z0-9]{29,33}\b`) // a token, or what forms.account knows
})

// hide takes whatever has a credential's form out of a message. Names are told, and people paste anything anywhere.
func hide(message string) string {
	return credentialForm().ReplaceAllLiteralString(verifier.HideSecrets(message), "[redacted]")
}

func hideRefusal(err error) error {
	if r, ok := errors.AsType[*Refusal](err); ok {
		return &Refusal{Wrong: hide(r.Wrong), Hint: r.Hint}
	}
	return err
}

func (in *intake) hide() {
	for i := range in.Said {
		in.Said[i] = hide(in.Said[i])
	}
	for i := range in.Drafts {
		d := &in.Drafts[i]
		for j := range d.Said {
			d.Said[j] = hide(d.Said[j])
		}
		if d.Refused != nil {
			d.Refused = hideRefusal(d.Refused)
		}
	}
}
