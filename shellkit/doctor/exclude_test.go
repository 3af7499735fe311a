package doctor

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func touch(t *testing.T, path string) string {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestATrialLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	s := Place(filepath.Join(dir, "lock"))
	for _, about := range []string{"two opens", "shared and exclusive", "read-only descriptor", "fork"} {
		if f := s.find(t, about); f.Level != Fine {
			t.Errorf("got %+v", f)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// The file that was asked about is not locked: its users would be told busy.
func TestAPathItselfIsNotLocked(t *testing.T) {
	lock := touch(t, filepath.Join(t.TempDir(), "lock"))
	fd, err := unix.Open(lock, unix.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := unix.Flock(fd, unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if s := Place(lock); Worst([]Section{s}) == Problem {
		t.Errorf("got %+v", s.Findings)
	}
}

// Each trial can fail: two files stand in for a file system on which locks do not
// exclude, and a lock of somebody else for one that refuses what it should grant.
func TestTrialsCanFail(t *testing.T) {
	dir := t.TempDir()
	a, err := os.OpenFile(touch(t, dir+"/a"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := os.OpenFile(touch(t, dir+"/b"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := exclude(handle{a}, handle{b}); err == nil || !strings.Contains(err.Error(), "two exclusive locks were granted at once") {
		t.Errorf("got %v", err)
	}
	if err := throughBoth(dir+"/a", dir+"/b"); err == nil {
		t.Error("two files were taken for one")
	}
	if err := mustBeBusy(nil, "granted"); err == nil || err.Error() != "granted" {
		t.Errorf("got %v", err)
	}
	if err := mustBeBusy(unix.EBADF, "granted"); !errors.Is(err, unix.EBADF) {
		t.Errorf("a failure is not busy: %v", err)
	}
	if err := unix.Flock(int(a.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	for name, trial := range map[string]func(string) error{
		"two opens": twoOpensExclude, "shared and exclusive": sharedAndExclusive,
		"read-only descriptor": readOnly, "fork": childKeepsIt,
	} {
		if trial(dir+"/a") == nil {
			t.Errorf("%s: the trial held although somebody else has the lock", name)
		}
		if err := trial(dir + "/none"); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: a missing file: %v", name, err)
		}
	}
}

func TestAPlaceThatCannotBeTried(t *testing.T) {
	s := Place("/proc/self")
	if f := s.find(t, "trial"); f.Level != Note || f.Hint == "" {
		t.Errorf("got %+v", f)
	}
	s = Place("/nowhere/at/all/lock")
	if f := s.find(t, "access"); f.Level != Problem || f.Hint == "" {
		t.Errorf("got %+v", f)
	}
}

// Why no trial was made decides what to do about it; the name of the file that was
// tried is nobody's business.
func TestWhyNoTrialWasMade(t *testing.T) {
	for err, hint := range map[error]string{
		unix.EROFS:  "files that are here already can be locked",
		unix.EACCES: "run doctor as a user who can write there",
		unix.EPERM:  "run doctor as a user who can write there",
		unix.ENOENT: "give a directory in which files can be created",
	} {
		var s Section
		s.noTrial(&os.PathError{Op: "open", Path: "/x/.lockkit-doctor-1.lock", Err: err})
		f := s.find(t, "trial")
		if f.Level != Note || !strings.HasPrefix(f.Hint, hint) || !strings.HasSuffix(f.Text, ": "+err.Error()) {
			t.Errorf("%v: %+v", err, f)
		}
	}
}

// Through another mount the same file is looked for by what it is, not by its name.
func TestSameFile(t *testing.T) {
	dir := t.TempDir()
	a, b := touch(t, dir+"/a"), touch(t, dir+"/b")
	if err := os.Link(a, dir+"/c"); err != nil {
		t.Fatal(err)
	}
	for other, want := range map[string]bool{a: true, dir + "/c": true, b: false, dir + "/none": false} {
		if got := sameFile(a, other); got != want {
			t.Errorf("%s: %v", other, got)
		}
	}
}

func TestBelow(t *testing.T) {
	for _, tt := range []struct {
		dir, path, rest string
		ok              bool
	}{
		{"/", "/a", "/a", true},
		{"/a", "/a/b", "/b", true},
		{"/a", "/a", "", true},
		{"/a", "/ab", "", false},
		{"/a/b", "/a", "", false},
	} {
		rest, ok := below(tt.dir, tt.path)
		if ok != tt.ok || ok && rest != tt.rest {
			t.Errorf("%s below %s: %q, %v", tt.path, tt.dir, rest, ok)
		}
	}
}
