package prove

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// The machine is one: whether a program is installed there has the same answer for every
// run of an exploration. Where that decides whether a lock is taken at all, a newcomer
// that finds no such program would get in past every lock that was left behind, and the
// scripts are explored on a machine that has the program, and on one that has not.

// machine is what the machine says to its questions.
type machine map[string]bool

// maxQuestions bounds the questions that tell machines apart. What is asked beyond them is
// answered to each run in its own way.
const maxQuestions = 3

// machines lists those on which the scripts are explored.
func (m *model) machines() []machine {
	out := []machine{{}}
	for i, question := range m.questions() {
		if i == maxQuestions {
			break
		}
		for _, said := range slices.Clone(out) {
			without := machine{question: false}
			for q, yes := range said {
				without[q] = yes
			}
			said[question] = true
			out = append(out, without)
		}
	}
	return out
}

// questions lists what the scripts ask of the machine, in the order in which they do.
func (m *model) questions() (out []string) {
	for _, s := range m.scripts {
		for i := range s.nodes {
			n := &s.nodes[i]
			if q := n.AsksMachine(); q != "" && !n.ignored() && !slices.Contains(out, q) && (n.AsksForLocker() || s.locksOtherwise(n)) {
				out = append(out, q)
			}
		}
	}
	return out
}

// locksOn are the locks as they are on a machine: what nobody opens or locks there, because
// programs for it are missing, is a lock by its name alone.
func (m *model) locksOn(where machine) []lock {
	out := slices.Clone(m.locks)
	if len(where) == 0 {
		return out
	}
	opened, claimed := make([]bool, len(out)), make([]bool, len(out))
	for _, s := range m.scripts {
		needs := s.Needs()
		for i := range s.nodes {
			n := &s.nodes[i]
			if about := n.about(); about != none && protocol.Answers(where).Agree(needs[i]) {
				opened[about] = opened[about] || n.Op == protocol.Open || n.Op == protocol.Flock
				claimed[about] = claimed[about] || n.Op == protocol.Claim
			}
		}
	}
	for i := range out {
		if l := &out[i]; l.kind == protocol.Inode && claimed[i] && !opened[i] {
			l.kind, l.stable = protocol.Exists, false
		}
	}
	return out
}

// locksOtherwise tells whether a lock is taken on both sides of a question, and not at the same places.
func (s *script) locksOtherwise(n *node) bool {
	yes, no := s.takenFrom(n.Next), s.takenFrom(n.Else)
	return len(yes) > 0 && len(no) > 0 && !slices.Equal(yes, no)
}

// takenFrom lists where a lock is taken on ways that begin at a node.
func (s *script) takenFrom(from protocol.ID) (out []protocol.ID) {
	seen := make([]bool, len(s.nodes))
	for todo := []protocol.ID{from}; len(todo) > 0; {
		id := todo[len(todo)-1]
		if todo = todo[:len(todo)-1]; id == protocol.None || seen[id] {
			continue
		}
		seen[id] = true
		if s.takes(id) != none {
			out = append(out, id)
		}
		s.Succs(id, func(next protocol.ID) { todo = append(todo, next) })
	}
	slices.Sort(out)
	return out
}

// on returns the model of the scripts on a machine.
func (m *model) on(where machine) *model {
	n := *m
	n.locks = m.locksOn(where)
	n.exists = n.exists || slices.ContainsFunc(n.locks, func(l lock) bool { return l.kind == protocol.Exists })
	n.scripts, n.landings, n.ways = nil, map[landingKey][]landing{}, map[landingKey][]landing{}
	for i, s := range m.scripts {
		t := *s
		t.decided = map[protocol.ID]bool{}
		for j := range t.nodes {
			if yes, known := where[t.nodes[j].AsksMachine()]; known && !t.nodes[j].ignored() {
				t.decided[protocol.ID(j)] = yes
			}
		}
		n.scripts = append(n.scripts, &t)
		if !m.opt.Unreduced {
			n.findAlike(uint8(i))
		}
	}
	return &n
}
