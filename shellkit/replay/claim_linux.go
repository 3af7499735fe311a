package replay

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/lockkit/lockkit/shellkit/holders"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// Confirm forces a violation's schedule with real processes and observes what it
// claims. The error is that of a context that ended, or of an interrupt.
func Confirm(ctx context.Context, scripts []*protocol.Protocol, v *prove.Violation) (Outcome, error) {
	schedule := Schedule{Scripts: scripts, Start: v.Start, Events: v.Events}
	seen := ""
	err := play(ctx, schedule, func(s *stage) (err error) {
		if seen, err = s.observe(v); err == nil {
			seen += s.arranged()
		}
		return err
	})
	var unable *Unable
	var difference *Difference
	switch {
	case err == nil:
		return Outcome{Confirmed, seen}, nil
	case errors.As(err, &unable):
		return Outcome{NotRun, unable.Why}, nil
	case errors.As(err, &difference):
		if difference.Step == 0 {
			return Outcome{NotReproduced, difference.What}, nil
		}
		return Outcome{NotReproduced, difference.Error()}, nil
	}
	return Outcome{NotRun, "interrupted"}, err
}

// arranged says which operations do not fail by themselves here.
func (s *stage) arranged() string {
	out := ""
	for i := range s.events {
		ev := &s.events[i]
		if ev.Kind == prove.Run && ev.Node != protocol.None && s.writer(ev.Process).forced(ev, s.node(ev)) {
			out += fmt.Sprintf("; step %d is made to fail", s.row(i))
		}
	}
	return out
}

// observe looks whether the claim is true at the end of the schedule, and says in
// half a sentence what is seen.
func (s *stage) observe(v *prove.Violation) (string, error) {
	last := &s.events[len(s.events)-1]
	switch v.Property {
	case prove.Exclusion:
		return s.bothInside(last)
	case prove.Stale, prove.Entry:
		return s.newcomerStaysOut(last)
	case prove.Leak:
		return s.lockOutlives(last)
	}
	return s.waitForEachOther()
}

// bothInside: at least two processes live between their acquisition and their
// release, which the schedule has seen them pass and not pass.
func (s *stage) bothInside(last *prove.Event) (string, error) {
	if len(last.Inside) < 2 {
		return "", &Difference{What: "the trace has nobody inside"}
	}
	var seen []string
	for _, number := range last.Inside {
		a := s.actors[number]
		if a == nil || len(a.pids) == 0 || !lives(a.pid()) {
			return "", &Difference{What: prove.Letter(number) + " is not there any more"}
		}
		seen = append(seen, prove.Letter(number)+s.locks(a, &last.Table))
	}
	return "inside at once are " + strings.Join(seen, " and "), nil
}

// locks says which locks a process is seen to have, in the model's numbers.
func (s *stage) locks(a *actor, t *prove.Table) string {
	var has []string
	for _, fd := range s.follows[s.script[a.number]] {
		at, lock, err := descriptor(a.pid(), s.digits[s.script[a.number]][fd])
		if err != nil || lock == "" {
			continue
		}
		for model, real := range s.seen {
			if real == at {
				has = append(has, fmt.Sprintf("inode %d%s", model, deletedWord(t, model)))
			}
		}
	}
	if has == nil {
		return ""
	}
	slices.Sort(has)
	return " with a lock on " + strings.Join(slices.Compact(has), ", ")
}

func deletedWord(t *prove.Table, inode int) string {
	for _, row := range t.Inodes {
		if row.Inode == inode && row.Deleted {
			return " (deleted)"
		}
	}
	return ""
}

// newcomerStaysOut: everybody but the last process has ended, and that one has not
// got in.
func (s *stage) newcomerStaysOut(last *prove.Event) (string, error) {
	for number, a := range s.actors {
		if number != last.Process && s.family(number) != last.Process && len(a.pids) > 0 && lives(a.pids[0]) {
			return "", &Difference{What: prove.Letter(number) + " still lives"}
		}
	}
	if slices.Contains(last.Inside, last.Process) {
		return "", &Difference{What: "the newcomer gets in"}
	}
	who := prove.Letter(last.Process)
	a := s.actors[last.Process]
	switch {
	case a == nil:
		return "", &Difference{What: "the trace has no newcomer"}
	case last.Waits:
		return "nobody else lives, and " + who + " waits", nil
	case !lives(a.pids[0]):
		return "nobody else lives, and " + who + " has ended without the lock", nil
	}
	return "nobody else lives, and " + who + " tries again", nil
}

// lockOutlives: the script has ended, and a stranger that opens the file anew cannot
// have the lock.
func (s *stage) lockOutlives(last *prove.Event) (string, error) {
	if a := s.actors[last.Process]; a == nil || lives(a.pids[0]) {
		return "", &Difference{What: prove.Letter(last.Process) + " still lives"}
	}
	for number, a := range s.actors {
		if s.parent[number] == 0 || len(a.pids) == 0 || !lives(a.pid()) {
			continue
		}
		if err := s.become(a); err != nil {
			return "", err
		}
		for _, fd := range s.follows[s.script[number]] {
			digit := s.digits[s.script[number]][fd]
			if _, _, err := descriptor(a.pid(), digit); err != nil && a.aside {
				digit = s.putAside(a.pid(), func(at inode, _ string) bool { return s.ours(at) })
			}
			if _, lock, err := descriptor(a.pid(), digit); err != nil || lock == "" {
				continue
			}
			if busy(fmt.Sprintf("/proc/%d/fd/%d", a.pid(), digit)) {
				return fmt.Sprintf("%s has ended, and %s keeps the lock", prove.Letter(last.Process), prove.Letter(number)), nil
			}
		}
	}
	return "", &Difference{What: "the lock is free"}
}

// busy opens a file anew and tries to lock it.
func busy(path string) bool {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	return unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) == unix.EWOULDBLOCK
}

// waitForEachOther: somebody is seen to wait for a lock all of whose keepers wait too.
func (s *stage) waitForEachOther() (string, error) {
	waiting := map[int]bool{}
	for _, ev := range s.events {
		waiting[ev.Process] = ev.Waits
	}
	stuck := map[int]string{}
	var who []string
	for number, a := range s.actors {
		if !waiting[number] {
			continue
		}
		who = append(who, prove.Letter(number))
		for _, pid := range append(s.foreground(a.pid()), a.pids...) {
			stuck[pid] = prove.Letter(number)
		}
	}
	slices.Sort(who)
	picture, err := holders.Read()
	if err != nil {
		return "", &Difference{What: err.Error()}
	}
	if inCircle(picture, stuck) {
		return strings.Join(who, ", ") + " wait, and nobody else has what they wait for", nil
	}
	return s.pollForEachOther(who)
}

// inCircle tells whether one of those that are stuck waits for a lock that only such
// keep.
func inCircle(picture *holders.Picture, stuck map[int]string) bool {
	for _, f := range picture.Files {
		for _, w := range f.Waiters {
			if stuck[w.Process.PID] == "" {
				continue
			}
			for _, lock := range f.Locks {
				if lock.Mode == holders.Shared && w.Mode == holders.Shared || len(lock.Keepers) == 0 {
					continue
				}
				free := slices.ContainsFunc(lock.Keepers, func(k holders.Keeper) bool { return stuck[k.Process.PID] == "" })
				if !free {
					return true
				}
			}
		}
	}
	return false
}

// pollForEachOther: all that wait do so for a name that is there and that none of
// those who could remove it will remove; they try once more, and fail again.
func (s *stage) pollForEachOther(who []string) (string, error) {
	tried := false
	for i := range s.events {
		ev := &s.events[i]
		if !ev.Waits || ev.Node == protocol.None || s.node(ev).Op != protocol.Claim || s.last(i) != i {
			continue
		}
		a := s.actors[ev.Process]
		if err := a.open(); err != nil {
			return "", err
		}
		if _, err := s.await(a, tries(a.number)); err != nil {
			return "", err
		}
		tried = true
	}
	if !tried {
		return "", &Difference{What: "nobody is seen to wait for a lock that only waiters have"}
	}
	return strings.Join(who, ", ") + " try for ever, and nobody is left to let them in", nil
}

// last is the last event of the process of event i.
func (s *stage) last(i int) int {
	for j := len(s.events) - 1; j > i; j-- {
		if s.events[j].Process == s.events[i].Process {
			return j
		}
	}
	return i
}
