package holders

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Supported says whether Read can work on this system.
const Supported = true

// Read makes a picture of all locks of this machine. The error says that /proc is
// not there or not readable; processes that vanish meanwhile are no error.
func Read() (*Picture, error) { return readFrom("/proc") }

func readFrom(root string) (*Picture, error) {
	proc, err := open(unix.AT_FDCWD, root, unix.O_DIRECTORY)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be opened: %w", root, err)
	}
	defer unix.Close(proc)
	r := newReader(proc)
	listed, err := readLocks(proc)
	if err != nil {
		return nil, err
	}
	mounts := readMounts(r)
	nested := isNested(r)
	seen, err := scan(proc, findable(listed, mounts, nested))
	if err != nil {
		return nil, err
	}
	at := time.Now()
	who := newProcesses(r)
	pids := involved(listed, seen.kept)
	who.readAll(pids)
	keepers := slices.DeleteFunc(seen.kept, func(k kept) bool { return who.get(k.pid).vanished() })
	files := join(listed, keepers, kcmp)
	if slices.ContainsFunc(files, lacksKeeper) {
		// Released or handed on while we looked? Believe only what is still listed.
		if again, err := readLocks(proc); err == nil {
			files = join(stillListed(listed, again, keepers), keepers, kcmp)
		}
	}
	p := &Picture{Files: files, At: at, Hidden: seen.hidden, Root: os.Geteuid() == 0, Nested: nested}
	p.Veiled = slices.ContainsFunc(append(pids, 1), func(pid int) bool { return who.get(pid).Veiled })
	if p.Nested || slices.ContainsFunc(files, lacksProcess) {
		addWaitersByCall(p, mounts, seen, who)
	}
	for _, f := range p.Files {
		who.fill(f, seen.denied)
	}
	share(len(p.Files), func(turns iter.Seq[int]) {
		names := names{newReader(proc), mounts}
		for i := range turns {
			names.name(p.Files[i])
		}
	})
	slices.SortStableFunc(p.Files, func(a, b *File) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), cmp.Compare(a.Inode.Number, b.Inode.Number))
	})
	p.Files = slices.DeleteFunc(p.Files, func(f *File) bool { return len(f.Locks)+len(f.Waiters) == 0 })
	p.Deadlocks = findDeadlocks(p.Files, who.above)
	return p, nil
}

func readLocks(proc int) ([]entry, error) {
	listed, err := readList(os.Getpagesize(), func() (io.ReadCloser, error) {
		fd, err := open(proc, "locks", 0)
		return os.NewFile(uintptr(fd), "locks"), err
	})
	if err != nil {
		return nil, fmt.Errorf("the kernel's list of locks cannot be read: %w", err)
	}
	return listed, nil
}

// readMounts are the mounts that this process sees; none where they do not show.
func readMounts(r *reader) []Mount {
	text, err := r.file("self/mountinfo")
	if err != nil {
		return nil
	}
	return parseMounts(text)
}

// involved are the processes that have to do with a lock, each once.
func involved(listed []entry, keepers []kept) (pids []int) {
	for _, e := range listed {
		if e.pid > 0 {
			pids = append(pids, e.pid)
		}
	}
	for _, k := range keepers {
		pids = append(pids, k.pid)
	}
	slices.Sort(pids)
	return slices.Compact(pids)
}

func lacksKeeper(f *File) bool {
	return slices.ContainsFunc(f.Locks, func(l *Lock) bool { return len(l.Keepers) == 0 })
}

// isNested: the first pid namespace has a number that never changes
// (PROC_PID_INIT_INO of linux/proc_ns.h).
func isNested(r *reader) bool {
	link := r.link("self/ns/pid")
	return link != "" && link != "pid:[4026531836]"
}

// gone says that an error means no more than that a process has ended.
func gone(err error) bool {
	return errors.Is(err, os.ErrNotExist) || errors.Is(err, errNoProcess)
}

// Mounts are the mounts that this process sees.
func Mounts() ([]Mount, error) {
	text, err := newReader(unix.AT_FDCWD).file("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	return parseMounts(text), nil
}

// firstLine is the text up to a line end, without it.
func firstLine(text []byte) string {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return string(line)
}
