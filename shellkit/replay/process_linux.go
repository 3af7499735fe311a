package replay

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// end is the end of a process, to be waited for.
type end struct {
	fd   int
	stop *os.File
	gone chan struct{}
}

// watch tells when a process has ended; whether its parent has noticed is nothing
// to it.
func (s *stage) watch(pid int) *end {
	e := &end{fd: -1, gone: make(chan struct{})}
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		close(e.gone)
		return e
	}
	wake, stop, err := os.Pipe()
	if err != nil {
		unix.Close(fd)
		close(e.gone)
		return e
	}
	e.fd, e.stop = fd, stop
	go func() {
		defer unix.Close(fd)
		defer wake.Close()
		for {
			poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}, {Fd: int32(wake.Fd()), Events: unix.POLLIN}}
			if _, err := unix.Poll(poll, -1); err == unix.EINTR {
				continue
			}
			if poll[0].Revents != 0 {
				close(e.gone)
			}
			return
		}
	}()
	return e
}

func (e *end) close() {
	if e.stop != nil {
		e.stop.Close()
	}
}

// gone waits until a process has ended; false when it does not.
func (s *stage) gone(pid int) bool {
	if pid <= 0 {
		return true
	}
	over := s.watch(pid)
	defer over.close()
	select {
	case <-over.gone:
		return true
	case <-time.After(patience):
		return false
	}
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
		select {
		case <-s.ctx.Done():
			return s.ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
	return &Difference{What: "it does not wait"}
}
