package lockfile

import (
	"bytes"
	"os"
	"strconv"
	"strings"
)

// Keeps says whether process pid keeps a flock(2) lock of the file of info alive;
// with shared, only an exclusive one counts. The kernel shows a lock in the fdinfo
// of every descriptor that keeps it alive, also where another process took it
// (proc(5)). What cannot be seen counts as no.
func Keeps(pid int, info os.FileInfo, shared bool) bool {
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
		if err == nil && hasFlock(about, shared) {
			return true
		}
	}
	return false
}

func hasFlock(fdinfo []byte, shared bool) bool {
	for line := range bytes.Lines(fdinfo) {
		if bytes.HasPrefix(line, []byte("lock:")) && bytes.Contains(line, []byte(" FLOCK ")) &&
			(!shared || bytes.Contains(line, []byte(" WRITE "))) {
			return true
		}
	}
	return false
}

func findKeeper(info os.FileInfo, shared bool) (Holder, bool) {
	processes, err := os.ReadDir("/proc")
	if err != nil {
		return Holder{}, false
	}
	for _, process := range processes {
		pid, err := strconv.Atoi(process.Name())
		if err != nil || pid == os.Getpid() || !Keeps(pid, info, shared) {
			continue
		}
		name, _ := os.ReadFile("/proc/" + process.Name() + "/comm")
		return Holder{PID: pid, Name: printable(strings.TrimSuffix(string(name), "\n"))}, true
	}
	return Holder{}, false
}
