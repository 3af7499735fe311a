//go:build linux

package lockfile

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// acquire fails the test when the lock cannot be had at once.
func acquire(t *testing.T, path string, r Request) *Held {
	t.Helper()
	held, err := Acquire(path, r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(held.Close)
	return held
}

// waiting returns when /proc/locks shows somebody waiting for the file of held.
func waiting(t *testing.T, held *Held) {
	t.Helper()
	inode := ":" + strconv.FormatUint(held.stat.Ino, 10) + " "
	for range 100000 {
		text, err := os.ReadFile("/proc/locks")
		if err != nil {
			t.Skip("no /proc/locks")
		}
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "->") && strings.Contains(line, inode) {
				return
			}
		}
	}
	t.Fatal("nobody waits")
}

// 3.8, and the Wait of 0.
func TestExclusion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	for _, tt := range []struct {
		first, second Request
		want          error
	}{
		{Request{}, Request{}, ErrBusy},
		{Request{}, Request{Shared: true}, ErrBusy},
		{Request{Shared: true}, Request{}, ErrBusy},
		{Request{Shared: true}, Request{Shared: true}, nil},
		{Request{Range: &Range{}}, Request{Range: &Range{}}, ErrBusy},
		{Request{Range: &Range{0, 5}}, Request{Range: &Range{Start: 5}}, nil},
		{Request{Range: &Range{0, 6}}, Request{Range: &Range{Start: 5}}, ErrBusy},
		{Request{}, Request{Range: &Range{}}, nil},
	} {
		first := acquire(t, path, tt.first)
		second, err := Acquire(path, tt.second)
		if err != tt.want {
			t.Errorf("%+v under %+v: %v, want %v", tt.second, tt.first, err, tt.want)
		}
		if err == nil {
			second.Close()
		}
		if err = first.Unlock(); err != nil {
			t.Error(err)
		}
		acquire(t, path, tt.second).Close()
	}
}

func TestWaitTimesOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	acquire(t, path, Request{})
	before := time.Now()
	busy := 0
	_, err := Acquire(path, Request{Wait: 30 * time.Millisecond, Busy: func() { busy++ }})
	if err != ErrTimeout || busy != 1 || time.Since(before) < 30*time.Millisecond {
		t.Errorf("%v after %v, Busy called %d times", err, time.Since(before), busy)
	}
}

// 3.6: a signal that is not the timer's does not end a timed wait.
func TestWaitOutlivesSignals(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	held := acquire(t, path, Request{})
	result := make(chan error, 1)
	go func() {
		h, err := Acquire(path, Request{Wait: time.Hour})
		if err == nil {
			h.Close()
		}
		result <- err
	}()
	waiting(t, held)
	for range 50 {
		syscall.Kill(os.Getpid(), syscall.SIGALRM)
	}
	waiting(t, held)
	held.Unlock()
	if err := <-result; err != nil {
		t.Error(err)
	}
}

// 2.2: a waiter does not end with a file that has lost its name.
func TestAcquireFollowsTheName(t *testing.T) {
	for _, wait := range []time.Duration{Forever, time.Hour} {
		for _, replace := range []bool{false, true} {
			path := filepath.Join(t.TempDir(), "f")
			first := acquire(t, path, Request{})
			got := make(chan *Held, 1)
			go func() {
				held, err := Acquire(path, Request{Wait: wait})
				if err != nil {
					t.Error(err)
				}
				got <- held
			}()
			waiting(t, first)
			os.Remove(path)
			if replace {
				os.WriteFile(path, nil, 0o600)
			}
			first.Unlock()
			held := <-got
			info, err := os.Stat(path)
			if err != nil || info.Sys().(*syscall.Stat_t).Ino != held.stat.Ino {
				t.Errorf("replaced: %v: locked inode %d, %v", replace, held.stat.Ino, err)
			}
			held.Close()
		}
	}
}

// 2.1: nothing is truncated, created through a link, or waited for.
func TestOpening(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	os.WriteFile(in("script"), []byte("#!/bin/sh\n"), 0o444)
	os.Symlink("script", in("link"))
	os.Symlink("nowhere", in("dangling"))
	syscall.Mkfifo(in("fifo"), 0o600)
	for _, name := range []string{"script", "link", "", "new"} {
		held := acquire(t, in(name), Request{})
		if flags := fcntl(held.FD, syscall.F_GETFD); flags != syscall.FD_CLOEXEC {
			t.Errorf("%q: descriptor flags %d: a child would inherit it", name, flags)
		}
		if flags := fcntl(held.FD, syscall.F_GETFL); flags&(syscall.O_NONBLOCK|syscall.O_ACCMODE) != 0 {
			t.Errorf("%q: open with flags %#o", name, flags)
		}
		held.Close()
	}
	if text, _ := os.ReadFile(in("script")); string(text) != "#!/bin/sh\n" {
		t.Errorf("script is now %q", text)
	}
	for path, op := range map[string]Op{
		in("dangling"):    OpOpen,
		in("fifo"):        OpOpen,
		"/dev/null":       OpOpen,
		in("script/file"): OpOpen,
		in("no/file"):     OpCreate,
	} {
		if _, err := Acquire(path, Request{Wait: Forever}); opOf(err) != op {
			t.Errorf("%s: %v, want Op %d", path, err, op)
		}
	}
	if _, err := os.Lstat(in("nowhere")); err == nil {
		t.Error("the target of a dangling link was created")
	}
	acquire(t, "/dev/null", Request{Devices: true})
}

// 2.1: a lock that only a writable descriptor gets is asked for again on one, and
// a shared one is not.
func TestWritableWhereWanted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	exclusive := acquire(t, path, Request{Range: &Range{}})
	if mode := fcntl(exclusive.FD, syscall.F_GETFL) & syscall.O_ACCMODE; mode != syscall.O_RDWR {
		t.Errorf("access mode %d", mode)
	}
	exclusive.Close()
	shared := acquire(t, path, Request{Range: &Range{}, Shared: true})
	if mode := fcntl(shared.FD, syscall.F_GETFL) & syscall.O_ACCMODE; mode != syscall.O_RDONLY {
		t.Errorf("access mode %d", mode)
	}
}

func TestLockOfNothing(t *testing.T) {
	for _, err := range []error{Lock(9999, Request{}), Lock(9999, Request{Range: &Range{}}), Unlock(9999, nil)} {
		e, ok := err.(*Error)
		if !ok || e.Op != OpLock || e.Errno() != syscall.EBADF {
			t.Errorf("got %v", err)
		}
	}
}

func fcntl(fd, command int) int {
	n, _, _ := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), uintptr(command), 0)
	return int(n)
}

// 3.10: a lock of fcntl(2) that keeps nobody out is told from one that does.
func TestExcludes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	for _, shared := range []bool{false, true} {
		held := acquire(t, path, Request{Range: &Range{}, Shared: shared})
		if err := held.Excludes(); err != nil {
			t.Errorf("shared %v: %v", shared, err)
		}
		held.Unlock()
		if err := held.Excludes(); !errors.Is(err, ErrPretended) {
			t.Errorf("shared %v, not held: %v", shared, err)
		}
	}
}
