package truth

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestGotOut holds that a file is named whose mode or times are changed, and no other.
func TestGotOut(t *testing.T) {
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	for _, name := range []string{a, b} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	old := witnesses
	defer func() { witnesses = old }()
	witnesses = []string{a, b}
	before := watched()
	if got := gotOut(before); got != nil {
		t.Errorf("named though nothing was changed: %v", got)
	}
	if err := os.Chmod(b, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := gotOut(before); !slices.Equal(got, []string{b + " is not as it was"}) {
		t.Errorf("named: %v", got)
	}
}
