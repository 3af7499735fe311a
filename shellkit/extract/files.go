package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/regex"
)

// operands are the places of the words that are no options, nor the value that follows one
// of those that are named.
func (c *call) operands(takes ...string) []int {
	var out []int
	for i := 1; i < len(c.args); i++ {
		if a := c.args[i].text; slices.Contains(takes, a) {
			i++
		} else if a == "--" {
			for i++; i < len(c.args); i++ {
				out = append(out, i)
			}
			break
		} else if !strings.HasPrefix(a, "-") || a == "-" {
			out = append(out, i)
		}
	}
	return out
}

func (c *call) has(option string) bool {
	for _, a := range c.args[1:] {
		if a.text == option || len(option) == 2 && len(a.text) > 2 && a.text[0] == '-' && a.text[1] != '-' && strings.Contains(a.text[1:], option[1:]) {
			return true
		}
	}
	return false
}

// file is a node about the file that operand i names.
func (x *walker) file(op protocol.Op, c *call, i int) protocol.Node {
	n := x.node(op, c.at)
	n.Span = x.between(c.expr.Pos(), c.expr.End())
	n.Path, n.Text = x.path(c.args[i]), c.name()
	if w := c.word(i); w != nil {
		word, about := x.in.bareIn(x.src, w), &x.about[n.Path]
		about.data = about.data || x.in.used(word, "#")
		about.mentioned = about.mentioned || op == protocol.Claim && x.in.mentioned(word)
	}
	n.Word = x.span(x.atWord(c.word(i)))
	if !c.args[i].quoted {
		n.Mode |= protocol.Unquoted
	}
	return n
}

// settled is a command that is taken to succeed unless somebody asks.
func (x *walker) settled(c *call, f flow) []flow {
	if x.ctx.want {
		return x.choice(c.at, f)
	}
	return []flow{f.with(f.st.endedWith(&unknownStatus))}
}

func removeCommand(x *walker, c *call, f flow) []flow {
	deep := c.name() == "rm" && (c.has("-r") || c.has("-R") || c.has("--recursive"))
	ops := c.operands()
	for _, i := range ops {
		n := x.file(protocol.Remove, c, i)
		if deep || n.Text == "rm" && c.has("-d") {
			n.Text = removesFolders
		} else if x.forgotten(c.word(i)) {
			n.Mode |= protocol.Minor
		}
		s := sweep{folder: n.Path, deep: deep, hidden: f.st.opts.dotglob, by: n.Text, forGood: deep && x.goesForGood(c, i)}
		if len(ops) == 1 && !deep && !c.has("-f") {
			return x.carriedOut(c, f, n, s)
		}
		f = x.sweeps(x.then(f, n), s) // some of them may be gone where it fails
	}
	if c.has("-f") {
		return []flow{f.with(f.st.ok())}
	}
	return x.settled(c, f)
}

// forgotten tells whether a script names one file to remove it and nowhere else: what is
// in it is nothing that any of its runs looks for.
func (x *walker) forgotten(w *syntax.Word) bool {
	if w == nil {
		return false
	}
	word := x.in.bareIn(x.src, w)
	return !strings.ContainsAny(word, "*?[") && !x.in.consulted[word] && !x.in.mentioned(word)
}

// removesFolders is the Text of an rm that also removes folders. Without -r it
// leaves one alone: there it can be no release of a lock made by mkdir.
const removesFolders = "rm -r"

// moveCommand walks mv FROM TO. Moved to where there is nothing, a lock file takes
// a lock (mv -n); moved over a locked file it replaces it.
func moveCommand(x *walker, c *call, f flow) []flow {
	ops := c.operands()
	if len(ops) != 2 {
		for _, i := range ops[:max(0, len(ops)-1)] {
			f = x.then(f, x.file(protocol.Remove, c, i))
		}
		return x.settled(c, f)
	}
	if c.has("-n") || c.has("--no-clobber") {
		if out, ok := x.claimedByCopy(c, ops[0], ops[1], "mv -n", f); ok {
			return out
		}
	}
	if c.args[ops[0]].private {
		made := x.file(protocol.Claim, c, ops[1])
		if (c.has("-T") || c.has("--no-target-directory")) && x.filledBelow(c.args[ops[0]]) {
			// A folder that is not empty does not go in the place of another one.
			x.p.Paths[made.Path].Dir, made.Text = true, moveExactly
			return x.claimed(made, c.args[ops[1]], f)
		}
		f = x.forced(made, protocol.MisuseMove, f)
	}
	n := x.file(protocol.Rename, c, ops[0])
	if x.signed[c.args[ops[0]].key] {
		n.Mode |= protocol.Pid
	}
	n.To = x.path(c.args[ops[1]])
	n.Word = x.span(x.atWord(c.word(ops[1])))
	return x.carriedOut(c, f, n, sweep{folder: n.Path, deep: true, by: "mv"})
}

// moveExactly is the Text of a mv -T that puts a folder where none is.
const moveExactly = "mv -T"

// filledBelow tells whether something was made in a folder.
func (x *walker) filledBelow(folder value) bool {
	return slices.ContainsFunc(x.about, func(a about) bool { return strings.HasPrefix(a.key, folder.key+"/") })
}

// copyCommand walks cp and install: they write into the target.
func copyCommand(x *walker, c *call, f flow) []flow {
	if ops := c.operands(); len(ops) >= 2 {
		last := ops[len(ops)-1]
		if len(ops) == 2 && c.name() == "cp" && (c.has("-n") || c.has("--no-clobber")) {
			if out, ok := x.claimedByCopy(c, ops[0], last, "cp -n", f); ok {
				return out
			}
		}
		n := x.file(protocol.Store, c, last)
		if len(ops) == 2 && x.signed[c.args[ops[0]].key] {
			n.Mode |= protocol.Pid
		}
		if n.Text == "cp" && c.has("--remove-destination") {
			n.Text = removesFirst
		}
		if n.Text == "cp" && (c.has("-n") || c.has("--no-clobber")) {
			f = x.forced(n, protocol.MisuseCopyNew, f)
		} else if n.Text == "cp" && len(ops) == 2 && c.args[ops[0]].private {
			f = x.forced(n, protocol.MisuseCopy, f)
		}
		f = x.then(f, n)
	}
	return x.settled(c, f)
}

// claimedByCopy walks mv -n and cp -n of what names its owner to a name of which somebody
// asks whose it is: they make it where it is not there, and end with 0 in either case.
func (x *walker) claimedByCopy(c *call, from, to int, by string, f flow) ([]flow, bool) {
	w := c.word(to)
	if !x.signed[c.args[from].key] || w == nil || !x.in.ownedBy(x.in.bareIn(x.src, w)) {
		return nil, false
	}
	n := x.file(protocol.Claim, c, to)
	n.Text, n.Mode = by, n.Mode|protocol.Write
	return []flow{x.both(f, n).with(f.st.endedWith(&unknownStatus))}, true
}

func touchCommand(x *walker, c *call, f flow) []flow {
	ops := c.operands()
	for k, i := range ops {
		if k > 0 && (c.args[i-1].text == "-r" || c.args[i-1].text == "-d" || c.args[i-1].text == "-t") || i > 1 && (c.args[i-1].text == "-r" || c.args[i-1].text == "-d" || c.args[i-1].text == "-t" || c.args[i-1].text == "-s") {
			continue
		}
		n := x.file(protocol.Create, c, i)
		x.kept(n.Path, false)
		if w := c.word(i); w != nil && !x.in.consulted[x.in.bareIn(x.src, w)] {
			n.Mode |= protocol.Minor // a stamp
		}
		if len(ops) == 1 {
			f = x.forced(n, protocol.MisuseTouch, f)
		}
		f = x.then(f, n)
	}
	return x.settled(c, f)
}

// mkdirCommand walks mkdir: with one folder and without -p it is an atomic claim.
func mkdirCommand(x *walker, c *call, f flow) []flow {
	var ops []int
	for k, i := range c.operands() {
		if k == 0 && (c.args[i-1].text == "-m" || c.args[i-1].text == "--mode") {
			continue
		}
		ops = append(ops, i)
	}
	if len(ops) == 0 {
		return x.settled(c, f)
	}
	if c.has("-p") || c.has("--parents") {
		for _, i := range ops {
			n := x.file(protocol.Create, c, i)
			n.Text = "mkdir -p"
			f = x.then(x.forced(n, protocol.MisuseMkdirP, f), n)
		}
		return x.settled(c, f)
	}
	i := ops[len(ops)-1]
	x.p.Paths[x.path(c.args[i])].Dir = true
	return x.claimed(x.file(protocol.Claim, c, i), c.args[i], f)
}

// claimed walks a command that makes a name, or ends with 1 where that is there.
func (x *walker) claimed(n protocol.Node, name value, f flow) []flow {
	ok, fail := x.fork(f, n)
	ok.st, fail.st = ok.st.names(name), fail.st.withStatus(statusValue(1))
	return []flow{ok, fail}
}

// forced notes a command that is asked like a claim, whether it has made the name, and
// succeeds also when that is there.
func (x *walker) forced(made protocol.Node, why string, f flow) flow {
	if !x.ctx.want {
		return f
	}
	made.Op, made.Text, made.To = protocol.Misuse, why, protocol.None
	return x.then(f, made)
}

// removesFirst is the Text of a cp that puts a new file in the place of the one there.
const removesFirst = "cp --remove-destination"

// replaces turns what puts a new file in the place of a locked one into that: to a file
// that is no lock, and to a name that is one, it is the same as writing there.
func replaces(p *protocol.Protocol) {
	for i := range p.Nodes {
		n := &p.Nodes[i]
		if n.Op != protocol.Store || n.Path == protocol.None || p.Paths[n.Path].Kind != protocol.Inode {
			continue
		}
		switch n.Text {
		case "install", "ln -s -f", removesFirst:
			n.Op, n.To = protocol.Rename, n.Path
		}
	}
}

// linkCommand walks ln: without -f a link is an atomic claim.
func linkCommand(x *walker, c *call, f flow) []flow {
	ops := c.operands()
	if len(ops) < 2 {
		return x.settled(c, f)
	}
	from, to := ops[len(ops)-2], ops[len(ops)-1]
	symbolic := c.has("-s") || c.has("--symbolic")
	n := x.file(protocol.Claim, c, to)
	n.Text = "ln"
	if symbolic {
		n.Text = "ln -s"
	}
	if c.has("-f") || c.has("--force") {
		f = x.forced(n, protocol.MisuseLinkForce, f)
		n.Op, n.To = protocol.Rename, n.Path
		n.Path = x.path(c.args[from])
		n.Text += " -f"
		if symbolic {
			n.Op, n.Path, n.To = protocol.Store, n.To, protocol.None
			if x.isPid(c.args[from]) {
				n.Mode |= protocol.Pid
			}
		}
		f = x.then(f, n)
		return x.settled(c, f)
	}
	if symbolic && !c.has("-n") && !c.has("-T") && !c.has("--no-dereference") && !c.has("--no-target-directory") && x.isFolder(c.word(from), c.args[from]) {
		f = x.forced(n, protocol.MisuseLinkFolder, f)
		n.Op, n.Text = protocol.Store, "ln -s -f"
		return x.settled(c, x.then(f, n))
	}
	if symbolic && !c.has("-n") && !c.has("-T") && !c.has("--no-dereference") && !c.has("--no-target-directory") && mayBeFolder(c.args[from]) {
		x.about[n.Path].follows = n.Span
	}
	if !symbolic && c.args[from].private {
		x.linked[c.args[from].key] = n.Path
	}
	if symbolic && x.isPid(c.args[from]) || !symbolic && x.signed[c.args[from].key] {
		n.Mode |= protocol.Write
	}
	return x.claimed(n, c.args[to], f)
}

// mayBeFolder tells whether what a symbolic link leads to may be a folder: a whole name
// of which nothing says what it is.
func mayBeFolder(v value) bool {
	return v.known && strings.HasPrefix(v.text, "/") && !strings.HasPrefix(v.text, "/proc/") && !strings.HasPrefix(v.text, "/dev/")
}

// isFolder tells whether what a symbolic link leads to is surely a folder.
func (x *walker) isFolder(w *syntax.Word, v value) bool {
	if v.known && (v.text == "." || v.text == ".." || strings.HasSuffix(v.text, "/")) {
		return true
	}
	if w == nil {
		return false
	}
	word := x.in.bareIn(x.src, w)
	return word == "$PWD" || word == "$HOME" || word == "$(pwd)" || x.in.folders[word]
}

// sedInPlace finds -i behind the letters that take no value.
var sedInPlace = regex.Of(`^(-[nErsuz]*i|--in-place)`)

// sedCommand walks sed: with -i the file is replaced by a new one.
func sedCommand(x *walker, c *call, f flow) []flow {
	return x.rewrites(c, x.program(c, "sed", f))
}

func catCommand(x *walker, c *call, f flow) []flow {
	for _, i := range c.operands() {
		if x.matters(x.atWord(c.word(i)).(*syntax.Word)) {
			f = x.then(f, x.file(protocol.Load, c, i))
		}
	}
	return x.program(c, "cat", f)
}

func teeCommand(x *walker, c *call, f flow) []flow {
	for _, i := range c.operands() {
		n := x.file(protocol.Create, c, i)
		if !c.has("-a") {
			n.Mode |= protocol.Truncate
		}
		f = x.then(f, n)
	}
	return x.program(c, "tee", f)
}
