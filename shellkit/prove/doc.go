// Package prove walks through every order in which several runs of a script can
// do their lock operations, and says whether one of them breaks a promise.
//
// [Explore] takes protocols and answers with a [Result]: holds (within bounds
// that it states), violated (with the shortest schedule that shows it) or
// unknown (with the places that were not understood). It is pure: it reads no
// file and no clock, starts nothing, and gives the same answer every time.
//
// # The world
//
// A [Walk] goes through states one choice at a time. A [State] is what the kernel and the runs know at one moment: names and the
// inodes behind them, open file descriptions with their flock(2) locks,
// descriptor tables, and where each run stands in its protocol. A step
// changes no state but makes a new one. Conversion of a lock releases first and
// acquires then, a failed conversion has lost the old lock, and a lock lives as
// long as any descriptor of its open file description.
//
// # What may happen
//
// Runs begin at any time, and each step of a run may be its last: kill -9 closes
// its descriptors, leaves its files, and its background children live on. A
// program that the killed shell was running may keep a lock a little longer; the
// schedules in which it ends at once show everything that those would. HUP, INT
// and TERM reach the process group while a program runs or is waited for. A subshell
// dies of them unless it has a trap of its own, and then the shell that waits for it
// runs its trap. A lock file may have been left behind by a crash before anything
// begins. Strict adds signals between any two steps and to the shell alone, and
// failures of open and flock.
//
// # Belief
//
// A run believes that it is alone with a lock from the success of an
// acquisition, or from the acquisition on where nobody looks at its result,
// until it lets go: it unlocks, closes, removes the name that is the lock, or
// ends. A run that has removed the file it holds locked, and has nothing left to
// do but to end, is past its belief.
//
// # Getting in
//
// A lock that no schedule lets anybody take keeps every other promise. That is the
// promise entry, and only a search that came to its end and left no doubt says that
// it is broken: where the lock attempts of a script may fail, one that succeeds is
// enough. An acquisition that no run comes to is a doubt.
//
// # Why it ends early
//
// Steps that no other run can notice are taken at once together with the step
// before them, places of a script from which the same can happen are one (alike.go),
// runs of one script are interchangeable, of equal children of one run
// few are kept (twins.go), and names that no script ever removes, or that a dead owner has
// left to those who ask for that, do not have to be followed. What remains is searched breadth first, so the first schedule found is a
// shortest one.
//
// Reading order: model.go (a protocol made ready), state.go, step.go and lock.go
// (the kernel), saves.go (what redirects hide), belief.go, acquire.go, frames.go
// (signals in subshells), local.go (what nobody notices), alike.go
// (which places are one), choose.go (what may happen next), twins.go, property.go, entry.go, explore.go, trace.go.
package prove
