package flockcmd

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// holdingAncestor returns the eldest ancestor of this process that keeps a lock of
// the file of info alive, or 0. forEver says that waiting for it would never end:
// it and every process from it down to us does nothing but wait for the next. What
// cannot be seen counts as a process that will do something else.
func holdingAncestor(info os.FileInfo, r lockfile.Request) (ancestor int, forEver bool) {
	stuck := true
	child := os.Getpid()
	for pid := os.Getppid(); pid > 0; child, pid = pid, parentOf(pid) {
		stuck = stuck && onlyWaitsFor(pid, child)
		if lockfile.Keeps(pid, info, r) {
			ancestor, forEver = pid, stuck
		}
	}
	return ancestor, forEver
}

// onlyWaitsFor says whether pid has no child but this one, no timer that could
// rouse it, and sleeps until the child ends: in wait(2), in sigsuspend(2), as yash, mksh
// and zsh do, or reading to its end what the child writes, as a shell does for $(…). What
// cannot be seen counts as no, and so does who had another child meanwhile: its faults are
// counted with its parent's (proc(5)). This program with a command to wait for is such a process
// in spite of its threads and timers.
func onlyWaitsFor(pid, child int) bool {
	proc := "/proc/" + strconv.Itoa(pid)
	if !onlyChild(proc, child) {
		return false
	}
	if isOurs(proc, "run", "flock", guardCommand) {
		return true
	}
	before, err := os.ReadFile(proc + "/stat")
	if err != nil || statField(pid, 20) != "1" || !onlyChild(proc, child) {
		return false
	}
	if timers, err := os.ReadFile(proc + "/timers"); err != nil || len(timers) > 0 {
		return false
	}
	place, err := os.ReadFile(proc + "/wchan")
	if err != nil {
		return false
	}
	waits := string(place) == "do_wait" || bytes.Contains(place, []byte("sigsuspend")) ||
		bytes.Contains(place, []byte("pipe_read")) && readsFrom(proc, child)
	if !waits || !onlyChild(proc, child) {
		return false
	}
	after, err := os.ReadFile(proc + "/stat")
	return err == nil && bytes.Equal(before, after)
}

// onlyChild says whether all threads of the process together have this one child, and perhaps
// one who keeps the lock in etcd for them.
func onlyChild(proc string, child int) bool {
	threads, err := os.ReadDir(proc + "/task")
	if err != nil {
		return false
	}
	var children string
	for _, thread := range threads {
		text, err := os.ReadFile(proc + "/task/" + thread.Name() + "/children")
		if err != nil {
			return false
		}
		children += string(text)
	}
	there := false
	for _, pid := range strings.Fields(children) {
		switch {
		case pid == strconv.Itoa(child):
			there = true
		case !isOurs("/proc/"+pid, keepCommand):
			return false
		}
	}
	return there
}

// readsFrom says whether the process is in read(2) on the pipe that is the child's
// standard output.
func readsFrom(proc string, child int) bool {
	call, err := os.ReadFile(proc + "/syscall")
	fields := strings.Fields(string(call))
	if err != nil || len(fields) < 2 {
		return false
	}
	fd, err := strconv.ParseUint(fields[1], 0, 31)
	if err != nil {
		return false
	}
	ours, err := os.Readlink(proc + "/fd/" + strconv.FormatUint(fd, 10))
	theirs, err2 := os.Readlink("/proc/" + strconv.Itoa(child) + "/fd/1")
	return err == nil && err2 == nil && ours == theirs
}

// isOurs says whether the process is this program with one of these words as its first.
func isOurs(proc string, commands ...string) bool {
	ours, err := os.Stat("/proc/self/exe")
	if err != nil {
		return false
	}
	theirs, err := os.Stat(proc + "/exe")
	if err != nil || !os.SameFile(ours, theirs) {
		return false
	}
	arguments, err := os.ReadFile(proc + "/cmdline")
	words := bytes.SplitN(arguments, []byte{0}, 3)
	if err != nil || len(words) < 3 {
		return false
	}
	return slices.Contains(commands, string(words[1]))
}
