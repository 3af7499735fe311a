package conformance

import (
	"fmt"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// paths walks through a protocol, in which some removals are probes.
type paths struct {
	p     *protocol.Protocol
	marks [][]mark                      // by node
	ends  map[protocol.ID][]protocol.ID // EndSubs by their Sub
	kills bool                          // signals may arrive
}

// place is where one process of a run stands.
type place struct {
	at     protocol.ID
	frames []protocol.ID // the Subs that it is in
	back   []protocol.ID // where signal handlers return to
}

// gone is where a process stands that has ended.
const gone = protocol.ID(protocol.None)

func (p place) key() string { return fmt.Sprint(p.at, p.frames, p.back) }

func newPaths(p *protocol.Protocol, s *script) *paths {
	w := &paths{p: p, marks: make([][]mark, len(p.Nodes)), ends: map[protocol.ID][]protocol.ID{}, kills: s.kills}
	for i := range p.Nodes {
		switch n := &p.Nodes[i]; n.Op {
		case protocol.Remove:
			for _, m := range s.marks {
				if n.Span.Start.Offset <= m.at && m.at < n.Span.End.Offset {
					w.marks[i] = append(w.marks[i], m)
				}
			}
		case protocol.EndSub:
			w.ends[n.Body] = append(w.ends[n.Body], protocol.ID(i))
		}
	}
	return w
}

// start is where the script begins: behind the acquisition at its head.
func (w *paths) start() place {
	at := protocol.ID(0)
	for w.p.Nodes[at].Op != protocol.Claim && w.p.Nodes[at].Next != protocol.None {
		at = w.p.Nodes[at].Next
	}
	return place{at: w.p.Nodes[at].Next}
}

// probed returns what a process that stands there notes next; none where it does not.
func (w *paths) probed(p place) []mark {
	if p.at == gone {
		return nil
	}
	return w.marks[p.at]
}

// next returns where a process may stand one step on, and where a child begins that it starts.
func (w *paths) next(p place) (out []place, child *place) {
	n := &w.p.Nodes[p.at]
	to := func(id protocol.ID) { out = append(out, place{id, p.frames, p.back}) }
	switch n.Op {
	case protocol.Sub:
		out = append(out, place{n.Next, append(slices.Clip(p.frames), protocol.ID(p.at)), p.back})
		return out, nil
	case protocol.EndSub:
		if i := slices.Index(p.frames, n.Body); i >= 0 {
			p.frames = p.frames[:i]
		}
		to(n.Next)
		return out, nil
	case protocol.End:
		return w.die(p), nil
	case protocol.Resume:
		if k := len(p.back) - 1; k >= 0 {
			at := p.back[k]
			p.back = p.back[:k]
			to(at)
		}
		return out, nil
	case protocol.Spawn:
		child = &place{at: n.Body}
	}
	if n.Next != protocol.None {
		to(n.Next)
	}
	if n.Else != protocol.None && n.Else != n.Next {
		to(n.Else)
	}
	if len(out) == 0 {
		to(gone)
	}
	return out, child
}

// die ends a process: a frame goes on behind it, the script is over.
func (w *paths) die(p place) []place {
	k := len(p.frames) - 1
	if k < 0 || len(w.ends[p.frames[k]]) == 0 {
		return []place{{at: gone}}
	}
	var out []place
	for _, end := range w.ends[p.frames[k]] {
		out = append(out, place{at: end, frames: p.frames})
	}
	return out
}

// struck returns where a process may stand whom a signal reaches before its next step.
func (w *paths) struck(p place) []place {
	if !w.kills || p.at == gone || len(p.back) > 1 {
		return nil
	}
	out := w.die(p)
	for _, h := range w.p.Handlers[w.p.Nodes[p.at].Handlers].Signal {
		if h.Do == protocol.Run {
			out = append(out, place{h.Entry, p.frames, append(slices.Clip(p.back), p.at)})
		}
	}
	return out
}
