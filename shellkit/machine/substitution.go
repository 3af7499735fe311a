package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

// substitution is what a command has printed, where it has run.
func (x *expander) substitution(p *program.Part) piece {
	if v, ok := x.s.regs.remembered(p.ID); ok {
		return piece{value: v, quoted: p.Quoted, splits: true, printed: true}
	}
	if p.Kind == program.Substitution && len(p.Code.Ins) == 0 {
		return piece{value: empty, quoted: p.Quoted, splits: true}
	}
	x.need = p
	return piece{}
}

func (r *registers) remembered(id int) (Value, bool) {
	if r == nil {
		return Value{}, false
	}
	v, ok := r.memo[id]
	return v, ok
}

// remember keeps what a part has come to, for it has done something on the way.
func (x *expander) remember(id int, v Value) {
	x.s = x.s.clone()
	x.s.register(func(r *registers) { r.memo = with(r.memo, id, v) })
}

func with[K comparable, V any](m map[K]V, k K, v V) map[K]V {
	out := make(map[K]V, len(m)+1)
	for key, value := range m {
		out[key] = value
	}
	out[k] = v
	return out
}

// substitute begins the child that runs the command of a part. Its traps are back to
// their defaults, what it prints is caught.
func (m *machine) substitute(s *State, p *program.Part) outcome {
	n := node(protocol.Sub, p.Span)
	n.Text = "$( )"
	if p.Kind == program.Process {
		n.Text = "<( )"
	}
	t := m.inChild(s, p.Code, frame{what: n.Text, part: p.ID, phase: s.phase, out: &output{text: empty}})
	t.stack.code, t.stack.pc = s.code, s.pc
	if p.Kind == program.Substitution {
		if m.facts(s).SubstUnchecked {
			t.asked, t.denied = 0, false
		}
		if m.facts(s).SubstGoesOn && !(m.facts(s).SubstAsks && (s.opts.posix || s.opts.inherits)) {
			t.opts.errexit = false
		}
		t.fds = t.fds.with(1, descriptor{open: true, to: captured + outlet(itoa(t.stack.depth()))})
	}
	return outcome{node: &n, next: t}
}

// depth is how many frames there are.
func (f *frame) depth() (n int) {
	for ; f != nil; f = f.up {
		n++
	}
	return n
}

// printed is what a substitution comes to: without the line ends behind it.
func (m *machine) printed(f *frame, at *program.Part) Value {
	if f.out.lost {
		v := Symbol("$(…)", "output"+itoa(f.part)+"@"+itoa(int(f.begin)))
		v.Blind = true
		return v
	}
	v := f.out.text
	if v.Known {
		v = Literal(strings.TrimRight(v.Text, "\n"))
	}
	return v
}
