//go:build linux && (amd64 || arm64)

package rehearse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// A scene is one schedule as it is played: one task moves at a time, from one visible
// call to the next, while all others stand still or sleep in the kernel.
type scene struct {
	stage    *stage
	script   *scriptFacts
	tasks    []*task // in the order in which they were made
	byPid    map[int]*task
	events   map[int][]unix.WaitStatus
	counts   []int // how many tasks a run has had
	works    []int // how many stand-ins
	mains    []*task
	ends     []int64 // how a script has ended: its status, or minus the signal
	moves    int
	ever     int               // how many tasks there have been
	length   int               // how many moves a lone run makes, about
	passedBy [][classCount]int // how many calls of each class a run has made

	aloneUntil   int      // up to here only one other run has come
	newcomerFrom int      // from here on a newcomer is alone; 0 where none has come
	last         bool     // everybody goes on to the end
	lookers      []int    // runs that look for ever when nobody moves any more but to look
	stuck        []string // locks that somebody waits for when nobody moves any more
	log          []event
	polls        polls
	tables       bool // each event has a table
	view         kernelView
	patience     int             // how often those who only wait look in vain at the end
	stops        int             // in one move at most
	memory       uint64          // of all tasks at most, in bytes; 0: no bound
	ctx          context.Context // ends it between two orders to the kernel
	orders       int             // how many there have been
	endless      bool            // they have done so for as long as that
	seed         uint64
	draws        uint64
	base         time.Time     // the virtual clock began here
	passed       time.Duration // and has run that far
	answers      func(run int, command string) int
	standsIn     func(t *task, words []string) bool // whether a tool is answered as work is; nil: none is
	own          map[string]bool                    // files that shells have made for themselves
	taken        []taken                            // locks that shells have on descriptors of theirs
	ownDirs      map[string]bool                    // folders that a run of the schedule has made where they were not
	takers       map[uint64]*task                   // who has locked a file last, by its inode
	kills        bool                               // a run has sent a kill -9, or the schedule has
	killed       bool                               // somebody was killed by one, and nobody has sent it
	stamps       map[fileID]toldTimes               // of the files that were made or changed
	lacks        func(run int, program string) bool // whether a program is not there for a run; nil: all are
}

// firstDay is when the virtual clock begins: the same for every rehearsal, so that one can
// be repeated.
var firstDay = time.Date(2026, time.January, 5, 12, 0, 0, 0, time.UTC)

func newScene(ctx context.Context, st *stage, facts *scriptFacts, seed uint64) *scene {
	s := &scene{stage: st, script: facts, byPid: map[int]*task{}, events: map[int][]unix.WaitStatus{},
		counts: make([]int, len(st.runs)), works: make([]int, len(st.runs)),
		ends: make([]int64, len(st.runs)), passedBy: make([][classCount]int, len(st.runs)), own: map[string]bool{}, takers: map[uint64]*task{}, ownDirs: map[string]bool{}, stamps: map[fileID]toldTimes{}, length: 60,
		polls: newPolls(len(st.runs)), patience: mostPatience, stops: mostStops, memory: mostMemory, ctx: ctx, seed: seed, base: firstDay}
	s.answers = func(_ int, command string) int { return s.usual(command) }
	for i, pid := range st.runs {
		t := s.adopt(pid, i, nil)
		s.mains = append(s.mains, t)
		_ = t.plainWorld(seed ^ uint64(t.inner)) // without it a schedule is no less true, but not to be repeated
	}
	st.standing, st.leave = s.standing, s.leave
	return s
}

// usual is the status that a command ends with where no schedule says something else.
func (s *scene) usual(command string) int {
	if s.script.fails[command] {
		return 1
	}
	return 0
}

// standing are the process numbers of tasks that are not dead.
func (s *scene) standing() []int {
	var list []int
	for _, t := range s.tasks {
		if t.at != dead {
			list = append(list, t.pid)
		}
	}
	return list
}

// leave lets go of what was opened to look at the tasks.
func (s *scene) leave() {
	for _, t := range s.tasks {
		t.leave()
	}
}

// adopt makes a task of a process that stands before its first step.
func (s *scene) adopt(pid, run int, parent *task) *task {
	t := &task{pid: pid, inner: innerNumber(pid), run: run, id: s.counts[run], parent: parent}
	if parent != nil {
		t.command, t.yields = parent.command, parent.yields
	}
	s.counts[run]++
	s.tasks = append(s.tasks, t)
	s.byPid[pid] = t
	return t
}

// gather takes what the kernel has to report, of whichever task. Where it may wait for a
// report, late tells that none has come before the alarm.
func (s *scene) gather(wait bool) (late bool, err error) {
	for {
		var ws unix.WaitStatus
		pid, err := s.stage.report(&ws, wait)
		if err == unix.EINTR {
			continue
		}
		if err != nil || pid == 0 {
			return late, err
		}
		switch {
		case pid != s.stage.keeper:
			if (ws.Signaled() || ws.TrapCause() == unix.PTRACE_EVENT_EXIT) && s.stage.ending() {
				return false, errLost
			}
			s.events[pid] = append(s.events[pid], ws)
		case ws.Stopped():
			s.stage.alarm.heard()
			late = true
		default:
			return false, errLost
		}
		wait = false
	}
}

// next takes the next report about pid, if there is one.
func (s *scene) next(pid int) (unix.WaitStatus, bool) {
	q := s.events[pid]
	if len(q) == 0 {
		return 0, false
	}
	s.events[pid] = q[1:]
	return q[0], true
}

// await waits until t stops, ends (ok), or sleeps in a call that others must end. Who can
// sleep so is looked at again and again, for the kernel reports no sleep; all others come
// to their next stop by themselves.
func (s *scene) await(t *task) (ws unix.WaitStatus, ok bool, err error) {
	polls := t.mayWait || t.vfork || t.at == asleep || !s.stage.judged
	begin := time.Now()
	pause := shortPause
	for look := 0; ; look++ {
		if ws, ok := s.next(t.pid); ok {
			return ws, true, nil
		}
		late, err := s.gather(!polls)
		if err != nil {
			return 0, false, err
		}
		if ws, ok := s.next(t.pid); ok {
			return ws, true, nil
		}
		if (late || polls && look > 0) && t.blocked() {
			if _, err := s.gather(false); err != nil {
				return 0, false, err
			}
			ws, ok := s.next(t.pid)
			return ws, ok, nil
		}
		switch {
		case late:
		case !polls: // it was a report about somebody else
			continue
		case look < mostYields:
			unix.RawSyscall(unix.SYS_SCHED_YIELD, 0, 0, 0) // t goes on where this has stood
			continue
		default:
			nap := unix.NsecToTimespec(int64(pause)) // a goroutine's sleep would cost several switches of threads
			_ = unix.Nanosleep(&nap, nil)
			if pause *= 2; pause < longPause {
				continue
			}
			pause = longPause
		}
		if time.Since(begin) > mostMove && (t.state() != 'R' || t.used() > mostMove) {
			return 0, false, errTooLong
		}
		if err := s.watch(); err != nil {
			return 0, false, err
		}
	}
}

// How often room is made for a task that may come to sleep, and how long it is waited
// for after that before it is looked at again.
const (
	mostYields = 3
	shortPause = 20 * time.Microsecond
	longPause  = time.Millisecond
)

// go on is one order to the kernel about a stopped task.
type order struct {
	toExit  bool // stop at the end of the call
	mayWait bool // the call may sleep until somebody else does something
	signal  int
}

func (t *task) resume(o order) error {
	var err error
	if o.toExit {
		err = unix.PtraceSyscall(t.pid, o.signal)
	} else {
		err = unix.PtraceCont(t.pid, o.signal)
	}
	if err == unix.ESRCH {
		return nil // it was killed; its end will be reported
	}
	return err
}

// move lets t make one step: what it stands before happens, and it goes on to the next
// point that others could see. One that is gone from where it stood was killed, with its
// world or alone: what runs send each other is met where it happens.
func (s *scene) move(t *task) error {
	err := s.step(t)
	switch {
	case !errors.Is(err, unix.ESRCH):
		return err
	case s.stage.ending():
		return errLost
	case !s.kills:
		return errKilled
	}
	return err
}

func (s *scene) step(t *task) error {
	var o order
	switch t.at {
	case pending:
		if err := s.perform(t, &o); err != nil {
			return err
		}
	case working:
		if err := s.dismiss(t); err != nil {
			return err
		}
	case ending, fresh, returned:
	default:
		return fmt.Errorf("a task that %d cannot move", t.at)
	}
	if err := s.run(t, o); err != nil {
		return err
	}
	return s.settle(t)
}

// run resumes t and follows it to its next visible call, its end, or a call that sleeps.
func (s *scene) run(t *task, o order) error {
	for range s.stops {
		ws, met := s.next(t.pid)
		if !met {
			if s.orders++; s.orders%watchEvery == 0 {
				if err := s.watch(); err != nil {
					return err
				}
			}
			t.mayWait = o.mayWait
			if err := t.resume(o); err != nil {
				return err
			}
			var err error
			if ws, met, err = s.await(t); err != nil {
				return err
			}
		}
		if !met {
			if s.stage.judged && !s.stage.unmet && !o.toExit && !t.vfork {
				return errUnmet // it would go on whenever it likes, beside who moves then
			}
			t.at = asleep
			if t.call.op == opFlock || t.call.op == opRange {
				s.note(t, event{op: "waits", name: t.call.name})
			}
			return nil
		}
		o = order{}
		halt, err := s.met(t, ws, &o)
		if err != nil || halt {
			return err
		}
	}
	return errTooLong
}

// met answers a stop of t: halt says that t stands there until its next move, o is how
// it goes on where it does not.
func (s *scene) met(t *task, ws unix.WaitStatus, o *order) (halt bool, err error) {
	switch {
	case ws.Exited() || ws.Signaled():
		s.ended(t, ws)
		return true, nil
	case !ws.Stopped():
		return false, nil
	}
	switch ws.TrapCause() {
	case unix.PTRACE_EVENT_SECCOMP:
		return s.judge(t, o)
	case unix.PTRACE_EVENT_FORK, unix.PTRACE_EVENT_CLONE, unix.PTRACE_EVENT_VFORK:
		t.vfork = ws.TrapCause() == unix.PTRACE_EVENT_VFORK
		return false, s.born(t)
	case unix.PTRACE_EVENT_VFORK_DONE:
		t.vfork = false
		return false, nil
	case unix.PTRACE_EVENT_EXEC:
		return s.became(t)
	case unix.PTRACE_EVENT_EXIT:
		t.at = ending
		return true, nil
	case unix.PTRACE_EVENT_STOP:
		return s.groupStop(t, ws, o)
	}
	if ws.StopSignal() == unix.SIGTRAP|0x80 {
		s.finish(t)
		return false, nil
	}
	return s.signalled(t, ws, o)
}

// born meets the child that t has just made, and lets it stand.
func (s *scene) born(t *task) error {
	msg, err := unix.PtraceGetEventMsg(t.pid)
	if err != nil {
		return err
	}
	s.tasks = slices.DeleteFunc(s.tasks, func(t *task) bool { return t.at == dead })
	if s.ever++; len(s.tasks) > mostTasks || s.ever > mostEver {
		return errTooMany
	}
	child := s.adopt(int(msg), t.run, t)
	for {
		ws, ok, err := s.await(child)
		if err != nil {
			return err
		}
		if ok && (ws.Exited() || ws.Signaled()) {
			s.ended(child, ws)
			return nil
		}
		if ok && ws.Stopped() {
			s.note(t, event{op: "fork", inode: uint64(child.id)})
			return nil
		}
	}
}

// settle looks which sleeping tasks the last move has woken, and lets them arrive where
// their calls end. By then the kernel has made them runnable: a wake-up is part of the
// call, or the end, that caused it.
func (s *scene) settle(mover *task) error {
	for _, t := range s.tasks {
		if t.at != asleep || t == mover {
			continue
		}
		if err := s.wake(t); err != nil {
			return err
		}
	}
	if s.killed {
		return errKilled
	}
	return nil
}

func (s *scene) wake(t *task) error {
	if _, err := s.gather(false); err != nil {
		return err
	}
	if len(s.events[t.pid]) == 0 && t.blocked() {
		if _, err := s.gather(false); err != nil || len(s.events[t.pid]) == 0 {
			return err
		}
	}
	ws, stopped, err := s.await(t)
	if err != nil || !stopped {
		return err
	}
	switch {
	case ws.Exited() || ws.Signaled():
		s.ended(t, ws)
	case ws.TrapCause() == unix.PTRACE_EVENT_EXIT:
		t.at = ending
	case ws.TrapCause() == unix.PTRACE_EVENT_VFORK_DONE:
		t.vfork = false
		t.at = returned
		t.call = call{target: -1}
	case ws.StopSignal() == unix.SIGTRAP|0x80:
		t.at = returned
		s.finish(t)
	default: // a signal, or the end of a stop: it is met at the next move
		s.events[t.pid] = append([]unix.WaitStatus{ws}, s.events[t.pid]...)
		t.at = returned
		t.call = call{target: -1}
	}
	return nil
}

// ended takes note of the end of a task.
func (s *scene) ended(t *task, ws unix.WaitStatus) {
	if t.at == dead {
		return
	}
	t.at = dead
	t.leave()
	delete(s.byPid, t.pid)
	e := event{op: "end", result: int64(ws.ExitStatus())}
	if ws.Signaled() {
		e.op, e.result = "killed", int64(ws.Signal())
		s.killed = s.killed || ws.Signal() == unix.SIGKILL && !s.kills
	}
	if t.main() {
		s.ends[t.run] = e.result
		if ws.Signaled() {
			s.ends[t.run] = -e.result
		}
	}
	s.note(t, e)
}
