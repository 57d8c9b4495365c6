package tui

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"

	tea "charm.land/bubbletea/v2"
)

// A CrashError is a panic of the console. Its report has no token and no secret in it: the stack names functions and places, and of
// the panic's value only what the Go runtime itself wrote.
type CrashError struct{ Report string }

func (e *CrashError) Error() string { return "the console came to a bad end" }

// A crash is the first panic, whichever goroutine it was in.
type crash struct {
	mu    sync.Mutex
	found *CrashError
	stop  func() // ends the program, so that the terminal is put back
}

// caught stands deferred at the top of every goroutine of ours.
func (c *crash) caught() {
	value := recover() //nolint:revive // it is deferred itself
	if value == nil {
		return
	}
	what := fmt.Sprintf("a value of type %T", value)
	if err, ok := value.(runtime.Error); ok {
		what = err.Error()
	}
	c.mu.Lock()
	if c.found == nil {
		c.found = &CrashError{fmt.Sprintf("panic: %s\n\n%s", what, debug.Stack())}
	}
	c.mu.Unlock()
	if c.stop != nil {
		go c.stop() // from the program's own loop it would wait for itself
	}
}

func (c *crash) error() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.found == nil {
		return nil
	}
	return c.found
}

// A guard is the Model with every panic of it caught: in Update, in View and in the commands.
type guard struct {
	model tea.Model
	crash *crash
	last  tea.View // that could be drawn
}

func newGuard(m tea.Model) *guard { return &guard{model: m, crash: &crash{}} }

// Init implements tea.Model.
func (g *guard) Init() tea.Cmd {
	defer g.crash.caught()
	return g.guarded(g.model.Init())
}

// Update implements tea.Model.
func (g *guard) Update(msg tea.Msg) (next tea.Model, cmd tea.Cmd) {
	defer g.crash.caught()
	next = g
	var inner tea.Cmd
	g.model, inner = g.model.Update(msg)
	return g, g.guarded(inner)
}

// View implements tea.Model.
func (g *guard) View() (v tea.View) {
	defer g.crash.caught()
	v = g.last
	v = g.model.View()
	g.last = v
	return v
}

// guarded catches the panics of a command, and of those that it brings.
func (g *guard) guarded(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer g.crash.caught()
		msg = cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i := range batch {
				batch[i] = g.guarded(batch[i])
			}
			return batch
		}
		return msg
	}
}
