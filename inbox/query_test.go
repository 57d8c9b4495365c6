package inbox_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"jotwatch/inbox"
)

func TestQueries(t *testing.T) {
	t.Parallel()
	s := newSender(acme, beta)
	arrivals := map[string]*inbox.Arrival{
		"good":    s.send(inbox.Arrival{Text: token(t, "valid", noon), Page: "https://Shop.example/cart"}),
		"cached":  s.send(inbox.Arrival{Text: token(t, "valid", noon)}),
		"bob":     s.send(inbox.Arrival{Text: token(t, "valid", noon, "customer.id=12", "customer.email=Bob@Example.com")}),
		"expired": s.send(inbox.Arrival{Text: token(t, "expired", noon), At: noon.Add(-10 * time.Minute)}),
		"forged":  s.send(inbox.Arrival{Text: token(t, "wrong-secret", noon)}),
		"app":     s.send(inbox.Arrival{Text: token(t, "app-callback", noon)}),
		"guest":   s.send(inbox.Arrival{Status: 404, Profile: "beta-store"}),
		"down":    s.send(inbox.Arrival{Status: 503, Text: "<html>"}),
		"refused": s.send(inbox.Arrival{Outcome: inbox.Rejected, Status: 403, Reason: "pages of https://evil.example may not send here", Origin: "https://evil.example"}),
	}
	for query, want := range map[string]string{
		"":                              "app bob cached down expired forged good guest refused",
		"is:valid":                      "app bob cached good",
		"is:valid is:cached":            "cached",
		"is:valid -is:cached":           "app bob good",
		"is:VALID,guest":                "app bob cached good guest",
		"is:expired":                    "expired",
		"is:invalid":                    "forged",
		"is:mismatch":                   "forged",
		"is:verified":                   "app bob cached expired good",
		"is:guest":                      "guest",
		"is:error":                      "down",
		"is:refused":                    "refused",
		"is:rejected":                   "refused",
		"is:not-yet-valid":              "",
		"-is:token":                     "down guest refused",
		"store:acme":                    "app bob cached expired forged good",
		"store:ABC123":                  "app bob cached expired forged good",
		"store:beta":                    "guest",
		`store:"beta-store"`:            "guest",
		"kind:app":                      "app",
		"kind:current_customer is:good": "!",
		"customer:12":                   "bob",
		"customer:#12":                  "bob",
		"customer:1":                    "",
		"email:BOB@":                    "bob",
		"code:signature":                "forged",
		"code:signature.mismatch":       "forged",
		"code:time.expired":             "expired",
		"code:time":                     "expired",
		"tim":                           "expired",
		"code:form.html":                "down",
		"-code:header":                  "app down guest refused",
		"age>5m":                        "expired",
		"age<5m is:token":               "app bob cached forged good",
		"age>300":                       "expired",
		"age>1d":                        "",
		"age>0d":                        "expired",
		"age<1d is:expired":             "expired",
		"age<10m is:expired":            "", // it is as old
		"age>10m":                       "",
		"is:signed":                     "app bob cached expired good",
		"kind:callback":                 "", // it begins otherwise
		"callback":                      "app",
		"kind:":                         "!",
		"evil":                          "refused",
		"cart":                          "good",
		"-cart is:valid":                "app bob cached",
		"bob@example.com":               "bob",
		"4927 is:invalid":               "forged",
		"https://shop":                  "good",
		"EXAMPLE/CART":                  "good",
		`"may not"`:                     "refused",
		`"12:03"`:                       "",
		"mismatch":                      "forged",
		"valid":                         "app bob cached good",
		"verified":                      "app bob cached expired good",
		"signature.mis":                 "forged",
		"stor:acme":                     "!",
		"is:":                           "!",
		"is:bad":                        "!",
		"age<x":                         "!",
		"age<-5m":                       "!",
		`store:"acme`:                   "!",
		"store:a,":                      "!",
	} {
		q, err := inbox.ParseQuery(query)
		if _, ok := errors.AsType[*inbox.QueryError](err); ok != (want == "!") || err != nil && !ok {
			t.Errorf("%q: error %v", query, err)
		}
		if err != nil {
			continue
		}
		var got []string
		for _, name := range []string{"app", "bob", "cached", "down", "expired", "forged", "good", "guest", "refused"} {
			if s.box.Match(q, arrivals[name], noon) {
				got = append(got, name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q finds %s, want %s", query, strings.Join(got, " "), want)
		}
	}
}

// Upper and lower case are one, in every alphabet.
func TestCase(t *testing.T) {
	t.Parallel()
	s := newSender(acme)
	a := s.send(inbox.Arrival{Text: token(t, "valid", noon, "customer.email=Яна@Søren.example"), Page: "https://Shop.example/Café"})
	for query, want := range map[string]bool{
		"email:яНА": true, "SØREN": true, "shop.EXAMPLE": true, "CAFÉ": true, "cafè": false, `""`: true, "søren.exampled": false, "e/café": true,
	} {
		q, err := inbox.ParseQuery(query)
		if err != nil || s.box.Match(q, a, noon) != want {
			t.Errorf("%q: want %v, error %v", query, want, err)
		}
	}
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"is:valid", `store:"a b" -x age<5m`, "code:,", "-", "\"", "é:x", "age>9999999999999h"} {
		f.Add(seed)
	}
	s := newSender(acme)
	a := s.send(inbox.Arrival{Text: token(f, "valid", noon), Page: "https://shop.example/É"})
	f.Fuzz(func(t *testing.T, text string) {
		q, err := inbox.ParseQuery(text)
		if wrong, ok := errors.AsType[*inbox.QueryError](err); err != nil && (!ok || wrong.Wrong == "" || wrong.Hint == "") {
			t.Fatalf("error %v", err)
		}
		if err != nil {
			return
		}
		again, err := inbox.ParseQuery(q.String())
		if err != nil || s.box.Match(q, a, noon) != s.box.Match(again, a, noon) {
			t.Errorf("%q is not what it is as %q: %v", text, q, err)
		}
	})
}
