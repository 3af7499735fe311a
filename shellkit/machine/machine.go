package machine

import (
	"fmt"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Protocol runs a script in every way in which it can go, and returns what it does to
// locks. What was not understood is an Unknown of the protocol. The error is that of
// [shell.Read].
func Protocol(f *source.File, d source.Dialect) (*protocol.Protocol, error) {
	m := newMachine(f.Name, d)
	low, err := program.Lower(program.FileSource(f.Name, f.Data), d, 0)
	if err != nil {
		return nil, err
	}
	m.parts = low.Parts
	m.collects(low.Main)
	m.explore(m.start(low.Main, f.Data))
	m.build()
	return m.p, nil
}

// Room is how many steps the machine makes before it gives up.
const Room = 100_000

// machine explores the states of a program: a graph whose nodes are states, and that
// becomes the graph of the protocol.
type machine struct {
	p       *protocol.Protocol
	dialect source.Dialect
	parts   int

	steps       []*step
	known       map[uint64]int // steps by the keys of their states
	todo        []int
	full        bool
	now         protocol.ID // the step that is being made
	unknowns    map[string]bool
	codes       map[string]*program.Code // of texts that are run
	paths       map[string]int
	calls       map[string]int // numbers of commands by their words
	handlers    map[string]int
	ignored     int
	definitions map[string][]*program.Code // all that names of functions may stand for
	lives       map[aliveAt]*alive
	readBy      map[*program.Code]*alive
	visible     map[*program.Code]*sight
	widths      map[uint64][]*State // states that were at the head of a loop, by where that is
}

// step is a state with what happens in it.
type step struct {
	state                 *State
	node                  *protocol.Node
	next, otherwise, body int
	id                    protocol.ID // of the node in the protocol
}

func newMachine(name string, d source.Dialect) *machine {
	return &machine{
		p:       &protocol.Protocol{File: name, Dialect: d, Shell: traitsOf(shell.Of(d)), Handlers: []protocol.Handlers{protocol.NoHandlers()}},
		dialect: d, known: map[uint64]int{}, unknowns: map[string]bool{}, codes: map[string]*program.Code{}, paths: map[string]int{},
		calls: map[string]int{}, handlers: map[string]int{}, definitions: map[string][]*program.Code{}, lives: map[aliveAt]*alive{}, readBy: map[*program.Code]*alive{}, ignored: -1, visible: map[*program.Code]*sight{}, widths: map[uint64][]*State{},
	}
}

// start is the state in which the script begins.
func (m *machine) start(main *program.Code, text []byte) *State {
	s := &State{code: main, status: success, fds: standard(), params: given(), traps: &traps{}}
	s.proc.dialect = m.dialect
	s.opts.errexit = shebangErrexit(text)
	return s
}

// given are the parameters of a script: nobody knows how many.
func given() *params {
	return &params{rest: Value{Text: "$@", Key: mark + "@" + mark, Facts: Facts{Input: true}}, name: Value{Text: "$0", Key: mark + "0" + mark, Facts: Facts{Filled: true}}}
}

// outcome is what happens in a state: a node, or nothing that anybody could see, and the
// states behind it.
type outcome struct {
	node                  *protocol.Node
	next, otherwise, body *State
}

// goes is a step in which nothing happens that anybody could see.
func goes(s *State) outcome { return outcome{next: s} }

// explore makes every step that can be reached.
func (m *machine) explore(first *State) {
	m.at(first)
	for len(m.todo) > 0 {
		i := m.todo[len(m.todo)-1]
		m.todo = m.todo[:len(m.todo)-1]
		if len(m.steps) > Room {
			m.giveUp()
			return
		}
		m.make(i)
	}
}

func (m *machine) giveUp() {
	m.full = true
	m.unknown(source.Span{File: m.p.File}, "the script has too many paths to follow")
}

// at is the number of the step that a state is.
func (m *machine) at(s *State) int {
	if s == nil {
		return -1
	}
	key := s.key()
	if i, ok := m.known[key]; ok {
		return i
	}
	i := len(m.steps)
	m.known[key] = i
	m.steps = append(m.steps, &step{state: s, next: -1, otherwise: -1, body: -1, id: protocol.None})
	m.todo = append(m.todo, i)
	return i
}

func (m *machine) make(i int) {
	st := m.steps[i]
	m.now = protocol.ID(i)
	o := m.step(st.state, protocol.ID(i))
	st.node = o.node
	if o.node != nil {
		m.meetsSignals(o.node, st.state)
		if o.otherwise != nil && o.next != nil {
			o.next, o.otherwise = o.next.branched(), o.otherwise.branched()
		}
	}
	st.next, st.otherwise, st.body = m.at(o.next), m.at(o.otherwise), m.at(o.body)
	if o.node == nil && o.next == nil {
		panic(fmt.Sprintf("machine: a state of %q leads nowhere", st.state.code.Name))
	}
}

// meetsSignals notes on a node what signals do there. Where set -e ends the shell whose
// program a signal kills, that comes before the trap of the signal, or in some shells the
// trap of the signal runs in the place of the EXIT trap.
func (m *machine) meetsSignals(n *protocol.Node, s *State) {
	ends := m.facts(s).ErrexitFirst && s.opts.errexit && s.asked == 0 && !n.Mode.Has(protocol.Quiet) &&
		(n.Op == protocol.Work || n.Op == protocol.Flock || n.Op == protocol.Sub)
	switch {
	case ends && m.facts(s).ErrexitUntraps && s.traps.exitOf().runs():
		s = s.clone()
		s.traps = s.traps.change(func(a *traps) { a.exit, a.last = trap{}, a.exit })
	case ends:
		n.Mode |= protocol.Fatal
	}
	n.Handlers = m.handlersOf(s)
}

// facts is the row of the shell at hand.
func (m *machine) facts(s *State) *shell.Dialect { return shell.Of(s.proc.dialect) }

// unknown notes something that was not understood; it is listed once.
func (m *machine) unknown(at source.Span, format string, args ...any) {
	why := fmt.Sprintf(format, args...)
	if key := at.String() + why; !m.unknowns[key] {
		m.unknowns[key] = true
		m.p.Unknowns = append(m.p.Unknowns, protocol.Unknown{Span: at, Why: why})
	}
}

// build makes the protocol of the steps: what nobody can see is left out.
func (m *machine) build() {
	if m.full {
		m.p.Nodes = nil
		return
	}
	order := m.order()
	for _, i := range order {
		st := m.steps[i]
		st.id = protocol.ID(len(m.p.Nodes))
		m.p.Nodes = append(m.p.Nodes, *st.node)
	}
	for _, i := range order {
		st := m.steps[i]
		n := &m.p.Nodes[st.id]
		n.Next, n.Else = m.resolved(st.next), m.resolved(st.otherwise)
		if st.body >= 0 {
			n.Body = m.resolved(st.body)
		} else if n.Body != protocol.None {
			n.Body = m.steps[n.Body].id
		}
	}
	for i := range m.p.Handlers {
		for k := range m.p.Handlers[i].Signal {
			h := &m.p.Handlers[i].Signal[k]
			if h.Entry != protocol.None {
				h.Entry = m.resolved(int(h.Entry))
			}
			h.Armed = m.idOf(h.Armed)
		}
		m.p.Handlers[i].Exit = m.idOf(m.p.Handlers[i].Exit)
	}
}

func (m *machine) idOf(i protocol.ID) protocol.ID {
	if i == protocol.None {
		return i
	}
	return m.steps[i].id
}

// order lists the steps with a node, the first one first.
func (m *machine) order() (list []int) {
	first := m.visibleFrom(0)
	list = append(list, first)
	for i, st := range m.steps {
		if st.node != nil && i != first {
			list = append(list, i)
		}
	}
	return list
}

// visibleFrom is the first step with a node from a step on. Steps that go round in a
// circle without one become a node of work that never ends.
func (m *machine) visibleFrom(i int) int {
	seen := map[int]bool{}
	for m.steps[i].node == nil {
		if seen[i] {
			n := protocol.NewNode(protocol.Work)
			n.Text, n.Mode = "loop", protocol.Quiet|protocol.Endless
			m.steps[i].node = &n
			return i
		}
		seen[i] = true
		i = m.steps[i].next
	}
	return i
}

func (m *machine) resolved(i int) protocol.ID {
	if i < 0 {
		return protocol.None
	}
	return m.steps[m.visibleFrom(i)].id
}

// node is a node that stands at a place.
func node(op protocol.Op, at source.Span) protocol.Node {
	n := protocol.NewNode(op)
	n.Span = at
	return n
}

// traitsOf is what readers of a protocol have to know of a shell.
func traitsOf(d *shell.Dialect) (s protocol.Shell) {
	for trait, has := range map[protocol.Shell]bool{
		protocol.ManyDigits: d.MultiDigitFD, protocol.BraceFDs: d.BraceFD, protocol.OneProcess: d.Subshells == shell.SubshellsInside,
		protocol.ParentOpens: d.ParentOpens, protocol.HandsDown: d.HandsDown, protocol.CopyIsNothing: d.CopyIsNothing,
		protocol.CopyHandsOn: d.CopyHandsOn, protocol.ForgetsCloexec: d.ForgetsCloexec, protocol.ExitTrapAtOnce: d.ExitTrapAtOnce,
		protocol.WaitsOn: d.WaitsOn, protocol.Unwinds: d.Unwinds, protocol.RunsTests: d.Tests,
	} {
		if has {
			s |= trait
		}
	}
	return s
}

// shebangErrexit tells whether the first line asks for set -e.
func shebangErrexit(text []byte) bool {
	if len(text) < 2 || text[0] != '#' || text[1] != '!' {
		return false
	}
	for i := 2; i < len(text) && text[i] != '\n'; i++ {
		if text[i-1] != ' ' || text[i] != '-' {
			continue
		}
		for word := i + 1; word < len(text) && text[word] > ' '; word++ {
			if text[word] == 'e' {
				return true
			}
			if text[word] == 'o' || text[word] == '-' {
				break
			}
		}
	}
	return false
}
