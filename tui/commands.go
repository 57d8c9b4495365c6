package tui

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"jotwatch/inbox"
	"jotwatch/listener"
	"jotwatch/profiles"
	"jotwatch/verifier"
)

// This file is where the console waits, reads the clock, and reaches for anything outside: every command, beside the message that it
// returns. A command gets values and no Model.

// A tickMsg is the wall clock, once a second and on the second.
type tickMsg struct{ now time.Time }

// tick strips the monotonic clock: it stands still while a laptop sleeps, and the time of day does not.
func tick() tea.Cmd {
	return tea.Every(time.Second, func(now time.Time) tea.Msg { return tickMsg{now.Round(0)} })
}

// A clockMsg is the wall clock, when it is looked at out of turn.
type clockMsg struct{ now time.Time }

func lookAtClock() tea.Msg { return clockMsg{time.Now().Round(0)} }

// settle is how long the paste box waits after enter before it judges. A terminal without bracketed paste sends the
// line breaks of a pasted text as enter; what follows at once belongs to the same text, and must not run as keys.
const settle = 150 * time.Millisecond

// A settledMsg says that no more than the keys counted so far have been typed into the paste box, unless more have.
type settledMsg struct{ keys int }

func settled(keys int) tea.Cmd {
	return tea.Tick(settle, func(time.Time) tea.Msg { return settledMsg{keys} })
}

// frameTime is between two frames at 60 Hz. In a flood, arrivals are taken so often and no oftener.
const frameTime = time.Second / 60

// An arrivedMsg brings what the listener received, and the moment that it was taken.
type arrivedMsg struct {
	batch []*inbox.Arrival
	at    time.Time
	full  bool // there may be more
}

// take waits for arrivals, for at least a frame since the last time.
func take(ctx context.Context, q *inbox.Queue, last time.Time) tea.Cmd {
	return func() tea.Msg {
		time.Sleep(frameTime - time.Since(last))
		batch := q.Take(ctx)
		if len(batch) == 0 {
			return nil
		}
		return arrivedMsg{batch, time.Now(), q.Behind()}
	}
}

// A stepMsg asks for the next step of a work that is done in steps.
type stepMsg struct{}

func nextStep() tea.Msg { return stepMsg{} }

// A pastedMsg is what was found in a pasted text: its tokens, or the text itself where there are none, or only one.
type pastedMsg struct {
	texts []string
	at    time.Time
	more  bool // there were more than are looked at
}

func search(text string) tea.Cmd {
	return func() tea.Msg {
		found := pastedMsg{texts: []string{text}, at: time.Now()}
		// What is around a single token is kept with it, for what it says of it; but not credentials.
		reports := verifier.InspectAll(text, nil)
		if len(reports) > 1 || len(drafts(text)) > 0 || verifier.HoldsSecret(text) {
			found.texts = nil
			for _, r := range reports {
				if found.more = r.Token == "" && len(reports) > 1; r.Token != "" {
					found.texts = append(found.texts, r.Token)
				}
			}
			if len(found.texts) == 0 {
				found.texts = append(found.texts, text)
			}
		}
		return found
	}
}

// A fetchedMsg brings a judge with the secrets that tokens wanted.
type fetchedMsg struct {
	judge      *profiles.Judge
	generation int
}

// fetch has a judge get the secrets that tokens want. It takes as long as the vault does, and as its user is being asked.
func fetch(ctx context.Context, judge *profiles.Judge, generation int, tokens []string, leeway time.Duration) tea.Cmd {
	return func() tea.Msg {
		judge.Settle(ctx, func(known []verifier.Credential) []*verifier.Report {
			reports := make([]*verifier.Report, len(tokens))
			for i, token := range tokens {
				reports[i] = verifier.Inspect(token, known, verifier.WithLeeway(leeway))
			}
			return reports
		})
		return fetchedMsg{judge, generation}
	}
}

// openVault has a judge's file vault ask for its passphrase.
func openVault(ctx context.Context, judge *profiles.Judge, generation int) tea.Cmd {
	return func() tea.Msg {
		judge.Unlock(ctx)
		return fetchedMsg{judge, generation}
	}
}

// noteUsed notes which profiles judged a token.
func noteUsed(ctx context.Context, book *profiles.Book, reports []*verifier.Report, now time.Time) tea.Cmd {
	return func() tea.Msg {
		book.Used(ctx, reports, now)
		return nil
	}
}

// redraw draws all of the screen again after the window changed its size. What was on its way to the terminal then may have set its
// scrolling region to the size before.
func redraw() tea.Cmd { return tea.Sequence(tea.Raw(ansi.SetTopBottomMargins(0, 0)), tea.ClearScreen) }

// A vaultMsg says which of the vaults in use would not answer, and why; and whether the file vault was not opened yet.
type vaultMsg struct {
	name   profiles.VaultName
	err    error
	locked bool
}

func checkVaults(ctx context.Context, book *profiles.Book, names []profiles.VaultName) tea.Cmd {
	if book == nil {
		return nil
	}
	return func() tea.Msg {
		for _, name := range names {
			if err := book.Check(ctx, name); err != nil {
				return vaultMsg{name: name, err: err}
			}
		}
		return vaultMsg{locked: slices.Contains(names, profiles.FileVault) && book.Locked()}
	}
}

// An indexMsg brings the profiles as another program, or this one, changed them.
type indexMsg struct {
	ix   *profiles.Index
	seen os.FileInfo
}

// keepProfiles sees to it that the installation's own address stays what it is.
func keepProfiles(ctx context.Context, book *profiles.Book) tea.Cmd {
	if book == nil {
		return nil
	}
	return func() tea.Msg {
		if _, err := book.Keep(ctx); err != nil { // a directory that cannot be written: the address holds for this time
			return nil
		}
		now, err := read(book)
		if err != nil {
			return nil
		}
		return now
	}
}

// lookAtProfiles reads the profiles again where they changed. What cannot be read changes nothing.
func lookAtProfiles(book *profiles.Book, seen os.FileInfo) tea.Cmd {
	if book == nil {
		return nil
	}
	return func() tea.Msg {
		ix, now, err := book.Changed(seen)
		if err != nil || ix == nil {
			return nil
		}
		return indexMsg{ix, now}
	}
}

// A changedMsg says how a change to the profiles ended.
type changedMsg struct {
	number int    // of the form that it was for; 0 is none
	did    string // in words
	err    error
	indexMsg
}

// change changes the profiles.
func change(ctx context.Context, book *profiles.Book, number int, did string, do func(context.Context) error) tea.Cmd {
	return func() tea.Msg {
		err := do(ctx)
		now, unread := read(book)
		if err == nil {
			err = unread
		}
		return changedMsg{number, did, err, now}
	}
}

// read reads the profiles.
func read(book *profiles.Book) (indexMsg, error) {
	ix, seen, err := book.Changed(nil)
	if ix == nil && err == nil { // it is not in a file
		ix, err = book.Load()
	}
	return indexMsg{ix, seen}, err
}

// An openedMsg says how opening the listener ended.
type openedMsg struct {
	sockets *listener.Sockets
	err     error
}

func openListener(ctx context.Context, listen func(context.Context, string) (*listener.Sockets, error), addr string) tea.Cmd {
	return func() tea.Msg {
		sockets, err := listen(ctx, addr)
		return openedMsg{sockets: sockets, err: err}
	}
}

// newDoor makes the listener's door: it dates what arrives.
func newDoor(q *inbox.Queue, sockets *listener.Sockets) *listener.Door {
	return listener.New(listener.Config{Queue: q, Hosts: sockets.Hosts(), Now: time.Now})
}

// A servedMsg says why the listener ended.
type servedMsg struct{ err error }

func serve(ctx context.Context, sockets *listener.Sockets, door *listener.Door, refused func(string)) tea.Cmd {
	return func() tea.Msg { return servedMsg{sockets.Serve(ctx, door, refused)} }
}

// A heardMsg is what a vault tells its user; an askedMsg is a passphrase that one waits for.
type (
	heardMsg struct{ text string }
	askedMsg struct{ question *question }
)

func hear(ctx context.Context, from *Messenger) tea.Cmd {
	return func() tea.Msg {
		select {
		case text := <-from.told:
			return heardMsg{text}
		case q := <-from.asked:
			return askedMsg{q}
		case <-ctx.Done():
			return nil
		}
	}
}

// A writtenMsg says how writing a file ended.
type writtenMsg struct {
	name string
	err  error
}

// writeNew writes a new file that only its owner reads. One that is there already is left alone, and another number tried.
func writeNew(name func(n int) string, content []byte) tea.Cmd {
	return func() tea.Msg {
		for n := 1; ; n++ {
			f, err := os.OpenFile(name(n), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if errors.Is(err, fs.ErrExist) && n < 1000 {
				continue
			}
			if err != nil {
				return writtenMsg{name(n), err}
			}
			_, err = f.Write(content)
			if err = errors.Join(err, f.Close()); err != nil {
				_ = os.Remove(name(n)) // a part of it helps nobody
			}
			return writtenMsg{name(n), err}
		}
	}
}
