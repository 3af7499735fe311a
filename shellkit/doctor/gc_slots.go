package doctor

import (
	"cmp"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/lockkit/lockkit/shellkit/holders"
	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// slotFiles are the files of a lock that lets several in at once (CONTRACT 3.10): the gate,
// the door and the slots, in the order in which they are locked.
type slotFiles []string

// groupSlots finds the locks with slots among the names of a lock directory. Files of one
// lock stay or go together: who is inside has one of them, and the others say how many
// may come in.
func groupSlots(names []string) map[string]slotFiles {
	groups := map[string]slotFiles{}
	for _, name := range names {
		if lock, _, ok := lockfile.SlotFile(name); ok {
			groups[lock] = append(groups[lock], name)
		}
	}
	for lock, files := range groups {
		slices.SortFunc(files, func(a, b string) int { return cmp.Compare(slotNumber(a), slotNumber(b)) })
		groups[lock] = slices.Insert(files, 0, lock+".lock")
	}
	return groups
}

func slotNumber(name string) int {
	_, number, _ := lockfile.SlotFile(name)
	return number
}

const besideHeld = "belongs to a lock with slots, of which one is kept"

// forecast is why each file would be kept, by its name.
func (files slotFiles) forecast(dir int, held map[holders.Inode]bool) map[string]string {
	why := map[string]string{}
	for _, name := range files {
		if !isThere(dir, name) {
			continue
		}
		if reason := forecast(dir, name, held); reason != "" {
			why[name] = reason
		}
	}
	return files.together(why)
}

// removeUnheld removes all of the files or none, and says why each one was kept. It has
// gate and door before it looks at a slot, so nobody can come in, and removes the slots from
// the last one on: at each point in which it could be killed nobody is inside.
func (files slotFiles) removeUnheld(dir int) map[string]string {
	why := map[string]string{}
	gate := files[0]
	// Its lock is needed also where the file has been removed.
	if fd, err := unix.Openat(dir, gate, unix.O_RDONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600); err == nil {
		unix.Close(fd)
	}
	var open []int
	defer func() {
		for _, fd := range open {
			unix.Close(fd)
		}
	}()
	for _, name := range files {
		if !isThere(dir, name) {
			continue
		}
		fd, stat, reason := openLeftover(dir, name)
		if reason == "" {
			open = append(open, fd)
			reason = lockOpened(dir, name, fd, stat)
		}
		if reason != "" {
			why[name] = reason
			return files.together(why)
		}
	}
	for _, name := range slices.Backward(files) {
		if err := unix.Unlinkat(dir, name, 0); err != nil && err != unix.ENOENT {
			why[name] = "cannot be removed: " + err.Error()
			return files.together(why)
		}
	}
	return why
}

// together keeps all where one is kept.
func (files slotFiles) together(why map[string]string) map[string]string {
	if len(why) == 0 {
		return why
	}
	for _, name := range files {
		if why[name] == "" {
			why[name] = besideHeld
		}
	}
	return why
}

func isThere(dir int, name string) bool {
	var stat unix.Stat_t
	return unix.Fstatat(dir, name, &stat, unix.AT_SYMLINK_NOFOLLOW) != unix.ENOENT
}
