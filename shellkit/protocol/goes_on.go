package protocol

// GoesOn lists the work of background children that goes on until somebody ends it, beside
// the work of their shell: a heartbeat, a server for a test. Such a child keeps what it has
// inherited when its shell is killed. It is a loop without an end, or the last program of a
// child that its shell ends and never waits for. Where the shell does nothing but wait for
// the child, that is the work itself, and is not listed.
func GoesOn(p *Protocol) map[ID]bool {
	e := early{Protocol: p}
	out := map[ID]bool{}
	for i := range p.Nodes {
		spawn := ID(i)
		if p.Nodes[i].Op != Spawn || e.onlyWaitsFor(spawn) {
			continue
		}
		ended := e.isEnded(spawn)
		e.walk(p.Nodes[i].Body, func(id ID) bool {
			n := &p.Nodes[id]
			last := ended && n.works() && n.Mode&(Program|Runs) != 0 && n.Text != "sleep" && len(e.firstWork(n.Next)) == 0
			if n.Op == Work && (n.Mode.Has(Endless) || n.Mode.Has(Program) && e.turns(id)) || last {
				out[id] = true
			}
			return true
		})
	}
	return out
}

// turns tells whether a process that comes to a node works on and on from there: nothing
// ends it, and no lock is asked for.
func (e early) turns(id ID) bool {
	on := true
	e.walk(id, func(id ID) bool {
		on = on && (e.Nodes[id].Op == Work || e.Nodes[id].Op == Choose)
		return on
	})
	return on
}

// onlyWaitsFor tells whether a shell comes to wait for a child before it does work of its
// own.
func (e early) onlyWaitsFor(spawn ID) (waits bool) {
	e.walk(e.Nodes[spawn].Next, func(id ID) bool {
		n := &e.Nodes[id]
		waits = waits || n.awaits(spawn)
		return !n.works() && n.Op != Wait
	})
	return waits
}

// isEnded tells whether a shell ends a child that it has not waited for.
func (e early) isEnded(spawn ID) bool {
	ends, waits := false, false
	e.walk(e.Nodes[spawn].Next, func(id ID) bool {
		n := &e.Nodes[id]
		waits = waits || n.awaits(spawn)
		of := n.Op == Wait && n.Mode.Has(Ends) && (n.Body == None || n.Body == spawn)
		ends = ends || of
		return !of
	})
	return ends && !waits
}

// awaits tells whether a node waits until a child has ended by itself.
func (n *Node) awaits(spawn ID) bool {
	return n.Op == Wait && !n.Mode.Has(Ends) && (n.Body == None || n.Body == spawn)
}

// walk visits every node that a process can come to from one, until visit says not to
// go beyond.
func (p *Protocol) walk(from ID, visit func(ID) bool) {
	seen := map[ID]bool{None: true}
	todo := []ID{from}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[id] {
			continue
		}
		seen[id] = true
		if visit(id) {
			todo = append(todo, p.Nodes[id].Next, p.Nodes[id].Else)
		}
	}
}
