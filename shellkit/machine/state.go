package machine

import (
	"hash/maphash"
	"maps"
	"slices"
	"strconv"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

func itoa(n int) string { return strconv.Itoa(n) }

// State is all that a process of the script is at one point: where it stands and what it
// knows. A state is never changed once it was handed on: who wants another one clones it.
type State struct {
	code *program.Code
	pc   int
	// phase counts the steps within an instruction, and some says that one of them has failed.
	phase int
	some  bool

	vars   *vars
	params *params
	funcs  *functions
	traps  *traps
	opts   options
	status Value // of the last command
	subst  Value // of the last substitution of the command at hand; its key is "" where there was none
	fds    *descriptors
	cwd    Value
	facts  map[string]bool // answers to questions about values that have not changed since
	regs   *registers
	asked  int  // in how many questions the command stands, whose failure is an answer
	denied bool // the innermost of these is !
	stack  *frame
	undo   []saved // redirects that are taken back before anything else happens
	proc   process
	fate   fate // where the process is going, if not to the next instruction

	memo uint64
}

// process says what kind of process it is.
type process struct {
	child   bool // started in the background
	handler bool // it runs the handler of a signal
	exiting bool // its EXIT trap runs
	dies    bool // because of a signal that nothing catches
	dialect source.Dialect
	hit     string // a signal that a child has sent to the shell that waits for it
}

// fate is where a process goes that leaves what it is in.
type fate struct {
	how    how
	levels int  // of loops that it still has to leave
	again  bool // continue, and not break
	plain  bool // exit without the EXIT trap: it has become another program, or was killed
}

type how uint8

const (
	onward    how = iota
	returning     // out of the function or the file
	breaking      // out of loops
	exiting       // out of the process
)

type options struct {
	errexit, noclobber, pipefail, posix, inherits bool
	nounset, errtrace, noglob, posixTraps         bool
	allexport, loopsShare                         bool
}

// registers are what the instructions of one command hand to each other.
type registers struct {
	words   []field
	targets []Value
	before  []assigned
	subject Value
	memo    map[int]Value   // what the parts of the word at hand have come to, by their IDs
	lists   map[int][]field // and those that are several words
}

// field is a word as a command gets it.
type field struct {
	Value
	word  *program.Word // where it stands, nil where several words came of one, or none
	loose bool          // it stands for any number of words
}

// assigned is an assignment that waits for the command before which it stands.
type assigned struct {
	to    *program.Assignment
	index Value
	value Value
	list  *List
}

// params are the positional parameters. They are never changed.
type params struct {
	list []Value
	rest Value // what all behind them are, where their number is not known; its key is "" where it is
	name Value // $0
	past int
}

func (s *State) clone() *State {
	t := *s
	t.memo = 0
	return &t
}

// next is the state behind the instruction at hand.
func (s *State) next() *State {
	t := s.clone()
	t.pc, t.phase, t.some = s.pc+1, 0, false
	return t
}

// to is the state at another instruction.
func (s *State) to(pc int) *State {
	t := s.clone()
	t.pc, t.phase, t.some = pc, 0, false
	return t
}

// ended is the state in which the last command has ended so.
func (s *State) ended(v Value) *State {
	t := s.clone()
	t.status = v
	return t
}

// phased is the state at the next step of an instruction.
func (s *State) phased(failed bool) *State {
	t := s.clone()
	t.phase++
	t.some = s.some || failed
	return t
}

// answer is the state in which a question has turned out so: equal questions get equal
// answers from then on.
func (s *State) answer(fact string, truth bool) *State {
	t := s.clone()
	t.facts = maps.Clone(s.facts)
	if t.facts == nil {
		t.facts = map[string]bool{}
	}
	t.facts[fact] = truth
	return t
}

// register changes a copy of the registers of a state that was not handed on yet.
func (s *State) register(change func(*registers)) {
	r := registers{}
	if s.regs != nil {
		r = *s.regs
	}
	change(&r)
	s.regs = &r
}

// ins is the instruction at hand, or nil at the end of a code.
func (s *State) ins() *program.Ins {
	if s.pc < len(s.code.Ins) {
		return &s.code.Ins[s.pc]
	}
	return nil
}

// key names the state: equal keys, equal futures.
func (s *State) key() uint64 {
	if s.memo == 0 {
		s.memo = s.hash() | 1
	}
	return s.memo
}

func (s *State) hash() uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	text := func(t string) { h.WriteString(t); h.WriteByte(0) }
	value := func(v Value) {
		text(v.Key)
		maphash.WriteComparable(&h, v.Spawn)
		maphash.WriteComparable(&h, v.Unset)
	}
	maphash.WriteComparable(&h, s.code)
	maphash.WriteComparable(&h, [3]int{s.pc, s.phase, s.asked})
	maphash.WriteComparable(&h, [2]bool{s.some, s.denied})
	maphash.WriteComparable(&h, s.vars.marks())
	maphash.WriteComparable(&h, s.opts)
	maphash.WriteComparable(&h, s.proc)
	maphash.WriteComparable(&h, s.fate)
	value(s.status)
	value(s.subst)
	value(s.cwd)
	text(s.params.key())
	text(s.funcs.key())
	text(s.traps.key())
	text(s.fds.key())
	for _, fact := range slices.Sorted(maps.Keys(s.facts)) {
		text(fact)
		maphash.WriteComparable(&h, s.facts[fact])
	}
	s.regs.hash(text, value)
	for _, u := range s.undo {
		maphash.WriteComparable(&h, u)
	}
	maphash.WriteComparable(&h, s.stack.key())
	return h.Sum64()
}

func (r *registers) hash(text func(string), value func(Value)) {
	if r == nil {
		return
	}
	for _, f := range r.words {
		value(f.Value)
		if f.loose {
			text("~")
		}
		if f.Perhaps {
			text("?")
		}
	}
	text("|")
	for _, v := range r.targets {
		value(v)
	}
	text("|")
	for _, a := range r.before {
		text(a.to.Name)
		value(a.index)
		value(a.value)
		text(a.list.key())
	}
	text("|")
	value(r.subject)
	for _, id := range slices.Sorted(maps.Keys(r.memo)) {
		text(itoa(id))
		value(r.memo[id])
	}
	for _, id := range slices.Sorted(maps.Keys(r.lists)) {
		text(itoa(id))
		for _, f := range r.lists[id] {
			value(f.Value)
		}
	}
}

func (p *params) key() string {
	if p == nil {
		return ""
	}
	b := []byte(p.name.Key)
	for _, v := range p.list {
		b = append(append(b, 1), v.Key...)
		if v.Perhaps {
			b = append(b, 3)
		}
	}
	b = append(append(b, 2), p.rest.Key...)
	return string(strconv.AppendInt(b, int64(p.past), 10))
}

// at is parameter number i, from 1 on.
func (p *params) at(i int) Value {
	switch {
	case i == 0:
		return p.name
	case i <= len(p.list):
		return p.list[i-1]
	case p.rest.Key == "":
		return nothing
	}
	v := derived("$"+itoa(i), "$"+itoa(i+p.past), p.rest)
	v.Input = true
	return v
}

// open tells whether there may be more of them.
func (p *params) open() bool { return p.rest.Key != "" }

// functions is what names of functions stand for. It is never changed.
type functions struct {
	at   map[string]*program.Code
	name string
}

func (f *functions) key() string {
	if f == nil {
		return ""
	}
	return f.name
}

func (f *functions) get(name string) *program.Code {
	if f == nil {
		return nil
	}
	return f.at[name]
}

// with is the table in which a name stands for a function, or, with nil, for none.
func (f *functions) with(name string, code *program.Code) *functions {
	if f.get(name) == code {
		return f
	}
	g := &functions{at: map[string]*program.Code{}}
	if f != nil {
		g.at = maps.Clone(f.at)
	}
	if code == nil {
		delete(g.at, name)
	} else {
		g.at[name] = code
	}
	for _, name := range slices.Sorted(maps.Keys(g.at)) {
		at := g.at[name].Span.Start
		g.name += name + "@" + at.String() + "/" + itoa(len(g.at[name].Ins)) + "\x01"
	}
	return g
}

// saved is a redirect that will be taken back.
type saved struct {
	node protocol.ID
	fd   int
	was  descriptor
}
