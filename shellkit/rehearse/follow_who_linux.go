//go:build linux && (amd64 || arm64)

package rehearse

import (
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// owner is the actor that a task is a part of, nil for one of a job that the trace says
// nothing of.
func (f *follower) owner(t *task) *actor {
	for ; t != nil; t = t.parent {
		for _, a := range f.actors[1:] {
			if a.root == t {
				return a
			}
		}
		if t.aside {
			return nil
		}
	}
	return nil
}

// next is the task of an actor that moves next: a shell before what it has started, for
// one that goes on does not wait for it, and stand-ins when nobody else can. Where it is a
// job's turn that comes first.
func (f *follower) next(a *actor) *task {
	var best *task
	rank := func(t *task) (int, int) {
		depth := 0
		for p := t; p != a.root && p != nil; p = p.parent {
			depth++
		}
		if f.jobsTurn(a) {
			return -depth, t.id // the shell that has started it stands above it
		}
		if t.at == working {
			return 1 << 20, -t.works
		}
		return depth, -t.id
	}
	for _, t := range f.s.tasks {
		if t.at == dead || t.at == asleep || f.owner(t) != a {
			continue
		}
		if best == nil {
			best = t
			continue
		}
		x, y := rank(t)
		if bx, by := rank(best); x < bx || x == bx && y < by {
			best = t
		}
	}
	return best
}

// jobsTurn tells whether the mark at hand is met by a job of an actor.
func (f *follower) jobsTurn(a *actor) bool {
	return f.at < len(f.c.marks) && f.c.marks[f.at].byJob && f.c.marks[f.at].actor == a.number
}

// jobsNext tells whether the mark behind the one at hand is met by a job of an actor: the
// step by which that one is met may be the one that starts the job.
func (f *follower) jobsNext(a *actor) bool {
	next := slices.IndexFunc(f.c.marks[min(f.at+1, len(f.c.marks)):], func(m mark) bool { return m.actor == a.number })
	return next >= 0 && f.c.marks[f.at+1+next].byJob
}

// start lets an actor go on until the job that it starts is there: work of which the
// trace says nothing may stand before it.
func (f *follower) start(a *actor, m *mark) error {
	if m.child == 0 {
		return nil
	}
	job := f.actors[m.child]
	for {
		if found, err := f.find(job); found || err != nil {
			return err
		}
		t := f.next(a)
		switch {
		case t == nil, t.at == pending && f.judge(a, t, m) == stops:
			return nil
		case t.at == working:
			if stays, err := f.dismiss(a, t, m, f.c.moves(m.child)); stays || err != nil {
				return err
			}
			continue
		}
		if err := f.move(t); err != nil {
			return err
		}
	}
}

// find looks for the process of an actor among those that were started and left alone,
// else among those that somebody waits for.
func (f *follower) find(a *actor) (bool, error) {
	if a.root != nil {
		return true, nil
	}
	parent := f.actors[f.c.actors[a.number].parent]
	if parent == nil || parent.root == nil {
		return false, nil
	}
	for _, t := range f.s.tasks {
		if t.at == dead || !t.aside || t.parent == nil || f.owner(t) != nil || f.owner(t.parent) != parent {
			continue
		}
		a.root, a.run = t, t.run
		return true, nil
	}
	if f.c.unfinished(parent.number, parent.worked, f.at) {
		return false, nil
	}
	for _, t := range slices.Clone(f.s.tasks) {
		if t == parent.root || f.owner(t) != parent || t.parent == nil || !t.parent.mayHaveLeft() {
			continue
		}
		is, err := f.isJob(a, t)
		if is {
			a.root, a.run = t, t.run
		}
		if is || err != nil {
			return is, err
		}
	}
	return false, nil
}

// mayHaveLeft tells whether a task that has started others stands where it may have left one
// of them alone: where it waits, asks for one of them, or ends.
func (t *task) mayHaveLeft() bool {
	return t.at == asleep || t.at == ending || t.at == dead || t.at == pending && t.call.op == opKill
}

// isJob tells whether a process for which its shell waits, or which that has left behind,
// may be an actor: it was just made, or stands before becoming the script itself, and does not become another program at once than the
// one with which the actor begins.
func (f *follower) isJob(a *actor, t *task) (bool, error) {
	program, made := f.c.beginsWith(a.number), t.at == fresh || t.command == t.parent.command && f.leadsOn(t)
	if t.parent.at == asleep && t.parent.listens() { // to what a substitution says, or until a job has begun
		if t.at == fresh {
			if err := f.move(t); err != nil {
				return false, err
			}
		}
		if t.at == dead || t.saysTo(t.parent) {
			return false, nil
		}
	}
	if t.at == working && t.parent.at != asleep { // nobody waits for it
		return program == "" || sameProgram(program, t.command), nil
	}
	for program != "" && (t.at == fresh || made && (f.prepares(t) || f.leadsOn(t))) {
		if err := f.move(t); err != nil {
			return false, err
		}
	}
	if t.at == pending && t.call.op == opExec && program != "" {
		return t.becomes(program), nil
	}
	return made, nil
}

// becomes tells whether a process is about to become a program that the protocol calls so.
func (t *task) becomes(program string) bool {
	if t.at != pending || t.call.op != opExec {
		return false
	}
	words, err := t.words(t.call.args[1])
	return err == nil && sameProgram(program, commandText(words))
}

// prepares tells whether a process stands before what nobody of the trace meets: a
// redirect of its own, before it becomes a program.
func (f *follower) prepares(t *task) bool {
	if t.at != pending || t.call.op != opOpen {
		return false
	}
	f.s.names(t)
	return !f.known(t.call.made())
}

// leadsOn tells whether a process is about to become a program that becomes another one, or
// the script itself.
func (f *follower) leadsOn(t *task) bool {
	if t.at != pending || t.call.op != opExec {
		return false
	}
	f.s.names(t)
	if f.s.script.files[f.s.followed(t, t.call.name)] {
		return true
	}
	words, err := t.words(t.call.args[1])
	if err != nil || len(words) < 2 {
		return false
	}
	program := path.Base(words[0])
	return slices.Contains(leaders, program) || slices.Contains(shells, program) && slices.ContainsFunc(words[1:], func(w string) bool {
		return f.s.script.files[f.s.followed(t, w)] // env has found the shell that the script names
	})
}

// leaders are tools that become, or run, the command behind them.
var leaders = strings.Fields("env nohup setsid timeout nice ionice chrt stdbuf time")

// jobs lets those that a run has started and left alone go on to their work: until then
// they have what their shell had.
func (f *follower) jobs(a *actor) error {
	for {
		job := f.job(a)
		if job == nil {
			return nil
		}
		if err := f.move(job); err != nil {
			return err
		}
	}
}

// job is a task of those that a run has started and left alone, or of another actor of the
// run, that is not yet at its work and does nothing to the names of the trace; or nil.
func (f *follower) job(a *actor) (job *task) {
	for _, t := range f.s.tasks {
		owner := f.owner(t)
		ends := t.at == dead || t.at == asleep || t.at == working || t.run != a.run || owner == a
		if !ends && !(t.at == pending && f.known(t.call.made())) && !(t.at == pending && t.call.op == opSleep) {
			job = t
		}
	}
	return job
}

// kill ends an actor by kill -9, with all that it waits for.
func (f *follower) kill(a *actor) error {
	if a.root.at == fresh {
		return nil
	}
	f.s.note(a.root, event{op: "signal", result: int64(unix.SIGKILL), name: "SIGKILL"})
	var all []*task
	for _, t := range f.s.tasks {
		if t.at != dead && f.owner(t) == a {
			all = append(all, t)
		}
	}
	return f.s.endAll(all)
}

// toSignal lets an actor go on to the work, or the wait, in which a signal finds it.
func (f *follower) toSignal(a *actor, m *mark) error {
	for passes := f.later; ; {
		t := f.next(a)
		switch {
		case t == nil, t.at == pending && f.judge(a, t, m) == stops:
			return nil
		case m.work != "" && sameProgram(m.work, t.command) && (t.at == working || t.at == pending && t.call.op == opSleep),
			isTool(programBase(m.work)) && t.becomes(m.work): // a tool is not held up in what it does
			if !passes {
				return nil
			}
			passes, f.status = false, asUsual
			if err := f.move(t); err != nil {
				return err
			}
			continue
		case t.at == working:
			if stays, err := f.dismiss(a, t, m, false); stays || err != nil {
				return err
			}
			continue
		}
		if err := f.move(t); err != nil {
			return err
		}
	}
}

// keepsLock tells whether the kernel has a lock of the trace for an actor.
func (f *follower) keepsLock(a *actor) bool {
	for _, t := range f.s.tasks {
		if t.at == dead || f.owner(t) != a {
			continue
		}
		if slices.ContainsFunc(f.s.heldBy(t), func(h held) bool { return f.known(h.name) }) {
			return true
		}
	}
	return false
}
