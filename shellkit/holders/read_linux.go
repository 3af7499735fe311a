package holders

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// Supported says whether Read can work on this system.
const Supported = true

// Read makes a picture of all locks of this machine. The error says that /proc is
// not there or not readable; processes that vanish meanwhile are no error.
func Read() (*Picture, error) { return readFrom("/proc") }

func readFrom(root string) (*Picture, error) {
	listed, err := readLocks(root)
	if err != nil {
		return nil, err
	}
	seen, err := scan(root)
	if err != nil {
		return nil, err
	}
	at := time.Now()
	files := join(listed, seen.kept, kcmp)
	if slices.ContainsFunc(files, lacksKeeper) {
		// Released or handed on while we looked? Believe only what is still listed.
		if again, err := readLocks(root); err == nil {
			files = join(stillListed(listed, again, seen.kept), seen.kept, kcmp)
		}
	}
	p := &Picture{Files: files, At: at, Hidden: seen.hidden, Root: os.Geteuid() == 0, Nested: isNested(root)}
	who := newProcesses(root)
	if p.Nested || slices.ContainsFunc(files, lacksProcess) {
		addWaitersByCall(root, p, seen, who)
	}
	for _, f := range p.Files {
		who.fill(f, seen.denied)
	}
	names := newNames(root)
	for _, f := range p.Files {
		names.name(f)
	}
	slices.SortStableFunc(p.Files, func(a, b *File) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), cmp.Compare(a.Inode.Number, b.Inode.Number))
	})
	p.Deadlocks = findDeadlocks(p.Files, who.above)
	return p, nil
}

func readLocks(root string) ([]entry, error) {
	text, err := os.ReadFile(root + "/locks")
	if err != nil {
		return nil, fmt.Errorf("the kernel's list of locks cannot be read: %w", err)
	}
	return parseLocks(text), nil
}

func lacksKeeper(f *File) bool {
	return slices.ContainsFunc(f.Locks, func(l *Lock) bool { return len(l.Keepers) == 0 })
}

// isNested: the first pid namespace has a number that never changes
// (PROC_PID_INIT_INO of linux/proc_ns.h).
func isNested(root string) bool {
	link, err := os.Readlink(root + "/self/ns/pid")
	return err == nil && link != "pid:[4026531836]"
}

// gone says that an error means no more than that a process has ended.
func gone(err error) bool {
	return errors.Is(err, os.ErrNotExist) || errors.Is(err, errNoProcess)
}

// Mounts are the mounts that this process sees.
func Mounts() ([]Mount, error) {
	text, err := os.ReadFile("/proc/self/mountinfo")
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
