package doctor

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lockkit/lockkit/shellkit/holders"
	"github.com/lockkit/lockkit/shellkit/lockfile"
	"github.com/lockkit/lockkit/shellkit/regex"
)

// Leftover is a file in a lock directory, and what becomes of it.
type Leftover struct {
	Name    string
	Removed bool   // or would be, in a dry run
	Why     string // it is kept
}

// ErrNoLockDirectory: users of lock files elsewhere need not look again after
// locking whether the name still leads to their file, so nothing may be removed
// under them.
var ErrNoLockDirectory = errors.New("not a directory of named locks")

// GC removes the lock files of dir that nobody holds, or only says which it would
// remove. dir must be the directory of named locks (LOCKKIT_DIR), whose users all
// look again after locking (CONTRACT 2.2); for root it may also be the default one
// of another user.
//
// A file is removed only while GC holds it exclusively, having made sure that its
// name leads to what is locked. So nobody who is inside loses a lock, and who
// waits starts again with a new file. A user who tries without waiting in the very
// moment is told that the lock is busy.
//
// The error is ErrNoLockDirectory or says that dir cannot be read.
func GC(dir string, remove bool) ([]Leftover, error) {
	d, err := os.OpenFile(dir, os.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	if !isLockDirectory(d) {
		return nil, ErrNoLockDirectory
	}
	names, err := d.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var held map[holders.Inode]bool
	if !remove {
		held = heldFiles()
	}
	kept := map[string]string{} // files of locks with slots, and why
	ofSlots := map[string]bool{}
	for _, files := range groupSlots(names) {
		var why map[string]string
		if remove {
			why = files.removeUnheld(int(d.Fd()))
		} else {
			why = files.forecast(int(d.Fd()), held)
		}
		maps.Copy(kept, why)
		for _, name := range files {
			ofSlots[name] = true
		}
	}
	var all []Leftover
	for _, name := range names {
		l := Leftover{Name: name}
		if ofSlots[name] {
			l.Why = kept[name]
		} else if !strings.HasSuffix(name, ".lock") || !isLockName(strings.TrimSuffix(name, ".lock")) {
			l.Why = "not the file of a named lock"
		} else if remove {
			l.Why = removeUnheld(int(d.Fd()), name)
		} else {
			l.Why = forecast(int(d.Fd()), name, held)
		}
		l.Removed = l.Why == ""
		all = append(all, l)
	}
	return all, nil
}

func isLockName(s string) bool {
	n, err := lockfile.Resolve(s)
	return err == nil && n.Named
}

// isLockDirectory compares the open directory with those that named locks use.
func isLockDirectory(d *os.File) bool {
	info, err := d.Stat()
	if err != nil {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	own, err := os.Lstat(lockfile.Dir())
	if err == nil && os.SameFile(own, info) {
		return int(stat.Uid) == os.Geteuid()
	}
	if os.Geteuid() != 0 {
		return false
	}
	for _, parent := range []string{"/run/lock", "/tmp"} {
		theirs, err := os.Lstat(fmt.Sprintf("%s/lockkit-%d", parent, stat.Uid))
		if err == nil && os.SameFile(theirs, info) {
			return true
		}
	}
	return false
}

// heldFiles are the files that the kernel lists as locked; a dry run must not lock
// them to find out.
func heldFiles() map[holders.Inode]bool {
	held := map[holders.Inode]bool{}
	p, err := holders.Read()
	if err != nil {
		return held // F_GETLK sees them where there is no list
	}
	for _, f := range p.Files {
		if len(f.Locks) > 0 {
			held[f.Inode] = true
		}
	}
	return held
}

// forecast is why removeUnheld would keep a file, as far as that shows without
// locking it.
func forecast(dir int, name string, held map[holders.Inode]bool) string {
	fd, _, why := openLeftover(dir, name)
	if why != "" {
		return why
	}
	defer unix.Close(fd)
	inode, _, err := holders.Find("/proc/self/fd/" + strconv.Itoa(fd))
	if err == nil && held[inode] || fcntlLocked(fd) {
		return "held"
	}
	return ""
}

// removeUnheld says why it kept the file; empty when it is gone.
func removeUnheld(dir int, name string) string {
	fd, stat, why := openLeftover(dir, name)
	if why != "" {
		return why
	}
	defer unix.Close(fd)
	return removeOpened(dir, name, fd, stat)
}

// removeOpened removes the file that was opened under name, if it still is the one
// and nobody holds it.
func removeOpened(dir int, name string, fd int, stat unix.Stat_t) (why string) {
	if why := lockOpened(dir, name, fd, stat); why != "" {
		return why
	}
	if err := unix.Unlinkat(dir, name, 0); err != nil {
		return "cannot be removed: " + err.Error()
	}
	return ""
}

// lockOpened locks the file that was opened under name, if it still is the one and nobody
// holds it.
func lockOpened(dir int, name string, fd int, stat unix.Stat_t) (why string) {
	if err := lockfile.Lock(fd, lockfile.Request{}); err != nil {
		if errors.Is(err, lockfile.ErrBusy) {
			return "held"
		}
		return "cannot be locked: " + err.Error()
	}
	// Elsewhere flock(2) and fcntl(2) exclude each other, and F_GETLK sees our own.
	if runtime.GOOS == "linux" && fcntlLocked(fd) {
		return "held"
	}
	// Now that it is ours: is it what the name leads to, and still a leftover?
	again, now, why := openLeftover(dir, name)
	if why != "" {
		return why
	}
	unix.Close(again)
	if now.Dev != stat.Dev || now.Ino != stat.Ino {
		return "another file has taken its place"
	}
	return ""
}

// fcntlLocked: who uses fcntl(2) locks is no user of lockkit, and does not look
// again after locking.
func fcntlLocked(fd int) bool {
	lock := unix.Flock_t{Type: unix.F_WRLCK}
	return unix.FcntlFlock(uintptr(fd), unix.F_GETLK, &lock) == nil && lock.Type != unix.F_UNLCK
}

// line is what lockkit writes into a named lock's file (CONTRACT 2.3).
var line = regex.Of(`\A(?:[1-9][0-9]* [1-9][0-9]*(?: [^\n]*)?\n)?\z`)

// doorLine is what the door of a lock with slots says.
var doorLine = regex.Of(`\A(?:[0-9]+ slots\n+)?\z`)

// contentOf is what lockkit writes into the file of that name.
func contentOf(name string) *regexp.Regexp {
	if _, number, ok := lockfile.SlotFile(name); ok && number == 0 {
		return doorLine()
	}
	return line()
}

// openLeftover opens a file that may be removed, as far as it shows; why says why
// it may not.
func openLeftover(dir int, name string) (fd int, stat unix.Stat_t, why string) {
	// Looked at first, so that no device and no FIFO is opened.
	err := unix.Fstatat(dir, name, &stat, unix.AT_SYMLINK_NOFOLLOW)
	switch {
	case err != nil:
		return -1, stat, "cannot be looked at: " + err.Error()
	case stat.Mode&unix.S_IFMT != unix.S_IFREG:
		return -1, stat, "not a regular file"
	case stat.Nlink > 1:
		return -1, stat, "has another name as well"
	case stat.Size > 4096:
		return -1, stat, "has content that lockkit did not write"
	}
	fd, err = unix.Openat(dir, name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, stat, "cannot be opened: " + err.Error()
	}
	text := make([]byte, stat.Size)
	n, err := unix.Pread(fd, text, 0)
	if err == nil {
		err = unix.Fstat(fd, &stat)
	}
	switch {
	case err != nil:
		why = "cannot be read: " + err.Error()
	case stat.Mode&unix.S_IFMT != unix.S_IFREG:
		why = "not a regular file"
	case !contentOf(name).Match(text[:max(0, n)]):
		why = "has content that lockkit did not write"
	}
	if why != "" {
		unix.Close(fd)
		return -1, stat, why
	}
	return fd, stat, ""
}
