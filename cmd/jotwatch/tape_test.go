package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"jotwatch/tui/tmuxtest"
)

// What VHS makes of the tape's settings of its size; its log of a recording's terminal says it.
const (
	tapeSize    = "FontSize 17, LetterSpacing 0, Width 1230, Height 782, Padding 16"
	tapeColumns = "118"
	tapeRows    = "34"
)

// tapeLimit is how long a viewer of the README looks at most.
const tapeLimit = 40 * time.Second

// A tape is what demo.tape has VHS do.
type tape struct {
	require, output string
	settings        map[string]string
	steps           []tapeStep
}

// A tapeStep does the one of these that is set.
type tapeStep struct {
	source string
	text   string // typed
	key    string // pressed, by its tmux name, so many times
	times  int
	wait   *regexp.Regexp // until it is on the screen
	takes  time.Duration  // by itself
}

// tapeKeys are the keys that a tape may press, and what tmux calls them.
var tapeKeys = map[string]string{"Enter": "Enter", "Escape": "Escape", "Tab": "Tab", "Up": "Up", "Down": "Down", "PageDown": "PageDown"}

// parseTape reads the commands of VHS that demo.tape uses. Any other is an error, as a test could not press it.
func parseTape(text string) (tape, error) {
	got := tape{settings: make(map[string]string)}
	speed := 50 * time.Millisecond // VHS's own
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		step := tapeStep{source: line}
		command, rest, _ := strings.Cut(line, " ")
		name, pace, paced := strings.Cut(command, "@")
		key := tapeKeys[name]
		var err error
		switch {
		case command == "Require":
			got.require = rest
			continue
		case command == "Output":
			got.output = rest
			continue
		case command == "Set":
			setting, value, _ := strings.Cut(rest, " ")
			if got.settings[setting] = value; setting == "TypingSpeed" {
				speed, err = time.ParseDuration(value)
			}
			if err != nil {
				return got, fmt.Errorf("%s: %w", line, err)
			}
			continue
		case command == "Type":
			step.text, err = strconv.Unquote(rest)
			step.takes = time.Duration(utf8.RuneCountInString(step.text)) * speed
		case command == "Sleep":
			step.takes, err = time.ParseDuration(rest)
		case command == "Wait+Screen" && len(rest) > 2 && rest[0] == '/' && rest[len(rest)-1] == '/':
			step.wait, err = regexp.Compile(rest[1 : len(rest)-1])
		case key != "":
			step.key, step.times = key, 1
			each := speed
			if paced {
				each, err = time.ParseDuration(pace)
			}
			if err == nil && rest != "" {
				step.times, err = strconv.Atoi(rest)
			}
			step.takes = time.Duration(step.times) * each
		default:
			return got, fmt.Errorf("%s: unknown command", line)
		}
		if err != nil {
			return got, fmt.Errorf("%s: %w", line, err)
		}
		got.steps = append(got.steps, step)
	}
	return got, nil
}

func TestParseTape(t *testing.T) {
	t.Parallel()
	got, err := parseTape("# why\nSet TypingSpeed 100ms\n\nType \"a b\"\nDown@400ms 2\nSleep 1s\nWait+Screen /a b/\nEnter\n")
	if err != nil {
		t.Fatal(err)
	}
	var steps []string
	for _, step := range got.steps {
		steps = append(steps, fmt.Sprintf("%q %s*%d %v %s", step.text, step.key, step.times, step.wait, step.takes))
	}
	const want = `"a b" *0 <nil> 300ms, "" Down*2 <nil> 800ms, "" *0 <nil> 1s, "" *0 a b 0s, "" Enter*1 <nil> 100ms`
	if seen := strings.Join(steps, ", "); seen != want {
		t.Errorf("got  %s\nwant %s", seen, want)
	}
	for _, bad := range []string{"Ctrl+C", "Hide", "Space", "Sleep", "Sleep 3", "Wait+Screen", "Wait+Screen /(/", "Wait /x/", "Type x", "Down two", "Down@slow"} {
		if _, err := parseTape(bad); err == nil {
			t.Errorf("%s: got no error", bad)
		}
	}
}

// The tape of the README's picture shows what it is to show: every key is pressed, and everything it waits for comes.
func TestTape(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.FromSlash("../../demo.tape"))
	if err != nil {
		t.Fatal(err)
	}
	tape, err := parseTape(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if tape.require != "jotwatch" {
		t.Errorf("it requires %q", tape.require)
	}
	readme, err := os.ReadFile(filepath.FromSlash("../../README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join("..", "..", filepath.FromSlash(tape.output))); err != nil || !strings.Contains(string(readme), "]("+tape.output+")") {
		t.Errorf("README.md does not show %s: %v", tape.output, err)
	}
	var sizes []string
	for _, name := range []string{"FontSize", "LetterSpacing", "Width", "Height", "Padding"} {
		sizes = append(sizes, name+" "+tape.settings[name])
	}
	if size := strings.Join(sizes, ", "); size != tapeSize {
		t.Errorf("its size is %s: measure it anew", size)
	}
	var takes time.Duration
	for _, step := range tape.steps {
		takes += step.takes
	}
	if takes >= tapeLimit {
		t.Errorf("it takes %s by itself", takes)
	}
	if len(tape.steps) == 0 || tape.steps[0].text != "jotwatch demo" {
		t.Fatal("it does not begin with the demo")
	}

	dir := tmuxtest.Build(t)
	home := t.TempDir()
	term := tmuxtest.New(t, dir, "tape", tapeColumns, tapeRows,
		"HOME="+home, "XDG_CONFIG_HOME="+home, configDirVariable+"="+home, "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	for _, step := range tape.steps {
		switch {
		case step.text != "":
			term.Type(step.text)
		case step.wait != nil:
			term.UntilRight(func(seen string) (problem string) {
				if !step.wait.MatchString(seen) {
					return "nothing for " + step.source
				}
				return ""
			})
		default: // a Sleep is for the viewer
			for range step.times {
				term.Press(step.key)
			}
		}
	}
	const ended = "ready> jotwatch demo\nready>" // and nothing else was called
	term.Until(ended)
	term.Line("echo exit=$?")
	term.Until("exit=0", ended+" echo exit=$?")
}
