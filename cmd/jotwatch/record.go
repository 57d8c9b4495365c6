package main

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/pflag"

	"jotwatch/inbox"
)

// recordFlags say where arrivals are recorded.
type recordFlags struct {
	file string
	raw  bool
	set  *pflag.FlagSet
}

func (f *recordFlags) register(set *pflag.FlagSet) {
	f.set = set
	set.StringVar(&f.file, "record", "", "a new file to record in, with tokens masked")
	set.BoolVar(&f.raw, "raw", false, "record tokens and addresses as they are")
}

// A recording is a file that arrivals are recorded in. A nil one records nothing.
type recording struct {
	file     *os.File
	recorder *inbox.Recorder
	n        int
	failed   error // it ended there
}

// create makes the file. One that is there already is left alone.
func (f *recordFlags) create() (*recording, error) {
	switch {
	case f.file == "" && f.set.Changed("record"):
		return nil, wrongCall("write it as --record monday.ndjson", "the recording's name is empty")
	case f.file == "" && f.raw:
		return nil, wrongCall("add --record FILE", "--raw is about a recording, and there is none")
	case f.file == "":
		return nil, nil
	}
	file, err := os.OpenFile(f.file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, wrongCall("give another name, or move it away", "%s is there already, and a recording is never written over", echo(f.file))
	}
	if err != nil {
		return nil, wrongCall("give a file in a directory that you can write", "cannot record in %s: %s", echo(f.file), reason(err))
	}
	if f.raw {
		tell("the recording holds tokens as they are: whoever reads it within their 15 minutes can act as these customers, and sees their e-mail addresses. Keep it to yourself, and delete it after use.")
	}
	return &recording{file: file, recorder: inbox.NewRecorder(file, f.raw)}, nil
}

// record writes arrivals. What cannot be written ends the recording, not the listening.
func (r *recording) record(box *inbox.Inbox, added []*inbox.Arrival, now time.Time) {
	if r == nil || r.failed != nil || len(added) == 0 {
		return
	}
	if r.failed = r.recorder.Record(box, added, now); r.failed != nil {
		tell("the recording ends here: " + reason(r.failed))
		return
	}
	r.n += len(added)
}

// discard takes a recording away that nothing was recorded in.
func (r *recording) discard() {
	if r != nil {
		_ = r.file.Close()
		_ = os.Remove(r.file.Name()) // it is empty: what is left of it does no harm
	}
}

func (r *recording) close() error {
	if r == nil {
		return nil
	}
	err := r.file.Close()
	if r.failed != nil {
		err = r.failed
	}
	if err == nil && r.n == 0 {
		_ = os.Remove(r.file.Name())
		tell("nothing was recorded, and no file is left")
		return nil
	}
	if err != nil {
		return errorWithHint(exitUnchecked, "make room on the disk, or record elsewhere", "the recording is not whole: %w", err)
	}
	tell("recorded " + count(r.n, "arrival") + " in " + r.file.Name())
	return nil
}
