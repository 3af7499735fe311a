//go:build linux && (amd64 || arm64)

package rehearse

import "golang.org/x/sys/unix"

// A choice is one move that is possible now: of a task, or of its timer.
type choice struct {
	task  *task
	timer bool
	waits bool // its run only waits
}

// choices are the moves that are possible, in the order of the tasks.
func (s *scene) choices() []choice {
	var list []choice
	for _, t := range s.tasks {
		switch {
		case t.at == dead:
		case t.at != asleep:
			list = append(list, choice{task: t, waits: t.at != working && s.polls.waits(t.run)})
		case t.deadline != 0:
			list = append(list, choice{task: t, timer: true})
		}
	}
	return list
}

// do carries a choice out.
func (s *scene) do(c choice) error {
	if s.moves++; s.moves > mostSteps {
		return errTooLong
	}
	c.task.moved = s.moves
	from := len(s.log)
	var err error
	if c.timer {
		err = s.fire(c.task)
	} else {
		err = s.move(c.task)
	}
	for i := from; i < len(s.log); i++ {
		s.polls.follow(&s.log[i])
	}
	return err
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

// mostLooks is how often those who only wait look in vain before the next phase begins;
// in the last one, and when a newcomer is alone, mostPatience is.
const (
	mostLooks    = 20
	mostPatience = 300
)

// goOn lets the tasks of some runs move that are not held, until all of them are held,
// asleep or dead, or only wait and have looked often enough (idle). A stand-in ends only
// when nothing else can move, the newest first: it is the one that its shell waits for. A
// timer goes off when even those are done, and after that those look again who only wait.
// Where somebody is held within a step the time of his run stands still.
func (s *scene) goOn(runs []int, h hold) (idle bool, err error) {
	most := mostLooks
	if s.newcomerFrom > 0 || s.last {
		most = s.patience
	}
	for {
		c, ok := s.nextFor(runs, h)
		if !ok {
			return false, nil
		}
		if s.gaveUp(c, most) {
			return true, nil
		}
		if err := s.do(c); err != nil {
			return false, err
		}
	}
}

// gaveUp tells whether all who could move only wait, and have looked often enough.
func (s *scene) gaveUp(c choice, most int) bool {
	if !c.waits || s.polls.looks < most {
		return false
	}
	s.endless = s.endless || most == mostPatience
	return true
}

func (s *scene) nextFor(runs []int, h hold) (choice, bool) {
	var work, timer, waits, ready *choice
	var still []int
	choices := s.choices()
	for _, c := range choices {
		if !c.timer && c.task.at != working && h != nil && h(s, c.task) {
			still = append(still, c.task.run)
		}
	}
	for _, c := range choices {
		if !among(runs, c.task.run) || !c.timer && h != nil && h(s, c.task) {
			continue
		}
		switch c := c; {
		case c.timer && among(still, c.task.run):
		case c.timer:
			if timer == nil || c.task.deadline < timer.task.deadline {
				timer = &c
			}
		case c.task.at == working:
			if work == nil || c.task.works >= work.task.works {
				work = &c
			}
		case c.waits:
			if waits == nil || !s.polls.longer(waits.task.run, c.task.run) && (c.task.run != waits.task.run || c.task.before(waits.task)) {
				waits = &c
			}
		case ready == nil || c.task.before(ready.task):
			ready = &c
		}
	}
	for _, c := range []*choice{ready, work, timer, waits} {
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
