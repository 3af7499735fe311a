//go:build linux && (amd64 || arm64)

package rehearse

import "golang.org/x/sys/unix"

// A choice is one move that is possible now: of a task, or of its timer.
type choice struct {
	task  *task
	timer bool
}

// choices are the moves that are possible, in the order of the tasks.
func (s *scene) choices() []choice {
	var list []choice
	for _, t := range s.tasks {
		switch {
		case t.at == dead:
		case t.at != asleep:
			list = append(list, choice{t, false})
		case t.deadline != 0:
			list = append(list, choice{t, true})
		}
	}
	return list
}

// do carries a choice out.
func (s *scene) do(c choice) error {
	if s.moves++; s.moves > mostSteps {
		return errTooLong
	}
	if c.timer {
		return s.fire(c.task)
	}
	return s.move(c.task)
}

// A hold says of a task that it does not move now.
type hold func(*scene, *task) bool

// atAnyWork holds stand-ins: their work takes long.
func atAnyWork(_ *scene, t *task) bool { return t.at == working }

// atWorkOf holds the n-th stand-in of a run, from 0.
func atWorkOf(run, n int) hold {
	return func(_ *scene, t *task) bool { return t.run == run && t.at == working && t.works == n }
}

// justGot holds a task that ends after it has got a lock, and with it the run.
func justGot(_ *scene, t *task) bool { return t.at == ending && t.got }

// before holds a task that stands before the n-th call of a class that its run makes, from 0.
func before(c class, n int) hold {
	return func(s *scene, t *task) bool {
		return t.at == pending && s.passedBy[t.run][c] >= n && classes[c](&t.call) && !private(t.call.made(), t.inner)
	}
}

func either(holds ...hold) hold {
	return func(s *scene, t *task) bool {
		for _, h := range holds {
			if h(s, t) {
				return true
			}
		}
		return false
	}
}

// A class of visible calls is a kind of moment at which runs meet.
type class uint8

const (
	classCreate class = iota
	classRemove
	classLook
	classLock
	classWrite
	classCount
)

var classes = [classCount]func(*call) bool{
	classCreate: (*call).makes,
	classRemove: func(c *call) bool { return c.op == opUnlink || c.op == opRmdir || c.op == opRename },
	classLook:   func(c *call) bool { return c.op == opLook || c.op == opOpen && c.bits&creates == 0 },
	classLock:   func(c *call) bool { return c.op == opFlock && c.bits&unix.LOCK_UN == 0 || c.op == opRange },
	classWrite:  func(c *call) bool { return c.op == opWrite || c.op == opOpen && c.bits&unix.O_TRUNC != 0 },
}

var classNames = [classCount]string{"creation", "removal", "look", "lock", "write"}

// mostIdle is how often a run may sleep while nothing else happens before the next phase
// begins; in the last one, and when a newcomer is alone, mostPatience is.
const (
	mostIdle     = 20
	mostPatience = 300
)

// goOn lets the tasks of some runs move that are not held, until all of them are held,
// asleep or dead, or do nothing but sleep and look (idle). A stand-in ends only when
// nothing else can move, the newest first: it is the one that its shell waits for. A
// timer goes off when even those are done.
func (s *scene) goOn(runs []int, h hold) (idle bool, err error) {
	quiet, most := 0, mostIdle
	if s.newcomerFrom > 0 || s.last {
		most = mostPatience
	}
	for quiet < most {
		c, ok := s.nextFor(runs, h)
		if !ok {
			return false, nil
		}
		from := len(s.log)
		if err := s.do(c); err != nil {
			return false, err
		}
		quiet = s.quiet(quiet, from)
	}
	return true, nil
}

// quiet counts the sleeps since somebody last did something.
func (s *scene) quiet(n, from int) int {
	for _, e := range s.log[from:] {
		switch e.op {
		case "sleep":
			n++
		case "work", "create", "truncate", "unlink", "rmdir", "rename":
			if e.result >= 0 {
				n = 0
			}
		case "mkdir", "mknod", "link", "symlink", "lock":
			if e.result == 0 {
				n = 0
			}
		}
	}
	return n
}

func (s *scene) nextFor(runs []int, h hold) (choice, bool) {
	var work, timer, ready *choice
	for _, c := range s.choices() {
		if !among(runs, c.task.run) || !c.timer && h != nil && h(s, c.task) {
			continue
		}
		switch c := c; {
		case c.timer:
			if timer == nil || c.task.deadline < timer.task.deadline {
				timer = &c
			}
		case c.task.at == working:
			if work == nil || c.task.works >= work.task.works {
				work = &c
			}
		default:
			ready = &c // the newest: a shell waits for its child
		}
	}
	for _, c := range []*choice{ready, work, timer} {
		if c != nil {
			return *c, true
		}
	}
	return choice{}, false
}

func among(runs []int, run int) bool {
	for _, r := range runs {
		if r == run {
			return true
		}
	}
	return false
}
