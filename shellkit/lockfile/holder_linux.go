package lockfile

import (
	"bytes"
	"os"
	"strconv"
	"strings"
)

// Keeps says whether process pid keeps a lock of the file of info alive that is in the way
// of r: for a shared one only an exclusive one counts, and a flock(2) lock is in the way of
// no fcntl(2) lock. The kernel shows a lock in the fdinfo
// of every descriptor that keeps it alive, also where another process took it
// (proc(5)). What cannot be seen counts as no.
func Keeps(pid int, info os.FileInfo, r Request) bool {
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
		if err == nil && r.meets(about) {
			return true
		}
	}
	return false
}

// meets says whether the fdinfo of a descriptor shows a lock that is in the way.
func (r Request) meets(fdinfo []byte) bool {
	for line := range bytes.Lines(fdinfo) {
		kind := bytes.Contains(line, []byte(" FLOCK "))
		if r.Range != nil {
			kind = bytes.Contains(line, []byte(" OFDLCK ")) || bytes.Contains(line, []byte(" POSIX "))
		}
		if bytes.HasPrefix(line, []byte("lock:")) && kind &&
			(!r.Shared || bytes.Contains(line, []byte(" WRITE "))) {
			return true
		}
	}
	return false
}

func findKeeper(info os.FileInfo, r Request) (Holder, bool) {
	processes, err := os.ReadDir("/proc")
	if err != nil {
		return Holder{}, false
	}
	for _, process := range processes {
		pid, err := strconv.Atoi(process.Name())
		if err != nil || pid == os.Getpid() || !Keeps(pid, info, r) {
			continue
		}
		name, _ := os.ReadFile("/proc/" + process.Name() + "/comm")
		return Holder{PID: pid, Name: printable(strings.TrimSuffix(string(name), "\n"))}, true
	}
	return Holder{}, false
}
