package extract

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// What a trap removes is somebody's lock where its name says so, and not where only this
// run has such a name.
func TestForeign(t *testing.T) {
	for _, own := range []bool{false, true} {
		p, err := protocol.Parse(`protocol x bash
path p0 "$pipe.lock" data opaque
n0 trap body=n3 "EXIT" -> n1
n1 work program "work" -> n2
n2 end
n3 remove path=p0 "rm" -> n4
n4 end`)
		if err != nil {
			t.Fatal(err)
		}
		foreign(p, newGraph(p), []about{{named: true, own: own}})
		if taken := p.Nodes[3].Op == protocol.Misuse; taken == own {
			t.Errorf("one run's own: %v, taken for somebody's lock: %v", own, taken)
		}
	}
}
