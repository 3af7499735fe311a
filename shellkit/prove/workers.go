package prove

import "github.com/lockkit/lockkit/shellkit/protocol"

// judgeWorkers finds the children that go on without the lock for which they were
// started: the work of a run is not over when the run is.
func (s *script) judgeWorkers() {
	for i := range s.nodes {
		s.nodes[i].worksFor = none
	}
	if !s.Protocol.HasLocks() {
		return
	}
	for _, w := range protocol.Workers(s.Protocol, s.known()) {
		s.nodes[w.Spawn].worksFor = s.byPath[w.Path]
	}
}

// worksFor lets a child believe what the run believes that has started it.
func (p *proc) worksFor(lock int) { p.begin(lock, exclusive, working) }

// working stands for the file of a belief that a run's child has in its place: with its
// own run it shares what it believes in.
const working = 0xfe
