package rehearse

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// others looks for what else a schedule has shown: a newcomer that stays outside, a lock
// that is kept, nobody who moves.
func (k *knowledge) others(p *played) (found []Breach, note string) {
	for i := range p.log {
		e := &p.log[i]
		if e.op == "keeps" && e.result >= 0 {
			lock := e.normal(e.busy[0].under[0].name)
			found = append(found, breach(p, prove.Leak, lock, i, fmt.Sprintf("the script of %s has ended, and its job %q keeps %s locked", letter(e.run), e.words, lock)))
		}
	}
	if len(p.stuck) > 0 {
		found = append(found, breach(p, prove.Deadlock, p.stuck[0], len(p.log)-1, "nobody moves any more: each waits for a lock that another keeps"))
	}
	b, ok := k.outside(p)
	if !ok {
		b, ok = k.shutOut(p)
	}
	if ok {
		if p.killed && !k.flocked[b.Lock] {
			return found, "after kill -9 the lock " + b.Lock + " stays behind"
		}
		found = append(found, b)
	}
	return found, ""
}

// outside says whether the newcomer, alone in the world, has stayed outside.
func (k *knowledge) outside(p *played) (Breach, bool) {
	if p.newcomerFrom == 0 || len(k.inside) == 0 {
		return Breach{}, false
	}
	programs, n := map[string]bool{}, 0
	for w := range k.inside {
		programs[programOf(w)] = true
	}
	for i := p.newcomerFrom; i < len(p.log); i++ {
		e := &p.log[i]
		if e.op != "work" {
			continue
		}
		if k.inside[e.work()] {
			return Breach{}, false
		}
		if programs[programOf(e.words)] { // its arguments may hang on what others have left
			n++
		}
	}
	if n >= len(k.inside) {
		return Breach{}, false
	}
	return breach(p, prove.Stale, k.main, len(p.log)-1, "nobody lives, and a newcomer does not get in"), true
}

// shutOut says whether all who live look for ever, while nobody has any lock: each of them
// is like a newcomer then, whom nobody is left to let in.
func (k *knowledge) shutOut(p *played) (Breach, bool) {
	if len(p.lookers) == 0 {
		return Breach{}, false
	}
	stories := map[int]*story{}
	for _, run := range p.lookers {
		s := newStory()
		stories[run] = &s
	}
	for i := range p.log {
		e := &p.log[i]
		s := stories[e.run]
		if s == nil {
			continue
		}
		if e.op == "work" && k.inside[e.work()] {
			return Breach{}, false // it has been inside, and looks for something else
		}
		s.follow(k, e)
	}
	for _, s := range stories {
		if len(s.has) > 0 {
			return Breach{}, false
		}
	}
	lock := stories[p.lookers[0]].failed
	if !k.locks[lock] {
		lock = k.main
	}
	return breach(p, prove.Stale, lock, len(p.log)-1, "nobody else lives, and "+letter(p.lookers[0])+" tries for ever"), len(k.inside) > 0
}

// breach makes a finding of what happened up to the event at.
func breach(p *played, kind prove.Property, lock string, at int, why string) Breach {
	return Breach{Kind: kind, Lock: lock, Why: why, Schedule: p.name, Steps: steps(p.log[:min(at+1, len(p.log))])}
}

// collect adds breaches that are the first of their kind and lock.
func (r *Report) collect(found []Breach) {
	for _, b := range found {
		if !slices.ContainsFunc(r.Breaches, func(o Breach) bool { return o.Kind == b.Kind && o.Lock == b.Lock }) {
			r.Breaches = append(r.Breaches, b)
		}
	}
}

func programOf(words string) string {
	name, _, _ := strings.Cut(words, " ")
	return name
}
