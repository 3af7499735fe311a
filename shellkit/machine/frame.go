package machine

import (
	"hash/maphash"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// frame is something that a process is in: a function, a loop, a redirect, a child that
// its parent waits for. A frame is never changed once a state has it.
type frame struct {
	up     *frame
	kind   kind
	code   *program.Code // where it goes on behind it
	pc     int
	phase  int
	regs   *registers
	asked  int
	denied bool

	// Of a call.
	name   string
	params *params
	locals *vars // what the names were before local
	exit   trap  // an EXIT trap that runs when the function returns
	back   trap  // a RETURN trap
	keeps  []kept

	// Of a loop.
	again int
	list  []field
	turn  int
	last  Value // how the last turn has ended
	open  bool  // on the way here something was open: not all turns can be counted

	// Of a scope.
	saved   []saved
	command bool // of one command

	// Of a child that is waited for.
	parent *State
	begin  protocol.ID
	what   string
	part   int // the ID of the part of a word that its output is for, or what else it is about
	out    *output

	// Of a trap.
	before Value
	trap   trapKind

	hash uint64
}

// kept is what a variable was before the command for which it was assigned.
type kept struct {
	name string
	was  Variable
	had  bool
}

type kind uint8

const (
	inCall kind = iota // of a function
	inText             // eval, a sourced file
	inLoop
	inScope // under redirects
	inChild
	inTrap   // a trap that runs at a place that is known
	inAlways // { } that has an always behind it; again is where that begins
	inPart   // the last part of a pipeline, in the shell itself
)

type trapKind uint8

const (
	noTrap trapKind = iota
	exitTrap
	signalTrap
	errorTrap
	returnTrap
)

// output is what a substitution has printed so far.
type output struct {
	text Value
	lost bool
}

func (f *frame) key() uint64 {
	if f == nil {
		return 1
	}
	if f.hash == 0 {
		f.hash = f.sum() | 1
	}
	return f.hash
}

func (f *frame) sum() uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	text := func(t string) { h.WriteString(t); h.WriteByte(0) }
	value := func(v Value) { text(v.Key); maphash.WriteComparable(&h, v.Spawn) }
	maphash.WriteComparable(&h, f.up.key())
	maphash.WriteComparable(&h, f.code)
	maphash.WriteComparable(&h, [9]int{int(f.kind), f.pc, f.phase, f.asked, f.again, f.turn, int(f.begin), f.part, int(f.trap)})
	maphash.WriteComparable(&h, [3]bool{f.denied, f.open, f.command})
	f.regs.hash(text, value)
	text(f.name)
	text(f.what)
	text(f.params.key())
	maphash.WriteComparable(&h, f.locals.marks())
	text(f.exit.key() + f.back.key())
	for _, k := range f.keeps {
		text(k.name)
		text(k.was.key())
	}
	for _, w := range f.list {
		value(w.Value)
	}
	value(f.last)
	value(f.before)
	for _, s := range f.saved {
		maphash.WriteComparable(&h, s)
	}
	if f.parent != nil {
		maphash.WriteComparable(&h, f.parent.key())
	}
	if f.out != nil {
		value(f.out.text)
		maphash.WriteComparable(&h, f.out.lost)
	}
	return h.Sum64()
}

// push is the state that is in one more frame, which it leaves to where it goes on.
func (s *State) push(f frame) *State {
	t := s.clone()
	f.up, f.hash = s.stack, 0
	if f.code == nil {
		f.code, f.pc = s.code, s.pc+1
	}
	f.regs, f.asked, f.denied = s.regs, s.asked, s.denied
	t.stack = &f
	return t
}

// changed is the state whose innermost frame is another one.
func (s *State) changed(change func(*frame)) *State {
	t := s.clone()
	f := *s.stack
	f.hash = 0
	change(&f)
	t.stack = &f
	return t
}

// pop is the state that has left the innermost frame, and goes on behind it.
func (s *State) pop() *State {
	t := s.clone()
	f := s.stack
	t.stack, t.code, t.pc, t.phase, t.some = f.up, f.code, f.pc, f.phase, false
	t.regs, t.asked, t.denied = f.regs, f.asked, f.denied
	return t
}

// innermost is the innermost frame of such a kind in this process, or nil.
func (s *State) innermost(k kind) *frame {
	for f := s.stack; f != nil && f.kind != inChild; f = f.up {
		if f.kind == k {
			return f
		}
	}
	return nil
}

// child is the frame of the process that the state is in: nil in the shell itself.
func (s *State) child() *frame {
	for f := s.stack; f != nil; f = f.up {
		if f.kind == inChild {
			return f
		}
	}
	return nil
}

// dialect is that of the shell at hand.
func (s *State) dialect() source.Dialect { return s.proc.dialect }
