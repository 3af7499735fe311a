package extract

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// A rewriter is a program that leaves another file, or none, under the names that it is
// given. What it does was asked of the programs themselves (Debian 12), or, for compress,
// dos2unix, gawk, pigz, sponge, srm, trash, wipe and yq, is what their documentation says.
// sort -o, ed, ex, scp, dd, lz4 and split write into the file that is there.
type rewriter struct {
	removes bool     // else a new file takes the name
	only    []string // with one of these options alone
	never   []string // with none of these
	behind  bool     // the first operand is something else
	first   bool     // the others are something else
	takes   []string // options that a value follows
}

var (
	packs = rewriter{
		removes: true, takes: []string{"-S", "--suffix", "-T", "--threads", "-M", "-F"},
		never: []string{"-c", "--stdout", "--to-stdout", "-k", "--keep", "-t", "--test", "-l", "--list"},
	}
	turnsLines = rewriter{never: []string{"-n", "--newfile", "-i", "--info", "-O", "--to-stdout"}}
	throwsAway = rewriter{removes: true}
)

// rewritten lists the operands to which such a program does so, and what it does.
func (c *call) rewritten() ([]int, fateOfFile) {
	name := c.name()
	r, ok := rewriter{}, false
	if row := commands()[name].rewriter; row != nil {
		r, ok = *row, true
	}
	operands := c.operands(r.takes...)
	switch {
	case name == "sed":
		if !slices.ContainsFunc(texts(c.args[1:]), sedInPlace().MatchString) {
			return nil, leftAlone
		}
		return operands[min(1, max(0, len(operands)-1)):], putAnew
	case name == "perl", name == "ruby":
		if !slices.ContainsFunc(texts(c.args[1:]), perlInPlace().MatchString) {
			return nil, leftAlone
		}
		return c.behindCode(), putAnew
	case !ok, slices.ContainsFunc(r.never, c.has), len(r.only) > 0 && !slices.ContainsFunc(r.only, c.has):
		return nil, leftAlone
	case r.behind:
		operands = operands[min(1, len(operands)):]
	case r.first:
		operands = operands[:min(1, len(operands))]
	}
	if r.removes {
		return operands, takenAway
	}
	return operands, putAnew
}

// rewrites adds what such a program does to the names, last of all. A pattern among them
// stands for all that it fits.
func (x *walker) rewrites(c *call, out []flow) []flow {
	operands, fate := c.rewritten()
	if fate == leftAlone {
		return out
	}
	by := c.name()
	if by == "sed" || by == "perl" || by == "ruby" {
		by += " -i"
	}
	for k := range out {
		for _, i := range operands {
			n := x.file(protocol.Remove, c, i)
			n.Text = by
			if fate == putAnew {
				n.Op, n.To = protocol.Rename, n.Path
			}
			s := sweep{folder: n.Path, hidden: out[k].st.opts.dotglob, by: by, replaces: fate == putAnew}
			out[k] = x.sweeps(x.then(out[k], n), s)
		}
	}
	return out
}
