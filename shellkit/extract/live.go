package extract

import (
	"maps"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// An exact walk keeps states apart by every variable, so it must forget those that
// nobody will read any more: what a function used on its way. A variable may still
// be read when what is left of a list of commands, or of one around it, may read it
// before it is set there.

// liveness knows which variables may still be read.
type liveness struct {
	numbers map[string]int
	bases   map[string][]int // by variable or element of an array: the numbers it is read by
	funcs   map[*syntax.FuncDecl]*reads
	settled bool                      // every function that is known has been read
	runs    map[*syntax.FuncDecl]bool // that run their arguments as a command
	stems   []string                  // the beginnings of names that are made up
	tails   map[*syntax.Stmt]tail
	around  []tail // by command, loop and function that is being walked
	calls   []int  // by function that is being walked: its index in around
}

// tail is what may be read from somewhere on.
type tail struct {
	from   names // in the command at hand and behind it
	head   names // where it, a loop, begins a turn
	behind names // only behind it
	reads  *reads
}

func (l *liveness) number(name string) int {
	i, ok := l.numbers[name]
	if !ok {
		i = len(l.numbers)
		l.numbers[name] = i
	}
	return i
}

// still lists what may be read where a flow goes on.
func (l *liveness) still(f flow) names {
	i := len(l.around) - 1
	if f.how == returning && len(l.calls) > 0 {
		i = l.calls[len(l.calls)-1]
	}
	return l.around[i].from
}

func (l *liveness) push(t tail) {
	outer := l.around[len(l.around)-1].from
	l.around = append(l.around, tail{outer.union(t.from), outer.union(t.head), outer.union(t.behind), t.reads})
}

// turn walks the body of a loop: what is behind it is the next turn, or the end.
func (l *liveness) turn(body func() []flow) []flow {
	l.around = append(l.around, tail{from: l.around[len(l.around)-1].head})
	defer l.pop()
	return body()
}

// call enters a function, comeBack leaves it: what it reads is known by its own lists,
// and behind it is what else the command that calls it reads.
func (l *liveness) call(fn *syntax.FuncDecl) {
	top := l.around[len(l.around)-1]
	back := top.from
	if r := top.reads; r != nil && r.calls[fn] < 2 {
		back = top.behind.union(r.here)
		for other := range r.calls {
			if other != fn {
				back = back.union(l.funcs[other].first)
			}
		}
	}
	l.around = append(l.around, tail{from: back})
	l.calls = append(l.calls, len(l.around)-1)
}

func (l *liveness) comeBack() {
	l.calls = l.calls[:len(l.calls)-1]
	l.pop()
}

func (l *liveness) pop() { l.around = l.around[:len(l.around)-1] }

// reading begins a command of a list: what it and the rest may read is alive.
func (x *walker) reading(list []*syntax.Stmt, i int) {
	if x.effort == exact {
		x.listed(list)
		x.live.push(x.live.tails[list[i]])
	}
}

// read ends a command: what only it could read is forgotten.
func (x *walker) read(out []flow, s *syntax.Stmt) []flow {
	if x.effort == exact {
		x.live.pop()
		x.live.push(tail{from: x.live.tails[s].behind})
		out = x.merge(out, true)
		x.live.pop()
	}
	return out
}

// listed works out the tails of a list of commands.
func (x *walker) listed(list []*syntax.Stmt) {
	if x.live.funcs == nil {
		x.readFunctions()
	}
	if _, known := x.live.tails[list[0]]; known {
		return
	}
	for i, s := range list {
		one, rest := &reads{}, &reads{}
		x.scan(s, one, &names{})
		x.scanAll(list[i+1:], rest, &names{})
		x.live.tails[s] = tail{one.own.union(rest.first), one.first.union(rest.first), rest.first, one}
	}
}

// dead returns a flow without the variables that nobody can read any more, and
// without the answers about them.
func (x *walker) dead(f flow) flow {
	if x.effort != exact || f.how == leaving || f.st.traps() != "" { // a handler may read anything
		return f
	}
	return x.without(f, x.live.still(f))
}

// without returns a flow without the variables that are not among those alive.
func (x *walker) without(f flow, live names) flow {
	s := f.st
	read := func(name string) bool { return x.live.reads(live, name) }
	gone, silent := false, false
	for name := range s.vars.all() {
		gone = gone || !read(name)
	}
	for fact := range s.facts {
		silent = silent || !s.speaksOf(fact, read)
	}
	if !gone && !silent {
		return f
	}
	t := s.clone()
	if gone {
		for name := range s.vars.all() {
			if !read(name) {
				t.vars = t.vars.without(name)
			}
		}
	}
	if silent {
		t.facts = maps.Clone(s.facts)
		maps.DeleteFunc(t.facts, func(fact string, _ bool) bool { return !s.speaksOf(fact, read) })
	}
	return f.with(t)
}

// reads tells whether a variable, or an element of an array, is among those that may
// be read: by its name, or by one that is made up and begins so.
func (l *liveness) reads(alive names, name string) bool {
	if _, known := l.bases[name]; !known {
		var list []int
		if array, _, _ := strings.Cut(name, "["); syntax.ValidName(array) {
			list = append(list, l.number(array))
		}
		for _, stem := range l.stems {
			if strings.HasPrefix(name, stem) {
				list = append(list, l.number(stem+"$"))
			}
		}
		l.bases[name] = list
	}
	list := l.bases[name]
	return len(list) == 0 || slices.ContainsFunc(list, alive.has)
}

// stem is the number of all names that begin so.
func (l *liveness) stem(stem string) int {
	if !slices.Contains(l.stems, stem) {
		l.stems = append(l.stems, stem)
		clear(l.bases)
	}
	return l.number(stem + "$")
}

// speaksOf tells whether an answer is about a value of a variable that may be read.
func (s *state) speaksOf(fact string, read func(string) bool) bool {
	for name, v := range s.vars.all() {
		if !v.known && strings.Contains(fact, v.key) && read(name) {
			return true
		}
	}
	return false
}
