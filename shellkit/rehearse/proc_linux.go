//go:build linux && (amd64 || arm64)

package rehearse

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// readTable reads a table of the kernel's. It is asked for many times in a schedule, and
// nobody else reads it: what os.ReadFile does beside that costs more than the kernel's part.
func readTable(format string, args ...any) ([]byte, error) {
	fd, err := unix.Open(fmt.Sprintf(format, args...), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	all := make([]byte, 0, 2048)
	for {
		n, err := unix.Read(fd, all[len(all):cap(all)])
		if err == unix.EINTR {
			continue
		}
		if n <= 0 {
			return all, err
		}
		if all = all[:len(all)+n]; len(all) == cap(all) {
			all = append(all, 0)[:len(all)]
		}
	}
}

// A window is a table about a task that is read again and again: it stays open until the
// task is gone. The zero value is one that is still shut.
type window struct {
	fd   int
	open bool
}

// look returns the beginning of the table, in p.
func (w *window) look(p []byte, format string, args ...any) []byte {
	if !w.open {
		fd, err := unix.Open(fmt.Sprintf(format, args...), unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			return nil
		}
		w.fd, w.open = fd, true
	}
	for {
		n, err := unix.Pread(w.fd, p, 0)
		if err == unix.EINTR {
			continue
		}
		return p[:max(n, 0)]
	}
}

func (w *window) shut() {
	if w.open {
		unix.Close(w.fd)
		w.open = false
	}
}

// blocked says whether the task waits in a system call for what others do. Neither of
// the two files alone says it: a task that is being woken still has its call, and one
// that is about to look again already sleeps by its state, while it is on a processor.
func (t *task) blocked() bool {
	if state := t.state(); state != 'S' && !(state == 'D' && t.vfork) {
		return false
	}
	var p [64]byte
	call := t.calls.look(p[:], "/proc/%d/syscall", t.pid)
	return len(call) > 0 && !bytes.HasPrefix(call, []byte("running"))
}

// listens tells whether the task waits in a read of a pipe for what others say.
func (t *task) listens() bool {
	var p [64]byte
	words := strings.Fields(string(t.calls.look(p[:], "/proc/%d/syscall", t.pid)))
	if len(words) < 2 || words[0] != strconv.Itoa(unix.SYS_READ) {
		return false
	}
	fd, err := strconv.ParseUint(words[1], 0, 64)
	if err != nil {
		return false
	}
	open, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", t.pid, fd))
	return err == nil && strings.HasPrefix(open, "pipe:")
}

// saysTo tells whether what the task prints goes into a pipe, and what another one prints does
// not: a substitution says something to its shell.
func (t *task) saysTo(other *task) bool {
	own, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/1", t.pid))
	if err != nil || !strings.HasPrefix(own, "pipe:") {
		return false
	}
	others, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/1", other.pid))
	return err != nil || own != others
}

// state is the letter that the kernel has for what the task does, 0 where it is gone.
func (t *task) state() byte {
	var p [64]byte // a name has 15 letters at most
	data := t.stat.look(p[:], "/proc/%d/stat", t.pid)
	i := bytes.LastIndexByte(data, ')')
	if i < 0 || i+2 >= len(data) {
		return 0
	}
	return data[i+2]
}

// stopped says whether the task stands still for its tracer.
func (t *task) stopped() bool { return t.state() == 't' }

// leave lets go of what was opened to look at the task.
func (t *task) leave() {
	t.calls.shut()
	t.stat.shut()
}
