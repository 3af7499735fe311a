package fix

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func script(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "job.sh")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, mode); err != nil {
		t.Fatal(err)
	}
	return name
}

func content(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// onlyFile makes sure that nothing is left beside the file.
func onlyFile(t *testing.T, name string) {
	t.Helper()
	list, err := os.ReadDir(filepath.Dir(name))
	if err != nil || len(list) != 1 {
		t.Errorf("the folder holds %v, %v", list, err)
	}
}

// 4: --fix writes atomically, keeping the mode, and the owner too.
func TestWriteKeeps(t *testing.T) {
	for _, mode := range []os.FileMode{0o755, 0o600, 0o444, 0o751 | os.ModeSetgid} {
		name := script(t, "old", mode)
		if os.Getuid() == 0 {
			if err := os.Chown(name, 12, 34); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(name, mode); err != nil {
				t.Fatal(err)
			}
		}
		was, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		open, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer open.Close()
		if err := Write(name, []byte("old"), []byte("new")); err != nil {
			t.Fatal(err)
		}
		now, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		u1, g1, _ := owner(was)
		u2, g2, known := owner(now)
		if content(t, name) != "new" || now.Mode() != was.Mode() || u1 != u2 || g1 != g2 || !known {
			t.Errorf("%q %v %d:%d (%v), was %v %d:%d", content(t, name), now.Mode(), u2, g2, known, was.Mode(), u1, g1)
		}
		reader := make([]byte, 9)
		if n, _ := open.Read(reader); string(reader[:n]) != "old" {
			t.Errorf("who had it open reads %q", reader[:n])
		}
		onlyFile(t, name)
	}
}

func TestWriteThroughLink(t *testing.T) {
	name := script(t, "old", 0o755)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(name, link); err != nil {
		t.Fatal(err)
	}
	if err := Write(link, []byte("old"), []byte("new")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 || content(t, name) != "new" {
		t.Errorf("the link is %v, %v; its target holds %q", info.Mode(), err, content(t, name))
	}
}

func TestWriteRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(t *testing.T, name string)
		want    error
	}{
		"changed": {func(t *testing.T, name string) { os.WriteFile(name, []byte("odd"), 0o644) }, ErrChanged},
		"grown":   {func(t *testing.T, name string) { os.WriteFile(name, []byte("old and more"), 0o644) }, ErrChanged},
		"gone":    {func(t *testing.T, name string) { os.Remove(name) }, os.ErrNotExist},
		"folder": {func(t *testing.T, name string) {
			os.Remove(name)
			os.Mkdir(name, 0o755)
		}, ErrKind},
	} {
		t.Run(name, func(t *testing.T) {
			file := script(t, "old", 0o755)
			c.prepare(t, file)
			before, _ := os.ReadFile(file)
			if err := Write(file, []byte("old"), []byte("new")); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if after, _ := os.ReadFile(file); string(after) != string(before) {
				t.Errorf("it was written all the same: %q", after)
			}
		})
	}
}
