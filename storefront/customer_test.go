package storefront_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"jotwatch/storefront"
)

func TestParseCustomers(t *testing.T) {
	t.Parallel()
	got, err := storefront.ParseCustomers([]byte(`[
		{"id": 4927, "name": "Jane Doe", "email": "jane@example.com", "group": 6},
		{"id": 12, "name": "Bøb"}
	]`))
	want := []storefront.Customer{{ID: 4927, Name: "Jane Doe", Email: "jane@example.com", Group: 6}, {ID: 12, Name: "Bøb"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v and error %v, want %+v", got, err, want)
	}
}

func TestParseCustomersErrors(t *testing.T) {
	t.Parallel()
	good := `{"id":1,"name":"x"}`
	for text, want := range map[string]string{
		"":                                     "unexpected end of JSON input",
		"[]":                                   "there is no customer",
		"null":                                 "there is no customer",
		"{}":                                   "not a JSON array",
		`"x"`:                                  "not a JSON array",
		"[" + good + "] x":                     "after top-level value",
		"[" + good:                             "unexpected end",
		"[" + good + ",null]":                  "entry 2: it is not an object",
		"[" + good + ",[]]":                    "entry 2: it is not an object",
		"[" + good + ",\"x\"]":                 "entry 2: it is not an object",
		"[{}]":                                 "entry 1: id is 0, want 1 to 9007199254740991",
		`[{"id":-3,"name":"x"}]`:               "entry 1: id is -3",
		`[{"id":9007199254740992,"name":"x"}]`: "entry 1: id is 9007199254740992",
		`[{"id":99999999999999999999,"name":"x"}]`:                         "entry 1: want a whole number for id, got number 99999999999999999999",
		`[{"id":1.5,"name":"x"}]`:                                          "entry 1: want a whole number for id, got number 1.5",
		`[{"id":"1","name":"x"}]`:                                          "entry 1: want a whole number for id, got string",
		`[{"id":1,"name":2}]`:                                              "entry 1: want a string for name, got number",
		`[{"id":1,"name":" "}]`:                                            "entry 1: name is empty",
		`[{"id":1,"name":"x","group":-1}]`:                                 "entry 1: group is -1",
		`[{"id":1,"name":"x","group":"1"}]`:                                "entry 1: want a whole number for group, got string",
		`[{"id":1,"name":"x","mail":"y"}]`:                                 `entry 1: unknown field "mail"`,
		"[" + good + `,{"id":2,"name":"y"},` + good + "]":                  "entry 3: id 1 is that of entry 1",
		`[{"id":1,"name":"` + strings.Repeat("x", 321) + `"}]`:             "entry 1: name has 321 bytes",
		`[{"id":1,"name":"x","email":"` + strings.Repeat("x", 321) + `"}]`: "entry 1: email has 321 bytes",
		"[{\"id\":1,\"name\":\"\xff\"}]":                                   "not valid UTF-8",
		strings.Repeat(" ", 1<<20) + "[]":                                  "bytes are too many",
	} {
		got, err := storefront.ParseCustomers([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || got != nil {
			t.Errorf("%.60q: got %v and error %v, want an error with %q", text, got, err, want)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "parse customers: ") {
			t.Errorf("%.60q: got error %v", text, err)
		}
	}
}

func FuzzParseCustomers(f *testing.F) {
	f.Add([]byte(`[{"id":1,"name":"x","email":"y","group":2}]`))
	f.Add([]byte(`[null,{}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		customers, err := storefront.ParseCustomers(text)
		if err != nil {
			return
		}
		cfg := config()
		cfg.Customers = customers
		s := open(t, cfg)
		token := bare(t, ask{target: endpoint, customer: fmt.Sprint(customers[0].ID)}.of(s))
		if got := inspect(token).Verdict(at); got != "valid" {
			t.Errorf("%q: got verdict %s", text, got)
		}
	})
}
