package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// dd of=FILE conv=excl makes a file, and fails where it is there.

// createsExclusively tells whether a command with these words does so.
func createsExclusively(words []string) bool {
	return len(words) > 1 && path.Base(words[0]) == "dd" && slices.ContainsFunc(words[1:], func(w string) bool {
		list, ok := strings.CutPrefix(w, "conv=")
		return ok && slices.Contains(strings.Split(list, ","), "excl")
	})
}

// outputOf is the place of the word among those of dd that names what it writes to, and
// what of that is the name; nil where there is none.
func outputOf(words []*syntax.Word) (int, *syntax.Word) {
	for i, w := range words {
		if name := shell.WordBehind("of=", w); name != nil {
			return i, name
		}
	}
	return 0, nil
}

// ddCommand walks dd.
func ddCommand(x *walker, c *call, f flow) []flow {
	i, name := outputOf(c.words)
	if name == nil || i == 0 || i >= len(c.args) || !createsExclusively(texts(c.args)) {
		return x.program(c, "dd", f)
	}
	named := c.rest(0, c.plain)
	named.args, named.words = slices.Clone(c.args), slices.Clone(c.words)
	quoted := c.args[i].quoted
	named.args[i], named.words[i] = x.word(name, f.st), name
	named.args[i].quoted = named.args[i].quoted || quoted
	n := x.file(protocol.Claim, named, i)
	n.Text = byDD
	return x.claimed(n, named.args[i], f)
}

// byDD is the Text of its claim.
const byDD = "dd conv=excl"

// makesFile tells whether a claim makes a file that may be wanted for what is in it.
func makesFile(n *protocol.Node) bool { return n.Text == "noclobber" || n.Text == byDD }
