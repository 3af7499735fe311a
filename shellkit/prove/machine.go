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
			if q := n.AsksMachine(); q != "" && !n.ignored() && !slices.Contains(out, q) {
				out = append(out, q)
			}
		}
	}
	return out
}

// on returns the model of the scripts on a machine.
func (m *model) on(where machine) *model {
	n := *m
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
