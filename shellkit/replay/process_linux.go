package replay

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// end is the end of a process, to be waited for: a descriptor, or one of these.
type end int

const (
	never end = -1 // nobody's
	dead  end = -2 // it has come
)

// openEnd tells when a process has ended; whether its parent has noticed is nothing
// to it.
func openEnd(pid int) end {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return dead
	}
	return end(fd)
}

func (e end) close() {
	if e >= 0 {
		unix.Close(int(e))
	}
}

// gone waits until a process has ended; false when it does not.
func (s *stage) gone(pid int) bool { return s.insist(pid, 0) }

// insist sends a signal until a process has ended: ksh93 forgets one that comes while
// it begins to read. False when it does not end.
func (s *stage) insist(pid int, sig syscall.Signal) bool {
	if pid <= 0 {
		return true
	}
	end := openEnd(pid)
	defer end.close()
	for until := time.Now().Add(patience); time.Now().Before(until); {
		if ended, _ := s.rest(nil, end, time.Now().Add(200*time.Millisecond)); ended {
			return true
		}
		unix.Kill(pid, sig)
	}
	return false
}

// kill ends a process, what it runs in the foreground and the frames that it waits
// in, and leaves its background children alone.
func (s *stage) kill(a *actor) {
	doomed := append([]int(nil), a.pids...)
	for _, pid := range a.pids {
		doomed = append(doomed, s.foreground(pid)...)
	}
	for _, pid := range doomed {
		unix.Kill(pid, unix.SIGKILL)
	}
	for _, pid := range doomed {
		s.gone(pid)
	}
}

// foreground lists the descendants of a process that no actor is made of.
func (s *stage) foreground(pid int) []int {
	var out []int
	list, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return nil
	}
	for _, word := range bytes.Fields(list) {
		child, err := strconv.Atoi(string(word))
		if err == nil && !s.isActor(child) {
			out = append(append(out, child), s.foreground(child)...)
		}
	}
	return out
}

func (s *stage) isActor(pid int) bool {
	for _, a := range s.actors {
		for _, own := range a.pids {
			if own == pid {
				return true
			}
		}
	}
	return false
}

// lives tells whether a process is there and has not ended.
func lives(pid int) bool {
	state := stateOf(pid)
	return state != 0 && state != 'Z' && state != 'X'
}

// stateOf is what a process does, as in proc(5); 0 where it is gone.
func stateOf(pid int) byte {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	at := bytes.LastIndexByte(stat, ')')
	if at < 0 || at+2 >= len(stat) {
		return 0
	}
	return stat[at+2]
}

// asleep waits until a process that has nothing to do but to wait does so.
func (s *stage) asleep(pid int) error {
	for until := time.Now().Add(patience); time.Now().Before(until); {
		if stateOf(pid) == 'S' {
			return nil
		}
		if _, err := s.rest(nil, never, time.Now().Add(time.Millisecond)); err != nil {
			return err
		}
	}
	return &Difference{What: "it does not wait"}
}
