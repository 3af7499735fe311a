//go:build linux

package lockfile

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// 2.3 and 3.5: the line is written, read again, and replaced by a shorter one.
func TestHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	held := acquire(t, path, Request{})
	since := time.Unix(1732442405, 0)
	for _, name := range []string{"a rather long name.sh", "b"} {
		want := Holder{PID: os.Getpid(), Since: since, Name: name}
		if err := held.Write(want); err != nil {
			t.Fatal(err)
		}
		if got, ok := ReadHolder(path); !ok || got != want {
			t.Errorf("got %+v, %v, want %+v", got, ok, want)
		}
	}
	if text, _ := os.ReadFile(path); strings.Count(string(text), "\n") != 1 {
		t.Errorf("the file has %q", text)
	}
	// 3.5: an earlier holder is not named, though its line stands there still.
	held.Unlock()
	if got, ok := ReadHolder(path); ok {
		t.Errorf("named after the release: %+v", got)
	}
	// … nor a living process that never had the lock.
	held = acquire(t, path, Request{})
	held.Write(Holder{PID: os.Getppid(), Since: since, Name: "parent"})
	if got, ok := ReadHolder(path); ok {
		t.Errorf("named without the lock: %+v", got)
	}
}

// 3.5: a lock given by path is asked of the kernel; /proc names who has it.
func TestFindHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	for _, shared := range []bool{false, true} {
		held := acquire(t, path, Request{Shared: shared})
		fd, err := syscall.Dup(held.FD)
		if err != nil {
			t.Fatal(err)
		}
		inherited := os.NewFile(uintptr(fd), path)
		child := exec.Command("sleep", "1000")
		child.ExtraFiles = []*os.File{inherited}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		inherited.Close()
		want := Holder{PID: child.Process.Pid, Name: "sleep"}
		if got, ok := FindHolder(path, true, Request{}); !ok || got != want {
			t.Errorf("exclusive wanted: got %+v, %v, want %+v", got, ok, want)
		}
		if got, ok := FindHolder(path, false, Request{Shared: true}); ok == shared {
			t.Errorf("shared wanted, shared held: %v: got %+v, %v", shared, got, ok)
		}
		child.Process.Kill()
		child.Wait()
		held.Unlock()
		if got, ok := FindHolder(path, true, Request{}); ok {
			t.Errorf("nobody holds it, named: %+v", got)
		}
	}
}

// 2.3: what has taken the lock file's place is not written.
func TestHolderWritesNothingElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	held := acquire(t, path, Request{})
	other := path + ".other"
	for _, place := range []func(){
		func() { os.WriteFile(path, []byte("mine"), 0o600) },
		func() { os.WriteFile(other, []byte("mine"), 0o600); os.Symlink(other, path) },
	} {
		os.Remove(path)
		place()
		if err := held.Write(Holder{PID: 1, Since: time.Now()}); opOf(err) != OpWrite {
			t.Errorf("got %v", err)
		}
		if text, _ := os.ReadFile(path); string(text) != "mine" {
			t.Errorf("overwritten: %q", text)
		}
	}
}

func TestParseHolder(t *testing.T) {
	for _, text := range []string{
		"", "\n", "4242", "4242\n", "x 1\n", "-1 1\n", "0 1\n", "1 0\n", "1 x\n", "1  1\n",
		"99999999999 1\n", "1 99999999999999999999\n", "4242 1732442405 no newline",
	} {
		if h, ok := parseHolder(text); ok {
			t.Errorf("%q was read as %+v", text, h)
		}
	}
	for text, name := range map[string]string{
		"1 2\n":                                 "",
		"1 2 a b\nrest":                         "a b",
		"1 2 \x1b[31m\ttab\u202e\xff\n":         "?[31m?tab??",
		"1 2 " + strings.Repeat("ö", 99) + "\n": strings.Repeat("ö", 63) + "…",
	} {
		if h, ok := parseHolder(text); !ok || h.Name != name {
			t.Errorf("%q: %q, %v, want %q", text, h.Name, ok, name)
		}
	}
}

func TestDescribe(t *testing.T) {
	since := time.Date(2026, 3, 1, 10, 0, 5, 0, time.Local)
	const never = 1 << 62
	for _, tt := range []struct {
		name string
		age  time.Duration
		want string
	}{
		{"rotate.sh", time.Minute, "pid 4242 (rotate.sh) since 10:00:05"},
		{"", time.Minute, "pid 4242 since 10:00:05"},
		{"x", never, "pid 4242 (x)"},
		{"x", 24 * time.Hour, "pid 4242 (x) since 2026-03-01 10:00:05"},
		{"x", -time.Minute, "pid 4242 (x) since 2026-03-01 10:00:05"},
	} {
		h := Holder{4242, since, tt.name}
		if tt.age == never {
			h.Since = time.Time{}
		}
		if got := h.describe(since.Add(tt.age)); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
