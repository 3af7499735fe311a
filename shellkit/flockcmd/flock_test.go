package flockcmd

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// result is what a command did.
type result struct {
	status   int
	out, err string
}

// callWith runs command with files for its streams; what it starts inherits them.
func callWith(t *testing.T, command func([]string, *os.File, *os.File, *os.File) int, args ...string) result {
	t.Helper()
	stdin, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	var files [2]*os.File
	for i := range files {
		if files[i], err = os.CreateTemp(t.TempDir(), "out"); err != nil {
			t.Fatal(err)
		}
		defer files[i].Close()
	}
	r := result{status: command(args, stdin, files[0], files[1])}
	var text [2]string
	for i, file := range files {
		file.Seek(0, io.SeekStart)
		all, err := io.ReadAll(file)
		if err != nil {
			t.Fatal(err)
		}
		text[i] = string(all)
	}
	r.out, r.err = text[0], text[1]
	return r
}

// The streams that Flock is given are the ones of the command, whose status it
// returns; the lock file stays as it is.
func TestFlockRuns(t *testing.T) {
	file := filepath.Join(t.TempDir(), "F")
	got := callWith(t, Flock, file, "/bin/sh", "-c", "echo out; echo err >&2; exit 7")
	if (got != result{7, "out\n", "err\n"}) {
		t.Errorf("got %+v", got)
	}
	if info, err := os.Stat(file); err != nil || info.Size() != 0 {
		t.Errorf("lock file: %v, %v", info, err)
	}
}

// 4: an error is one line that starts with `lockkit: flock: `, lower case, no full
// stop, and for a wrong call a hint.
func TestFlockComplains(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct {
		args   []string
		status int
		text   string
	}{
		{nil, exitUsage, "a lock file, directory or descriptor is needed\nhint: "},
		{[]string{"--frob", "F"}, exitUsage, "unknown option --frob\nhint: "},
		{[]string{"-w", "\x1b[31m", "F", "x"}, exitUsage, "bad time '?[31m'\nhint: "},
		{[]string{filepath.Join(dir, "no", "F"), "x"}, exitNoInput, "cannot open lock file "},
		{[]string{"987654"}, exitData, "987654: bad file descriptor\n"},
		{[]string{filepath.Join(dir, "F"), "no-such-command"}, exitUnavailable, "cannot execute no-such-command: no such file or directory\n"},
	} {
		got := callWith(t, Flock, tt.args...)
		if got.status != tt.status || got.out != "" || !strings.HasPrefix(got.err, "lockkit: flock: "+tt.text) {
			t.Errorf("flock %q: %+v, want status %d and %q", tt.args, got, tt.status, tt.text)
		}
	}
}
