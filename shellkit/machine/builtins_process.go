package machine

import (
	"path"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// waitRow is wait.
func waitRow(m *machine, c *call, s *State) plan {
	n := node(protocol.Wait, c.at)
	asked := false
	p := plan{}
	late := m.putsOff(s)
	for i := 1; i < len(c.args); i++ {
		a := c.args[i]
		if a.Text == "-p" && i+1 < len(c.args) && a.Known {
			return m.cannotFollow(c, "wait -p")
		}
		if strings.HasPrefix(a.Text, "-") {
			if strings.HasPrefix(a.Text, "-n") {
				n.Mode |= protocol.Any
			}
			continue
		}
		asked = true
		one := n
		if a.Spawn != 0 {
			one.Body = protocol.ID(a.Spawn - 1)
		}
		if late && i < len(c.args)-1 {
			one.Mode |= protocol.Late
		}
		p.effects = append(p.effects, effect{node: one})
	}
	if !asked {
		p.effects = []effect{{node: n}}
		if n.Mode.Has(protocol.Any) {
			asked = true
		}
	}
	p.done = func(s *State, _ bool) outcome {
		if !asked {
			return goes(s.over(success))
		}
		return goes(s.over(someStatus))
	}
	return p
}

// putsOff tells whether the shell puts off an INT that finds it in a wait for several jobs.
func (m *machine) putsOff(s *State) bool {
	switch m.facts(s).LateInWaits {
	case shell.LateAll:
		return true
	case shell.LateTraps:
		return s.traps != nil && s.traps.sig[protocol.INT].runs()
	}
	return false
}

func waitAllRow(m *machine, c *call, s *State) plan {
	return plan{effects: []effect{{node: node(protocol.Wait, c.at)}}, done: func(s *State, _ bool) outcome { return goes(s.over(someStatus)) }}
}

// killing is what the words of kill ask for.
type killing struct {
	signal Value
	lists  bool
	who    []field
}

// killingOf reads the words of kill.
func killingOf(c *call) killing {
	k := killing{signal: Literal("TERM")}
	given := false
	i := 1
	for ; i < len(c.args); i++ {
		a := c.args[i].Text
		switch {
		case a == "--":
			k.who = c.args[i+1:]
			return k
		case given && strings.HasPrefix(a, "-"):
			k.who = c.args[i:]
			return k
		case (a == "-s" || a == "-n" || a == "--signal") && i+1 < len(c.args):
			given = true
			i++
			k.signal = c.args[i].Value
		case a == "-l" || a == "-L" || a == "--list":
			k.lists = true
			return k
		case strings.HasPrefix(a, "-") && len(a) > 1:
			given = true
			k.signal = behindText(c.args[i].Value, "-")
			if c.args[i].Known {
				k.signal = Literal(a[1:])
			}
		default:
			k.who = c.args[i:]
			return k
		}
	}
	return k
}

// killRow is kill: with 0 it asks whether a process is there; sent to the script itself, a
// signal is what the script has made of it.
func killRow(m *machine, c *call, s *State) plan {
	k := killingOf(c)
	switch {
	case k.lists:
		return m.quiet(c)
	case len(k.who) == 0:
		return silent(status(1))
	case k.signal.Known && k.signal.Text == "0":
		return m.asksAlive(c, k.who[len(k.who)-1].Value)
	}
	name := ""
	if k.signal.Known {
		name = signalName(k.signal.Text)
	}
	p := plan{}
	self, shellItself, other := false, false, false
	for _, w := range k.who {
		to := strings.TrimPrefix(w.Text, "-")
		switch {
		case w.Key == mark+"BASHPID"+mark || (w.Key == mark+"$"+mark || w.Text == "$$") && s.child() == nil && !s.proc.child:
			self = true
		case w.Key == mark+"$"+mark, to == "$$", to == "0" && w.Known:
			shellItself = true
		case w.Spawn != 0:
			p.effects = append(p.effects, m.signalsJob(c, w, name, s))
		default:
			other = true
		}
	}
	if other {
		n := node(protocol.Work, c.at)
		n.Text, n.Mode = "kill", protocol.Quiet
		p.effects = append(p.effects, effect{node: n, open: true})
	}
	if (self || shellItself) && name == "" {
		m.unknown(c.at, "a signal that is not known is sent to the script")
	}
	p.done = func(s *State, failed bool) outcome {
		t := s.over(success)
		switch {
		case failed:
			t = s.over(status(1))
		case self:
			return m.signalled(t, name)
		case shellItself && s.proc.child:
			m.unknown(c.at, "a signal to the shell around")
		case shellItself && s.child().up.inOther():
			m.unknown(c.at, "a signal to the shell around")
		case shellItself:
			t.proc.hit = name // the shell that waits for the child finds it
		}
		return goes(t)
	}
	return p
}

// inOther tells whether a frame stands in one more child.
func (f *frame) inOther() bool {
	for ; f != nil; f = f.up {
		if f.kind == inChild {
			return true
		}
	}
	return false
}

// signalsJob is the step in which a job is sent a signal.
func (m *machine) signalsJob(c *call, w field, name string, s *State) effect {
	n := node(protocol.Wait, c.at)
	n.Mode, n.Body, n.Text = protocol.Ends, protocol.ID(w.Spawn-1), ""
	if harmless[name] || name == "" {
		n = node(protocol.Work, c.at)
		n.Text, n.Mode = "kill", protocol.Quiet
		return effect{node: n, open: true}
	}
	return effect{node: n}
}

// asksAlive asks whether a process lives; who it is may stand in a lock file.
func (m *machine) asksAlive(c *call, who Value) plan {
	n := node(protocol.Alive, c.at)
	n.Text = who.Text
	if who.Spawn != 0 {
		n.Body = protocol.ID(who.Spawn - 1)
	}
	if who.Content != 0 {
		n.Path = who.Content - 1
	}
	return plan{effects: []effect{{node: n, open: true}}}
}

// cdRow is cd: it may fail, and where it does not the shell is in another folder.
func cdRow(m *machine, c *call, s *State) plan {
	args := c.args[1:]
	for len(args) > 0 && strings.HasPrefix(args[0].Text, "-") && len(args[0].Text) > 1 {
		args = args[1:]
	}
	x := &expander{m: m, s: s}
	to := Value{}
	switch {
	case len(args) == 0:
		to = x.variable("HOME")
	case len(args) > 1:
		return m.cannotFollow(c, "cd with two words")
	case args[0].Text == "-":
		v, _ := s.vars.get("OLDPWD")
		to = v.Value
		if to.Key == "" {
			to = Symbol("$OLDPWD", "OLDPWD@"+c.at.Start.String())
		}
	default:
		to = args[0].Value
	}
	n := node(protocol.Work, c.at)
	n.Text, n.Mode = "cd", protocol.Quiet
	sure := to.Known && (to.Text == "/" || to.Text == ".")
	return plan{effects: []effect{{node: n, open: !sure, well: func(s *State) *State { return m.entersFolder(s, to) }}}}
}

// entersFolder is the state in which the shell is in another folder.
func (m *machine) entersFolder(s *State, to Value) *State {
	here := s.folder()
	t := m.assign(s, "OLDPWD", here)
	switch {
	case to.Known && strings.HasPrefix(to.Text, "/"):
		t.cwd = Literal(path.Clean(to.Text))
	case to.Known && to.Text == "." || to.blank():
	case to.Known && here.Known:
		t.cwd = Literal(path.Join(here.Text, to.Text))
	case to.Known && !strings.HasPrefix(to.Text, ".."):
		t.cwd = here.with(Literal("/" + path.Clean(to.Text)))
	case !to.Known && startsAtRoot(to):
		t.cwd = to
	default:
		t.cwd = derived("$PWD", "cd", here, to)
		t.cwd.Inside = to.Inside
	}
	t.cwd.Filled = true
	t.vars = t.vars.without("PWD")
	return t
}

// startsAtRoot tells whether a value that is not known is taken for a whole name: what a
// variable has mostly is one.
func startsAtRoot(v Value) bool { return strings.HasPrefix(v.Text, "/") || v.Fresh }

func pushdRow(m *machine, c *call, s *State) plan {
	if len(c.args) != 2 || strings.HasPrefix(c.args[1].Text, "-") || strings.HasPrefix(c.args[1].Text, "+") {
		return m.cannotFollow(c, "pushd without a folder")
	}
	n := node(protocol.Work, c.at)
	n.Text, n.Mode = "pushd", protocol.Quiet
	return plan{effects: []effect{{node: n, open: true, well: func(s *State) *State {
		v, _ := s.vars.get(pushedFolders)
		l := &List{}
		if v.List != nil {
			l.Items = appended(v.List.Items)
		}
		l.Items = appended(l.Items, Item{Literal(itoa(len(l.Items))), s.folder()})
		t := m.entersFolder(s, c.args[1].Value)
		t.vars = t.vars.with(pushedFolders, Variable{List: l})
		return t
	}}}}
}

// pushedFolders is the name, which no variable has, of those that pushd has kept.
const pushedFolders = "\x00pushed"

func popdRow(m *machine, c *call, s *State) plan {
	v, _ := s.vars.get(pushedFolders)
	if len(c.args) > 1 || v.List == nil || len(v.List.Items) == 0 {
		return m.cannotFollow(c, "popd of what is not known")
	}
	n := node(protocol.Work, c.at)
	n.Text, n.Mode = "popd", protocol.Quiet
	return plan{effects: []effect{{node: n, open: true, well: func(s *State) *State {
		last := len(v.List.Items) - 1
		t := m.entersFolder(s, v.List.Items[last].Value)
		t.cwd = v.List.Items[last].Value
		t.vars = t.vars.with(pushedFolders, Variable{List: &List{Items: v.List.Items[:last:last]}})
		return t
	}}}}
}
