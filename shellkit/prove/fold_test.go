package prove

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// Copies of what follows a branch become one; what differs in one word anywhere
// behind it stays apart, and so do the two answers to a question.
func TestFold(t *testing.T) {
	const text = `protocol x bash
path p0 "/a" exists
handlers h1 TERM=run:n8
handlers h2 TERM=run:n10
n0 choose "$a" -> n1 ? n4
n1 work program "x" !h1
n2 claim path=p0 "mkdir" -> n3 ? n7
n3 remove path=p0 "rm" -> n7
n4 work program "x" !h2
n5 claim path=p0 "mkdir" -> n6 ? n7
n6 remove path=p0 "rm" -> n7
n7 end
n8 work program "y"
n9 end
n10 work program "y"
n11 end`
	parse := func(text string) *protocol.Protocol {
		p, err := told(text)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := parse(text)
	f := fold(p)
	if n := f.Nodes[0]; n.Next != 1 || n.Else != 4 {
		t.Errorf("the answers lead to %d and %d", n.Next, n.Else)
	}
	if f.Nodes[4].Next != 2 || f.Handlers[2].Signal[protocol.TERM].Entry != 8 {
		t.Errorf("a copy goes on at %d, its handler at %d", f.Nodes[4].Next, f.Handlers[2].Signal[protocol.TERM].Entry)
	}
	if p.Nodes[4].Next != 5 {
		t.Error("the protocol itself was changed")
	}
	p.Nodes[10].Text = "z" // what a handler does
	if f := fold(p); f.Nodes[4].Next != 2 || f.Handlers[2].Signal[protocol.TERM].Entry != 10 {
		t.Errorf("handlers that differ: %d, %d", f.Nodes[4].Next, f.Handlers[2].Signal[protocol.TERM].Entry)
	}
	p.Nodes[6].Text = "unlink"
	if f := fold(p); f.Nodes[4].Next != 5 {
		t.Errorf("tails that differ: %d", f.Nodes[4].Next)
	}
}
