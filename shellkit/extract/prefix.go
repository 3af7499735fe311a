package extract

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// prefix describes a program that runs the command behind its own words, in its own
// place and with its descriptors.
type prefix struct {
	takes    string   // letters of options that take the next word
	long     []string // long options that take the next word
	operands int      // words of its own in front of the command
	assigns  bool     // NAME=VALUE may stand in front of the command
	needs    string   // without this option what it starts is somebody else's child
}

// prefixCommand walks `sudo -u me flock …`: the words behind the prefix are the command.
func prefixCommand(x *walker, c *call, f flow) []flow {
	name := c.name()
	p := commands()[name].prefix
	i := p.skip(c)
	if (name == "command") && slices.ContainsFunc(c.args[1:i], func(v value) bool { return v.text == "-v" || v.text == "-V" }) {
		return x.installed(c, c.args[i:], f)
	}
	if i >= len(c.args) {
		return x.fileRedirects(c.at, name, f, func(f flow) []flow { return x.plain(c.at, name, f) })
	}
	if name == "chpst" && slices.ContainsFunc(c.args[1:i], func(v value) bool { return v.text == "-l" || v.text == "-L" }) {
		x.dunno(c.at, "chpst takes a lock")
	}
	inner := c.rest(i, true)
	own := name == "command" || name == "builtin"
	if own && inner.name() == "exec" {
		return x.exec(c.at.Redirs, f, c.at, false)
	}
	options := texts(c.args[1:i])
	if p.needs != "" && !slices.Contains(options, p.needs) {
		return x.elsewhere(c, name, f)
	}
	if name == "timeout" {
		inner.limit = limitStatus(options)
	}
	inner.apart = inner.apart || name == "setsid" || name == "timeout" && !slices.ContainsFunc(options, func(o string) bool {
		return o == "--foreground" || len(o) > 1 && o[0] == '-' && o[1] != '-' && strings.Contains(o, "f")
	})
	if name == "setsid" && (slices.Contains(options, "-f") || slices.Contains(options, "--fork")) {
		inner.detached = true
	}
	if fd, ok := x.closedBySudo(name, options, inner); ok {
		return []flow{x.refused(inner, flockOptions(inner), literal(fd), "sudo closes descriptor "+fd, f)}
	}
	if own {
		return x.dispatch(inner, f)
	}
	return x.runProgram(inner, f)
}

// runProgram walks a command that another program runs: what only a shell can do it
// cannot.
func (x *walker) runProgram(c *call, f flow) []flow {
	if ofShell(c.name()) {
		c.args = append([]value{literal("/bin/" + c.name())}, c.args[1:]...)
		return x.external(c, f)
	}
	return x.dispatch(c, f)
}

// closedBySudo returns the descriptor that flock is to lock where sudo closes all above 2,
// as it does without -C (sudo(8), closefrom).
func (x *walker) closedBySudo(name string, options []string, inner *call) (fd string, ok bool) {
	if name != "sudo" || inner.name() != "flock" || slices.ContainsFunc(options, func(o string) bool { return strings.HasPrefix(o, "-C") || strings.HasPrefix(o, "--close-from") }) {
		return "", false
	}
	r := flockOptions(inner)
	if r.operand != len(inner.args)-1 {
		return "", false
	}
	n, ok := shell.Number(inner.args[r.operand].text)
	return inner.args[r.operand].text, ok && n > 2 && !r.mode.Has(protocol.Unlock)
}

// limitStatus is what timeout, with these words of its own, ends with when it has ended
// its command: "?" where that is not one number, and "" where there is no limit.
func limitStatus(words []string) string {
	if len(words) > 0 && strings.Trim(words[len(words)-1], "0.smhd") == "" && strings.Contains(words[len(words)-1], "0") {
		return ""
	}
	if len(words) == 1 {
		return "124"
	}
	return "?" // -s KILL, -k and --preserve-status give another one
}

// skip returns the index of the command behind a prefix.
func (p prefix) skip(c *call) int {
	i, left := 1, p.operands
	for ; i < len(c.args); i++ {
		switch a := c.args[i].text; {
		case a == "--":
			if left == 0 {
				return i + 1
			}
		case strings.HasPrefix(a, "--"):
			if slices.Contains(p.long, a) {
				i++
			}
		case strings.HasPrefix(a, "-") && len(a) > 1:
			if strings.Contains(p.takes, a[len(a)-1:]) && !strings.ContainsAny(a[1:len(a)-1], p.takes) {
				i++
			}
		case p.assigns && strings.Contains(a, "="):
		case left > 0:
			left--
		default:
			return i
		}
	}
	return len(c.args)
}

// elsewhere is a command that a service runs for the script: it inherits nothing.
func (x *walker) elsewhere(c *call, name string, f flow) []flow {
	for _, w := range c.words[1:] {
		if isA(w.Lit(), takesLocks) {
			x.dunno(c.at, "%s has %s run elsewhere", name, w.Lit())
		}
	}
	return x.fileRedirects(c.at, name, f, func(f flow) []flow { return x.outcome(x.away(c, name), f) })
}

// away is the work of a program that inherits no lock.
func (x *walker) away(c *call, name string) protocol.Node {
	n := x.node(protocol.Work, c.at)
	n.Text, n.Mode = name, protocol.Program
	return n
}
