//go:build linux && (amd64 || arm64)

package rehearse

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// A schedule is a plan for one scene: its phases, one after the other. When they are
// over everybody goes on to the end, and then a newcomer comes.
type schedule struct {
	name   string
	phases []phase
	random uint64 // a random one, from this seed
	alone  int    // in its first phases run 0 is held at this work, and run 1 alone comes; -1 if not
}

// A phase lets some runs go as far as they can; before that a signal may be sent.
type phase struct {
	runs   []int
	hold   hold
	signal unix.Signal // to run 0 of runs
	group  bool        // to its whole process group
}

func plan(name string, phases ...phase) schedule {
	return schedule{name: name, phases: phases, alone: -1}
}

// inside holds the first run at each of its works while the others come one by one.
func inside(works int) []schedule {
	var list []schedule
	for n := range min(works, 5) {
		h := atWorkOf(0, n)
		s := plan(fmt.Sprintf("inside-%d", n), phase{runs: []int{0}, hold: h}, phase{runs: []int{0, 1}, hold: h},
			phase{runs: []int{0, 1, 2}, hold: h})
		s.alone = n
		list = append(list, s)
	}
	return list
}

// justInside stops the first run where it has just got its lock, before it can lose it
// again, and lets another come.
func justInside() []schedule {
	return []schedule{plan("just-inside", phase{runs: []int{0}, hold: justGot}, phase{runs: []int{1}},
		phase{runs: []int{0}, hold: atAnyWork}, phase{runs: []int{2}, hold: atAnyWork})}
}

// races, for each class that a run meets, holds all runs before one kind of moment, and then lets one after the other go
// to its work and stay there.
func races(met [classCount]int) []schedule {
	var list []schedule
	for c := range classCount {
		for n := range min(met[c], 2) {
			h := before(c, n)
			name := fmt.Sprintf("before-%s-%d", classNames[c], n)
			list = append(list,
				plan(name, phase{runs: []int{0}, hold: h}, phase{runs: []int{1}, hold: h}, phase{runs: []int{2}, hold: h},
					phase{runs: []int{0}, hold: atAnyWork}, phase{runs: []int{1}, hold: atAnyWork}, phase{runs: []int{2}, hold: atAnyWork}),
				plan(name+"-last-first", phase{runs: []int{0}, hold: h}, phase{runs: []int{1}, hold: h},
					phase{runs: []int{1}, hold: atAnyWork}, phase{runs: []int{0}, hold: atAnyWork}, phase{runs: []int{2}, hold: atAnyWork}))
		}
	}
	return list
}

// thirds let the third run start when the first has ended and the second is under way.
func thirds(met [classCount]int) []schedule {
	stay := atAnyWork
	list := []schedule{
		plan("second-waits", phase{runs: []int{0}, hold: stay}, phase{runs: []int{1}, hold: stay}, phase{runs: []int{0}},
			phase{runs: []int{1}, hold: stay}, phase{runs: []int{2}, hold: stay}),
	}
	for _, c := range []class{classLock, classCreate, classRemove} {
		if met[c] == 0 {
			continue
		}
		list = append(list, plan("second-before-"+classNames[c],
			phase{runs: []int{0}, hold: stay}, phase{runs: []int{1}, hold: either(stay, before(c, 0))}, phase{runs: []int{0}},
			phase{runs: []int{1}, hold: stay}, phase{runs: []int{2}, hold: stay}))
	}
	for n := range min(met[classRemove], 3) {
		h := before(classRemove, n)
		list = append(list, plan(fmt.Sprintf("second-at-removal-%d", n),
			phase{runs: []int{0}, hold: h}, phase{runs: []int{1}, hold: stay}, phase{runs: []int{0}}, phase{runs: []int{2}, hold: stay}))
	}
	return list
}

// crashes kill the first run at work, and let the others find what it has left.
func crashes(works int) []schedule {
	var list []schedule
	for n := range min(works, 2) {
		at := phase{runs: []int{0}, hold: atWorkOf(0, n)}
		killed := phase{runs: []int{0}, signal: unix.SIGKILL}
		list = append(list, plan(fmt.Sprintf("killed-at-work-%d", n), at, killed,
			phase{runs: []int{1}, hold: atAnyWork}, phase{runs: []int{2}, hold: atAnyWork}))
		for _, c := range []class{classRemove, classLook, classCreate} {
			h := before(c, 0)
			list = append(list, plan(fmt.Sprintf("killed-at-work-%d-before-%s", n, classNames[c]), at, killed,
				phase{runs: []int{1}, hold: h}, phase{runs: []int{2}, hold: h},
				phase{runs: []int{1}, hold: atAnyWork}, phase{runs: []int{2}, hold: atAnyWork}))
		}
	}
	return list
}

// interrupted sends each signal to a run at work, and to one that waits.
func interrupted(works int) []schedule {
	var list []schedule
	for _, sig := range []unix.Signal{unix.SIGTERM, unix.SIGINT, unix.SIGHUP} {
		for n := range min(works, 2) {
			list = append(list, plan(fmt.Sprintf("%s-at-work-%d", unix.SignalName(sig), n),
				phase{runs: []int{0}, hold: atWorkOf(0, n)}, phase{runs: []int{0}, signal: sig, group: true, hold: atAnyWork},
				phase{runs: []int{1}, hold: atAnyWork}, phase{runs: []int{0}}, phase{runs: []int{2}, hold: atAnyWork}))
		}
		list = append(list, plan(unix.SignalName(sig)+"-removes-twice",
			phase{runs: []int{0}, hold: atAnyWork}, phase{runs: []int{0}, signal: sig, group: true, hold: before(classRemove, 1)},
			phase{runs: []int{1}, hold: atAnyWork}, phase{runs: []int{0}}, phase{runs: []int{2}, hold: atAnyWork}))
		list = append(list, plan(unix.SignalName(sig)+"-while-waiting",
			phase{runs: []int{0}, hold: atAnyWork}, phase{runs: []int{1}, hold: atAnyWork},
			phase{runs: []int{1}, signal: sig, group: true, hold: atAnyWork}, phase{runs: []int{2}, hold: atAnyWork}))
	}
	return list
}

// play carries a schedule out.
func (s *scene) play(p schedule, runs int) error {
	everybody := make([]int, runs)
	for i := range everybody {
		everybody[i] = i
	}
	if p.random != 0 {
		if err := s.wander(everybody, p.random); err != nil {
			return err
		}
	}
	for i, ph := range p.phases {
		if err := s.act(ph, runs); err != nil {
			return err
		}
		if i == 1 && p.alone >= 0 {
			s.aloneUntil = len(s.log)
		}
	}
	idle, err := s.toTheEnd(everybody)
	if err != nil {
		return err
	}
	if s.living() { // a run that waits for ever, or sleeps and looks for ever
		if s.stuck = s.waiting(); idle && len(s.stuck) == 0 {
			s.lookers = s.runsThatLive()
		}
		return nil
	}
	s.newcomerFrom = max(1, len(s.log))
	s.age()                                                                 // a lock that ends by its age is not left for ever
	s.answers = func(_ int, command string) int { return s.usual(command) } // the lone run has got in so
	_, err = s.goOn([]int{runs}, nil)
	return err
}

func (s *scene) act(ph phase, runs int) error {
	var who []int
	for _, r := range ph.runs {
		if r < runs {
			who = append(who, r)
		}
	}
	if len(who) == 0 {
		return nil
	}
	if ph.signal != 0 {
		if err := s.send(who[0], ph.signal, ph.group); err != nil {
			return err
		}
	}
	_, err := s.goOn(who, ph.hold)
	return err
}

// toTheEnd lets everybody go on. When a script has ended by itself while stand-ins of
// its run are still at work, it is asked which locks they keep.
// idle tells that there are runs which look for ever, also when time has made old what
// they look at.
func (s *scene) toTheEnd(everybody []int) (idle bool, err error) {
	for _, r := range everybody {
		if _, err := s.goOn([]int{r}, outlives); err != nil {
			return false, err
		}
	}
	s.outliving()
	s.last = true
	idle, err = s.goOn(everybody, nil)
	if err != nil || !idle {
		return idle, err
	}
	s.age()
	s.polls.looks = s.patience - mostLooks
	return s.goOn(everybody, nil)
}

// outlives holds a stand-in of a run whose script has ended, unless that has killed it.
func outlives(s *scene, t *task) bool {
	return t.at == working && s.mains[t.run].at == dead && !t.doomed()
}

// outliving takes note of the locks that are kept by those whose script has ended: by a
// stand-in at work, or by a shell that waits for it.
func (s *scene) outliving() {
	for _, t := range s.tasks {
		if outlives(s, t) {
			if kept := s.left(s.locksOf(t)); len(kept) > 0 {
				s.note(t, event{op: "keeps", busy: []atWork{{t.run, t.id, t.inner, s.mains[t.run].inner, t.command, kept}}, result: s.ends[t.run]})
			}
		}
	}
}

func (s *scene) living() bool {
	for _, t := range s.tasks {
		if t.at != dead && !(t.at == fresh && t.main()) {
			return true
		}
	}
	return false
}

// runsThatLive are the runs whose scripts have begun and not ended.
func (s *scene) runsThatLive() []int {
	var runs []int
	for run, t := range s.mains {
		if t.at != dead && t.at != fresh {
			runs = append(runs, run)
		}
	}
	return runs
}

// waiting are the names of the locks that living tasks sleep for, if all who live sleep.
func (s *scene) waiting() []string {
	var names []string
	for _, t := range s.tasks {
		if t.at == asleep && (t.call.op == opFlock || t.call.op == opRange) {
			names = append(names, t.call.name)
		}
	}
	return names
}
