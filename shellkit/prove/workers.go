package prove

import "github.com/lockkit/lockkit/shellkit/protocol"

// workers is a doubt for each command in a loop whose children work on without the lock
// under which they were started: the work of a run is not over when the run is, and
// runs are all that the search lets believe.
func workers(scripts []*protocol.Protocol) (out []Doubt) {
	for _, p := range scripts {
		if !p.HasLocks() {
			continue
		}
		for _, id := range protocol.Workers(p, protocol.Flow(p)) {
			out = append(out, Doubt{p.Nodes[id].Span, "whether the workers that run on without the lock disturb those of another run"})
		}
	}
	return out
}
