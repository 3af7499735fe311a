package rehearse

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A story is what one run has done so far in a schedule, as far as locks go.
type story struct {
	has     map[string]bool // locks that it has got and not yet given up by a deed of its own
	before  map[string]bool // of those, the ones that were lost before any work
	lost    map[string]bool // those that were lost by what is no deed of the shell that has taken them
	taker   map[string]int  // the shell that has got it
	parents map[int]int     // who has started a task
	starts  map[int]bool    // tasks that have started others
	signal  bool            // it was sent a signal
	crew    crew            // what it has started and left alone
	failed  string          // the lock that its last try has failed to get; "" after a success
	after   []string        // its work since then
	used    map[string]bool // locks that it has done something under
	working int             // how many stand-ins of it are at work
	absent  map[string]bool // names that it has looked for and not found
	during  []clash         // what else went on while it worked after a failure
}

type clash struct {
	lock  string
	at    int
	other string
	own   string
}

// overlaps looks for two runs at work under one lock.
func (k *knowledge) overlaps(p *played, runs int) []Breach {
	stories := make([]story, runs+1)
	for i := range stories {
		stories[i] = newStory()
	}
	var found []Breach
	for i := range p.log {
		e := &p.log[i]
		s := &stories[e.run]
		if e.op == "work" {
			s.worked(k, e)
			found = append(found, k.atOnce(p, e, stories, i)...)
			found = append(found, k.amongCrews(p, e, stories, i)...)
			if s.failed != "" {
				s.after = append(s.after, e.work())
			}
			continue
		}
		s.follow(k, e)
		found = append(found, k.believed(p, e, stories, i)...)
	}
	for r := range stories {
		found = append(found, k.unheeded(p, &stories[r])...)
	}
	return found
}

// worked takes the beginning of work into the story: a lock of the kernel that is not
// kept any more by then was lost before the work that it was for.
func (s *story) worked(k *knowledge, e *event) {
	for _, h := range e.lost {
		if name := e.normal(h.name); s.has[name] {
			delete(s.has, name)
			s.lost[name] = true
		}
	}
	for name := range s.has {
		if !k.flocked[name] {
			continue
		}
		kept := slices.ContainsFunc(e.kept, func(h held) bool { return e.normal(h.name) == name })
		for _, w := range e.busy {
			kept = kept || w.run == e.run && underName(w, name)
		}
		if !kept {
			delete(s.has, name)
			if !s.used[name] {
				s.before[name] = true
			}
		}
	}
	s.use("")
	s.working++
	s.crew.work(e)
}

// follow takes one deed into the story.
func (s *story) follow(k *knowledge, e *event) {
	name := e.normal(e.made())
	if !k.locks[name] && e.result >= 0 && e.op != "write" && e.op != "sleep" && len(e.keys()) > 0 {
		s.use("") // it has changed something else
	}
	if k.locks[name] && (e.result >= 0 && handles[e.op] || lookups[e.op]) {
		s.use(name)
	}
	switch e.op {
	case "fork":
		s.parents[int(e.inode)], s.starts[e.task] = e.task, true
	case "signal":
		s.signal = true
	case "done", "killed":
		if s.crew.done(e) {
			s.working--
		}
	case "lock":
		if e.result == 0 {
			s.got(name)
			s.taker[name] = s.shellOf(e)
			s.crew.taken[name]++
		} else {
			s.missed(name)
		}
	case "unlock":
		if s.has[name] && e.result == 0 && s.unwanted(k, e, name) {
			s.lost[name] = true
		}
		if !s.used[name] && s.has[name] {
			s.before[name] = true
		}
		delete(s.has, name)
	case "write":
		if !k.locks[name] && !stamp(e) {
			s.use("") // it is work
		}
	case "stat", "access", "readlink":
		s.absent[name] = e.result < 0
	case "unlink", "rmdir":
		s.removed(k, e, name)
	case "rename":
		s.removed(k, e, e.normal(e.name))
	case "mkdir", "mknod", "symlink", "link", "open", "create", "truncate":
		switch {
		case !k.locks[name]:
		case k.flocked[name]:
		case exclusive(e) && e.result >= 0, !exclusive(e) && e.result >= 0 && s.absent[name] && e.op != "mkdir" && e.op != "open":
			s.got(name)
		case exclusive(e):
			s.missed(name)
		}
	}
}

// removed takes the end of a name into the story.
func (s *story) removed(k *knowledge, e *event, name string) {
	if e.result != 0 || !s.has[name] || k.flocked[name] {
		return
	}
	if !s.used[name] {
		s.before[name] = true
	}
	delete(s.has, name)
	s.use(name)
}

func (s *story) got(name string) {
	s.has[name] = true
	delete(s.before, name)
	delete(s.lost, name)
	s.failed, s.after, s.during = "", nil, nil
	s.used[name] = false
	s.use(name)
}

// What is done to a lock, or asked of it, is what another lock may be there for. That it is
// opened is not: something is done to it then.
var (
	handles = map[string]bool{"write": true, "truncate": true, "unlink": true, "rmdir": true, "rename": true, "mkdir": true, "symlink": true, "link": true, "mknod": true}
	lookups = map[string]bool{"stat": true, "access": true, "readlink": true}
)

// use takes note that something was done under all locks that the run has but one: a lock
// may be there for no more than to take another one in peace.
func (s *story) use(but string) {
	for name := range s.has {
		if name != but {
			s.used[name] = true
		}
	}
}

func (s *story) missed(name string) { s.failed, s.after, s.during = name, nil, nil }

// atOnce judges the beginning of work e against everybody who is at work then.
func (k *knowledge) atOnce(p *played, e *event, stories []story, at int) []Breach {
	var found []Breach
	var own atWork
	for _, w := range e.busy {
		if w.run == e.run && w.task == e.task {
			own = w
		}
	}
	for _, w := range e.busy {
		if w.run == e.run {
			continue
		}
		lock, why := k.together(e, own, w, stories)
		if lock != "" {
			found = append(found, breach(p, prove.Exclusion, lock, at, fmt.Sprintf("%s and %s work at once, both inside %s: %s", letter(w.run), letter(e.run), lock, why)))
			continue
		}
		s := &stories[e.run]
		if s.failed != "" && len(own.under) == 0 && k.inside[e.work()] {
			if stories[w.run].has[s.failed] || underName(w, s.failed) {
				s.during = append(s.during, clash{s.failed, at, letter(w.run), letter(e.run)})
			}
		}
	}
	return found
}

// together says which lock two stand-ins at work are both inside of, "" if none.
func (k *knowledge) together(e *event, own, w atWork, stories []story) (lock, why string) {
	mine, theirs := &stories[e.run], &stories[w.run]
	for _, a := range own.under {
		for _, b := range w.under {
			na, nb := own.normal(a.name), w.normal(b.name)
			if na == nb && !(a.shared && b.shared) && a.inode != b.inode {
				return na, "each has locked a file of that name, and they are not the same"
			}
		}
	}
	for name := range k.locks {
		a := mine.has[name] && !k.flocked[name] || k.heeded[name] && mine.believes(name)
		b := theirs.has[name] && !k.flocked[name] || k.heeded[name] && theirs.believes(name)
		if a && (b || underName(w, name)) || b && underName(own, name) {
			return name, "each has got it and believes that it is alone"
		}
	}
	pair := [2]string{w.normal(w.words), e.work()}
	if k.excludes[pair] && k.excludes[[2]string{pair[1], pair[0]}] && k.main != "" && k.inside[pair[1]] {
		return k.main, "when one comes after the other, the lock keeps the second out"
	}
	return "", ""
}

func underName(w atWork, name string) bool {
	for _, h := range w.under {
		if w.normal(h.name) == name {
			return true
		}
	}
	return false
}

// learnLosers takes note of locks whose losers do no work.
func (k *knowledge) learnLosers(p *played, runs int) {
	waits := map[int]string{}
	stories := make([]story, runs+1)
	for i := range stories {
		stories[i] = newStory()
	}
	for i := range p.log {
		e := &p.log[i]
		s := &stories[e.run]
		switch {
		case e.op == "work":
			s.use("")
			s.after = append(s.after, e.words)
		case e.op == "waits":
			waits[e.run] = e.normal(e.made())
		case e.op == "lock" && e.result == 0 && waits[e.run] == e.normal(e.made()):
			k.heeded[waits[e.run]] = true // who waits until it has got it does no work without it
			s.follow(k, e)
		case e.op == "end" && e.task == 0 && s.failed != "" && len(s.after) == 0:
			k.heeded[s.failed] = true
		default:
			s.follow(k, e)
		}
	}
}

func newStory() story {
	return story{has: map[string]bool{}, before: map[string]bool{}, lost: map[string]bool{}, used: map[string]bool{}, taker: map[string]int{},
		parents: map[int]int{}, starts: map[int]bool{}, absent: map[string]bool{}, crew: crew{map[int]job{}, map[string]int{}}}
}

// unheeded finds a run that could not get the lock and did all the same what the lone
// run does under it, while somebody was inside.
func (k *knowledge) unheeded(p *played, s *story) []Breach {
	if len(s.during) == 0 {
		return nil
	}
	for _, w := range k.alone {
		if k.inside[w] && !slices.Contains(s.after, w) {
			return nil
		}
	}
	c := s.during[0]
	return []Breach{breach(p, prove.Exclusion, c.lock, c.at, fmt.Sprintf("%s works although it did not get %s, which %s is inside of", c.own, c.lock, c.other))}
}

func letter(run int) string { return string(rune('A' + run)) }

// stamp says whether a write is a note about the run, its process number or the time:
// that is no work.
func stamp(e *event) bool {
	text := strings.TrimSpace(e.text)
	n, err := strconv.Atoi(text)
	return text == "" || err == nil && (n == e.inner || n >= firstNumber && n < 10000 || n > 1e9)
}

// firstNumber is the least process number that a run has.
const firstNumber = 100
