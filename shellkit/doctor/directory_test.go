package doctor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDirectory(t *testing.T) {
	tests := []struct {
		name, about string
		make        func(t *testing.T, dir string)
		level       Level
		text        string
	}{
		{"missing", "state", func(*testing.T, string) {}, Fine, "the first named lock makes it"},
		{"there", "mode", func(t *testing.T, dir string) { mkdir(t, dir, 0o700) }, Fine, "there, yours, mode 0700"},
		{"others write", "mode", func(t *testing.T, dir string) { mkdir(t, dir, 0o777) }, Problem, "others can remove and replace lock files"},
		{"link", "kind", func(t *testing.T, dir string) {
			if err := os.Symlink(t.TempDir(), dir); err != nil {
				t.Fatal(err)
			}
		}, Problem, "is a symbolic link; named locks are refused with 73"},
		{"file", "kind", func(t *testing.T, dir string) { touch(t, dir) }, Problem, "is not a directory"},
		{"no parent", "state", func(t *testing.T, dir string) { os.Remove(filepath.Dir(dir)) }, Problem, "named locks are refused with 73"},
		{"somebody else's", "owner", func(t *testing.T, dir string) {
			mkdir(t, dir, 0o700)
			if err := os.Chown(dir, 65534, -1); err != nil {
				t.Skip("only root gives files away")
			}
		}, Problem, "belongs to user 65534"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "parent", "locks")
			mkdir(t, filepath.Dir(dir), 0o700)
			tt.make(t, dir)
			t.Setenv("LOCKKIT_DIR", dir)
			before, _ := os.Lstat(dir)
			s := Directory()
			if f := s.find(t, tt.about); f.Level != tt.level || !strings.Contains(f.Text, tt.text) || (f.Level == Problem) != (f.Hint != "") {
				t.Errorf("got %+v", f)
			}
			if f := s.find(t, "choice"); !strings.Contains(f.Text, "LOCKKIT_DIR names it") {
				t.Errorf("got %+v", f)
			}
			if after, _ := os.Lstat(dir); (before == nil) != (after == nil) {
				t.Error("the doctor made or removed the directory")
			}
		})
	}
}

func mkdir(t *testing.T, dir string, mode os.FileMode) {
	t.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, mode); err != nil { // past the umask
		t.Fatal(err)
	}
}

// The default directory has one mode; one that the user chose has the user's.
func TestModeOfTheDefaultDirectory(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		t.Fatal(err)
	}
	for given, want := range map[bool]Level{true: Fine, false: Note} {
		var s Section
		s.there(dir, info, given)
		if f := s.find(t, "mode"); f.Level != want {
			t.Errorf("given %v: %+v", given, f)
		}
	}
}
