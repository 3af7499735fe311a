package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// moveRows are programs that put a file at a name.
func moveRows() map[string]command {
	return map[string]command{
		"mv":      tool(usage{takes: "tS", long: []string{"target-directory", "suffix"}}, moveRow),
		"cp":      tool(usage{takes: "tS", long: []string{"target-directory", "suffix"}}, copyRow),
		"install": tool(usage{takes: "tSmog", long: []string{"target-directory", "suffix", "mode", "owner", "group"}}, copyRow),
		"ln":      tool(usage{takes: "tS", long: []string{"target-directory", "suffix"}}, linkRow),
		"link":    tool(usage{}, linkRow),
		"dd":      ddRow,
	}
}

// transfer is one file that goes from a name to another one.
type transfer struct {
	from int // word
	to   Value
	word int // that names the target
}

// transfers are the files that such a program puts somewhere. What is in the folder that the
// target may be is not known: a target alone is taken for the name itself.
func transfers(c *call, r *reading) (list []transfer) {
	ops := r.operands
	if o := r.option("t", "target-directory"); o != nil {
		for _, i := range ops {
			list = append(list, transfer{i, inFolder(o.value, c.args[i].Value), o.place})
		}
		return list
	}
	if len(ops) < 2 {
		return nil
	}
	last := ops[len(ops)-1]
	to := c.args[last].Value
	if len(ops) == 2 && !(to.Known && isFolderName(to.Text)) {
		return []transfer{{ops[0], to, last}}
	}
	for _, i := range ops[:len(ops)-1] {
		list = append(list, transfer{i, inFolder(to, c.args[i].Value), last})
	}
	return list
}

// isFolderName tells whether a name is surely that of a folder.
func isFolderName(text string) bool {
	return text == "." || text == ".." || strings.HasSuffix(text, "/") || strings.HasSuffix(text, "/.") || strings.HasSuffix(text, "/..")
}

// targetNode is a node about the name that a file gets.
func (m *machine) targetNode(op protocol.Op, c *call, t transfer, s *State) protocol.Node {
	n := m.fileNode(op, c, t.word, s)
	n.Path = m.path(t.to, s)
	return n
}

// moveRow is mv. Over a locked file it replaces that; with -n it makes the name, if that is
// not there.
func moveRow(m *machine, c *call, s *State, r *reading) plan {
	list := transfers(c, r)
	if len(list) == 0 {
		return silent(status(1))
	}
	keeps := r.has("n", "no-clobber")
	if keeps && len(list) > 1 {
		m.unknown(c.at, "which files mv -n moves")
	}
	var p plan
	for _, t := range list {
		from, to := m.fileNode(protocol.Rename, c, t.from, s), m.targetNode(protocol.Claim, c, t, s)
		switch {
		case keeps:
			to.Text, from.Op = "mv -n", protocol.Remove
			p.effects = append(p.effects, effect{node: to, open: true, stops: true}, effect{node: from})
			continue
		case r.has("T", "no-target-directory") && c.args[t.from].Private && m.filledBelow(c.args[t.from].Value, s):
			// A folder that is not empty does not go in the place of another one.
			to.Text = "mv -T"
			m.p.Paths[to.Path].Dir = true
			p.effects = append(p.effects, claims(to, t.to))
			continue
		case c.args[t.from].Private && len(list) == 1:
			p.effects = append(p.effects, anyway(to, protocol.MisuseMove, s)...)
		}
		from.To, from.Word = to.Path, to.Word
		p.effects = append(p.effects, effect{node: from, open: true})
	}
	if keeps || r.has("i", "interactive", "u", "update") {
		p = perhaps(p)
	}
	return m.outspoken(c, r, p)
}

// filledBelow tells whether something was made in a folder.
func (m *machine) filledBelow(folder Value, s *State) bool {
	key := pathKey(placed(folder, s)) + "/"
	for k := range m.paths {
		if strings.HasPrefix(k, key) {
			return true
		}
	}
	return false
}

// removesFirst is the Text of a cp that puts a new file in the place of the one there.
const removesFirst = "cp --remove-destination"

// copyRow is cp and install: they write into the target.
func copyRow(m *machine, c *call, s *State, r *reading) plan {
	if c.name() == "install" && r.has("d", "directory") {
		return perhaps(m.each(c, r.operands, func(i int) []effect { return m.makesFolder(c, i, s, "mkdir -p") }))
	}
	list := transfers(c, r)
	if len(list) == 0 {
		return silent(status(1))
	}
	isCopy := c.name() == "cp"
	var p plan
	for _, t := range list {
		n := m.targetNode(protocol.Store, c, t, s)
		switch {
		case isCopy && r.has("n", "no-clobber"):
			p.effects = append(p.effects, anyway(n, protocol.MisuseCopyNew, s)...)
			n.Op, n.Text = protocol.Claim, "cp -n"
			p.effects = append(p.effects, claims(n, t.to))
			continue
		case isCopy && r.has("remove-destination"):
			n.Text = removesFirst
		case isCopy && len(list) == 1 && c.args[t.from].Private:
			p.effects = append(p.effects, anyway(n, protocol.MisuseCopy, s)...)
		}
		n.Mode |= protocol.Truncate
		p.effects = append(p.effects, creates(n, t.to))
	}
	return m.outspoken(c, r, perhaps(p))
}

// linkRow is ln and link: without -f a link is an atomic claim.
func linkRow(m *machine, c *call, s *State, r *reading) plan {
	list := transfers(c, r)
	if len(list) == 0 && len(r.operands) == 1 && c.name() == "ln" {
		i := r.operands[0]
		list = []transfer{{i, inFolder(Literal("."), c.args[i].Value), i}}
	}
	if len(list) == 0 {
		return silent(status(1))
	}
	var p plan
	for _, t := range list {
		p.effects = append(p.effects, m.links(c, t, s, r)...)
	}
	if r.has("f", "force", "i", "interactive", "b", "backup") {
		p = perhaps(p)
	}
	return m.outspoken(c, r, p)
}

// links are the steps that make one link.
func (m *machine) links(c *call, t transfer, s *State, r *reading) []effect {
	from := c.args[t.from].Value
	symbolic := r.has("s", "symbolic")
	exact := r.has("n", "T", "no-dereference", "no-target-directory")
	n := m.targetNode(protocol.Claim, c, t, s)
	if n.Text = "ln"; symbolic {
		n.Text = "ln -s"
	}
	switch {
	case symbolic && r.has("f", "force"):
		list := anyway(n, protocol.MisuseLinkForce, s)
		n.Op, n.Text = protocol.Store, "ln -s -f"
		if isOwnPid(from) {
			n.Mode |= protocol.Pid
		}
		return append(list, creates(n, t.to))
	case r.has("f", "force"):
		list := anyway(n, protocol.MisuseLinkForce, s)
		n.Op, n.To, n.Path, n.Text = protocol.Rename, n.Path, m.path(from, s), "ln -f"
		return append(list, creates(n, t.to))
	case symbolic && !exact && isSurelyFolder(from):
		list := anyway(n, protocol.MisuseLinkFolder, s)
		n.Op, n.Text = protocol.Store, "ln -s -f"
		return append(list, creates(n, t.to))
	case symbolic && isOwnPid(from):
		n.Mode |= protocol.Write
	}
	m.oneName(c, t.from)
	return []effect{claims(n, t.to)}
}

// isSurelyFolder tells whether what a symbolic link leads to is surely a folder: then a
// second ln makes one in that folder.
func isSurelyFolder(v Value) bool {
	return v.Known && isFolderName(v.Text) || v.Key == folderKey || v.Key == mark+"HOME"+mark
}

// isOwnPid tells whether a value has the number of a process in it that this run alone has.
func isOwnPid(v Value) bool {
	return v.Spawn != 0 || strings.Contains(v.Key, mark+"$"+mark) || strings.Contains(v.Key, mark+"BASHPID"+mark)
}

// ddRow is dd: with conv=excl it makes its file and fails where that is there.
func ddRow(m *machine, c *call, s *State) plan {
	exclusive := false
	to, word := Value{}, 0
	for i, a := range c.args[1:] {
		name, options, _ := strings.Cut(a.Text, "=")
		switch name {
		case "of":
			to, word = behindText(a.Value, "of="), i+1
		case "conv":
			for _, o := range strings.Split(options, ",") {
				exclusive = exclusive || o == "excl"
			}
		}
	}
	if word == 0 || isOutlet(to) {
		return m.program(c, s)
	}
	n := m.targetNode(protocol.Store, c, transfer{to: to, word: word}, s)
	if !exclusive {
		return preceded([]effect{creates(n, to)}, m.program(c, s))
	}
	n.Op, n.Text = protocol.Claim, "dd conv=excl"
	return plan{effects: []effect{claims(n, to)}}
}
