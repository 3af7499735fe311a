package rules

import (
	"slices"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// A walk that is made while another one is under way takes nothing of it away, and finds
// nothing that an earlier one has left behind.
func TestWalksWithinWalks(t *testing.T) {
	const n = 6 // one behind the other
	p := &protocol.Protocol{Handlers: []protocol.Handlers{protocol.NoHandlers()}}
	for i := range protocol.ID(n) {
		node := protocol.NewNode(protocol.Work)
		if i+1 < n {
			node.Next = i + 1
		}
		p.Nodes = append(p.Nodes, node)
	}
	s := &Script{Protocol: p}
	next := func(id protocol.ID) (a, b protocol.ID) { return s.Nodes[id].Next, s.Nodes[id].Else }
	last := func(id protocol.ID) bool { return id == n-1 }
	for range 3 {
		var order []protocol.ID
		got, found := s.comesTo(next, func(id protocol.ID) bool {
			order = append(order, id)
			if inner, found := s.comesTo(next, last, id); !found || inner != n-1 {
				t.Errorf("a walk from %d within another one comes to %d, %v", id, inner, found)
			}
			if rest := s.reach(next, id); len(rest) != n-int(id) {
				t.Errorf("a walk from %d within another one finds %v", id, rest)
			}
			return last(id)
		}, 0)
		if want := []protocol.ID{0, 1, 2, 3, 4, 5}; got != n-1 || !found || !slices.Equal(order, want) {
			t.Errorf("the walk comes to %d by %v, want %d by %v", got, order, n-1, want)
		}
	}
}
