package machine

import (
	"maps"
	"path"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// toolRows are the programs of which something is known.
var toolRows = merged(fileRows(), moveRows(), lockRows(), flockRows(), shellRows(), lookRows(), processRows(), findRows())

func merged(families ...map[string]command) map[string]command {
	all := map[string]command{}
	for _, rows := range families {
		for name := range rows {
			if all[name] != nil {
				panic("machine: two rows for " + name)
			}
		}
		maps.Copy(all, rows)
	}
	return all
}

// fileRows are programs that make and remove names.
func fileRows() map[string]command {
	return map[string]command{
		"mkdir":    tool(usage{takes: "mZ", long: []string{"mode"}}, mkdirRow),
		"mkfifo":   tool(usage{takes: "mZ", long: []string{"mode"}}, mkfifoRow),
		"mknod":    tool(usage{takes: "mZ", long: []string{"mode"}}, mkfifoRow),
		"rm":       tool(usage{}, removeRow),
		"rmdir":    tool(usage{}, removeRow),
		"unlink":   tool(usage{}, removeRow),
		"srm":      tool(usage{}, removeRow),
		"trash":    tool(usage{}, removeRow),
		"touch":    tool(usage{takes: "drt", long: []string{"date", "reference", "time"}}, touchRow),
		"truncate": tool(usage{takes: "sr", long: []string{"size", "reference"}}, touchRow),
		"tee":      tool(usage{}, teeRow),
	}
}

// mkdirRow is mkdir: without -p it is an atomic claim of each folder.
func mkdirRow(m *machine, c *call, s *State, r *reading) plan {
	if r.has("p", "parents") {
		return m.outspoken(c, r, perhaps(m.each(c, r.operands, func(i int) []effect { return m.makesFolder(c, i, s, "mkdir -p") })))
	}
	return m.outspoken(c, r, m.each(c, r.operands, func(i int) []effect {
		n := m.fileNode(protocol.Claim, c, i, s)
		m.p.Paths[n.Path].Dir = true
		m.oneName(c, i)
		return []effect{claims(n, c.args[i].Value)}
	}))
}

// makesFolder are the steps that make a folder which may be there.
func (m *machine) makesFolder(c *call, i int, s *State, by string) []effect {
	n := m.fileNode(protocol.Create, c, i, s)
	n.Text = by
	m.p.Paths[n.Path].Dir = true
	return append(anyway(n, protocol.MisuseMkdirP, s), creates(n, c.args[i].Value))
}

// creates is the step that makes a name which may be there.
func creates(n protocol.Node, name Value) effect {
	return effect{node: n, well: func(s *State) *State { return s.filled(name) }}
}

// oneName says so where a word may stand for several names, each of which is claimed.
func (m *machine) oneName(c *call, i int) {
	if c.args[i].loose {
		m.unknown(c.at, "which names %s makes", c.name())
	}
}

// mkfifoRow is mkfifo NAME… and mknod NAME TYPE….
func mkfifoRow(m *machine, c *call, s *State, r *reading) plan {
	list := r.operands
	if c.name() == "mknod" {
		list = list[:min(1, len(list))]
	}
	return m.each(c, list, func(i int) []effect {
		n := m.fileNode(protocol.Claim, c, i, s)
		n.Text = "mkfifo"
		m.oneName(c, i)
		return []effect{claims(n, c.args[i].Value)}
	})
}

// removesFolders is the Text of an rm that also removes folders. Without -r it leaves one
// alone: there it can be no release of a lock made by mkdir.
const removesFolders = "rm -r"

// removeRow is rm and its like. Without -f it fails where there is nothing.
func removeRow(m *machine, c *call, s *State, r *reading) plan {
	name := c.name()
	force := name == "rm" && r.has("f", "force")
	if force && len(r.operands) == 0 {
		return silent(success)
	}
	if name == "rmdir" && r.has("p", "parents") {
		m.unknown(c.at, "which folders rmdir -p removes")
	}
	p := m.each(c, r.operands, func(i int) []effect {
		n := m.fileNode(protocol.Remove, c, i, s)
		if name == "rm" && r.has("r", "R", "recursive", "d", "dir") {
			n.Text = removesFolders
		}
		return []effect{{node: n, open: !force}}
	})
	switch {
	case force:
		p.done = ends(success, success)
	case r.has("ignore-fail-on-non-empty", "i", "I", "interactive"):
		p.done = ends(someStatus, someStatus)
	}
	return m.outspoken(c, r, p)
}

// touchRow is touch and truncate: they make what is not there.
func touchRow(m *machine, c *call, s *State, r *reading) plan {
	if r.has("c", "no-create") {
		return m.programWith(c, s, protocol.Program|protocol.Minor)
	}
	return perhaps(m.each(c, r.operands, func(i int) []effect {
		n := m.fileNode(protocol.Create, c, i, s)
		var before []effect
		if len(r.operands) == 1 && c.name() == "touch" {
			before = anyway(n, protocol.MisuseTouch, s)
		}
		return append(before, creates(n, c.args[i].Value))
	}))
}

// teeRow is tee: it makes its files, and writes what it reads into them.
func teeRow(m *machine, c *call, s *State, r *reading) plan {
	var list []effect
	for _, i := range r.operands {
		n := m.fileNode(protocol.Create, c, i, s)
		if !r.has("a", "append") {
			n.Mode |= protocol.Truncate
		}
		if isOutlet(c.args[i].Value) {
			continue
		}
		list = append(list, creates(n, c.args[i].Value))
	}
	return preceded(list, m.program(c, s))
}

// isOutlet tells of a file that everybody has.
func isOutlet(v Value) bool {
	_, ok := outlets[v.Text]
	return ok && v.Known
}

// preceded is a plan with some steps before its own.
func preceded(list []effect, p plan) plan {
	p.effects = append(list[:len(list):len(list)], p.effects...)
	return p
}

// inFolder is the name in a folder that what another value names gets there.
func inFolder(folder, from Value) Value {
	last := from
	if base, ok := baseOf(from); ok {
		last = base
	} else {
		last = derived("$(basename "+from.Text+")", lastPart, from)
	}
	if folder.Known {
		folder = folder.withText(strings.TrimSuffix(path.Clean(folder.Text), "/"))
	}
	return folder.with(Literal("/")).with(last)
}
