package mint_test

import (
	"strings"
	"testing"

	"jotwatch/mint"
	"jotwatch/verifier"
)

func TestTokenErrors(t *testing.T) {
	t.Parallel()
	claim := mint.Claim{Name: "iss", Value: `"x"`}
	for _, c := range []struct {
		name, scenario string
		app            mint.App
		set            []mint.Claim
		want           string
	}{
		{"no secret", "valid", mint.App{ClientID: clientID}, nil, "client secret is empty"},
		{"no secret, unsigned", "alg-none", mint.App{ClientID: clientID}, nil, "client secret is empty"},
		{"no client id", "valid", mint.App{Secret: verifier.NewSecret(secret)}, nil, "client id is empty"},
		{"misspelt", "exipred", app(), nil, `find scenario "exipred": there is none`},
		{"other case", "Valid", app(), nil, `find scenario "Valid": there is none`},
		{"unlike any", "something-else-entirely", app(), nil, `find scenario "something-else-entirely": there is none`},
		{"set on guest", "guest", app(), []mint.Claim{claim}, "scenario guest is not a token"},
		{"set no JSON", "valid", app(), []mint.Claim{{Name: "iss", Value: `{"x"`}}, "not JSON"},
		{"set no name", "valid", app(), []mint.Claim{{Name: "", Value: `1`}}, "empty"},
		{"set into a string", "valid", app(), []mint.Claim{{Name: "iss.x", Value: `1`}}, `look into "iss": it is not an object`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := mint.Token(c.app, c.scenario, at, c.set...)
			if err == nil || !strings.Contains(err.Error(), c.want) || got != "" {
				t.Errorf("got %q and error %v, want an error with %q", got, err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("the error holds the secret: %v", err)
			}
		})
	}
}
