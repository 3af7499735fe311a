package shellkit

import (
	"iter"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/lockkit/lockkit/shellkit/source"
)

// outcome is what became of one candidate: a verdict, a fault, or neither where
// it is no script.
type outcome struct {
	verdict *verdict
	fault   error
}

// outcomes checks candidates on all processors and yields what became of them in
// the order in which they were found. Only a few are under way at any time.
func (l *Linter) outcomes(paths []string) iter.Seq[outcome] {
	type job struct {
		candidate
		done chan outcome
	}
	return func(yield func(outcome) bool) {
		workers := runtime.GOMAXPROCS(0)
		jobs := make(chan job)
		order := make(chan chan outcome, 8*workers)
		go func() {
			defer close(order)
			defer close(jobs)
			candidates(paths, func(c candidate) bool {
				done := make(chan outcome, 1)
				order <- done
				jobs <- job{c, done}
				return true
			})
		}()
		var config configs
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
	defer recovered(c.name, func(err error) { o = outcome{fault: err} })
	f, err := c.read(l.Stdin)
	if err != nil {
		return outcome{fault: &FileError{Name: c.name, Err: err}}
	}
	if f == nil {
		return outcome{}
	}
	set := DefaultSettings()
	found, err := config.of(f.Name)
	if err != nil {
		return outcome{fault: err}
	}
	if err := set.Apply(append(found[:len(found):len(found)], l.Settings...)...); err != nil {
		return outcome{fault: err}
	}
	if l.inside != nil {
		l.inside(f)
	}
	s, err := Load(f, set.Dialect, source.Read)
	if err != nil {
		return outcome{fault: err}
	}
	h := &holder{known: l.Baseline}
	set.traces = l.Traces
	v := examine(s, &set)
	if l.Repairs == IgnoreRepairs {
		return outcome{verdict: v}
	}
	v.offer(h)
	if l.Repairs != OfferRepairs {
		v = h.repair(v)
	}
	return outcome{verdict: v}
}

// recovered, deferred, turns a panic into an [*InternalError] about name.
func recovered(name string, report func(error)) {
	if v := recover(); v != nil {
		report(&InternalError{Name: name, Value: v, Stack: debug.Stack()})
	}
}
