package inclusion

import (
	"encoding/binary"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// A position is one way to explain what a run has done so far.
type position struct {
	threads []thread // the script itself first, then its background children, in order
	bound   []string // by path: the name that it stands for; "" where none was met
	tools   []tool   // commands that have made a step and are not over
	sentAll uint8    // the signals that were sent to the script so far: 1<<Signal
	wild    string   // why anything may happen from here on; "" where it may not
}

// A thread is where one process of the protocol is: before a node.
type thread struct {
	at      protocol.ID // None: it has ended
	back    protocol.ID // where a handler returns to
	cut     bool        // the node was broken off by a signal
	body    protocol.ID // of a child: where it began
	signals uint8       // that were sent and not answered yet: 1<<Signal
	freed   bool        // a handler has given up a lock: what was held for sure is not any more
	lent    bool        // it does the one step that it is before beside its shell, at any time or never
}

// A tool is a program that makes several calls for one step of the protocol: what it
// does next to the same name belongs to that step.
type tool struct {
	task  int
	words string
	path  int
}

func (p *position) clone() *position {
	return &position{threads: slices.Clone(p.threads), bound: p.bound, tools: p.tools, sentAll: p.sentAll, wild: p.wild}
}

// astray is the position from which on anything may happen, and why.
func (p *position) astray(why string) *position {
	q := p.clone()
	q.wild = why
	return q
}

// moved is the position with one thread before another node. Who was lent for a step is
// through with it.
func (p *position) moved(i int, to protocol.ID) *position {
	q := p.clone()
	t := &q.threads[i]
	if t.lent && t.at != to {
		to = protocol.None
	}
	t.at, t.cut = to, false
	return q
}

// bind notes what a path stands for; nil when it stands for something else already.
func (p *position) bind(at int, n *name, log string) *position {
	if !n.fits(log) {
		return nil
	}
	if n.fixed() || !n.binds || p.bound[at] == log {
		return p
	}
	if p.bound[at] != "" {
		return nil
	}
	q := p.clone()
	q.bound = slices.Clone(p.bound)
	q.bound[at] = log
	return q
}

// uses notes that a tool has made a step about a path.
func (p *position) uses(task int, words string, path int) *position {
	u := tool{task, words, path}
	if words == "" || slices.Contains(p.tools, u) {
		return p
	}
	q := p.clone()
	q.tools = append(slices.Clone(p.tools), u)
	return q
}

// over forgets the tools of a task that has ended or become something else.
func (p *position) over(task int) *position {
	of := func(u tool) bool { return u.task == task }
	if !slices.ContainsFunc(p.tools, of) {
		return p
	}
	q := p.clone()
	q.tools = slices.DeleteFunc(slices.Clone(p.tools), of)
	return q
}

// alone is the position in which the script itself was killed: what it held goes with it,
// and what it has started goes on.
func (p *position) alone() *position {
	q := p.clone()
	for i := range q.threads {
		q.threads[i].freed = true
	}
	return q
}

// mostAlike is how many children that are at the same place are told apart: a loop may
// start any number.
const mostAlike = 3

// key is the same for positions that are the same. Children that ended are none, and
// their order says nothing.
func (p *position) key() string {
	if p.wild != "" {
		return p.wild
	}
	var b []byte
	write := func(t thread) {
		b = binary.AppendVarint(b, int64(t.at))
		b = binary.AppendVarint(b, int64(t.back))
		b = append(b, t.signals, flag(t.cut), flag(t.freed), flag(t.lent))
	}
	write(p.threads[0])
	b = append(b, p.sentAll)
	children := slices.DeleteFunc(slices.Clone(p.threads[1:]), func(t thread) bool { return t.at == protocol.None })
	slices.SortFunc(children, func(a, b thread) int { return int(a.at) - int(b.at) })
	for i, t := range children {
		if i < mostAlike || children[i-mostAlike] != t {
			write(t)
		}
	}
	b = append(b, 0)
	for i, n := range p.bound {
		if n != "" {
			b = binary.AppendVarint(b, int64(i))
			b = append(append(b, n...), 0)
		}
	}
	for _, u := range p.tools {
		b = binary.AppendVarint(b, int64(u.task)<<20|int64(u.path))
	}
	return string(b)
}

func flag(b bool) byte {
	if b {
		return 1
	}
	return 0
}
