// Package config reads what the user set in config.toml. It never writes that file, and it never gives up over it: what is
// wrong there is told, all of it and each with its line, and left at its usual value.
package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A Config is what the user set, with the usual value for what they did not.
type Config struct {
	Theme      string              // "auto", "dark", "light", "contrast"
	ASCII      bool                // draw with ASCII characters alone
	Start      string              // the first screen: "tokens", "profiles", "setup"
	Listen     bool                // the console runs the listener
	Listener   string              // its address: HOST:PORT, of this machine alone; port 0 is a free one
	Storefront string              // the test storefront's, likewise
	Arrivals   int                 // held at most
	TextMiB    int                 // of their text, in MiB
	Keys       map[string][]string // the name of an action to its keys as Bubble Tea names them: only what the user set
}

// Default is what holds where the user set nothing.
func Default() Config {
	return Config{
		Theme: "auto", Start: "tokens", Listen: true, Listener: "127.0.0.1:4927", Storefront: "127.0.0.1:4928",
		Arrivals: 100_000, TextMiB: 256,
	}
}

// A Problem is what is wrong in the file and what to do about it. Both hold text of the file: safe.Line prints them.
type Problem struct {
	Line        int // from 1
	Wrong, Hint string
}

func (p Problem) Error() string { return fmt.Sprintf("line %d: %s", p.Line, p.Wrong) }

// Path is where the file is in a configuration directory.
func Path(dir string) string { return filepath.Join(dir, "config.toml") }

// largest is how many bytes are read: far more than there are settings.
const largest = 1 << 20

// Load reads dir's config.toml. actions are the names that [keys] may hold. The error is the file system's; that there is no
// file is none.
func Load(dir string, actions []string) (Config, []Problem, error) {
	file, err := os.Open(Path(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return Default(), nil, nil
	} else if err != nil {
		return Default(), nil, fmt.Errorf("open settings: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(file, largest+1))
	if err != nil {
		return Default(), nil, fmt.Errorf("read settings: %w", err)
	}
	c, problems := Parse(text, actions)
	return c, problems, nil
}
