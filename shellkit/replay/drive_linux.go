package replay

import (
	"context"
	"errors"
	"os/signal"
	"runtime"

	"golang.org/x/sys/unix"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Run forces a schedule and compares the world with it after each step. The error is
// a *Difference, an *Unable, or that of the context. HUP, INT and TERM end it like
// the context does.
func Run(ctx context.Context, schedule Schedule) error {
	return play(ctx, schedule, func(*stage) error { return nil })
}

// play runs a schedule and then calls last, while everything is as the schedule has
// left it.
func play(ctx context.Context, schedule Schedule, last func(*stage) error) error {
	ctx, stop := signal.NotifyContext(ctx, unix.SIGHUP, unix.SIGINT, unix.SIGTERM)
	defer stop()
	runtime.LockOSThread() // the shells are to die with the thread that starts them
	defer runtime.UnlockOSThread()
	p, err := newPlan(schedule)
	if err != nil {
		return err
	}
	s, err := newStage(ctx, p)
	if err != nil {
		return err
	}
	defer s.clear()
	for i := range s.events {
		if err := s.step(i); err != nil {
			var d *Difference
			if errors.As(err, &d) {
				d.Step, d.Op = s.row(i), prove.Letter(s.events[i].Process)+" "+s.events[i].Op
			}
			return err
		}
	}
	return last(s)
}

// step makes one event happen.
func (s *stage) step(i int) error {
	ev := &s.events[i]
	if ctxErr := s.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if ev.Kind == prove.Run && ev.Node != protocol.None && !s.writer(ev.Process).gated(ev) {
		return nil
	}
	a, err := s.actor(ev.Process)
	if err != nil {
		return err
	}
	switch {
	case ev.Kind == prove.Kill:
		s.kill(a)
	case ev.Kind == prove.Signal:
		return s.strike(a, i, ev) // what it does to the world is told by the rows that follow
	case s.lost[ev] != nil:
		if err := s.lose(a, ev); err != nil {
			return err
		}
	case ev.Node == protocol.None:
		if err := s.die(a); err != nil {
			return err
		}
	case ev.Waits:
		if err := s.block(a, i, ev); err != nil {
			return err
		}
	default:
		if err := s.operate(a, i, ev); err != nil {
			return err
		}
	}
	return s.compare(&ev.Table)
}

// operate lets a process do one operation and looks how it ended.
func (s *stage) operate(a *actor, i int, ev *prove.Event) error {
	n := s.node(ev)
	if n.Op == protocol.Work && s.programs[ev.Process] != nil {
		return s.become(a)
	}
	if ev.Child != 0 {
		if err := s.birth(ev.Child, a); err != nil {
			return err
		}
	}
	a.asking, a.aside = false, false
	waiting := s.asked(i)
	if waiting >= 0 {
		i = waiting // it is what has not come back since then
	}
	if waiting < 0 || n.Op != protocol.Flock { // flock itself waits, others try again
		if err := a.open(); err != nil {
			return err
		}
	}
	switch n.Op {
	case protocol.End:
		if pid := a.pid(); !s.gone(pid) {
			return &Difference{What: "it does not end"}
		}
		return nil
	case protocol.Wait:
		if _, err := s.await(a, i); err != nil { // "begun"
			return err
		}
	}
	if n.Op == protocol.EndSub && !s.leftLate(i) {
		a.pids = a.pids[:len(a.pids)-1] // what it reports comes from around the frame
	}
	r, err := s.await(a, i)
	if err != nil {
		return err
	}
	switch r.word {
	case "run":
		a.aside = n.Mode.Has(protocol.Exclude)
		if ev.Child == 0 {
			return nil
		}
		child := s.actors[ev.Child]
		child.pids = []int{r.pid}
		if n.Op == protocol.Spawn {
			_, err = s.await(child, born(ev.Child))
		}
		return err
	case "frame":
		a.pids = append(a.pids, r.pid)
		return nil
	}
	return s.judge(ev, n, r.word)
}

// become lets a background child become the program that it is there for.
func (s *stage) become(a *actor) error {
	if s.programs[a.number] == nil || a.program {
		return nil
	}
	a.program = true
	if err := a.open(); err != nil {
		return err
	}
	_, err := s.await(a, becomes(a.number))
	return err
}

// judge compares a status with the edge that the model has taken.
func (s *stage) judge(ev *prove.Event, n *protocol.Node, status string) error {
	switch n.Op {
	case protocol.Flock, protocol.SameInode, protocol.Test, protocol.Claim, protocol.Own, protocol.Alive, protocol.Open:
	case protocol.Remove, protocol.Rename:
		if n.Else == protocol.None {
			return nil
		}
	default:
		return nil
	}
	if (status == "0") == ev.OK {
		return nil
	}
	if ev.OK {
		return &Difference{What: "it fails with status " + status + s.message()}
	}
	return &Difference{What: "it succeeds"}
}

// block lets a process begin to wait, and sees that it does.
func (s *stage) block(a *actor, i int, ev *prove.Event) error {
	if s.asked(i) < 0 {
		if err := a.open(); err != nil {
			return err
		}
	}
	switch s.node(ev).Op {
	case protocol.Flock:
		a.asking = true
		return s.waitsForLock(a, i)
	case protocol.Claim:
		i = tries(a.number)
	}
	_, err := s.await(a, i)
	return err
}

// strike lets a signal arrive at the place where it is to find a process. Who dies of
// it does so in a row of its own; who catches it gets it now, with the program that
// it runs.
func (s *stage) strike(a *actor, i int, ev *prove.Event) error {
	n := s.node(ev)
	number := unix.SignalNum("SIG" + ev.Signal)
	if !ev.Alone && !ev.Along {
		for other, b := range s.actors {
			if other != a.number && b.run == a.run {
				b.struck = number
			}
		}
	}
	if s.programs[ev.Process] != nil {
		a.struck = number
		return s.become(a)
	}
	waiting, program := s.asked(i), 0
	if waiting < 0 {
		if err := a.open(); err != nil {
			return err
		}
	}
	switch {
	case waiting >= 0: // in what it has begun already
	case ev.Alone || n.Op == protocol.Work || n.Op == protocol.Claim:
		r, err := s.await(a, i)
		if err != nil {
			return err
		}
		program = r.pid
	case n.Op == protocol.Flock:
		if err := s.waitsForLock(a, i); err != nil {
			return err
		}
	case n.Op == protocol.Wait:
		if _, err := s.await(a, i); err != nil {
			return err
		}
		if err := s.asleep(a.pid()); err != nil {
			return err
		}
	}
	if s.handler(ev).Do != protocol.Run {
		a.struck, a.idle = number, n.Op == protocol.Wait && !ev.Alone
		return s.strand(a, waiting)
	}
	hit := a.pids
	if !ev.Alone {
		hit = append(append([]int(nil), hit...), s.foreground(a.pid())...)
	}
	for _, pid := range hit { // the shell first: dash takes an INT of which its program died for one of its own
		unix.Kill(pid, number)
	}
	for _, pid := range hit[len(a.pids):] {
		if !s.gone(pid) {
			return &Difference{What: "what it waits for lives on"}
		}
	}
	if ev.Alone {
		unix.Kill(program, unix.SIGKILL) // the shell waits for it before its trap runs
	}
	_, err := s.await(a, trapped(a.number))
	return err
}

// strand ends what a process waits for that is to die in a row of its own: that is
// not to have a lock meanwhile. The process goes on to its next gate. It is not
// stopped, because the kernel sends HUP to a group that has lost its parent and has a
// stopped process in it.
func (s *stage) strand(a *actor, waiting int) error {
	waitsFor := s.foreground(a.pid())
	for _, pid := range waitsFor {
		unix.Kill(pid, unix.SIGKILL)
	}
	if len(waitsFor) == 0 {
		return nil
	}
	if waiting < 0 {
		waiting = stranded(a.number)
	}
	_, err := s.await(a, waiting)
	return err
}

// die lets a process die of the signal that has struck it. The program that it runs
// dies too: at once where the signal was for the group, or else because the schedules
// in which it ends soon show everything that the others would. mksh is killed: dying of
// a signal it sends that to its whole group, and there to some before their turn.
func (s *stage) die(a *actor) error {
	sig := a.struck
	if s.scripts[s.script[a.number]].Dialect == source.Mksh {
		sig = unix.SIGKILL
	}
	hit := append(append([]int(nil), a.pids...), s.foreground(a.pid())...)
	for _, pid := range hit {
		unix.Kill(pid, sig) // programs too: bash survives an INT of which its program does not die
	}
	for _, pid := range hit {
		if !s.insist(pid, sig) {
			return &Difference{What: "it lives on"}
		}
	}
	return nil
}

// lose lets the innermost frame of a process die of the signal that has struck it, with
// the program that it runs. The shell around it gets the signal while it waits, and so
// runs its trap right after.
func (s *stage) lose(a *actor, ev *prove.Event) error {
	frame, around := a.pid(), a.pids[len(a.pids)-2]
	ending := []int{frame}
	if frame == around { // ksh93 makes no process of it
		ending = nil
	}
	if !a.idle && a.doomed == 0 {
		if err := s.doom(a); err != nil {
			return err
		}
	}
	if a.doomed != 0 {
		ending = append(ending, a.doomed)
	}
	a.idle, a.doomed = false, 0
	a.pids = a.pids[:len(a.pids)-1]
	sig := a.struck
	if s.scripts[s.script[a.number]].Dialect == source.Mksh {
		sig = unix.SIGKILL // as in die
	}
	catches := s.catches(ev)
	if catches {
		unix.Kill(around, a.struck)
	}
	for _, pid := range ending {
		unix.Kill(pid, sig)
	}
	for _, pid := range ending {
		if !s.insist(pid, sig) {
			return &Difference{What: "its subshell lives on"}
		}
	}
	if !catches {
		return s.doom(a)
	}
	_, err := s.await(a, trapped(a.number))
	return err
}

// doom waits until a frame that is about to die runs the program that dies with it.
func (s *stage) doom(a *actor) error {
	program, err := s.await(a, doomed(a.number))
	a.doomed = program.pid
	return err
}
