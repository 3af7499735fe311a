package rehearse

import (
	"maps"
	"slices"
	"strings"
)

// A played is the log of one schedule and what is to be known to judge it.
type played struct {
	name         string
	log          []event
	alone        int      // run 0 stayed at this work while run 1 came alone; -1 if not
	aloneUntil   int      // how much of the log that was
	newcomerFrom int      // from here on a newcomer was alone; 0 where none has come
	newcomer     int      // its number
	stuck        []string // locks that somebody waited for when nobody moved any more
	lookers      []int    // runs that looked for ever when nobody else lived
	killed       bool     // a run was killed with kill -9
}

// knowledge is what the lone run and the plainest schedules have shown of a script: it is
// what the others are judged by.
type knowledge struct {
	alone    []string           // the work of the lone run, in order
	locks    map[string]bool    // names that were locked, or whose being there turned a run away
	flocked  map[string]bool    // those that the kernel locks
	inside   map[string]bool    // work that was done under one of them
	excludes map[[2]string]bool // while the first is done, nobody else came to the second
	claimed  map[string]bool    // names that a lone run makes and removes
	unlocked map[string]bool    // names that a lone run unlocks by a command
	asks     asking             // whether anybody ever gets in
	heeded   map[string]bool    // locks whose losers do no work
	main     string             // the lock that is named where nothing says which
}

func newKnowledge() *knowledge {
	return &knowledge{locks: map[string]bool{}, flocked: map[string]bool{}, inside: map[string]bool{}, heeded: map[string]bool{}, claimed: map[string]bool{}, unlocked: map[string]bool{}, excludes: map[[2]string]bool{}}
}

func (e *event) work() string { return e.normal(e.words) }

// normal writes a name as every run would.
func (e *event) normal(text string) string { return normal(text, e.inner, e.script) }

func (w *atWork) normal(text string) string { return normal(text, w.inner, w.script) }

// learnAlone takes the lone run, and what a newcomer has done when that was over: a name
// that is made up anew for every run is no lock.
func (k *knowledge) learnAlone(p *played, newcomer []event) {
	k.learnTaken(p.log)
	claimed := claims(p.log)
	if len(newcomer) > 0 {
		met := map[string]bool{}
		for i := range newcomer {
			e := &newcomer[i]
			met[e.normal(e.made())], met[e.normal(e.name)] = true, true
		}
		maps.DeleteFunc(claimed, func(name string, _ bool) bool { return !met[name] })
	}
	for name := range claimed {
		k.lock(name, false)
		k.claimed[name] = true
	}
	there := map[string]bool{}
	for i := range p.log {
		e := &p.log[i]
		name := e.normal(e.made())
		switch {
		case e.op == "work":
			k.alone = append(k.alone, e.work())
			for _, w := range e.busy {
				if w.task == e.task && (len(w.under) > 0 || len(there) > 0) {
					k.inside[e.work()] = true
				}
			}
		case e.op == "unlock" && e.result == 0:
			k.unlocked[name] = true
		case claimed[name] && e.result >= 0 && exclusive(e):
			there[name] = true
		case claimed[name] && (e.op == "unlink" || e.op == "rmdir" || e.op == "rename"):
			delete(there, name)
		}
	}
}

// learnTaken takes the locks that some run of a schedule has got from the kernel: one that
// is alone may not come to them.
func (k *knowledge) learnTaken(log []event) {
	for i := range log {
		if e := &log[i]; e.op == "lock" && e.result == 0 {
			k.lock(e.normal(e.made()), true)
		}
	}
}

// claims are the names that a lone run makes where they must not be there, and removes
// again: whoever finds one there has met somebody.
func claims(log []event) map[string]bool {
	made, claimed := map[string]bool{}, map[string]bool{}
	for i := range log {
		e := &log[i]
		name := e.normal(e.made())
		switch {
		case strings.Contains(name, "$$"):
		case exclusive(e) && e.result >= 0:
			made[name] = true
		case made[name] && e.result == 0 && (e.op == "unlink" || e.op == "rmdir"):
			claimed[name] = true
		}
	}
	return claimed
}

// made is the name that a deed is about: of two, the one that it makes.
func (e *event) made() string {
	if e.name2 != "" {
		return e.name2
	}
	return e.name
}

func (k *knowledge) lock(name string, flocked bool) {
	k.locks[name] = true
	if flocked {
		k.flocked[name] = true
	}
	if k.main == "" {
		k.main = name
	}
}

// learnInside takes a schedule in which run 0 stayed at one work while run 1 came alone.
func (k *knowledge) learnInside(p *played) {
	stays, reached := "", map[string]bool{}
	n, others := 0, 0
	for i := range p.log[:p.aloneUntil] {
		e := &p.log[i]
		if e.op != "work" {
			continue
		}
		if e.run == 1 {
			reached[e.work()] = true
			others++
		} else if n == p.alone {
			stays = e.work()
		}
		if e.run == 0 {
			n++
		}
	}
	if stays == "" {
		return
	}
	kept := others < len(k.alone) // it did less than a lone run does
	for _, w := range k.alone {
		if pair := [2]string{stays, w}; kept && !reached[w] {
			if _, asked := k.excludes[pair]; !asked {
				k.excludes[pair] = true
			}
		} else {
			k.excludes[pair] = false
		}
	}
	if kept {
		k.turnedAway(p.log[:p.aloneUntil], 1)
	}
	if k.excludes[[2]string{stays, stays}] {
		k.inside[stays] = true
	}
}

// turnedAway looks which name has turned a run away that did no work: the last that it
// has found there, or could not make.
func (k *knowledge) turnedAway(log []event, run int) {
	made := map[string]bool{}
	for i := range log {
		e := &log[i]
		name := e.normal(e.made())
		switch {
		case e.run != run:
			if e.op == "mkdir" || e.op == "mknod" || e.op == "create" || e.op == "symlink" || e.op == "link" || e.op == "rename" || e.op == "truncate" {
				made[name] = true
			}
		case !made[name]:
		case e.op == "stat" || e.op == "access" || e.op == "readlink" || e.op == "open" && e.flag&flagChanging == 0:
			if e.result >= 0 {
				k.lock(name, false)
			}
		case exclusive(e) && e.result < 0:
			k.lock(name, false)
		}
	}
}

// exclusive says whether an event makes a name only where it is not there.
func exclusive(e *event) bool {
	switch e.op {
	case "mkdir", "symlink", "link":
		return !forgives(e.words)
	case "mknod":
		return true
	case "open", "create":
		return e.flag&flagExclusive != 0
	}
	return false
}

// forgives says whether a command makes names as one to which it is no failure that they
// are there.
func forgives(command string) bool {
	words := strings.Fields(command)
	if len(words) > 1 && words[0] == "busybox" {
		words = words[1:]
	}
	if len(words) == 0 {
		return false
	}
	short, long := "", ""
	switch words[0] {
	case "install", "cp":
		return true
	case "mkdir":
		short, long = "p", "--parents"
	case "ln":
		short, long = "f", "--force"
	default:
		return false // what its options mean is its own
	}
	for _, w := range words[1:] {
		switch {
		case w == "--":
			return false
		case strings.HasPrefix(w, "--"):
			if strings.HasPrefix(long, w) {
				return true
			}
		case strings.HasPrefix(w, "-") && strings.Contains(w, short):
			return true
		}
	}
	return false
}

// Flags of open, the same on both architectures.
const (
	flagExclusive = 0x80                     // O_EXCL
	flagChanging  = 0x1 | 0x2 | 0x40 | 0x200 // O_WRONLY, O_RDWR, O_CREAT, O_TRUNC
)

// names lists the locks in order.
func (k *knowledge) names() []string {
	var list []string
	for name := range k.locks {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
