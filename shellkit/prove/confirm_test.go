package prove

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

func TestConfirm(t *testing.T) {
	closedThenRemoved := `
n0 open creat path=p0 fd=9
n1 flock nb fd=9 -> n2 ? n6
n2 remove path=p1 "rm"
n3 work program "x"
n4 close fd=9
n5 remove path=p0 "rm"
n6 end`
	for _, c := range []struct {
		name, text string
		property   Property
		node       protocol.ID
		runs       int
		want       string // "" when confirmed
	}{
		{"the removal that does it, with three runs", closedThenRemoved, Exclusion, 5, 3, ""},
		{"a removal that has nothing to do with it", closedThenRemoved, Exclusion, 2, 3, "what was seen to go wrong does so without it"},
		{"nothing is stale", closedThenRemoved, Stale, 5, 3, "no schedule of 3 runs shows it"},
		{"create after test, with two runs", `
n0 test path=p2 "-f" -> n4 ? n1
n1 create path=p2 "touch"
n2 work program "x"
n3 remove path=p2 "rm"
n4 end`, Exclusion, 1, 2, ""},
		{"the removal at its end is innocent", `
n0 test path=p2 "-f" -> n4 ? n1
n1 create path=p2 "touch"
n2 work program "x"
n3 remove path=p2 "rm"
n4 end`, Exclusion, 3, 3, "what was seen to go wrong does so without it"},
		{"an unchecked claim", `
n0 claim path=p2 "mkdir"
n1 work program "x"
n2 remove path=p2 "rmdir"
n3 end`, Exclusion, 0, 2, ""},
	} {
		p := parse(t, c.text)
		scripts := []*protocol.Protocol{p}
		r := Explore(scripts, Options{})
		sus := Suspicion{Properties: []Property{c.property}, Nodes: []protocol.ID{c.node}}
		v, why := r.Confirm(scripts, sus)
		if known := r.Known(scripts, sus); known != nil && v == nil {
			t.Errorf("%s: known, and not confirmed", c.name)
		}
		if why != c.want || (v == nil) != (c.want != "") {
			t.Errorf("%s: %q, want %q", c.name, why, c.want)
			continue
		}
		if v == nil {
			continue
		}
		took := false
		for _, ev := range v.Events {
			took = took || ev.Node == c.node
		}
		if !took || v.Trace.Processes != c.runs {
			var rows []string
			for _, s := range v.Trace.Steps {
				rows = append(rows, Letter(s.Process)+" "+s.Op)
			}
			t.Errorf("%s: node %d is in the trace: %v; %d runs:\n%s", c.name, c.node, took, v.Trace.Processes, strings.Join(rows, "\n"))
		}
	}
}
