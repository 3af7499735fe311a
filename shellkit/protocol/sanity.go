package protocol

import (
	"errors"
	"fmt"
)

// Sanity returns nil when p is well formed, else an error that names every
// fault: edges that lead nowhere, operands that an operation needs and lacks,
// frames that do not match, nodes that nothing reaches.
func Sanity(p *Protocol) error {
	faults := p.siteFaults()
	if len(p.Nodes) == 0 {
		return errors.Join(faults...)
	}
	for i := range p.Nodes {
		id, n := ID(i), &p.Nodes[i]
		fault := func(format string, args ...any) {
			faults = append(faults, fmt.Errorf("n%d %s: %s", id, n.Op, fmt.Sprintf(format, args...)))
		}
		for _, e := range []ID{n.Next, n.Else, n.Body} {
			if e < None || int(e) >= len(p.Nodes) {
				fault("edge to n%d, which is not there", e)
			}
		}
		last := n.Op == End || n.Op == Resume
		if last != (n.Next == None) {
			fault("next is n%d", n.Next)
		}
		if need := needs[n.Op]; need.path && n.Path == None || need.fd && n.FD == None || need.from && n.From == None || need.to && n.To == None || need.body && n.Body == None || need.otherwise && n.Else == None {
			fault("an operand is missing")
		}
		for _, path := range []int{n.Path, n.To} {
			if path < None || path >= len(p.Paths) {
				fault("path p%d is not there", path)
			}
		}
		if n.Handlers < 0 || n.Handlers >= len(p.Handlers) {
			fault("handlers h%d are not there", n.Handlers)
		}
		if n.Body != None && int(n.Body) < len(p.Nodes) {
			switch body := p.Nodes[n.Body].Op; {
			case n.Op == EndSub && body != Sub, (n.Op == Wait || n.Op == Alive) && body != Spawn:
				fault("body n%d is %s", n.Body, body)
			}
		}
	}
	if faults != nil {
		return errors.Join(faults...)
	}
	for id, ok := range p.Reachable() {
		if !ok {
			faults = append(faults, fmt.Errorf("n%d %s: nothing leads here", id, p.Nodes[id].Op))
		}
	}
	return errors.Join(faults...)
}

type need struct{ path, to, fd, from, body, otherwise bool }

var needs = [numOps]need{
	Choose: {otherwise: true},
	Open:   {path: true, fd: true}, Dup: {fd: true, from: true}, Close: {fd: true}, Restore: {fd: true, body: true},
	Flock: {fd: true}, SameInode: {path: true, fd: true, otherwise: true},
	Test: {path: true, otherwise: true}, Create: {path: true}, Claim: {path: true},
	Remove: {path: true}, Rename: {path: true, to: true}, Load: {path: true}, Store: {path: true},
	Own: {path: true, otherwise: true}, Alive: {otherwise: true},
	EndSub: {body: true}, Spawn: {body: true},
}

// Reachable tells for every node whether a run, a background child or a
// handler can come to it.
func (p *Protocol) Reachable() []bool {
	seen := make([]bool, len(p.Nodes))
	handled := make([]bool, len(p.Handlers))
	var todo []ID
	visit := func(id ID) {
		if id != None && !seen[id] {
			seen[id] = true
			todo = append(todo, id)
		}
	}
	if len(p.Nodes) > 0 {
		visit(0)
	}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		n := &p.Nodes[id]
		p.Succs(id, visit)
		visit(n.Body)
		if !handled[n.Handlers] {
			handled[n.Handlers] = true
			for _, h := range p.Handlers[n.Handlers].Signal {
				visit(h.Entry)
			}
		}
	}
	return seen
}
