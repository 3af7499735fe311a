//go:build linux && (amd64 || arm64)

package rehearse

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// answer replies to a call whose effect the supervisor stands in for.
func (s *scene) answer(t *task) error {
	c := &t.call
	switch c.op {
	case opClock:
		return s.clock(t)
	case opRandom:
		n := min(c.args[1], 4096)
		noise := make([]byte, n)
		s.draws++
		draw(noise, s.seed^uint64(t.inner)<<32^s.draws)
		if n > 0 && t.write(c.args[0], noise) != nil {
			return t.regs.skip(t.pid, -int64(unix.EFAULT))
		}
		return t.regs.skip(t.pid, int64(n))
	case opTimerMake:
		if t.timers++; t.timers > mostTimers {
			return t.regs.skip(t.pid, -int64(unix.EAGAIN))
		}
		t.timerSignal, t.timerValue = int(unix.SIGALRM), 0
		var p [16]byte
		if c.args[1] != 0 {
			if _, err := t.read(c.args[1], p[:]); err == nil {
				t.timerValue = binary.LittleEndian.Uint64(p[:])
				t.timerSignal = int(binary.LittleEndian.Uint32(p[8:]))
			}
		}
		return nil // it is made, and never set
	case opTimerSet:
		return s.setTimer(t)
	case opAlarm:
		t.timerSignal, t.timerValue = int(unix.SIGALRM), 0
		t.setDeadline(s, time.Duration(c.args[0])*time.Second)
		return t.regs.skip(t.pid, 0)
	}
	return t.regs.skip(t.pid, 0)
}

func (t *task) setDeadline(s *scene, d time.Duration) {
	t.deadline = 0
	if d > 0 {
		t.deadline = int64(s.passed + d)
	}
}

// setTimer takes the time of a timer; it goes off when the schedule says so.
func (s *scene) setTimer(t *task) error {
	c := &t.call
	fresh, old, unit := c.args[2], c.args[3], time.Nanosecond
	if c.number == unix.SYS_SETITIMER {
		if c.args[0] != 0 {
			return t.regs.skip(t.pid, 0) // no timer of processor time goes off
		}
		fresh, old, unit = c.args[1], c.args[2], time.Microsecond
		t.timerSignal, t.timerValue = int(unix.SIGALRM), 0
	}
	var p [32]byte
	if _, err := t.read(fresh, p[:]); err != nil {
		return t.regs.skip(t.pid, -int64(unix.EFAULT))
	}
	d := time.Duration(binary.LittleEndian.Uint64(p[16:]))*time.Second + time.Duration(binary.LittleEndian.Uint64(p[24:]))*unit
	t.setDeadline(s, d)
	if old != 0 {
		_ = t.write(old, make([]byte, 32)) // what was left of it is not known to anybody
	}
	return t.regs.skip(t.pid, 0)
}

// clock answers with the virtual time; processor time is real. No two answers are the
// same: names are made of the time.
func (s *scene) clock(t *task) error {
	c := &t.call
	now := s.now()
	at, unit := c.args[1], int64(1)
	switch c.number {
	case unix.SYS_CLOCK_GETTIME:
		switch c.args[0] {
		case unix.CLOCK_MONOTONIC, unix.CLOCK_MONOTONIC_RAW, unix.CLOCK_MONOTONIC_COARSE, unix.CLOCK_BOOTTIME:
			now = time.Unix(100000, 0).Add(s.passed)
		case unix.CLOCK_REALTIME, unix.CLOCK_REALTIME_COARSE:
		default:
			return nil
		}
	case unix.SYS_GETTIMEOFDAY:
		at, unit = c.args[0], 1000
	default: // time
		if c.args[0] != 0 {
			_ = t.write(c.args[0], binary.LittleEndian.AppendUint64(nil, uint64(now.Unix()))) // it has the result too
		}
		return t.regs.skip(t.pid, now.Unix())
	}
	if at != 0 {
		p := binary.LittleEndian.AppendUint64(nil, uint64(now.Unix()))
		p = binary.LittleEndian.AppendUint64(p, uint64(int64(now.Nanosecond())/unit))
		if err := t.write(at, p); err != nil {
			return t.regs.skip(t.pid, -int64(unix.EFAULT))
		}
	}
	return t.regs.skip(t.pid, 0)
}

// sleep lets the virtual clock run as far as the task wants to sleep.
func (s *scene) sleep(t *task) {
	c := &t.call
	at := c.args[0]
	if c.number == unix.SYS_CLOCK_NANOSLEEP {
		if c.args[1] != 0 { // until a time
			s.passed += time.Millisecond
			return
		}
		at = c.args[2]
	}
	s.passed += t.duration(at, time.Nanosecond)
}

// age lets a day pass on the virtual clock: whatever lies in the world is old by it then.
func (s *scene) age() { s.passed += 24 * time.Hour }

func (t *task) duration(at uint64, unit time.Duration) time.Duration {
	var p [16]byte
	if _, err := t.read(at, p[:]); err != nil {
		return 0
	}
	d := time.Duration(binary.LittleEndian.Uint64(p[:]))*time.Second + time.Duration(binary.LittleEndian.Uint64(p[8:]))*unit
	return min(max(d, 0), 365*24*time.Hour)
}

// noTimeout makes a poll, a select or a wait for a signal with a time-out return at once; one
// without waits.
func (s *scene) noTimeout(t *task) error {
	c := &t.call
	if c.number == sysPoll {
		if int32(c.args[2]) > 0 {
			s.passed += time.Duration(int32(c.args[2])) * time.Millisecond
			t.regs.setArg(2, 0)
			return t.regs.store(t.pid)
		}
		return nil
	}
	arg := int8(4)
	switch c.number {
	case unix.SYS_PPOLL, unix.SYS_RT_SIGTIMEDWAIT:
		arg = 2
	case unix.SYS_RT_SIGSUSPEND, sysPause:
		return nil
	}
	at := c.args[arg]
	if at == 0 {
		return nil
	}
	unit := time.Nanosecond
	if c.number == sysSelect {
		unit = time.Microsecond
	}
	s.passed += t.duration(at, unit)
	if t.write(t.scratch(), make([]byte, 16)) != nil {
		return t.regs.skip(t.pid, -int64(unix.EFAULT)) // it has no stack
	}
	t.regs.setArg(arg, t.scratch())
	return t.regs.store(t.pid)
}

// fire makes the timer of t go off.
func (s *scene) fire(t *task) error {
	s.passed = max(s.passed, time.Duration(t.deadline))
	t.deadline, t.fired = 0, true
	s.kills = s.kills || t.timerSignal == int(unix.SIGKILL)
	s.note(t, event{op: "timer"})
	if err := unix.Kill(t.pid, unix.Signal(t.timerSignal)); err != nil && err != unix.EINVAL { // there is no such signal
		return err
	}
	return s.settle(nil)
}

// signalled lets a signal through to t. One of a timer is made to look like it.
func (s *scene) signalled(t *task, ws unix.WaitStatus, o *order) (bool, error) {
	o.signal = int(ws.StopSignal())
	if t.fired && o.signal == t.timerSignal {
		t.fired = false
		var info [128]byte
		if err := ptraceData(unix.PTRACE_GETSIGINFO, t.pid, &info); err != nil {
			return false, err
		}
		binary.LittleEndian.PutUint32(info[8:], ^uint32(1)) // SI_TIMER
		binary.LittleEndian.PutUint64(info[16:], 0)
		binary.LittleEndian.PutUint64(info[24:], t.timerValue)
		return false, ptraceData(unix.PTRACE_SETSIGINFO, t.pid, &info)
	}
	return false, nil
}

func ptraceData(request uintptr, pid int, info *[128]byte) error {
	_, _, e := unix.Syscall6(unix.SYS_PTRACE, request, uintptr(pid), 0, uintptr(unsafe.Pointer(info)), 0, 0)
	if e != 0 {
		return e
	}
	return nil
}

// groupStop meets a stop that is no report of a call: the first of a new task, or one
// that a signal has asked for. Job control is not rehearsed: nobody stays stopped.
func (s *scene) groupStop(*task, unix.WaitStatus, *order) (bool, error) { return false, nil }

// inode tells files apart that have had the same name.
func (s *scene) inode(t *task, fd int) uint64 {
	var st unix.Stat_t
	if unix.Stat(fmt.Sprintf("/proc/%d/fd/%s", t.pid, strconv.Itoa(fd)), &st) != nil {
		return 0
	}
	return st.Ino
}
