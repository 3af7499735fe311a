package extract

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// filled takes out the rmdir that cannot remove what stands at its path: what nobody makes
// a folder, and a folder into which something was put before that nobody takes out.
func filled(p *protocol.Protocol, about []about, swept []sweep) {
	var g *graph
	for i := range p.Nodes {
		n := &p.Nodes[i]
		if n.Op != protocol.Remove || n.Text != "rmdir" || about[n.Path].key == "" || p.Paths[n.Path].Opaque {
			continue
		}
		folder := n.Path
		if !slices.ContainsFunc(p.Nodes, func(m protocol.Node) bool { return m.Path == folder && strings.HasPrefix(m.Text, "mkdir") }) &&
			slices.ContainsFunc(p.Nodes, func(m protocol.Node) bool { return m.Path == folder && puts(&m) }) {
			*n = idle(n)
			continue
		}
		within := func(path int) bool {
			return path != protocol.None && path != folder && strings.HasPrefix(about[path].key, about[folder].key+"/")
		}
		if slices.ContainsFunc(swept, func(s sweep) bool { return s.by != "rmdir" && (s.folder == folder || within(s.folder)) }) ||
			slices.ContainsFunc(p.Nodes, func(m protocol.Node) bool {
				return (m.Op == protocol.Remove || m.Op == protocol.Rename) && within(m.Path)
			}) {
			continue
		}
		if g == nil {
			g = newGraph(p)
		}
		for j := range p.Nodes {
			m := &p.Nodes[j]
			if puts(m) && (within(m.Path) || within(m.To)) && g.reaches(protocol.ID(j), protocol.ID(i), protocol.None) {
				*n = idle(n)
				break
			}
		}
	}
}

// puts tells whether a node makes a name.
func puts(n *protocol.Node) bool {
	switch n.Op {
	case protocol.Create, protocol.Store, protocol.Claim, protocol.Rename, protocol.Open:
		return n.Op != protocol.Open || n.Mode.Has(protocol.Creat)
	}
	return false
}
