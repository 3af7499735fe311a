package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/holders"
)

// hints says of a file what is the matter and names the cures.
func (w *Who) hints(f *holders.File) []string {
	var out []string
	for _, h := range f.Hints(w.all()) {
		if w.Named[f] {
			out = append(out, namedHint(h))
		} else {
			out = append(out, hintText(h))
		}
	}
	return out
}

// namedHint is hintText for a lock that was given by name: its descriptor is
// lockkit's, and nobody can be told to close that by its number.
func namedHint(h holders.Hint) string {
	switch h.Kind {
	case holders.HintChild:
		return fmt.Sprintf("%s has the descriptor from %s: with_lock, run and unlock free the lock all the same, but when that process ends first the lock lasts until both are gone; with -o children do not get it",
			brief(h.Process), brief(h.From))
	case holders.HintDaemon:
		return fmt.Sprintf("held by %s, which inherited the descriptor from %s: take the lock with -o, so that what is started does not get it, or end it with unlock",
			brief(h.Process), origin(h))
	}
	return hintText(h)
}

func hintText(h holders.Hint) string {
	switch h.Kind {
	case holders.HintChild:
		return fmt.Sprintf("%s has descriptor %d from %s, and the lock lasts until both are gone: add %d>&- to that command if it should not keep it",
			brief(h.Process), h.FD, brief(h.From), h.FD)
	case holders.HintDaemon:
		return fmt.Sprintf("held by %s, which inherited descriptor %d from %s: start it with %d>&-",
			brief(h.Process), h.FD, origin(h), h.FD)
	case holders.HintStopped:
		return fmt.Sprintf("%s is stopped and cannot release it: kill -CONT %d", brief(h.Process), h.Process.PID)
	case holders.HintRemoved:
		return "the name was removed while the file was locked: who comes now makes another file and does not wait; remove a lock file only under its lock, and look again after locking (lint: LK301)"
	case holders.HintOther:
		return "the name now leads to another file: two holders are possible; compare the name with the descriptor after locking, as with_lock does"
	case holders.HintNobody:
		return "no process has the descriptor: it may be on its way through a socket, or the lock went while this was written"
	case holders.HintMixed:
		return "flock and fcntl locks do not see each other: let all users of the file use one kind"
	}
	return string(h.Kind)
}

// origin says who a daemon has its descriptor from, as far as that can be known.
func origin(h holders.Hint) string {
	if h.From != nil {
		return brief(h.From)
	}
	if p := h.Process; p.Group != p.PID && p.Group > 0 {
		return "a process of group " + strconv.Itoa(p.Group) + " that has ended"
	}
	return "a process that has ended"
}

func deadlockTitle(d holders.Deadlock) string {
	if len(d.Steps) == 1 {
		return "deadlock: a circle of one, a process waits for a lock that it keeps itself"
	}
	return "deadlock: " + strconv.Itoa(len(d.Steps)) + " processes wait for each other"
}

// deadlockLines has one line a process: what it keeps, and what it waits for.
func deadlockLines(d holders.Deadlock) []string {
	var lines []string
	for _, s := range d.Steps {
		wanted := pathOf(s.Waiter.File)
		if s.Waiter.File == s.Lock.File {
			wanted = "that same file"
		}
		line := fmt.Sprintf("%s keeps %s (descriptor %d) and waits for %s",
			brief(s.Keeps), pathOf(s.Lock.File), s.FD, wanted)
		if s.Waiter.Process.PID != s.Keeps.PID {
			line += " through " + brief(s.Waiter.Process)
		}
		lines = append(lines, line)
	}
	for _, p := range d.Unless {
		lines = append(lines, brief(p)+" keeps one of these locks as well; it could only end this by unlocking")
	}
	return lines
}

// deadlockCure names the cure for the scripts and for now. What is killed is a
// script with all that it waits through, the script first: of a waiter alone it
// would take the end for an answer, and might go on without the lock.
func deadlockCure(d holders.Deadlock) string {
	var kills []string
	for _, s := range d.Steps {
		kill := "kill"
		for _, p := range s.Through {
			kill += " " + strconv.Itoa(p.PID)
		}
		kills = append(kills, kill)
	}
	if len(d.Steps) == 1 {
		return fmt.Sprintf("it has the lock already, on descriptor %d: drop the inner lock, or lock descriptor %d again, which does not wait, instead of opening the file anew; to end this one, %s",
			d.Steps[0].FD, d.Steps[0].FD, kills[0])
	}
	return "let every script take these locks in one order, or wait with -w; to end this one, " + strings.Join(kills, " or ")
}
