package lockfile

import (
	"errors"
	"os"
	"path"
	"strconv"
	"strings"
)

// MostSlots is how many a lock may have.
const MostSlots = 1000

// Slots is a lock that lets N in at once (3.10). Its files stand beside the gate, which
// is the file of the lock itself: NAME@1.lock and so on for a name, PATH@1 and so on for a
// path, and the door, which has the number 0.
type Slots struct {
	Lock Name
	N    int
	lent
}

// NewSlots refuses a path beside which no slots can stand: one without a last part, and a
// symbolic link, whose slots would be others than those of the file it leads to. The
// error has OpName.
func NewSlots(lock Name, n int) (Slots, error) {
	if !lock.Named {
		if named, ok := lock.asNamed(); ok {
			return Slots{Lock: named, N: n}, nil
		}
		lock.Path = strings.TrimRight(lock.Path, "/")
		switch base := path.Base(lock.Path); {
		case lock.Path == "" || base == "." || base == "..":
			return Slots{}, &Error{OpName, lock.Text, errors.New("no path beside which slots can stand")}
		case isLink(lock.Path):
			return Slots{}, &Error{OpName, lock.Text, errors.New("a symbolic link: slots stand beside the file itself")}
		}
	}
	return Slots{Lock: lock, N: n}, nil
}

// asNamed is the lock by its name where its path is that of a named one: a lock has the
// same slots however it was given.
func (lock Name) asNamed() (Name, bool) {
	text, isLock := strings.CutSuffix(path.Base(lock.Path), ".lock")
	if !isLock || !isName(text) {
		return lock, false
	}
	theirs, err := os.Stat(path.Dir(lock.Path))
	ours, err2 := os.Stat(Dir())
	if err != nil || err2 != nil || !os.SameFile(theirs, ours) {
		return lock, false
	}
	return Name{Text: lock.Text, Path: lock.Path, Named: true}, true
}

// Path is the file of slot number, from 1 to N, or 0 for the door.
func (s Slots) Path(number int) string {
	if s.Lock.Named {
		return strings.TrimSuffix(s.Lock.Path, ".lock") + "@" + strconv.Itoa(number) + ".lock"
	}
	return s.Lock.Path + "@" + strconv.Itoa(number)
}

// Existing lists the slots that have a file, by number from 1 on. It says nothing where
// the lock has no door, for then no slot of it was ever used.
func (s Slots) Existing() (paths []string) {
	if _, err := os.Lstat(s.Path(0)); err != nil {
		return nil
	}
	for number := 1; number <= MostSlots; number++ {
		if _, err := os.Lstat(s.Path(number)); err != nil {
			break
		}
		paths = append(paths, s.Path(number))
	}
	return paths
}

// SlotFile reads the name of a file in the directory of named locks: the lock that it is
// the slot of, or the door for number 0.
func SlotFile(file string) (lock string, number int, ok bool) {
	lock, text, ok := strings.Cut(strings.TrimSuffix(file, ".lock"), "@")
	number, err := strconv.Atoi(text)
	ok = ok && err == nil && isName(lock) && number >= 0 && number <= MostSlots &&
		file == lock+"@"+strconv.Itoa(number)+".lock"
	return lock, number, ok
}
