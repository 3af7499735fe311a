package protocol

import "strings"

// CallerOf begins the Text of the [Work] that follows a function of a library: what its
// caller does.
const CallerOf = "the caller of "

// IsCaller tells whether a node stands for what the caller of a function does.
func (n *Node) IsCaller() bool { return n.Op == Work && strings.HasPrefix(n.Text, CallerOf) }

// LeftToCallers are the paths of names that a function of a library makes and hands to its
// caller. Whether he gives them up, and on which signals, no text of the library tells.
func LeftToCallers(p *Protocol) map[int]bool {
	left := map[int]bool{}
	for i := range p.Nodes {
		if n := &p.Nodes[i]; (n.Op == Claim || n.Op == Create) && n.Path != None && !left[n.Path] && p.comesToCaller(n) {
			left[n.Path] = true
		}
	}
	return left
}

// comesToCaller tells whether a name that a node makes is still there when the caller works.
func (p *Protocol) comesToCaller(made *Node) (comes bool) {
	p.walk(made.Next, func(id ID) bool {
		n := &p.Nodes[id]
		comes = comes || n.IsCaller()
		return !comes && !((n.Op == Remove || n.Op == Rename) && n.Path == made.Path)
	})
	return comes
}
