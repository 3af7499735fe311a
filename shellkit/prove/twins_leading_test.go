package prove

import (
	"math/rand"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// What is found backwards of all nodes at once is what a walk from each of them finds.
func TestLeading(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 300 {
		text := "protocol x bash\npath p0 \"/a\" inode\npath p1 \"/b\" inode\npath p2 \"/d\" exists\n" + randomProtocol(r)
		p, err := told(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		s := newModel([]*protocol.Protocol{p}, []int{0}, Options{}.withDefaults()).scripts[0]
		wanted := protocol.Op(r.Intn(int(protocol.End) + 1))
		leads := s.leading(func(n *node) bool { return n.Op == wanted })
		for i := range s.nodes {
			found := false
			s.wander(protocol.ID(i), func(n *node) []protocol.ID {
				found = found || n.Op == wanted
				on := []protocol.ID{n.Next, n.Else}
				for _, h := range s.Handlers[n.Handlers].Signal {
					on = append(on, h.Entry)
				}
				return on
			})
			if leads[i] != found {
				t.Fatalf("%s from n%d: %v, not %v\n%s", wanted, i, leads[i], found, text)
			}
		}
	}
}
