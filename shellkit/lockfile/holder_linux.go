package lockfile

import (
	"bytes"
	"os"
	"strconv"
)

// keepsLocked says whether a descriptor of process pid has the file of info open
// and locked with flock(2). The kernel shows a lock in the fdinfo of every
// descriptor that keeps it alive, also where another process took it (proc(5)).
func keepsLocked(pid int, info os.FileInfo) bool {
	proc := "/proc/" + strconv.Itoa(pid)
	fds, err := os.ReadDir(proc + "/fd")
	if err != nil {
		return false
	}
	for _, fd := range fds {
		// The link leads to the file itself, also when its name is gone.
		target, err := os.Stat(proc + "/fd/" + fd.Name())
		if err != nil || !os.SameFile(target, info) {
			continue
		}
		about, err := os.ReadFile(proc + "/fdinfo/" + fd.Name())
		if err == nil && hasFlock(about) {
			return true
		}
	}
	return false
}

func hasFlock(fdinfo []byte) bool {
	for line := range bytes.Lines(fdinfo) {
		if bytes.HasPrefix(line, []byte("lock:")) && bytes.Contains(line, []byte(" FLOCK ")) {
			return true
		}
	}
	return false
}
