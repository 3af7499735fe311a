package scripts

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Fault is a promise that a script is known to break.
type Fault struct {
	Promise prove.Property
	Why     string
}

// Answer is what is known of a script from its parts.
type Answer struct {
	Lock   bool    // something in it is surely a lock
	None   bool    // nothing in it is one
	Broken []Fault // known to be broken
	Known  bool    // every promise that is not in Broken is known to be kept
	Why    string  // what decides it, or why it is not known
}

// Right tells whether the script is known to be right.
func (a *Answer) Right() bool { return a.Lock && a.Known && len(a.Broken) == 0 }

// Breaks tells whether a promise is known to be broken.
func (a *Answer) Breaks(p prove.Property) bool {
	return slices.ContainsFunc(a.Broken, func(f Fault) bool { return f.Promise == p })
}

// Keeps tells whether a promise is known to be kept.
func (a *Answer) Keeps(p prove.Property) bool { return a.Known && !a.Breaks(p) }

func broken(p prove.Property, why string) Answer {
	return Answer{Lock: true, Known: true, Why: why, Broken: []Fault{{p, why}}}
}

func kept(why string) Answer    { return Answer{Lock: true, Known: true, Why: why} }
func unknown(why string) Answer { return Answer{Lock: true, Why: why} }

// and adds a fault.
func (a Answer) and(f Fault) Answer {
	if !a.Breaks(f.Promise) {
		a.Broken = append(slices.Clone(a.Broken), f)
	}
	return a
}

// alone says that of this answer only what is broken is known.
func (a Answer) alone() Answer {
	a.Known = false
	return a
}

// answer works out what is known of the script.
func (p *plan) answer() Answer {
	if p.told != nil {
		return p.told.Answer
	}
	switch p.way {
	case noLock:
		return Answer{Known: true, None: true, Why: "there is no lock in it"}
	case byDescriptor:
		a := p.descriptorAnswer()
		if p.shell == source.Ksh && p.opening == "exec" && p.leave == "end" && len(a.Broken) == 0 {
			return unknown("ksh93 becomes its last program, and the descriptor is closed for programs")
		}
		return a
	case byCommand:
		return p.commandAnswer()
	case byFunctions, byZsystem:
		return p.tellingAnswer()
	}
	return p.existenceAnswer()
}

// descriptorAnswer is about flock on a descriptor. Such a lock goes with its holder, so
// nothing is left behind by a crash.
func (p *plan) descriptorAnswer() Answer {
	if p.keepsCopy() {
		switch {
		case p.twist == "same-descriptor", p.twist == "reopened":
			return kept("the shell keeps a copy of what exec takes away")
		case p.twist == "early":
			return unknown("the shell keeps a copy of what exec closes, but flock -u ends that as well; which of the two it is is not in the parts")
		case p.child == "closed-subshell" && p.twist == "":
			return unknown("the shell of the job keeps a copy of what exec closes there")
		}
	}
	switch p.twist {
	case "closed-for-programs", "not-open", "wrong-descriptor":
		return broken(prove.Entry, "flock is given a descriptor that is not open, and every failure is heeded").alone()
	case "many-digits":
		return unknown("the digits are a word in this shell; what is run instead ends the script")
	case "in-child", "of-function":
		return broken(prove.Exclusion, "the lock ends with the child or function that has taken it, before the work")
	case "ampersand":
		return broken(prove.Exclusion, "in this shell the redirect makes a background command of flock, and its result is lost")
	case "last-closed":
		if lastInPlace.has(p.shell) {
			return broken(prove.Exclusion, "the last program takes the subshell's place, and the descriptor is closed for it")
		}
		return kept("the subshell waits for its last program, and keeps the descriptor")
	case "reopened":
		return broken(prove.Exclusion, "the descriptor is opened again for something else between two pieces of work")
	case "early":
		return broken(prove.Exclusion, "the lock is given up before any work, and the loser stays away")
	case "upgrade":
		return unknown("between shared and exclusive others get in; whether that hurts is not in the parts")
	case "probe":
		return unknown("without flock the script works on; whether flock is missing is not in the parts")
	case "removed-first":
		return broken(prove.Exclusion, "each run removes the file that the others have locked")
	case "child-unlock":
		return broken(prove.Exclusion, "the child's unlock is the parent's")
	case "signal-unlock":
		return broken(prove.Exclusion, "the handler unlocks, and the script goes on to its next work")
	case "order":
		return broken(prove.Deadlock, "one run holds the first and waits for the second, another the other way round").alone()
	case "itself-again":
		if p.shell == source.Ksh {
			return unknown("ksh93 becomes its last program, and the lock ends with that")
		}
		return broken(prove.Deadlock, "a run waits for a lock that it holds itself").alone()
	case "nested-wait":
		return broken(prove.Deadlock, "a run waits for a lock that it holds itself").alone()
	case "same-descriptor":
		return broken(prove.Exclusion, "opening the second lock's file on the descriptor gives the first lock up").alone()
	case "mixed":
		return broken(prove.Exclusion, "the two branches lock in ways that do not see each other").alone()
	case "dynamic":
		return unknown("a text from the environment is run")
	case "entries":
		return unknown("who is in is told from the entries of a folder")
	case "folder-removed":
		return broken(prove.Exclusion, "the folder is removed with the locked file in it")
	case "replaced-file":
		return broken(prove.Exclusion, "the locked file is replaced under the lock")
	}
	return p.plainAnswer()
}

// keepsCopy tells whether the shell has a copy of the first descriptor that exec closes or
// opens anew.
func (p *plan) keepsCopy() bool {
	return keepsFirst.has(p.shell) && (p.shape == "text" || p.shape == "here-document")
}

// plainAnswer is about a lock by flock in its usual place.
func (p *plan) plainAnswer() Answer {
	switch {
	case p.input == "private":
		return broken(prove.Exclusion, "the path is another one in every run")
	case !p.heeds():
		return broken(prove.Exclusion, "who does not get the lock works all the same ("+p.heed+")")
	case p.twist == "recheck":
		return kept("whoever has the lock looks whether its file still has the name")
	case p.leave == "removed" || p.leave == "removed-then-closed":
		return broken(prove.Exclusion, "the file is removed under the lock: who has opened it before locks a file without a name")
	case p.leave == "closed-then-removed":
		return broken(prove.Exclusion, "the file is removed when somebody else may have locked it")
	case p.child == "workers-closed" && freesBackground.has(p.shell):
		return broken(prove.Exclusion, "workers go on without the lock when the script has ended")
	case p.child == "workers-closed", p.leaves() && p.opening == "exec" && closesForPrograms.has(p.shell):
		return unknown("whether the child keeps the descriptor hangs on the shell")
	case p.child == "pipeline" && leavesParts.has(p.shell):
		return unknown("whether the shell waits for the first part of the pipeline hangs on where that stands")
	case p.waits() && p.opening == "exec" && closesForPrograms.has(p.shell) && !p.shared:
		return broken(prove.Exclusion, outlivesINT)
	case p.leave == "unlock" && strings.HasPrefix(p.child, "closed"):
		return kept("the lock is given up whoever has a copy of the descriptor")
	case p.child == "closed-group" && !freesGroup.has(p.shell), p.child == "closed-function" && !freesFunction.has(p.shell):
		return broken(prove.Leak, "the background shell keeps a copy of the descriptor")
	case p.leaves():
		return broken(prove.Leak, "a child that nobody waits for keeps the descriptor")
	case p.shared:
		return kept("everybody takes it shared")
	}
	return kept("taken, heeded, held over the work")
}

// leaves tells whether a child is left behind with the descriptor.
func (p *plan) leaves() bool {
	switch p.child {
	case "left", "left-subshell", "left-both", "left-nohup", "left-setsid":
		return true
	}
	return false
}

// waits tells whether the script waits for jobs.
func (p *plan) waits() bool { return p.child == "waited" || p.child == "workers-waited" }

// commandAnswer is about flock that runs the work.
func (p *plan) commandAnswer() Answer {
	switch p.twist {
	case "no-command":
		return broken(prove.Entry, "flock without a command fails always, and that is heeded").alone()
	case "lost":
		return broken(prove.Exclusion, "the lock ends with the command, before the work")
	case "number-as-file":
		return unknown("it locks a file that is called like the descriptor, in whatever folder the run is")
	case "left-inside":
		return broken(prove.Leak, "a child of the command keeps flock's descriptor")
	case "nested-wait":
		return broken(prove.Deadlock, "a run waits for a lock that it holds itself").alone()
	case "removed-inside":
		return broken(prove.Exclusion, "the file is removed under the lock")
	case "removed-after":
		return broken(prove.Exclusion, "the file is removed when somebody else may have locked it")
	}
	return kept("flock holds the lock while its command runs")
}

// tellingAnswer is about lockkit's functions and zsystem flock.
func (p *plan) tellingAnswer() Answer {
	switch {
	case p.twist == "lost":
		return broken(prove.Exclusion, "the lock ends with the command, before the work")
	case !p.heeds():
		return broken(prove.Exclusion, "who does not get the lock works all the same ("+p.heed+")")
	case p.twist == "rewritten":
		return broken(prove.Exclusion, "closing any descriptor of the file drops an fcntl lock")
	}
	return kept("taken, heeded, held over the work")
}
