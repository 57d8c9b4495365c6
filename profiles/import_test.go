package profiles_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"jotwatch/profiles"
	"jotwatch/verifier"
)

var update = flag.Bool("update", false, "write the golden files anew")

// importFiles are what is to be imported. What comes of each stands beside it, in a file of the same name with .want.
func importFiles(t testing.TB) (names []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS("testdata/import"), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !strings.HasSuffix(path, ".want") {
			names = append(names, path)
		}
		return err
	})
	if err != nil || len(names) < 20 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	return names
}

func importFile(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata/import", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// told is all that may be shown of an import, and of secrets how long they are.
func told(im *profiles.Import, err error) string {
	var b strings.Builder
	line := func(what, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", what, strings.ReplaceAll(value, "\n", `\n`))
		}
	}
	refused := func(err error) {
		line("refused", err.Error())
		if r, ok := errors.AsType[*profiles.Refusal](err); ok {
			line("hint", r.Hint)
		}
	}
	if err != nil {
		refused(err)
		return b.String()
	}
	line("format", string(im.Format))
	line("ingest-key", im.IngestKey)
	for _, s := range im.Said {
		line("said", s)
	}
	for i := range im.Drafts {
		d := &im.Drafts[i]
		fmt.Fprintf(&b, "\nline: %d\n", d.Line)
		line("name", d.Name)
		line("client-id", d.ClientID)
		line("store-hash", d.StoreHash)
		line("origins", strings.Join(d.Origins, " "))
		line("tags", strings.Join(d.Tags, " "))
		line("marks", strings.Trim(d.Colour+" "+d.Environment, " "))
		line("note", d.Note)
		line("id", d.ID)
		line("ingest-key", d.IngestKey)
		line("vault", string(d.Vault))
		line("command", d.Command)
		if !d.Secret.IsZero() {
			fmt.Fprintf(&b, "secret: %d bytes\n", d.Secret.Len())
		}
		if d.HasSecret || !d.UsedAt.IsZero() {
			fmt.Fprintf(&b, "has-secret: %t\nused-at: %s\n", d.HasSecret, d.UsedAt.Format(time.RFC3339))
		}
		for _, s := range d.Said {
			line("said", s)
		}
		if d.Refused != nil {
			refused(d.Refused)
		}
	}
	return b.String()
}

func TestImportFiles(t *testing.T) {
	t.Parallel()
	for _, name := range importFiles(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := told(profiles.Parse(name, importFile(t, name)))
			golden := filepath.Join("testdata/import", filepath.FromSlash(name)+".want")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// Windows' line ends and another name change nothing of what is recognised.
func TestImportRecognisesByContent(t *testing.T) {
	t.Parallel()
	for _, name := range importFiles(t) {
		text := strings.ReplaceAll(strings.ReplaceAll(string(importFile(t, name)), "\r\n", "\n"), "\n", "\r\n")
		want, wantErr := profiles.Parse(name, importFile(t, name))
		got, err := profiles.Parse(`C:\import\file.txt`, []byte(text))
		if (err == nil) != (wantErr == nil) {
			t.Errorf("%s: got the error %v, want %v", name, err, wantErr)
		} else if err == nil && (got.Format != want.Format || len(got.Drafts) != len(want.Drafts)) {
			t.Errorf("%s: got %d drafts as %s, want %d as %s", name, len(got.Drafts), got.Format, len(want.Drafts), want.Format)
		}
	}
}

// What is exported comes back whole.
func TestImportOfAnExport(t *testing.T) {
	t.Parallel()
	all := []*profiles.Profile{
		{
			ID: "acmeid2345678901234567abcd", Name: "Acme – Größe", ClientID: "abcdefghijklmnopqrstuvwxyz01234", StoreHash: "abc123def",
			Origins: []string{"https://shop.example.com", "http://127.0.0.1:3000"}, Tags: []string{"eu west", "vip|1"},
			Colour: "red", Environment: "production", Note: "two\nlines", IngestKey: "ACMEKEYABCDEFGHIJKLMNOPQRS",
			Vault: profiles.KeyringVault, HasSecret: true, UsedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		},
		{
			ID: "betaid2345678901234567abcd", Name: "beta", ClientID: "odd-client", IngestKey: "BETAKEYABCDEFGHIJKLMNOPQRS",
			Vault: profiles.CommandVault, Command: "op read op://shop/b/secret", HasSecret: true,
		},
	}
	ix := &profiles.Index{IngestKey: "INSTALLATIONKEYABCDEFGHIJK"}
	text, err := ix.Export(all)
	if err != nil {
		t.Fatal(err)
	}
	im, err := profiles.Parse("backup.json", text)
	if err != nil {
		t.Fatal(err)
	}
	if im.IngestKey != ix.IngestKey || len(im.Drafts) != len(all) {
		t.Fatalf("got %d drafts and the ingest key %q, want %d and %q", len(im.Drafts), im.IngestKey, len(all), ix.IngestKey)
	}
	for i, want := range all {
		if got := im.Drafts[i].Profile; !reflect.DeepEqual(got, *want) {
			t.Errorf("got %+v, want %+v (%v)", got, *want, im.Drafts[i].Refused)
		}
	}
}

// A file has so many profiles and bytes at most, and a .env file fills the memory with nothing.
func TestImportBounds(t *testing.T) {
	t.Parallel()
	row := "abcdefghijklmnopqrstuvwxyz01234\n"
	im, err := profiles.Parse("full.csv", []byte("client_id\n"+strings.Repeat(row, 10_000)))
	if err != nil || len(im.Drafts) != 10_000 || im.Drafts[9_999].Name != "full-10000" {
		t.Errorf("10,000 profiles: got %v", err)
	}
	for what, text := range map[string]string{
		"10,001 rows":    "client_id\n" + strings.Repeat(row, 10_001),
		"10,001 objects": strings.Repeat("{}\n", 10_001),
		"10,001 words":   "[" + strings.Repeat("1,", 10_000) + "1]",
		"bytes":          strings.Repeat(" ", profiles.MaxImport) + "{}",
		"depth":          strings.Repeat("[", profiles.MaxImport),
		"comments":       strings.Repeat("#\n", profiles.MaxImport/2),
		"open quote":     "BC_CLIENT_ID='" + strings.Repeat("\n", profiles.MaxImport-20),
	} {
		if im, err := profiles.Parse(".env", []byte(text)); err == nil {
			t.Errorf("%s: got %d drafts, want an error", what, len(im.Drafts))
		} else if _, ok := errors.AsType[*profiles.Refusal](err); !ok {
			t.Errorf("%s: got %T, want a *Refusal", what, err)
		}
	}
	// That this one ends is the test: filled in, its last variable would have a terabyte.
	if _, err := profiles.Parse("bomb.env", importFile(t, "bomb.env")); err != nil {
		t.Errorf("got %v", err)
	}
}

// Wherever a secret gets to, no message holds it.
func TestImportTellsNoSecret(t *testing.T) {
	t.Parallel()
	secrets := map[string]string{
		"secret":       secretTwo,
		"access token": "sentinelsentinelsentinelsentine",
		"token":        "eyJhbGciOiJIUzI1NiJ9.eyJzZW50aW5lbCI6MX0.c2VudGluZWw",
		"odd":          "S3ntinel-horse/battery.staple",
		"long":         secretTwo + secretTwo + "00",
		"base64":       "U2VudGluZWxTZW50aW5lbFNlbnRpbmVsU2VudGluZWw=",
	}
	// Every whole value of a file in turn, then something before and after it and in the place of a line.
	for _, name := range importFiles(t) {
		text := string(importFile(t, name))
		for what, secret := range secrets {
			for _, at := range places(text) {
				for _, c := range []string{text[:at[0]] + secret + text[at[1]:], text[:at[0]] + secret + text[at[0]:], text[:at[1]] + secret} {
					got := told(strip(profiles.Parse(name, []byte(c))))
					for _, part := range []string{secret, strings.TrimRight(secret, "="), "sentinel-horse"} {
						if strings.Contains(strings.ToLower(got), strings.ToLower(part)) {
							t.Errorf("%s: the %s in the place of %q is told:\n%s", name, what, text[at[0]:at[1]], got)
						}
					}
				}
			}
		}
	}
}

// strip leaves the messages of an import alone.
func strip(im *profiles.Import, err error) (*profiles.Import, error) {
	if im == nil {
		return nil, err
	}
	im.IngestKey = ""
	for i := range im.Drafts {
		im.Drafts[i].Profile, im.Drafts[i].Secret = profiles.Profile{}, verifier.Secret{}
	}
	return im, err
}

// places are where the words of a text begin and end.
func places(text string) (all [][2]int) {
	start := -1
	for i, r := range text + "\n" {
		if strings.ContainsRune(" \t\r\n\"',;|={}[]:", r) {
			if start >= 0 {
				all = append(all, [2]int{start, i})
			}
			start = -1
		} else if start < 0 {
			start = i
		}
	}
	return all
}
