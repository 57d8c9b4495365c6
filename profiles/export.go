package profiles

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"filippo.io/age/armor"

	"jotwatch/verifier"
)

// exportFormat marks an export, and exportVersion its format.
const (
	exportFormat  = "jotwatch-profiles"
	exportVersion = 1
)

// An exported is what an export holds: the profiles as they are in the index.
type exported struct {
	Format    string            `json:"format"`
	Version   int               `json:"version"`
	IngestKey string            `json:"ingest_key"`
	Profiles  []exportedProfile `json:"profiles"`
}

type exportedProfile struct {
	Profile

	Secret string `json:"secret,omitempty"`
}

// Export writes profiles as JSON without their secrets, for Parse to read.
func (ix *Index) Export(all []*Profile) ([]byte, error) {
	return ix.export(all, func(*Profile) (verifier.Secret, error) { return verifier.Secret{}, nil })
}

// ExportSecrets writes profiles as JSON with their secrets, encrypted by age with a passphrase, in text form. Secrets that
// their vault does not have are named in missing; any other error of a vault ends it.
func (b *Book) ExportSecrets(ctx context.Context, ix *Index, all []*Profile, passphrase string, read func(n, of int)) (text []byte, missing []string, err error) {
	n := 0
	plain, err := ix.export(all, func(p *Profile) (verifier.Secret, error) {
		n++
		read(n, len(all))
		if !p.HasSecret || !p.Vault.Holds() { // a command goes along as it is
			return verifier.Secret{}, nil
		}
		secret, err := b.Get(ctx, p)
		if errors.Is(err, ErrNotFound) {
			missing = append(missing, p.Name)
			err = nil
		}
		return secret, err
	})
	if err != nil {
		return nil, missing, err
	}
	text, err = encrypt(plain, passphrase, 0)
	if err != nil {
		return nil, missing, err
	}
	var out bytes.Buffer
	w := armor.NewWriter(&out)
	if _, err := w.Write(text); err != nil {
		return nil, missing, fmt.Errorf("encode export: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, missing, fmt.Errorf("encode export: %w", err)
	}
	return out.Bytes(), missing, nil
}

func (ix *Index) export(all []*Profile, secretOf func(*Profile) (verifier.Secret, error)) ([]byte, error) {
	e := exported{Format: exportFormat, Version: exportVersion, IngestKey: ix.IngestKey, Profiles: []exportedProfile{}}
	for _, p := range all {
		secret, err := secretOf(p)
		if err != nil {
			return nil, fmt.Errorf("read the secret of %s: %w", p.Name, err)
		}
		e.Profiles = append(e.Profiles, exportedProfile{Profile: *p, Secret: string(secret.Reveal())})
	}
	text, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode export: %w", err)
	}
	return append(text, '\n'), nil
}

// DecryptExport decrypts an export, in text form or not. The error is ErrPassphrase, or says that it is damaged.
func DecryptExport(text []byte, passphrase string) ([]byte, error) {
	if trimmed := bytes.TrimSpace(text); bytes.HasPrefix(trimmed, []byte(armor.Header)) {
		unarmored, err := io.ReadAll(armor.NewReader(bytes.NewReader(trimmed)))
		if err != nil {
			return nil, fmt.Errorf("decode export: %w", err)
		}
		text = unarmored
	}
	return decrypt(text, passphrase)
}
