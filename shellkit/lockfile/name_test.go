package lockfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// 2: a slash makes a path, anything else must be a name.
func TestResolve(t *testing.T) {
	t.Setenv("LOCKKIT_DIR", "locks")
	if _, err := Resolve("deploy"); !errors.Is(err, ErrRelativeDir) {
		t.Errorf("a name in a relative directory: %v", err)
	}
	t.Setenv("LOCKKIT_DIR", "/locks")
	tests := []struct {
		text, path string
		named      bool
	}{
		{"deploy", "/locks/deploy.lock", true},
		{"_x.y-z_9", "/locks/_x.y-z_9.lock", true},
		{"9", "/locks/9.lock", true},
		{"./deploy", "./deploy", false},
		{"/", "/", false},
		{"-/x", "-/x", false},
	}
	for _, tt := range tests {
		got, err := Resolve(tt.text)
		want := Name{Text: tt.text, Path: tt.path, Named: tt.named}
		if err != nil || got != want {
			t.Errorf("Resolve(%q) = %+v, %v; want %+v", tt.text, got, err, want)
		}
	}
	for _, text := range []string{"", ".", "..", ".x", "-x", "a b", "a\n", "ä", "a\x00b", "a\x00/b", "$x", "~"} {
		if got, err := Resolve(text); opOf(err) != OpName {
			t.Errorf("Resolve(%q) = %+v, %v; want an OpName error", text, got, err)
		}
	}
}

// 2: the directory hangs on the machine and the user alone.
func TestDefaultDir(t *testing.T) {
	sticky := os.ModeDir | os.ModeSticky | 0o777
	tests := []struct {
		name string
		uid  int
		dirs map[string]os.FileMode
		want string
	}{
		{"root", 0, map[string]os.FileMode{"/run": os.ModeDir, "/run/lock": sticky}, "/run/lock/lockkit"},
		{"root without /run/lock", 0, map[string]os.FileMode{"/run": os.ModeDir}, "/run/lock/lockkit"},
		{"root without /run", 0, nil, "/tmp/lockkit-0"},
		{"user", 1000, map[string]os.FileMode{"/run": os.ModeDir, "/run/lock": sticky}, "/run/lock/lockkit-1000"},
		{"user, not sticky", 1000, map[string]os.FileMode{"/run": os.ModeDir, "/run/lock": os.ModeDir | 0o755}, "/tmp/lockkit-1000"},
		{"user, a file", 1000, map[string]os.FileMode{"/run/lock": os.ModeSticky}, "/tmp/lockkit-1000"},
	}
	t.Setenv("TMPDIR", "/elsewhere")
	t.Setenv("XDG_RUNTIME_DIR", "/elsewhere")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := defaultDir(tt.uid, func(path string) (os.FileInfo, error) {
				if mode, ok := tt.dirs[path]; ok {
					return fakeInfo(mode), nil
				}
				return nil, os.ErrNotExist
			})
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

type fakeInfo os.FileMode

func (f fakeInfo) Name() string       { return "" }
func (f fakeInfo) Size() int64        { return 0 }
func (f fakeInfo) Mode() os.FileMode  { return os.FileMode(f) }
func (f fakeInfo) ModTime() time.Time { return time.Time{} }
func (f fakeInfo) IsDir() bool        { return f.Mode().IsDir() }
func (f fakeInfo) Sys() any           { return nil }

// 2: mode 0700, refused when it is a link, somebody else's, or no directory.
func TestEnsureDir(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "locks")
	for range 2 {
		if err := EnsureDir(dir); err != nil {
			t.Fatal(err)
		}
	}
	if info, _ := os.Stat(dir); info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v", info.Mode())
	}
	link, file := filepath.Join(base, "link"), filepath.Join(base, "file")
	os.Symlink(dir, link)
	os.WriteFile(file, nil, 0o600)
	refused := map[string]string{
		link:             "symbolic link",
		file:             "not a directory",
		base + "/no/dir": "no such file",
		file + "/dir":    "not a directory",
	}
	if os.Geteuid() == 0 {
		theirs := filepath.Join(base, "theirs")
		os.Mkdir(theirs, 0o700)
		os.Chown(theirs, 4711, 0)
		refused[theirs] = "belongs to user 4711"
	}
	for path, why := range refused {
		err := EnsureDir(path)
		if opOf(err) != OpDir || !strings.Contains(err.Error(), why) {
			t.Errorf("EnsureDir(%s) = %v, want an OpDir error with %q", path, err, why)
		}
	}
}

// opOf is -1 for an error that is none of this package's.
func opOf(err error) Op {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Op
	}
	return -1
}
