package extract

import (
	"maps"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// Which of its jobs a script waits for.

// oneJob tells whether a word that is waited for is the number of one job, and not of a
// list of them. It is sure which one where that is the last: in a variable that is set
// anew for each job it may be another one.
func (x *walker) oneJob(raw string) (one, sure bool) {
	last := func(text string) bool { return text == "$!" || text == "${!}" }
	raw = shell.UnquoteText(raw)
	if last(raw) {
		return true, true
	}
	list := x.in.assigned[strings.Trim(raw, "${}")]
	return len(list) > 0 && !slices.ContainsFunc(list, func(a assignment) bool { return !last(shell.UnquoteText(a.text)) }), false
}

// putsOff tells whether the shell puts off an INT that finds it in a wait for several jobs.
func (x *walker) putsOff(s *state) bool {
	switch x.facts.LateInWaits {
	case shell.LateAll:
		return true
	case shell.LateTraps:
		return s.armed.sig[protocol.INT].text != ""
	}
	return false
}

// settleWaits finds the waits for one of several jobs: where there is but one, it is
// waited for as by any other wait. Where it is not known which of several it is, this is
// said, and it is taken for all of them.
func settleWaits(p *protocol.Protocol) {
	for i := range p.Nodes {
		w := &p.Nodes[i]
		if w.Op != protocol.Wait || !w.Mode.Has(protocol.Any) {
			continue
		}
		several := ofSeveral(p, protocol.ID(i))
		if several && w.Text != "" {
			p.Unknowns = append(p.Unknowns, protocol.Unknown{Span: w.Span, Why: "which job is waited for is not known: " + w.Text})
		}
		if !several || w.Text != "" {
			w.Mode &^= protocol.Any
		}
		w.Text = ""
	}
}

// heedsJobs says that it is not followed what hangs on how a wait has ended where the job
// makes a lock that stays when it ends: the answer is the lock's.
func heedsJobs(p *protocol.Protocol) {
	g := newGraph(p)
	for i := range p.Nodes {
		w := &p.Nodes[i]
		if w.Op != protocol.Wait || w.Body == protocol.None || w.Next == protocol.None {
			continue
		}
		made, gone := map[int]bool{}, map[int]bool{}
		g.comes(p.Nodes[w.Body].Body, protocol.None, func(id protocol.ID) bool {
			n := &p.Nodes[id]
			made[n.Path] = made[n.Path] || n.Op == protocol.Claim
			gone[n.Path] = gone[n.Path] || n.Op == protocol.Remove
			return false
		})
		maps.DeleteFunc(made, func(path int, claimed bool) bool { return !claimed || gone[path] })
		if n := &p.Nodes[w.Next]; len(made) > 0 && n.Op == protocol.Choose && n.Text == "wait" {
			n.Op, n.Text = protocol.Opaque, "whether a job has got the lock is asked when it has ended"
		}
	}
}

// ofSeveral tells whether a process may come to a wait with two jobs that nobody has
// waited for yet.
func ofSeveral(p *protocol.Protocol, wait protocol.ID) bool {
	for i := range p.Nodes {
		if p.Nodes[i].Op != protocol.Spawn {
			continue
		}
		spawn := protocol.ID(i)
		behind := unwaited(p, spawn, p.Nodes[i].Next)
		for other := range behind {
			if n := &p.Nodes[other]; n.Op == protocol.Spawn && unwaited(p, spawn, n.Next)[wait] {
				return true
			}
		}
	}
	return false
}

// unwaited are the nodes to which a process comes from one before it has waited for a job
// or ended it.
func unwaited(p *protocol.Protocol, spawn, from protocol.ID) map[protocol.ID]bool {
	seen := map[protocol.ID]bool{}
	for todo := []protocol.ID{from}; len(todo) > 0; {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if id == protocol.None || seen[id] {
			continue
		}
		seen[id] = true
		n := &p.Nodes[id]
		if n.Op == protocol.Wait && !n.Mode.Has(protocol.Any) && (n.Body == protocol.None || n.Body == spawn) {
			continue
		}
		todo = append(todo, n.Next, n.Else)
	}
	return seen
}
