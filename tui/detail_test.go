package tui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// The time axis says what now is to the token, at every turn of its life.
func TestTimeAxis(t *testing.T) {
	t.Parallel()
	lenient := config()
	lenient.Leeway = 30 * time.Second
	for _, c := range []struct {
		name     string
		cfg      Config
		iat      time.Time
		life     time.Duration
		row, say string
	}{
		{"full", config(), noon, 15 * time.Minute, "✓ valid", "◷ 15:00 left, until 12:18:45 UTC"},
		{"last second", config(), noon.Add(time.Second - 15*time.Minute), 15 * time.Minute, "✓ valid", "◷ 00:01 left, until 12:03:46"},
		{"at exp", config(), noon.Add(-15 * time.Minute), 15 * time.Minute, "◷ expired", "◷ expired just now, at 12:03:45"},
		{"within the leeway", lenient, noon.Add(-10*time.Second - 15*time.Minute), 15 * time.Minute, "✓ valid         in leeway", "◷ over 10 s ago, within the leeway, since 12:03:35"},
		{"too early", config(), noon.Add(10 * time.Minute), 15 * time.Minute, "◷ not yet valid", "◷ too early by 10:00, until 12:13:45"},
		{"tomorrow", config(), noon, 24 * time.Hour, "✓ valid", "◷ 24:00:00 left, until 2026-11-24 12:03:45"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := after(New(c.cfg, noon), tea.WindowSizeMsg{Width: 120, Height: 40}, pasted(token(c.iat, c.life, secret)))
			wantOnScreen(t, m, c.row, c.say)
		})
	}
}
