//go:build linux && (amd64 || arm64)

package rehearse

import (
	"fmt"
	"slices"

	"golang.org/x/sys/unix"
)

// A follower forces a course on a scene: it lets the runs move in the order of the
// marks, and stops where one of them does something else.
type follower struct {
	s       *scene
	c       *course
	folder  string // where the runs begin
	at      int    // the mark that is to be met
	bound   []string
	actors  []*actor // by number in the trace
	status  int      // of the stand-in that ends next
	said    []string // what was arranged, for people
	later   bool     // a signal finds its work the second time
	had     []int    // actors that had the lock while somebody worked without it
	daemons []string // programs that leave a process behind and had the lock's descriptor
}

// An actor is a process of the trace as it is in the scene.
type actor struct {
	number int
	run    int
	root   *task // nil before its process is known
	worked int   // its work marks before this one are done
	woken  []int // events of locks that it was given while others moved
	failed event // its last deed, where that has failed
}

// A departure says where the runs leave the trace.
type departure struct {
	row            int
	who, did, text string
}

func (d *departure) Error() string {
	return fmt.Sprintf("at step %d %s %s where the trace has %q", d.row, d.who, d.did, d.text)
}

func newFollower(s *scene, c *course, folder string) *follower {
	f := &follower{s: s, c: c, folder: folder, bound: make([]string, len(c.names)), actors: make([]*actor, len(c.actors))}
	run := 0
	for n := 1; n < len(c.actors); n++ {
		a := &actor{number: n}
		if c.actors[n].parent == 0 {
			a.run, a.root = run, s.mains[run]
			run++
		}
		f.actors[n] = a
	}
	s.answers = func(_ int, command string) int {
		if f.status == asUsual {
			return s.usual(command)
		}
		return f.status
	}
	s.lacks = f.lacks
	return f
}

// asUsual is the status of a stand-in of which the trace says nothing.
const asUsual = -1

// follow meets the marks one by one. A *departure says that the script does not do what
// the trace has.
func (f *follower) follow() error {
	for f.at = range f.c.marks {
		m := &f.c.marks[f.at]
		a := f.actors[m.actor]
		if err := f.meet(a, m); err != nil {
			return err
		}
	}
	f.at = len(f.c.marks)
	return nil
}

func (f *follower) meet(a *actor, m *mark) error {
	if found, err := f.find(a); err != nil {
		return err
	} else if !found {
		return f.departs(m, "was never started")
	}
	if m.aged {
		f.s.age()
	}
	switch m.deed {
	case deedWork:
		return nil // a stand-in ends when its run has to go on
	case deedStart:
		return f.start(a, m)
	case deedKill:
		if err := f.jobs(a); err != nil {
			return err
		}
		return f.kill(a)
	case deedSignal:
		if err := f.toSignal(a, m); err != nil {
			return err
		}
		return f.s.send(a.run, unix.SignalNum("SIG"+m.signal), !m.alone)
	case deedLock:
		if e, ok := f.given(a, m); ok {
			return f.compare(m, &e)
		}
	}
	return f.advance(a, m)
}

func (f *follower) departs(m *mark, format string, args ...any) error {
	return &departure{m.row, letter(m.actor - 1), fmt.Sprintf(format, args...), m.op}
}

// given takes a lock that an actor was given while others moved.
func (f *follower) given(a *actor, m *mark) (event, bool) {
	for i, at := range a.woken {
		if e := f.s.log[at]; m.name == 0 || f.is(e.name, m.name) {
			a.woken = slices.Delete(a.woken, i, i+1)
			return e, true
		}
	}
	return event{}, false
}

// advance lets an actor go on until it has done what a mark is about. Where nothing is
// to be seen of that, it stops before the next thing that others could notice.
func (f *follower) advance(a *actor, m *mark) error {
	loses := m.deed == deedClose && f.keepsLock(a)
	for {
		t := f.next(a)
		switch {
		case loses && !f.keepsLock(a):
			return f.jobs(a)
		case m.deed == deedEnd && f.over(a):
			return f.jobs(a)
		case t == nil && m.soft() && f.over(a):
			return f.jobs(a)
		case t == nil && m.soft():
			return nil
		case t == nil:
			if done, err := f.waits(a, m); done || err != nil {
				return err
			}
			continue
		case t.at == working:
			if stays, err := f.dismiss(a, t, m, loses); stays || err != nil {
				return err
			}
			continue
		case t.at == pending:
			switch f.judge(a, t, m) {
			case meets:
				done, err := f.perform(a, t, m)
				if done || err != nil {
					return err
				}
				continue
			case stops:
				if m.soft() {
					return nil
				}
				return f.departs(m, "did %s", pendingText(&t.call))
			}
		}
		from, id, tries := len(f.s.log), t.id, t.at == pending && t.call.onlyAnew()
		if err := f.move(t); err != nil {
			return err
		}
		if e := f.did(a, id, from); tries && e.result < 0 {
			a.failed = e
		}
	}
}

// soft tells whether nothing may be to be seen of a mark.
func (m *mark) soft() bool {
	switch m.deed {
	case deedLook, deedWrite, deedClose, deedStart, deedSignal:
		return true
	case deedRemove:
		return !m.there
	case deedOpen:
		return m.reads && m.ok // nobody else could notice it
	}
	return false
}

func pendingText(c *call) string {
	text := c.shape.name + " " + c.name
	if c.name2 != "" {
		text += " " + c.name2
	}
	return text
}

// over tells whether nobody is left of an actor.
func (f *follower) over(a *actor) bool {
	return !slices.ContainsFunc(f.s.tasks, func(t *task) bool { return t.at != dead && f.owner(t) == a })
}

// waits looks at an actor that cannot move.
func (f *follower) waits(a *actor, m *mark) (done bool, err error) {
	who := "waits"
	for _, t := range f.s.tasks {
		if t.at == asleep && f.owner(t) == a && t.waitsForLock() {
			who = "waits for " + t.call.name
		}
	}
	if t := f.timed(a); t != nil && m.deed == deedLock && !m.ok && !m.waits {
		return true, f.fire(t, m)
	}
	// Jobs that the trace says nothing of may be what it waits for.
	if t := f.left(a); t != nil {
		f.status = asUsual
		return false, f.move(t)
	}
	if t := f.job(a); t != nil && !f.over(a) { // some shells wait until a job has begun
		f.status = asUsual
		return false, f.move(t)
	}
	if f.over(a) {
		who = "has ended"
	}
	return false, f.departs(m, "%s", who)
}

// dismiss ends the work of a stand-in, or says that it stays at it: it does not where
// its actor still has a lock that it loses by the mark.
func (f *follower) dismiss(a *actor, t *task, m *mark, loses bool) (stays bool, err error) {
	at := f.c.ahead(a.number, a.worked, t.command)
	if m.soft() && (at < 0 || at > f.at) && !loses {
		return true, nil
	}
	f.status = asUsual
	if at >= 0 {
		f.status = f.c.marks[at].status()
		a.worked = at + 1
		if f.c.marks[at].stays && slices.ContainsFunc(f.s.heldBy(t), func(h held) bool { return f.known(h.name) }) {
			f.daemons = append(f.daemons, t.command)
		}
	}
	return false, f.move(t)
}

// move lets a task make a step, and takes note of what that has done to others.
func (f *follower) move(t *task) error {
	from := len(f.s.log)
	if err := f.s.do(choice{task: t}); err != nil {
		return err
	}
	f.took(t, from)
	return nil
}

// took takes note of locks that others were given, and of jobs that t has left alone.
func (f *follower) took(t *task, from int) {
	for i := from; i < len(f.s.log); i++ {
		e := &f.s.log[i]
		if e.op != "lock" || e.run == t.run && e.task == t.id {
			continue
		}
		for _, other := range f.s.tasks {
			if a := f.owner(other); a != nil && other.run == e.run && other.id == e.task {
				a.woken = append(a.woken, i)
			}
		}
	}
	goesOn := t.at == working || t.at == ending || t.at == pending && t.call.op != opKill
	if a := f.owner(t); a != nil && (f.jobsTurn(a) || f.jobsNext(a)) {
		return // what it has started is to make the next step
	}
	for _, child := range f.s.tasks {
		if goesOn && child.parent == t && child.at == fresh {
			child.aside = true
		}
	}
}
