package inbox

import (
	"fmt"
	"strconv"
	"time"

	"jotwatch/verifier"
)

// A Difference is one thing in which two tokens may differ.
type Difference struct {
	Name          string // "claims.customer.id", "header.alg", "verdict"
	Before, After string
	Change        Change
	Means         string // what that says, "" where there is nothing to say
}

// A Change is how the second of two tokens differs in one thing.
type Change int

// The changes.
const (
	Same Change = iota
	Changed
	OnlyBefore // the second has it not
	OnlyAfter  // the first has it not
)

// Diff compares two tokens: the verdict, what they belong to, then header and claims, in the order of the first with what only
// the second has at the end. Where one of the two is no token there is nothing to compare, and it is empty.
func (b *Inbox) Diff(before, after *Arrival, now time.Time) []Difference {
	if before.Outcome != Token || after.Outcome != Token {
		return nil
	}
	x, y := b.Report(before), b.Report(after)
	var all []Difference
	related := x.Customer().ID == y.Customer().ID && x.Store() == y.Store()
	add := func(name, before, after string, change Change) {
		d := Difference{Name: name, Before: before, After: after, Change: change}
		if d.Means = d.meaning(); change == Same && !related {
			d.Means = "" // two tokens of the same second, and no more
		}
		all = append(all, d)
	}
	both := func(name, before, after string) {
		change := Changed
		if before == after {
			change = Same
		}
		add(name, before, after, change)
	}
	both("verdict", string(x.Verdict(now)), string(y.Verdict(now)))
	both("kind", string(x.Kind), string(y.Kind))
	both("profile", x.Profile, y.Profile)
	both("signature", string(x.Signature), string(y.Signature))
	side := func(name string, x, y []verifier.ClaimRow) {
		there := map[string][]string{}
		for _, row := range y {
			there[row.Name] = append(there[row.Name], row.Value)
		}
		for _, row := range x {
			if other := there[row.Name]; len(other) > 0 {
				there[row.Name] = other[1:]
				both(name+row.Name, row.Value, other[0])
			} else {
				add(name+row.Name, row.Value, "", OnlyBefore)
			}
		}
		for _, row := range y {
			if only := there[row.Name]; len(only) > 0 {
				there[row.Name] = only[1:]
				add(name+row.Name, "", only[0], OnlyAfter)
			}
		}
	}
	side("header.", headerRows(x), headerRows(y))
	side("claims.", x.Rows(), y.Rows())
	return all
}

func headerRows(r *verifier.Report) []verifier.ClaimRow {
	rows := make([]verifier.ClaimRow, 0, len(r.Header))
	for _, m := range r.Header {
		rows = append(rows, verifier.ClaimRow{Name: m.Name, Value: m.Value.Text()})
	}
	return rows
}

// meaning says what a difference shows.
func (d Difference) meaning() string {
	switch {
	case d.Name == "claims.iat" && d.Change == Same:
		return "the same iat: the same token out of BigCommerce's cache, or the same one sent again"
	case d.Change == Same:
		return ""
	case d.Change == OnlyAfter:
		return "only the second has it"
	case d.Change == OnlyBefore:
		return "only the first has it"
	}
	switch d.Name {
	case "header.alg":
		return "another algorithm: live tokens are HS512, the documentation's example is HS256"
	case "claims.aud", "claims.application_id":
		return "another app"
	case "claims.store_hash", "claims.sub":
		return "another store"
	case "claims.customer.id":
		return "another customer"
	case "claims.customer.group_id":
		return "another customer group; a cached token can hold a group of 0 that is no longer true"
	case "claims.operation", "kind":
		return "a token for something else"
	case "claims.iat":
		return later(d.Before, d.After, "issued")
	case "claims.exp":
		return later(d.Before, d.After, "expires")
	}
	return ""
}

func later(before, after, does string) string {
	x, notADate := strconv.ParseInt(before, 10, 64)
	y, err := strconv.ParseInt(after, 10, 64)
	if notADate != nil || err != nil || x < 0 || y < 0 || x > verifier.MaxSeconds || y > verifier.MaxSeconds {
		return ""
	}
	word := "later"
	if y < x {
		word = "earlier"
	}
	return fmt.Sprintf("the second %s %s %s", does, verifier.Span(time.Unix(x, 0), time.Unix(y, 0)), word)
}
