package doctor

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// lockDirectory is a directory of named locks for this test alone.
func lockDirectory(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "locks")
	mkdir(t, dir, 0o700)
	t.Setenv("LOCKKIT_DIR", dir)
	return dir
}

func hold(t *testing.T, path string, how int) {
	t.Helper()
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_CREAT|unix.O_CLOEXEC, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Flock(fd, how); err != nil {
		t.Fatal(err)
	}
}

func listOf(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestGC(t *testing.T) {
	dir := lockDirectory(t)
	put(t, dir, "empty.lock", "")
	put(t, dir, "noted.lock", "4242 1700000000 rotate.sh\n")
	put(t, dir, "nameless.lock", "4242 1700000000\n")
	hold(t, dir+"/exclusive.lock", unix.LOCK_EX)
	hold(t, dir+"/shared.lock", unix.LOCK_SH)
	fd, err := unix.Open(dir+"/fcntl.lock", unix.O_RDWR|unix.O_CREAT|unix.O_CLOEXEC, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	// An OFD lock: one of fcntl(2) that excludes this process as well.
	ofd := lockfile.Request{Range: &lockfile.Range{}}
	if err := lockfile.Lock(fd, ofd); errors.Is(err, lockfile.ErrNoLocks) {
		hold(t, dir+"/fcntl.lock", unix.LOCK_EX)
	} else if err != nil {
		t.Fatal(err)
	}
	put(t, dir, "precious.lock", "four words of text\n")
	put(t, dir, "lines.lock", "1 2 a\n3 4 b\n")
	put(t, dir, "big.lock", strings.Repeat("x", 5000))
	put(t, dir, "a/b.lock", "")
	put(t, dir, "notes.txt", "")
	put(t, dir, ".hidden.lock", "")
	put(t, dir, "two.lock", "")
	if err := os.Link(dir+"/two.lock", t.TempDir()+"/too"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("empty.lock", dir+"/link.lock"); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(dir+"/fifo.lock", 0o600); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"empty.lock": "", "noted.lock": "", "nameless.lock": "",
		"exclusive.lock": "held", "shared.lock": "held", "fcntl.lock": "held",
		"precious.lock": "has content that lockkit did not write", "lines.lock": "has content that lockkit did not write",
		"big.lock": "has content that lockkit did not write",
		"two.lock": "has another name as well", "link.lock": "not a regular file", "fifo.lock": "not a regular file",
		"a": "not the file of a named lock", "notes.txt": "not the file of a named lock", ".hidden.lock": "not the file of a named lock",
	}
	all := slices.Sorted(maps.Keys(want))
	check := func(list []Leftover) {
		t.Helper()
		var names []string
		for _, l := range list {
			names = append(names, l.Name)
			if l.Why != want[l.Name] || l.Removed != (want[l.Name] == "") {
				t.Errorf("got %+v, want %q", l, want[l.Name])
			}
		}
		if !slices.Equal(names, all) {
			t.Errorf("got %q", names)
		}
	}

	list, err := GC(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	check(list)
	if left := listOf(t, dir); !slices.Equal(left, all) {
		t.Errorf("a dry run removed something: %q", left)
	}
	list, err = GC(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	check(list)
	kept := slices.DeleteFunc(all, func(name string) bool { return want[name] == "" })
	if left := listOf(t, dir); !slices.Equal(left, kept) {
		t.Errorf("left %q, want %q", left, kept)
	}
}

func TestGCOnlyWhereEverybodyLooksAgain(t *testing.T) {
	dir := lockDirectory(t)
	other := t.TempDir()
	put(t, other, "a.lock", "")
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	if _, err := GC(other, true); !errors.Is(err, ErrNoLockDirectory) {
		t.Errorf("got %v", err)
	}
	if _, err := GC(link, true); err == nil || errors.Is(err, ErrNoLockDirectory) {
		t.Errorf("through a link: %v", err)
	}
	if _, err := GC(dir+"/none", true); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if os.Geteuid() == 0 {
		if err := os.Chown(dir, 65534, -1); err != nil {
			t.Fatal(err)
		}
		if _, err := GC(dir, true); !errors.Is(err, ErrNoLockDirectory) {
			t.Errorf("somebody else's LOCKKIT_DIR: %v", err)
		}
	}
	if left := listOf(t, other); len(left) != 1 {
		t.Errorf("left %q", left)
	}
}

// What was opened may be replaced or written to before it is locked.
func TestGCLooksAgainAfterLocking(t *testing.T) {
	for name, tt := range map[string]struct {
		meanwhile func(path string) error
		want      string
	}{
		"replaced": {func(path string) error { return os.Rename(path+".new", path) }, "another file has taken its place"},
		"removed":  {os.Remove, "cannot be looked at: no such file or directory"},
		"written":  {func(path string) error { return os.WriteFile(path, []byte("precious"), 0o600) }, "has content that lockkit did not write"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			touch(t, dir+"/a.lock")
			touch(t, dir+"/a.lock.new")
			d, err := os.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			fd, stat, why := openLeftover(int(d.Fd()), "a.lock")
			if why != "" {
				t.Fatal(why)
			}
			defer unix.Close(fd)
			if err := tt.meanwhile(dir + "/a.lock"); err != nil {
				t.Fatal(err)
			}
			before := listOf(t, dir)
			if got := removeOpened(int(d.Fd()), "a.lock", fd, stat); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if after := listOf(t, dir); !slices.Equal(after, before) {
				t.Errorf("%q became %q", before, after)
			}
		})
	}
}

// A dry run locks nothing: who tries a lock meanwhile is not told that it is busy.
func TestADryRunLocksNothing(t *testing.T) {
	dir := lockDirectory(t)
	put(t, dir, "a.lock", "")
	var done atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		defer done.Store(true)
		for range 20 {
			if _, err := GC(dir, false); err != nil {
				t.Error(err)
			}
		}
	})
	for n := 0; !done.Load() || n == 0; n++ {
		h, err := lockfile.Acquire(dir+"/a.lock", lockfile.Request{})
		if err != nil {
			t.Fatalf("try %d: %v", n, err)
		}
		h.Unlock()
		h.Close()
	}
	wg.Wait()
}

// While files are removed all the time, a lock is never held twice, everybody gets
// it in the end, and nobody who waits keeps waiting for a file that is gone.
func TestGCUnderContention(t *testing.T) {
	dir := lockDirectory(t)
	const contenders, rounds = 8, 200
	var inside, overlaps, removed atomic.Int32
	var wg, gc sync.WaitGroup
	stop := make(chan struct{})
	collect := func() {
		for {
			list, err := GC(dir, true)
			if err != nil {
				t.Error(err)
				return
			}
			for _, l := range list {
				if l.Removed {
					removed.Add(1)
				}
			}
			select {
			case <-stop:
				return
			default:
				runtime.Gosched()
			}
		}
	}
	gc.Go(collect)
	gc.Go(collect) // one removes what the other has just opened
	for range contenders {
		wg.Go(func() {
			for range rounds {
				h, err := lockfile.Acquire(dir+"/a.lock", lockfile.Request{Wait: time.Minute})
				if err != nil {
					t.Error(err)
					return
				}
				if inside.Add(1) != 1 {
					overlaps.Add(1)
				}
				runtime.Gosched()
				inside.Add(-1)
				h.Unlock()
				h.Close()
			}
		})
	}
	wg.Wait()
	close(stop)
	gc.Wait()
	if overlaps.Load() > 0 || removed.Load() == 0 {
		t.Errorf("%d overlaps, %d removed", overlaps.Load(), removed.Load())
	}
}
