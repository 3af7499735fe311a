//go:build linux && (amd64 || arm64)

package rehearse

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// claim looks whether what the trace says of its end is so, and says what is seen. A
// *claimFailure says that it is not.
func (f *follower) claim(lone []event) (string, error) {
	locks := map[string]bool{}
	for _, name := range f.bound {
		if name != "" {
			locks[name] = true
		}
	}
	works := worksInside(lone, locks, false)
	switch f.c.property {
	case prove.Exclusion:
		return f.bothAtWork(works, worksInside(lone, locks, true))
	case prove.Stale, prove.Entry:
		return f.staysOut(works)
	case prove.Leak:
		return f.keeps()
	}
	return f.waitForEachOther()
}

// fails says that the end of the trace is not what it says.
func (f *follower) fails(format string, args ...any) error {
	last := &f.c.marks[len(f.c.marks)-1]
	return &claimFailure{last.row, fmt.Sprintf(format, args...)}
}

// bothAtWork lets all who are inside go on to what they do there, and stay at it. Who
// has let go of a lock by then and does not mean it is at any work behind it.
func (f *follower) bothAtWork(works, behind map[string]bool) (string, error) {
	if len(f.c.inside) < 2 {
		return "", f.fails("nobody is inside with another")
	}
	if f.allShare() {
		return "", f.fails("each of them shares the lock with the others")
	}
	of := func(n int) map[string]bool {
		if f.c.refused(n) {
			return everyWork // a lone run gets what it asks for, and does something else
		}
		if f.c.letGo(n) || len(works) == 0 || f.c.actors[n].parent != 0 {
			return behind // and a job has been started for whatever it does
		}
		return works
	}
	if err := f.jobsThrough(behind); err != nil {
		return "", err
	}
	var atWork, waits []int
	for _, n := range f.withoutFirst(f.c.inside) {
		stands, err := f.toWork(f.actors[n], of(n))
		switch {
		case err != nil:
			return "", err
		case stands:
			waits = append(waits, n)
		default:
			atWork = append(atWork, n)
			f.seeOthers(n)
		}
	}
	if len(waits) > 0 {
		return f.amidst(atWork, waits, of)
	}
	var seen []string
	for _, n := range f.c.inside {
		a := f.actors[n]
		if f.over(a) && f.atWork(a, of(n)) == nil {
			return "", f.fails("%s has ended before the others are at work", prove.Letter(n))
		}
		what := prove.Letter(n)
		if t := f.atWork(a, of(n)); t != nil && t.at == working {
			what += " (" + t.command + ")"
		}
		seen = append(seen, what+f.under(a))
	}
	return "at work at once are " + strings.Join(seen, " and "), nil
}

// allShare tells whether all who are inside have last asked, in vain or not, to have the
// lock together with others.
func (f *follower) allShare() bool {
	for _, n := range f.c.inside {
		shares := false
		for i := range f.s.log {
			if e := &f.s.log[i]; e.run == f.actors[n].run && e.op == "lock" && f.isLock(e.name) {
				shares = e.flag&lockShared != 0
			}
		}
		if !shares {
			return false
		}
	}
	return true
}

// toWork lets an actor go on until it stands at something that a lone run does inside;
// waits tells that it comes to wait for somebody before that.
func (f *follower) toWork(a *actor, works map[string]bool) (waits bool, err error) {
	for len(works) > 0 && f.atWork(a, works) == nil {
		t := f.next(a)
		if t == nil {
			t = f.left(a)
		}
		who := prove.Letter(a.number)
		switch {
		case t == nil && f.over(a):
			return false, f.fails("%s ends without any work", who)
		case t == nil:
			return true, nil
		case t.at == pending && f.lets(t) && f.c.workedSince(a.number):
			return false, f.fails("%s gives its lock up before any other work", who)
		case t.at == working:
			f.status = asUsual
			if at := f.c.ahead(a.number, a.worked, t.command); at >= 0 {
				a.worked = at + 1
				f.status = f.c.marks[at].status()
			}
		}
		if err := f.move(t); err != nil {
			return false, err
		}
	}
	return false, nil
}

// left is a task of a job that the trace says nothing of, and that can move; or nil.
func (f *follower) left(a *actor) *task {
	for _, t := range f.s.tasks {
		if t.run == a.run && t.at != dead && t.at != asleep && f.owner(t) == nil {
			return t
		}
	}
	return nil
}

// atWork is a task of an actor that stands at such work, or nil. What the actor has
// started and does not wait for belongs to it.
func (f *follower) atWork(a *actor, works map[string]bool) *task {
	for _, t := range f.s.tasks {
		if owner := f.owner(t); owner != a && (owner != nil || t.run != a.run) {
			continue
		}
		plain := func(text string) string { return normal(text, t.inner, f.s.mains[t.run].inner) }
		switch {
		case t.at == working && (works[plain(t.command)] || works[anything]),
			t.at == pending && t.call.op == opSleep && works["sleep"],
			t.at == pending && t.call.changing() && works[changes(plain(t.call.made()))]:
			return t
		}
	}
	return nil
}

// changing tells whether a call changes what a name stands for, or its content.
func (c *call) changing() bool {
	switch c.op {
	case opUnlink, opRmdir, opRename, opMkdir, opMknod, opLink, opSymlink, opWrite:
		return true
	}
	return c.op == opOpen && c.bits&creates != 0
}

// lets tells whether a call gives up a lock of the trace.
func (f *follower) lets(t *task) bool {
	c := &t.call
	f.s.names(t)
	switch c.op {
	case opUnlink, opRmdir, opRename:
		return f.known(c.name) && f.s.there(c.name)
	}
	return false
}

// under says which locks an actor has, by what the kernel knows.
func (f *follower) under(a *actor) string {
	on, gone := false, false
	for _, t := range f.s.tasks {
		if t.at == dead || f.owner(t) != a {
			continue
		}
		for _, h := range f.s.heldBy(t) {
			if f.known(h.name) {
				on = true
				gone = gone || f.isGone(h)
			}
		}
	}
	switch {
	case gone:
		return ", with a lock on a file that was removed"
	case on:
		return ", with a lock on the file"
	}
	return ""
}

// isGone tells whether a lock is on a file that has lost its name.
func (f *follower) isGone(h held) bool {
	st, there := f.s.exists(h.name)
	return !there || st.Ino != h.inode
}

// staysOut lets the last run of the trace go on alone, and looks whether it gets in.
func (f *follower) staysOut(works map[string]bool) (string, error) {
	last := f.actors[f.c.marks[len(f.c.marks)-1].actor]
	for _, a := range f.actors[1:] {
		if a != last && a.root != nil && a.root.at != fresh && !f.over(a) && f.c.property == prove.Stale {
			return "", f.fails("%s still lives", prove.Letter(a.number))
		}
	}
	f.s.last = true
	f.status = asUsual
	idle, err := f.s.goOn([]int{last.run}, nil)
	if err != nil {
		return "", err
	}
	for i := range f.s.log {
		e := &f.s.log[i]
		if e.run != last.run {
			continue
		}
		name := e.made()
		gets := e.op == "lock" && e.result == 0 && f.known(name)
		for _, key := range e.keys() {
			gets = gets || works[key] && !f.known(name)
		}
		if gets {
			return "", f.fails("%s gets in", prove.Letter(last.number))
		}
	}
	how := "has ended without the lock"
	if idle {
		how = "tries for ever"
	} else if !f.over(last) {
		how = "waits for ever"
	}
	return "nobody else lives, and " + prove.Letter(last.number) + " " + how, nil
}

// keeps looks for a lock that has outlived the script which took it.
func (f *follower) keeps() (string, error) {
	stays := either(atAnyWork, func(_ *scene, t *task) bool { return t.at == pending && t.call.op == opSleep })
	for _, a := range f.actors[1:] {
		if f.c.actors[a.number].parent != 0 || f.s.mains[a.run].at != dead {
			continue // what is left of the run may be a job that no mark has been about
		}
		f.status = asUsual
		if _, err := f.s.goOn([]int{a.run}, stays); err != nil {
			return "", err
		}
		for _, t := range f.s.tasks {
			if t.run != a.run || t.at == dead {
				continue
			}
			for _, h := range f.s.heldBy(t) {
				if f.known(h.name) {
					who := strconv.Quote(t.command)
					if t.command == "" {
						who = "a shell that it has started"
					}
					return fmt.Sprintf("%s has ended, and %s keeps %s locked", prove.Letter(a.number), who, h.name), nil
				}
			}
		}
	}
	if len(f.daemons) > 0 {
		return fmt.Sprintf("%q leaves a process behind, and was started with the lock's descriptor open", f.daemons[0]), nil
	}
	return "", f.fails("the lock is free")
}

// waitForEachOther lets everybody go on, and looks whether they all come to wait.
func (f *follower) waitForEachOther() (string, error) {
	runs := make([]int, len(f.s.mains))
	for i := range runs {
		runs[i] = i
	}
	f.s.last = true
	f.status = asUsual
	idle, err := f.s.goOn(runs, nil)
	if err != nil {
		return "", err
	}
	var who []string
	for _, a := range f.actors[1:] {
		if a.root != nil && a.root.at != fresh && !f.over(a) {
			who = append(who, prove.Letter(a.number))
		}
	}
	waiting := f.s.waiting()
	switch {
	case len(who) > 0 && slices.ContainsFunc(waiting, f.known):
		return strings.Join(who, ", ") + " wait, and nobody else has what they wait for", nil
	case len(who) > 0 && idle:
		return strings.Join(who, ", ") + " try for ever, and nobody is left to let them in", nil
	}
	return "", f.fails("nobody waits for ever")
}

// A claimFailure says what is not so at the end of a trace.
type claimFailure struct {
	row  int
	what string
}

func (c *claimFailure) Error() string {
	return fmt.Sprintf("after step %d, the last, %s", c.row, c.what)
}
