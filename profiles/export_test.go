package profiles

import "time"

// NewImpatientKeyring is NewKeyring with another deadline for what asks nobody.
func NewImpatientKeyring(asked func(), answer time.Duration) *Keyring {
	k := NewKeyring(asked)
	k.answer = answer
	return k
}

// QuickFile is NewFile with a key that is derived fast, for tests of what is around it.
func QuickFile(dir string, ask Passphrase) *File {
	f := NewFile(dir, ask)
	f.work = 4
	return f
}

// Order is the order in which profiles are tried.
func (j *Judge) Order() []string {
	var names []string
	for _, p := range j.profiles {
		names = append(names, p.Name)
	}
	return names
}
