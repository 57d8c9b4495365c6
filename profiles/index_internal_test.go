package profiles

import (
	"encoding/json"
	"errors"
	"testing"
)

// An index of an older version is brought up step by step, one of a newer version is refused.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	renamed := func(members map[string]json.RawMessage) error {
		members["ingest_key"] = members["key"]
		delete(members, "key")
		return nil
	}
	same := func(map[string]json.RawMessage) error { return nil }
	const old = `{"version":1,"key":"k","vault":"keyring","profiles":[{"id":"i","name":"n","client_id":"c","vault":"keyring"}],"leftovers":[]}`
	ix, err := decode([]byte(old), steps{renamed, same})
	if err != nil || ix.Version != 3 || ix.IngestKey != "k" || ix.named("N") == nil {
		t.Errorf("got %+v, %v", ix, err)
	}
	if _, err := decode([]byte(old), steps{same}); !errors.Is(err, ErrCorrupt) {
		t.Errorf("without the step that it needs: %v", err)
	}
	failed := errors.New("no")
	if _, err := decode([]byte(old), steps{func(map[string]json.RawMessage) error { return failed }}); !errors.Is(err, ErrCorrupt) || !errors.Is(err, failed) {
		t.Errorf("a step that fails: %v", err)
	}
	if _, err := decode([]byte(`{"version":2}`), nil); !errors.Is(err, ErrNewer) {
		t.Errorf("a newer one: %v", err)
	}
	fresh := Empty()
	text, err := fresh.encode()
	if err != nil {
		t.Fatal(err)
	}
	if ix, err := decode(text, nil); err != nil || ix.Version != version || ix.IngestKey != fresh.IngestKey {
		t.Errorf("a fresh one: %+v, %v", ix, err)
	}
}
