package protocol

import "testing"

func TestAsksForLocker(t *testing.T) {
	tests := map[string]bool{
		"command -v flock":            true,
		"type -P lockfile-create":     true,
		"-x /usr/bin/flock":           true,
		`[[ -x "$bin/dotlockfile" ]]`: true,
		"command -v lock":             true,
		"-x /sbin/hwclock":            false,
		"-x /usr/lib/unlocked":        false,
		"command -v blockdev":         false,
		`"$flock" = yes`:              false,
	}
	for text, want := range tests {
		if n := (&Node{Op: Choose, Text: text}); n.AsksForLocker() != want {
			t.Errorf("%s: %v", text, !want)
		}
	}
}
