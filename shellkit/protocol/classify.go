package protocol

// Classify works out the Kind of every path from what the script does with it.
//
// A path carries a lock on its inode when a descriptor that may lead to it is
// locked, or is meant to be ([Protocol.Misses]). Its existence is a lock when it is claimed, or when a run that found
// it missing goes on to make it: test-then-create is a lock in intent, however
// broken. Everything else is data. Classify does not touch paths whose kind is
// set already.
func Classify(p *Protocol) {
	for i := range p.Nodes {
		if n := &p.Nodes[i]; n.Op == Claim && p.Paths[n.Path].Kind == Data {
			p.Paths[n.Path].Kind = Exists
		}
	}
	facts := Flow(p)
	for i := range p.Nodes {
		n, in := &p.Nodes[i], facts.At(ID(i))
		if path := p.Misses(ID(i), facts); path != None && p.Paths[path].Kind == Data {
			p.Paths[path].Kind = Inode
		}
		if n.Op != Flock || in == nil {
			continue
		}
		for _, o := range in.Opens(n.FD) {
			if o >= 0 {
				p.Paths[p.Nodes[o].Path].Kind = Inode
			}
		}
	}
}
