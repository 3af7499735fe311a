package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// params are the positional parameters as far as they are known: a list, and behind
// it, where the list is open, others of which only their order is known. The zero
// value with a rest is what a script is given; a function is given a list.
type params struct {
	list []value
	rest value // what is behind the list; the zero value: nothing
	past int   // how many of the rest were shifted away
	less int   // how many of the list may be no word, because nothing is in a variable: f $x

	name string // its key, once it was asked for
}

// given are the parameters of a script: whatever its caller likes.
var given = &params{rest: symbol("$@", "@")}

// closed is a list of parameters that is known to its end.
func closed(list []value) *params { return &params{list: list} }

func (p *params) open() bool { return p.rest.key != "" }

// at is the i-th parameter, from 1 on.
func (p *params) at(i int) value {
	if i <= len(p.list) {
		return p.list[i-1]
	}
	if !p.open() {
		return literal("")
	}
	i += p.past - len(p.list)
	if p.rest.key == given.rest.key {
		return symbol("$"+itoa(i), itoa(i))
	}
	id := itoa(i) + "of" + p.rest.key
	if p.onlyPassed() {
		id = passedOn + id
	}
	return symbol("$"+itoa(i), id)
}

// onlyPassed tells whether what the parameters are is up to the caller of the script alone,
// who may have shifted some away.
func (p *params) onlyPassed() bool {
	return len(p.list) == 0 && (p.rest.key == given.rest.key || strings.HasPrefix(p.rest.key, "\x00@"+passedOn))
}

// passedOn begins what comes from the caller of the script, though it is not known from where
// in the list.
const passedOn = "passed "

// has tells whether a parameter is among those that are listed, and so surely set.
func (p *params) has(name string) bool {
	i, ok := shell.Number(name)
	return ok && i > 0 && i <= len(p.list)-p.less && !p.list[i-1].mayBeUnset()
}

// lacks tells whether a parameter is surely not set.
func (p *params) lacks(name string) bool {
	i, ok := shell.Number(name)
	return ok && i > len(p.list) && !p.open()
}

// holds tells whether a value is that of a parameter.
func (p *params) holds(v value) bool {
	i, ok := shell.Number(strings.TrimPrefix(v.text, "$"))
	return ok && i > 0 && p.at(i).key == v.key
}

// count is $#.
func (p *params) count() value {
	if !p.open() && p.less == 0 {
		return literal(itoa(len(p.list)))
	}
	v := symbol("$#", "#"+p.rest.key+itoa(p.past)+"+"+itoa(len(p.list))+"-"+itoa(p.less))
	v.counted = true
	return v
}

// all is $* as one value.
func (p *params) all() value {
	switch {
	case !p.open() && len(p.list) == 0:
		return literal("")
	case !p.open() && len(p.list) == 1:
		return p.list[0]
	}
	return symbol("$@", "@"+p.key())
}

// key names the parameters: equal keys, equal parameters.
func (p *params) key() string {
	if p == given {
		return ""
	}
	if p.name == "" {
		var b []byte
		for _, v := range p.list {
			b = append(append(b, v.key...), 0)
		}
		b = append(append(b, 1), p.rest.key...)
		p.name = string(b) + itoa(p.past) + "-" + itoa(p.less)
	}
	return p.name
}

// shifted are the parameters after a shift by n; known says that n is. A loop that
// shifts what it was given goes on for as long as there is something: after some
// turns it is not known any more which of them is the first.
func (x *walker) shifted(s *state, n int, known bool) *state {
	p := s.params
	if !known {
		return x.unknownParams(s, given)
	}
	if n <= len(p.list) {
		return s.with(&params{list: p.list[n:], rest: p.rest, past: p.past, less: min(p.less, len(p.list)-n)})
	}
	if !p.open() {
		return s // it fails, and nothing is shifted
	}
	if n -= len(p.list); p.past+n > maxShifts {
		return x.unknownParams(s, given)
	}
	return s.with(&params{rest: p.rest, past: p.past + n})
}

// maxShifts is how many parameters of an open list are told apart.
const maxShifts = 3

// unknownParams is the state in which any parameters may be set; where these and the other
// ones came from the caller alone, any of the caller's.
func (x *walker) unknownParams(s *state, other *params) *state {
	id := x.here.key()
	if s.params.onlyPassed() && other.onlyPassed() {
		id = passedOn + id
	}
	rest := symbol("$@", "@"+id)
	t := s.with(&params{rest: rest})
	t.forget(rest.key)
	return t
}

// renewed is the state at the head of a loop that goes on shifting and setting its
// parameters: any may be set in this turn. What a variable got from those of an
// earlier turn is another value than what these are.
func (x *walker) renewed(s *state) *state {
	t := x.unknownParams(s, given)
	for name, v := range s.vars.all() {
		if strings.Contains(v.key, t.params.rest.key) {
			t = t.set(name, x.fresh(name))
		}
	}
	return t
}

// with is the state with these parameters.
func (s *state) with(p *params) *state {
	t := s.clone()
	t.params = p
	return t
}

// same tells whether two lists of parameters are.
func (p *params) same(q *params) bool {
	return p == q || p.past == q.past && p.less == q.less && p.rest.key == q.rest.key &&
		slices.EqualFunc(p.list, q.list, func(v, w value) bool { return v.key == w.key && v.spawn == w.spawn })
}

// withParam is the state in which the i-th parameter turned out to be v.
func (s *state) withParam(i int, v value) *state {
	p := s.params
	if i > len(p.list)+1 || i > len(p.list) && !p.open() {
		return s
	}
	q := &params{list: slices.Clone(p.list), rest: p.rest, past: p.past, less: p.less}
	if i <= len(q.list) {
		q.list[i-1] = v
	} else {
		q.list, q.past = append(q.list, v), q.past+1
	}
	return s.with(q)
}

// positional is the state after `set -- WORD…`: the words of a call from i on.
func (x *walker) positional(c *call, i int, s *state) *state {
	for j := i; j < len(c.args) && !c.loose; j++ {
		if v := c.args[j]; !v.known && !v.quoted { // it may be split into any number of words
			c.loose, c.from, c.behind, c.past = true, j, wordsOf(c.args[j:]), 0
		}
	}
	return s.with(x.handedOn(c, i))
}

// handedOn are the words of a call from i on as parameters. Where the walk is exact, the
// ones behind a word that may be none have no place of their own.
func (x *walker) handedOn(c *call, i int) *params {
	for j := i; x.effort == exact && !c.loose && j < len(c.args); j++ {
		if c.args[j].mayBeNone() {
			c.loose, c.from, c.behind, c.past = true, j, wordsOf(c.args[j:]), 0
		}
	}
	return c.arguments(i)
}

// place notes the variables on which it hangs at which places of a command its words stand.
func (in *interest) place(name string, words []*syntax.Word) {
	for _, w := range words[1:max(len(words)-1, 1)] {
		if quoted, part := shell.OnlyPart(w); part != nil && !quoted {
			if p, ok := part.(*syntax.ParamExp); ok {
				in.placing[name] = append(in.placing[name], shell.VarsOf(in.raw(p))...)
			}
		}
	}
}

// mayBeNone tells whether no word may come of a value, because there is nothing in it.
func (v value) mayBeNone() bool { return !v.known && !v.quoted && !v.filled }

// unsettled are the parameters of which none is a known text behind one that may be none: it
// may stand in that one's place. What is not known there is taken for what it is written as.
func (p *params) unsettled() *params {
	first := slices.IndexFunc(p.list, value.mayBeNone)
	if first < 0 {
		return p
	}
	all := wordsOf(p.list[first:])
	p.list = slices.Clone(p.list)
	for k := first + 1; k < len(p.list); k++ {
		if p.list[k].known {
			p.list[k] = symbol("$"+itoa(k+1), itoa(k+1)+"of"+all.key)
		}
	}
	return p
}

// arguments are the words of a call from i on as parameters of what it calls.
func (c *call) arguments(i int) *params {
	i = min(i, len(c.args))
	if !c.loose {
		p := closed(c.args[i:])
		for _, v := range p.list {
			if v.mayBeNone() {
				p.less++
			}
		}
		return p.unsettled()
	}
	p := &params{rest: c.behind, past: c.past}
	if c.from > i {
		p.list = c.args[i:c.from]
	}
	return p
}
