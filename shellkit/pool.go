package shellkit

import (
	"cmp"
	"errors"
	"iter"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/lockkit/lockkit/shellkit/source"
)

// outcome is what became of one candidate: what its scripts gave and what is wrong with
// it; neither where it is no script. A host may have several scripts, in the order of
// their places.
type outcome struct {
	verdicts []*verdict
	faults   []error
	given    string // the path that led to it
	read     bool   // it was looked at
	repaired *Repair
}

// outcomes checks candidates on all processors and yields what became of them in
// the order in which they were found. Only a few are under way at any time.
func (l *Linter) outcomes(paths []string) iter.Seq[outcome] {
	type job struct {
		candidate
		done chan outcome
	}
	return func(yield func(outcome) bool) {
		var config configs
		l.leftOut = map[string]bool{}
		find := search{config: &config, set: l.options(), ifShell: l.IfShell, leftOut: func(top string) { l.leftOut[top] = true }}
		workers := runtime.GOMAXPROCS(0)
		jobs := make(chan job)
		order := make(chan chan outcome, 8*workers)
		go func() {
			defer close(order)
			defer close(jobs)
			find.candidates(paths, func(c candidate) bool {
				done := make(chan outcome, 1)
				order <- done
				jobs <- job{c, done}
				return true
			})
		}()
		var running sync.WaitGroup
		for range workers {
			running.Go(func() {
				for j := range jobs {
					j.done <- l.check(j.candidate, &config)
				}
			})
		}
		for done := range order {
			if o := <-done; !yield(o) {
				break
			}
		}
		for range order { // let the others end
		}
		running.Wait()
	}
}

// check reads one candidate and looks at it. If lockkit itself fails on it, that
// is its outcome.
func (l *Linter) check(c candidate, config *configs) (o outcome) {
	failed := func(err error) outcome { return outcome{faults: []error{err}, given: c.under, read: true} }
	defer recovered(c.name, func(err error) { o = failed(err) })
	if c.twice {
		return outcome{given: c.under, read: true}
	}
	f, err := c.read(l.Stdin, cmp.Or(l.StdinName, "-"))
	if err != nil {
		return failed(&FileError{Name: c.name, Err: err})
	}
	if f == nil {
		return outcome{given: c.under}
	}
	set := DefaultSettings()
	found, err := config.of(f.Name)
	if err != nil {
		return failed(err)
	}
	if err := set.Apply(append(found[:len(found):len(found)], l.Settings...)...); err != nil {
		return failed(err)
	}
	if l.inside != nil {
		l.inside(f)
	}
	set.traces = l.Traces
	scripts, faults := LoadAll(f, set.Dialect, source.Read)
	var other *NotLookedAtError
	if len(faults) > 0 && !c.given && errors.As(faults[0], &other) {
		return outcome{given: c.under} // nobody has asked for it
	}
	l.tell(f)
	o = outcome{faults: faults, given: c.under, read: true}
	for _, s := range scripts {
		if now := o.repaired; now != nil {
			moved := s.in(now.After)
			if moved == nil { // a repair of another script of the host has not left it as it was
				o.verdicts = append(o.verdicts, examine(s, &set))
				continue
			}
			s = moved
		}
		o.add(l.verdict(s, &set))
	}
	return o
}

// tell says that a file is looked at.
func (l *Linter) tell(f *source.File) {
	if l.Read == nil {
		return
	}
	l.reading.Lock()
	defer l.reading.Unlock()
	l.Read(f)
}

// verdict looks at one script, and repairs it where that is wanted.
func (l *Linter) verdict(s *Script, set *Settings) *verdict {
	h := &holder{known: l.Baseline}
	v := examine(s, set)
	if l.Repairs == IgnoreRepairs {
		return v
	}
	v.offer(h)
	if l.Repairs != OfferRepairs {
		v = h.repair(v)
	}
	return v
}

// add notes what one script gave. The repairs of all scripts of a host are one.
func (o *outcome) add(v *verdict) {
	o.verdicts = append(o.verdicts, v)
	if v.unfixed == nil {
		return
	}
	did := v.repair()
	if o.repaired != nil {
		did.Before, did.Fixed = o.repaired.Before, did.Fixed+o.repaired.Fixed
	}
	o.repaired = &did
}

// locks tells whether one of the scripts has to do with locks.
func (o *outcome) locks() bool {
	return slices.ContainsFunc(o.verdicts, func(v *verdict) bool { return v.account != nil })
}

// recovered, deferred, turns a panic into an [*InternalError] about name.
func recovered(name string, report func(error)) {
	if v := recover(); v != nil {
		report(&InternalError{Name: name, Value: v, Stack: debug.Stack()})
	}
}
