package tui

import (
	"fmt"
	"time"
)

// clock writes the time left as a countdown does: MM:SS, rounded up so that 00:00 is never shown as left.
func clock(d time.Duration) string {
	s := int64(d / time.Second)
	if d%time.Second > 0 {
		s++
	}
	switch {
	case s >= 48*3600:
		return fmt.Sprintf("%d days", s/(24*3600))
	case s >= 3600:
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	default:
		return fmt.Sprintf("%02d:%02d", s/60, s%60)
	}
}

// ago writes how long something has been over.
func ago(d time.Duration) string {
	switch {
	case d < time.Second:
		return "just now"
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", d/time.Hour)
	default:
		return fmt.Sprintf("%d days ago", d/(24*time.Hour))
	}
}
