package extract

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Commands that are run with the same words do the same, wherever they stand.

// sameCall is the number of a command with its words: equal words, equal numbers.
func (x *walker) sameCall(args []value) int {
	var words []byte
	for _, v := range args {
		words = append(append(words, v.key...), 1)
	}
	n, ok := x.sameCalls[string(words)]
	if !ok {
		n = len(x.sameCalls)
		x.sameCalls[string(words)] = n
	}
	return n
}

// callsAlike numbers what a statement itself has done since there were so many nodes: call
// is its number. What its redirects do to files belongs to it.
func (x *walker) callsAlike(s *syntax.Stmt, from, call int) {
	own := []source.Span{x.span(s)}
	for _, r := range s.Redirs {
		own = append(own, x.span(r))
	}
	for i := from; i < len(x.p.Nodes); i++ {
		n := &x.p.Nodes[i]
		if (n.Op == protocol.Work || changesNames(n.Op)) && n.Call == protocol.None && slices.Contains(own, n.Span) {
			n.Call = call
		}
	}
}

// sameSimple is the number of a simple command by its words, and by where its output goes.
func (x *walker) sameSimple(c *call) int {
	return x.sameCall(append(slices.Clone(c.args), x.writtenTo(c.at)...))
}

// changesNames tells of operations that are work where the names that they change are no locks.
func changesNames(op protocol.Op) bool {
	return op == protocol.Create || op == protocol.Remove || op == protocol.Rename
}

// writtenTo are the redirects of a command as they are written.
func (x *walker) writtenTo(s *syntax.Stmt) (list []value) {
	for _, r := range s.Redirs {
		list = append(list, value{key: x.src.raw(r)})
	}
	return list
}

// sameText is the number of a compound command: such as are written alike have one.
func (x *walker) sameText(s *syntax.Stmt) int {
	n, known := x.texts[s]
	if !known {
		n = x.sameCall([]value{{key: x.raw(s)}})
		x.texts[s] = n
	}
	return n
}

// keptBy adds that what a compound command only prints is put into a file: that may be
// what a lock is for, as it is of a command alone.
func (x *walker) keptBy(s *syntax.Stmt, flows []flow) []flow {
	if x.effort == exact || x.says(s.Cmd)&(protocol.Quiet|protocol.Minor) == 0 || !x.writes(s) {
		return flows
	}
	for i, f := range flows {
		if f.how == onward {
			n := x.node(protocol.Work, s)
			n.Text, n.Call = ">", x.sameText(s)
			flows[i] = x.then(f, n).with(f.st)
		}
	}
	return flows
}

// numberCalls numbers the commands that stand at several places, as a reader meets them,
// and takes the number from the others.
func numberCalls(p *protocol.Protocol) {
	type place struct{ from, to int }
	places := map[int]map[place]bool{}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		if n.Mode&(protocol.Quiet|protocol.Minor) != 0 || changesNames(n.Op) {
			n.Call = protocol.None // no lock is for it
		}
		if n.Call != protocol.None {
			if places[n.Call] == nil {
				places[n.Call] = map[place]bool{}
			}
			places[n.Call][place{n.Span.Start.Offset, n.Span.End.Offset}] = true
		}
	}
	number := map[int]int{}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		if len(places[n.Call]) < 2 {
			n.Call = protocol.None
			continue
		}
		if _, known := number[n.Call]; !known {
			number[n.Call] = len(number)
		}
		n.Call = number[n.Call]
	}
}

// pairs number two commands that are drawn as one: equal commands in equal order, equal numbers.
type pairs struct {
	number map[[2]int]int
	next   int
}

func newPairs(p *protocol.Protocol) *pairs {
	all := &pairs{number: map[[2]int]int{}}
	for i := range p.Nodes {
		all.next = max(all.next, p.Nodes[i].Call+1)
	}
	return all
}

func (p *pairs) both(a, b int) int {
	if a == protocol.None || b == protocol.None {
		return protocol.None
	}
	n, known := p.number[[2]int{a, b}]
	if !known {
		n = p.next
		p.number[[2]int{a, b}] = n
		p.next++
	}
	return n
}
