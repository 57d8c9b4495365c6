// Package jotwatch_test holds the house to its plan: which package may import which, and how long a file may be.
package jotwatch_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// arrows names, for each package, the own packages that it may import. Anyone may import verifier and safe.
var arrows = map[string][]string{
	"safe":       {},
	"verifier":   {},
	"mint":       {},
	"profiles":   {},
	"inbox":      {},
	"config":     {},
	"listener":   {"inbox"},
	"storefront": {"mint"},
	// for tests
	"profiles/keyringtest":  {"tui/displaytest"},
	"tui/tmuxtest":          {},
	"tui/displaytest":       {},
	"listener/chromiumtest": {"tui/displaytest"},
	"tui":                   {"config", "inbox", "listener", "profiles"},
	"cmd/jotwatch":          {"config", "inbox", "listener", "mint", "profiles", "storefront", "tui"},
}

// reserved names the only packages that may import a module.
var reserved = map[string][]string{
	"charm.land/":                        {"tui", "cmd/jotwatch"},
	"github.com/golang-jwt/":             {"verifier"},
	"github.com/zalando/go-keyring":      {"profiles"},
	"github.com/godbus/dbus/":            {"profiles", "profiles/keyringtest"},
	"filippo.io/age":                     {"profiles"},
	"github.com/go-json-experiment/json": {"verifier"},
	"github.com/pelletier/go-toml/":      {"config"},
}

// The arrows hold on every system: a file may be for one alone.
func TestArrows(t *testing.T) {
	t.Parallel()
	for _, system := range []string{"linux", "darwin", "windows"} {
		t.Run(system, func(t *testing.T) {
			t.Parallel()
			checkArrows(t, system)
		})
	}
}

func checkArrows(t *testing.T, system string) {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...")
	list.Env = append(os.Environ(), "GOOS="+system)
	out, err := list.Output()
	if err != nil {
		t.Fatalf("list packages: %v", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var pkg struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&pkg); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(pkg.ImportPath, "jotwatch/")
		if name == "jotwatch" {
			continue // this test
		}
		allowed, known := arrows[name]
		if !known {
			t.Errorf("package %s has no place in the house", name)
		}
		for _, path := range pkg.Imports {
			if own, ok := strings.CutPrefix(path, "jotwatch/"); ok {
				shared := (own == "verifier" || own == "safe") && name != "verifier" && name != "safe"
				if !shared && !slices.Contains(allowed, own) {
					t.Errorf("%s must not import %s", name, own)
				}
			}
			for module, users := range reserved {
				if strings.HasPrefix(path, module) && !slices.Contains(users, name) {
					t.Errorf("%s must not import %s", name, path)
				}
			}
		}
	}
}

func TestFilesStayShort(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		most := 500
		if filepath.ToSlash(path) == "tui/tui.go" {
			most = 300
		}
		if lines := bytes.Count(content, []byte("\n")); lines > most {
			t.Errorf("%s has %d lines, at most %d: ask which two things it holds", path, lines, most)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
