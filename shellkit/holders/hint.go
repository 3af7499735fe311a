package holders

import "slices"

// Hint is something about a file's locks that the user may want to cure.
type Hint struct {
	Kind HintKind
	Lock *Lock // the lock it is about, nil for one about the file

	// Process and FD are the keeper that it is about. From is the process that it
	// has the descriptor from, nil where that has ended.
	Process *Process
	FD      int
	From    *Process
}

// HintKind says what is wrong; package report has the words.
type HintKind string

// The kinds of hints.
const (
	HintChild   HintKind = "inherited by a child"  // beside its parent; it keeps others waiting as long as it lives
	HintDaemon  HintKind = "inherited by a daemon" // it outlived whoever took the lock
	HintStopped HintKind = "holder is stopped"
	HintRemoved HintKind = "name removed"
	HintOther   HintKind = "name replaced"
	HintNobody  HintKind = "no process to be seen"
	HintMixed   HintKind = "kinds that do not exclude each other"
)

// Hints looks for what can be said about the file in this picture. all says that
// no process was hidden.
func (f *File) Hints(all bool) []Hint {
	var hints []Hint
	switch f.Name {
	case NameRemoved:
		hints = append(hints, Hint{Kind: HintRemoved})
	case NameOther:
		hints = append(hints, Hint{Kind: HintOther})
	}
	if f.mixed() {
		hints = append(hints, Hint{Kind: HintMixed})
	}
	for _, l := range f.Locks {
		if len(l.Keepers) == 0 {
			if all && l.Apart && l.Taker >= 0 && l.TakerState != TakerUnknown {
				hints = append(hints, Hint{Kind: HintNobody, Lock: l})
			}
			continue
		}
		hints = append(hints, l.hints()...)
	}
	return hints
}

// mixed says that there are locks of two families on the file, of which neither
// side sees the other. Leases are no locks in that sense.
func (f *File) mixed() bool {
	var flock, fcntl bool
	for _, l := range f.Locks {
		flock = flock || l.Kind == Flock
		fcntl = fcntl || l.Kind.family() == POSIX
	}
	return flock && fcntl
}

func (l *Lock) hints() []Hint {
	var hints []Hint
	waits := func(p *Process) bool {
		return slices.ContainsFunc(l.File.Waiters, func(w *Waiter) bool { return w.Process.PID == p.PID })
	}
	blocks := slices.ContainsFunc(l.File.Waiters, func(w *Waiter) bool { return w.blockedBy(l) })
	keeps := map[int]*Process{}
	for _, k := range l.Keepers {
		keeps[k.Process.PID] = k.Process
	}
	told := map[int]bool{}
	for _, k := range l.Keepers {
		p := k.Process
		if told[p.PID] {
			continue
		}
		told[p.PID] = true
		if p.Stopped() {
			hints = append(hints, Hint{Kind: HintStopped, Lock: l, Process: p, FD: k.FD})
		}
		if l.Kind == POSIX || waits(p) {
			continue
		}
		parent := keeps[p.Parent]
		switch {
		case parent != nil && blocks && !p.Awaited:
			hints = append(hints, Hint{HintChild, l, p, k.FD, parent})
		case parent == nil && l.bornAfter(p):
			hints = append(hints, Hint{HintDaemon, l, p, k.FD, l.origin(p)})
		}
	}
	return hints
}

// keptBy says whether a process is among the keepers.
func (l *Lock) keptBy(pid int) bool {
	return slices.ContainsFunc(l.Keepers, func(k Keeper) bool { return k.Process.PID == pid })
}

// bornAfter guesses from process numbers, which are given out in order, whether p
// began after the lock was taken by a process that has no part in it any more.
// They wrap around, so only a small distance counts.
func (l *Lock) bornAfter(p *Process) bool {
	const near = 10000
	gone := l.TakerState == TakerEnded || l.TakerState == TakerLetGo
	return gone && p.PID > l.Taker && p.PID-l.Taker < near
}

// origin is who a process without a keeping parent most likely has its descriptor
// from: the first keeper that was there before the lock was taken.
func (l *Lock) origin(p *Process) *Process {
	for _, k := range l.Keepers { // in the order of their numbers
		if k.Process != p && !l.bornAfter(k.Process) {
			return k.Process
		}
	}
	return nil
}
