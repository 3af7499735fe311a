package extract

import (
	"github.com/lockkit/lockkit/shellkit/flockcmd"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// refusal is what flock says to the arguments of a call that it refuses whatever stands in
// the words that are not known, or "". An unquoted one may also be no word at all.
func refusal(c *call) string {
	var all, fewest []string
	for _, a := range c.args[1:] {
		text := a.text
		if !a.known {
			text = "9" // right as a descriptor, a file, a number of seconds and a status
		}
		all = append(all, text)
		if a.known || a.quoted {
			fewest = append(fewest, text)
		}
	}
	why := flockcmd.Refusal(all)
	if why != "" && flockcmd.Refusal(fewest) == "" {
		return ""
	}
	return why
}

// lacksCommand tells of the usage errors that have a name of their own: a file alone, and
// -c in front of it.
func lacksCommand(operands []value) bool {
	_, fd := shell.Number(operands[0].text)
	return commandOption(operands[0]) || len(operands) == 1 && !fd
}

// commandOption tells of -c, which is no option of flock, but a word behind FILE.
func commandOption(v value) bool { return v.text == "-c" || v.text == "--command" }

// refused is an acquisition that ends with a usage error every time.
func (x *walker) refused(c *call, r request, target value, why string, f flow) flow {
	n := x.node(protocol.Misuse, c.at)
	n.Text, n.Mode = protocol.MisuseRefused+why, r.mode
	if fd, ok := shell.Number(target.text); ok {
		n.FD = fd
	} else {
		n.Path = x.path(target)
	}
	n.Word = x.span(x.atWord(c.word(r.operand)))
	g := x.then(f, n)
	return g.with(g.st.withStatus(x.numbered(statusValue(64))))
}
