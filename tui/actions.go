package tui

// Actions are the names that config.toml's [keys] may hold.
func Actions() []string { return []string{"quit", "help"} }
