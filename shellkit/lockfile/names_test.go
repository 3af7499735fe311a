package lockfile

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestNames(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("LOCKKIT_DIR", dir)
	for _, name := range []string{
		"nightly.lock", "deploy.lock", "pool@0.lock", "pool@1.lock", "pool@2.lock", // locks
		"notes.txt", ".hidden.lock", "two words.lock", "x@y.lock", ".lock", // none
	} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.lock"), 0o700); err != nil {
		t.Fatal(err)
	}
	want := []string{"deploy", "nightly", "pool"}
	if got := Names(); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	t.Setenv("LOCKKIT_DIR", filepath.Join(dir, "missing"))
	if got := Names(); len(got) != 0 {
		t.Errorf("a directory that is not there has %q", got)
	}
}
