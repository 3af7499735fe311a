// Package inclusion holds what a rehearsed run has done against the protocol of its
// script: each visible step of a run has to be a step of the protocol, or the script was
// misread. No label is needed for that; the kernel's log is the judge.
//
//	c := inclusion.New(p)
//	opt.Watch = c.Schedule
//	…
//	c.Report()
//
// A run is followed by all positions of the protocol at which it may be (position.go).
// Between two steps of the log a position goes on through what nobody can see: questions,
// descriptors that are copied or closed, work that real tools do (unseen.go). A step of
// the log moves a position at the node that says so, and ends those that cannot make it
// (meet.go). Where no position is left, the run is outside, and that step is the first.
//
// What has to be met: a lock that is asked for or given up, with its file, its kind and
// its outcome; a name that carries a lock in the protocol and is made, removed, renamed,
// opened or found there or not; work, and the locks that it is done under. A name of which
// the protocol knows only a symbol is bound by the first step that it is met in.
//
// What is let through: steps about names that carry no lock of the protocol, reads and
// looks that the protocol does not ask for, the order of children that run at once, and
// which child makes a step. What the protocol does not know ([protocol.Opaque], or
// Unknowns) may do anything; such a run is counted as unknown and never as inside.
package inclusion
