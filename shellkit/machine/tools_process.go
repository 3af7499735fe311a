package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// processRows are programs that ask for processes.
func processRows() map[string]command {
	return map[string]command{"ps": psRow, "pgrep": pgrepRow, "pidof": pgrepRow, "which": tool(usage{}, whichProgramRow)}
}

// psRow is ps: with the number of a process it tells whether that lives.
func psRow(m *machine, c *call, s *State) plan {
	for i, a := range c.args[1:] {
		switch {
		case strings.HasPrefix(a.Text, "--pid=") && a.Text != "--pid=":
			return m.findsProcess(c, s, behindText(a.Value, "--pid="), 0)
		case strings.HasPrefix(a.Text, "-p") && len(a.Text) > 2 && !a.Known:
			return m.findsProcess(c, s, behindText(a.Value, "-p"), 0)
		case (a.Text == "-p" || a.Text == "--pid" || a.Text == "-q") && i+2 < len(c.args):
			return m.findsProcess(c, s, c.args[i+2].Value, 0)
		}
	}
	if last := c.args[len(c.args)-1]; len(c.args) > 1 && (contentOf(last.Value) != 0 || last.Spawn != 0) { // ps NUMBER
		return m.findsProcess(c, s, last.Value, 0)
	}
	return looksRow(m, c, s)
}

// pgrepRow is pgrep and its like: with -F, the process is the one whose number a file has.
func pgrepRow(m *machine, c *call, s *State) plan {
	u := usage{takes: "dFgGPsStuUr", long: []string{"pidfile", "delimiter", "pgroup", "group", "parent", "session", "signal", "terminal", "euid", "uid", "ns"}}
	r := u.read(c)
	o := r.option("F", "pidfile")
	if o == nil || c.name() != "pgrep" {
		if len(r.operands) == 0 {
			return looksRow(m, c, s)
		}
		return m.findsProcess(c, s, c.args[r.operands[len(r.operands)-1]].Value, 0)
	}
	who := Symbol(o.value.Text, "in "+o.value.Key)
	who.Content = m.path(o.value, s) + 1
	if len(c.args) > 3 { // and what it is called
		return m.findsProcess(c, s, who, protocol.Read)
	}
	return m.findsProcess(c, s, who, 0)
}

// findsProcess asks whether a process lives, and prints what it finds.
func (m *machine) findsProcess(c *call, s *State, who Value, mode protocol.Mode) plan {
	p := m.asksAlive(c, who)
	n := &p.effects[0].node
	n.Mode |= mode
	if content := contentOf(who); content != 0 {
		n.Path = content - 1
	}
	p.done = func(s *State, failed bool) outcome {
		return ends(success, failure)(s.prints(m.outputOf(c, s), true), failed)
	}
	return p
}

// whichProgramRow is which: it knows neither functions nor builtins, but there may be a
// program of the same name.
func whichProgramRow(m *machine, c *call, s *State, r *reading) plan {
	if len(r.operands) != 1 {
		return looksRow(m, c, s)
	}
	name := c.args[r.operands[0]]
	if builtins[name.Text] || s.funcs.get(name.Text) != nil {
		return looksRow(m, c, s)
	}
	return m.whichOf(c, s, []field{name})
}
