package rehearse

import (
	"testing"
)

// A tale is a log that is written by hand: runs ask for /run/a.lock.
type tale []event

const taleLock = "/run/a.lock"

func (t *tale) add(run, task int, op string, more event) {
	more.run, more.task, more.op = run, task, op
	*t = append(*t, more)
}

func (t *tale) fork(run, parent, child int) { t.add(run, parent, "fork", event{inode: uint64(child)}) }

// flock lets a shell run flock as a task of its own.
func (t *tale) flock(run, shell, task int, op, words string) {
	t.fork(run, shell, task)
	t.add(run, task, op, event{name: taleLock, words: words})
}

// work begins; busy are all who are at it then, the last one is who begins.
func (t *tale) work(busy ...atWork) {
	w := busy[len(busy)-1]
	t.add(w.run, w.task, "work", event{words: w.words, busy: busy})
}

func stand(run, task int, words string, locks ...string) atWork {
	w := atWork{run: run, task: task, words: words}
	for _, l := range locks {
		w.under = append(w.under, held{name: l})
	}
	return w
}

// What a run loses without meaning it ends its lock and not its belief; what it gives up
// itself ends both.
func TestBelief(t *testing.T) {
	takes := func(l *tale, shell int) {
		if shell != 0 {
			l.fork(0, 0, shell)
		}
		l.flock(0, shell, 10, "lock", "flock 9")
		l.work(stand(0, 11, "copy", taleLock))
		l.add(0, 11, "done", event{words: "copy"})
	}
	goesOn := func(l *tale) {
		l.work(stand(0, 12, "clean"))
		l.flock(1, 0, 10, "lock", "flock 9")
	}
	tests := []struct {
		name   string
		log    func(*tale)
		broken bool
	}{
		{"its shell unlocks", func(l *tale) {
			takes(l, 0)
			l.flock(0, 0, 20, "unlock", "flock -u 9")
			goesOn(l)
		}, false},
		{"the subshell that has taken it unlocks", func(l *tale) {
			takes(l, 5)
			l.flock(0, 5, 20, "unlock", "flock -u 9")
			goesOn(l)
		}, false},
		{"a child unlocks", func(l *tale) {
			takes(l, 0)
			l.fork(0, 0, 6)
			l.flock(0, 6, 20, "unlock", "flock -u 9")
			goesOn(l)
		}, true},
		{"a child of a child unlocks", func(l *tale) {
			takes(l, 0)
			l.fork(0, 0, 6)
			l.fork(0, 6, 7)
			l.flock(0, 7, 20, "unlock", "flock -u 9")
			goesOn(l)
		}, true},
		{"a child becomes its last program, and that unlocks", func(l *tale) {
			takes(l, 0)
			l.fork(0, 0, 6)
			l.fork(0, 6, 7)
			l.add(0, 6, "unlock", event{name: taleLock, words: "flock -u 9"})
			goesOn(l)
		}, true},
		{"a handler unlocks", func(l *tale) {
			takes(l, 0)
			l.add(0, 0, "signal", event{result: 15})
			l.flock(0, 0, 20, "unlock", "flock -u 9")
			goesOn(l)
		}, true},
		{"the descriptor is closed", func(l *tale) {
			takes(l, 0)
			goesOn(l)
		}, false},
		{"the descriptor is opened for something else", func(l *tale) {
			takes(l, 0)
			l.add(0, 12, "work", event{words: "clean", busy: []atWork{stand(0, 12, "clean")}, lost: []held{{name: taleLock}}})
			l.flock(1, 0, 10, "lock", "flock 9")
		}, true},
		{"the other comes when the work is over", func(l *tale) {
			takes(l, 0)
			l.fork(0, 0, 6)
			l.flock(0, 6, 20, "unlock", "flock -u 9")
			l.work(stand(0, 12, "clean"))
			l.add(0, 12, "done", event{words: "clean"})
			l.flock(1, 0, 10, "lock", "flock 9")
		}, false},
		{"the other takes it shared", func(l *tale) {
			takes(l, 0)
			l.fork(0, 0, 6)
			l.flock(0, 6, 20, "unlock", "flock -u 9")
			l.work(stand(0, 12, "clean"))
			l.fork(1, 0, 10)
			l.add(1, 10, "lock", event{name: taleLock, words: "flock -s 9", flag: lockShared})
		}, false},
		{"it is a guard for another name", func(l *tale) {
			l.flock(0, 0, 10, "lock", "flock 9")
			l.add(0, 0, "create", event{name: "/run/a.pid"})
			goesOn(l)
		}, false},
		{"it is a guard for another lock", func(l *tale) {
			l.flock(0, 0, 10, "lock", "flock 9")
			l.add(0, 0, "create", event{name: "/run/b.lock", flag: flagExclusive})
			goesOn(l)
		}, false},
		{"it is given up before any work", func(l *tale) {
			l.flock(0, 0, 10, "lock", "flock 9")
			goesOn(l)
		}, true},
		{"workers go on without it", func(l *tale) {
			l.flock(0, 0, 10, "lock", "flock 9")
			l.work(stand(0, 11, "load a", taleLock))
			l.work(stand(0, 11, "load a", taleLock), stand(0, 12, "load b", taleLock))
			l.flock(1, 0, 10, "lock", "flock 9")
			l.work(stand(0, 11, "load a"), stand(0, 12, "load b"), stand(1, 11, "copy", taleLock))
		}, true},
		{"a turn takes it again before it starts a job", func(l *tale) {
			l.flock(0, 0, 10, "lock", "flock 9")
			l.work(stand(0, 11, "load a", taleLock))
			l.flock(0, 0, 13, "lock", "flock 9")
			l.work(stand(0, 11, "load a", taleLock), stand(0, 12, "load b", taleLock))
			l.flock(1, 0, 10, "lock", "flock 9")
			l.work(stand(0, 11, "load a"), stand(0, 12, "load b"), stand(1, 11, "copy", taleLock))
		}, false},
		{"a turn takes it again before it starts jobs", func(l *tale) {
			l.flock(0, 0, 10, "lock", "flock 9")
			l.work(stand(0, 11, "load a", taleLock))
			l.flock(0, 0, 13, "lock", "flock 9")
			l.work(stand(0, 11, "load a", taleLock), stand(0, 12, "load b", taleLock))
			l.work(stand(0, 11, "load a", taleLock), stand(0, 12, "load b", taleLock), stand(0, 14, "load c", taleLock))
			l.flock(1, 0, 10, "lock", "flock 9")
			l.work(stand(0, 11, "load a"), stand(0, 12, "load b"), stand(0, 14, "load c"), stand(1, 11, "copy", taleLock))
		}, true},
		{"the last worker goes on without it", func(l *tale) {
			l.flock(0, 0, 10, "lock", "flock 9")
			l.work(stand(0, 11, "load a", taleLock))
			l.add(0, 11, "done", event{words: "load a"})
			l.work(stand(0, 12, "load b", taleLock))
			l.flock(1, 0, 10, "lock", "flock 9")
			l.work(stand(0, 12, "load b"), stand(1, 11, "copy", taleLock))
		}, false},
		{"one job goes on without it", func(l *tale) {
			l.flock(0, 0, 10, "lock", "flock 9")
			l.work(stand(0, 11, "serve", taleLock))
			l.work(stand(0, 11, "serve", taleLock), stand(0, 12, "copy", taleLock))
			l.flock(1, 0, 10, "lock", "flock 9")
			l.work(stand(0, 11, "serve"), stand(1, 11, "copy", taleLock))
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := newKnowledge()
			k.lock(taleLock, true)
			k.lock("/run/b.lock", false)
			k.heeded[taleLock] = true
			var log tale
			tt.log(&log)
			found := k.overlaps(&played{log: log}, 2)
			if broken := len(found) > 0; broken != tt.broken {
				t.Errorf("seen broken: %v; %+v", broken, found)
			}
		})
	}
}

// A script that unlocks by itself unlocks in a handler, too.
func TestHandlerThatTidiesUp(t *testing.T) {
	k := newKnowledge()
	k.lock(taleLock, true)
	k.heeded[taleLock], k.unlocked[taleLock] = true, true
	var log tale
	log.flock(0, 0, 10, "lock", "flock 9")
	log.work(stand(0, 11, "copy", taleLock))
	log.add(0, 11, "done", event{})
	log.add(0, 0, "signal", event{result: 15})
	log.flock(0, 0, 20, "unlock", "flock -u 9")
	log.work(stand(0, 12, "clean"))
	log.flock(1, 0, 10, "lock", "flock 9")
	if found := k.overlaps(&played{log: log}, 2); len(found) > 0 {
		t.Errorf("%+v", found)
	}
}

// Who waits until it has got a lock does no work without it.
func TestWaitersHeed(t *testing.T) {
	k := newKnowledge()
	var log tale
	log.add(1, 10, "waits", event{name: taleLock})
	log.add(1, 10, "lock", event{name: taleLock, result: -4})
	k.learnLosers(&played{log: log}, 2)
	if k.heeded[taleLock] {
		t.Error("a wait that was broken off says nothing")
	}
	log.add(1, 10, "lock", event{name: taleLock})
	k.learnLosers(&played{log: log}, 2)
	if !k.heeded[taleLock] {
		t.Error("it was waited for, and got")
	}
}
