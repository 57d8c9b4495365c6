package profiles

// QuickFile is NewFile with a key that is derived fast, for tests of what is around it.
func QuickFile(dir string, ask Passphrase) *File {
	f := NewFile(dir, ask)
	f.work = 4
	return f
}
