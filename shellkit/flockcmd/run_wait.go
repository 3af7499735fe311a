package flockcmd

import (
	"os"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// acquire takes the lock, or returns the status to end with.
func (r *run) acquire(signals <-chan os.Signal, stderr *os.File) (*lockfile.Held, int) {
	held, err := r.attempt()
	switch {
	case err == nil:
		return held, exitOK
	case err != lockfile.ErrBusy:
		return nil, r.refused(err).end("run", stderr)
	case r.request.Wait == 0:
		r.line(stderr, r.text+" is busy"+r.who())
		return nil, r.conflict
	}
	return r.wait(signals, stderr)
}

// attempt takes the lock, or a slot of it, if that can be had now.
func (r *run) attempt() (*lockfile.Held, error) {
	now := r.request
	now.Wait = 0
	switch {
	case r.slots == 0:
		return r.proved(r.simple(now))
	case r.request.Wait == 0:
		return r.inside.Acquire(now)
	}
	return r.inside.Try()
}

// await takes the lock, or a slot of it, when its turn comes.
func (r *run) await() (*lockfile.Held, error) {
	if r.slots == 0 {
		return r.proved(r.simple(r.request))
	}
	return r.inside.Acquire(r.request)
}

// proved gives up a lock that others use with slots, or that would keep nobody out.
func (r *run) proved(held *lockfile.Held, err error) (*lockfile.Held, error) {
	switch {
	case err != nil:
		return nil, err
	case r.request.Range != nil:
		err = held.Excludes()
	case r.inside.Lock.Path != "":
		err = r.inside.Apart()
	}
	if err != nil {
		held.Unlock()
		held.Close()
		return nil, err
	}
	return held, nil
}

// wait waits for the lock that has been found busy. When it gives up, a thread may
// still be waiting; whatever that one gets ends with the process.
func (r *run) wait(signals <-chan os.Signal, stderr *os.File) (*lockfile.Held, int) {
	type outcome struct {
		held *lockfile.Held
		err  error
	}
	start := time.Now()
	since := func() string { return " after " + strconv.FormatFloat(time.Since(start).Seconds(), 'f', 1, 64) + " s" }
	if r.verbose {
		r.line(stderr, "waiting for "+r.text+r.who())
	}
	beDeadly(syscall.SIGQUIT, syscall.SIGALRM)
	done := make(chan outcome, 1)
	go func() {
		held, err := r.await()
		done <- outcome{held, err}
	}()
	told := false
	for look := 0; ; {
		next := time.NewTimer(time.Until(start.Add(lookAt(look))))
		select {
		case o := <-done:
			switch {
			case o.err == lockfile.ErrTimeout:
				r.line(stderr, r.text+" is still busy"+since()+r.who())
				return nil, r.conflict
			case o.err != nil:
				return nil, r.refused(o.err).end("run", stderr)
			}
			if r.verbose {
				r.line(stderr, "got "+r.text+since())
			}
			return o.held, exitOK
		case sig := <-signals:
			return nil, exitSignal + int(sig.(syscall.Signal))
		case <-next.C:
			ancestor, forEver := r.family()
			if forEver && r.request.Wait == lockfile.Forever {
				return nil, fail(exitNever, r.text, " would be waited for for ever: pid ",
					strconv.Itoa(ancestor), " holds it and waits for us").end("run", stderr)
			}
			if r.verbose && look >= everyMinute || look >= 1 && ancestor != 0 && !told {
				r.line(stderr, "still waiting for "+r.text+since()+r.who())
				told = true
			}
			look++
		}
		next.Stop()
	}
}

// everyMinute is the first of the looks that come each minute.
const everyMinute = 3

// lookAt is how long after the wait began the look of this number is taken: at
// whether the wait can end at all, and at who holds the lock now.
func lookAt(look int) time.Duration {
	if look < everyMinute {
		return [everyMinute]time.Duration{100 * time.Millisecond, time.Second, 10 * time.Second}[look]
	}
	return time.Duration(look-everyMinute+1) * time.Minute
}

// who is what is known of who stands in the way, as the end of a sentence.
func (r *run) who() string {
	if r.quiet {
		return ""
	}
	if r.slots > 0 {
		return r.insiders()
	}
	if holder, ok := lockfile.FindHolder(r.lock.Path, r.lock.Named, r.request); ok {
		return ": " + holder.String()
	}
	return ""
}

// looked is how many of many slots are looked at for what is only to be told.
const looked = 20

// insiders names those who are inside, first come first, as far as there is room.
func (r *run) insiders() string {
	const most = 3
	var known []lockfile.Holder
	for number := 1; number <= min(r.slots, looked); number++ {
		if holder, ok := lockfile.FindHolder(r.inside.Path(number), r.lock.Named, lockfile.Request{}); ok {
			known = append(known, holder)
		}
	}
	slices.SortStableFunc(known, func(a, b lockfile.Holder) int { return a.Since.Compare(b.Since) })
	text := " (-j " + strconv.Itoa(r.slots) + ")"
	for i, holder := range known[:min(len(known), most)] {
		text += [...]string{": ", ", ", ", "}[i] + holder.String()
	}
	if len(known) > most {
		text += " and " + strconv.Itoa(r.slots-most) + " more"
	}
	return text
}

// line writes one about the lock, unless nothing is to be said.
func (r *run) line(stderr *os.File, text string) {
	if !r.quiet {
		stderr.WriteString("lockkit: " + harmless(text) + "\n")
	}
}

// family looks for an ancestor that holds the lock; forEver says that it and
// everybody between it and us does nothing but wait for the next.
func (r *run) family() (ancestor int, forEver bool) {
	if !r.isAtGate() {
		ancestor, forEver = ancestorAt(r.lock.Path, r.request)
	}
	if r.slots == 0 || forEver {
		return ancestor, forEver
	}
	all := true
	for number := 1; number <= r.slots; number++ {
		holds, stuck := ancestorAt(r.inside.Path(number), lockfile.Request{})
		if holds != 0 {
			ancestor = holds
		}
		if all = all && stuck; !all && (ancestor != 0 || number == looked) {
			break
		}
	}
	return ancestor, all
}

// isAtGate says whether we wait for a slot only. The shell that has lent the gate has it as
// we do, and is not in our way.
func (r *run) isAtGate() bool {
	info, err := os.Stat(r.lock.Path)
	return err == nil && r.slots > 0 && lockfile.Keeps(os.Getpid(), info, lockfile.Request{})
}

func ancestorAt(path string, request lockfile.Request) (ancestor int, forEver bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, false
	}
	return holdingAncestor(info, request)
}
