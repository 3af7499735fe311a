package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// findRows are programs that do something to what they find, or are told.
func findRows() map[string]command { return map[string]command{"find": findRow} }

// search is what the words of find ask for.
type search struct {
	folders []int
	name    Value // -name, its key is "" where there is none
	age     bool
	young   bool // what is young is found, and not what is old
	removes bool
	clauses [][2]int // -exec COMMAND ;
}

// findsAge are the conditions that ask for an age.
var findsAge = shell.SetOf(`-mmin -mtime -cmin -ctime -amin -atime`)

// searchOf reads the words of find.
func searchOf(c *call) (q search) {
	i := 1
	for ; i < len(c.args) && (c.args[i].Text == "" || strings.IndexByte("-(!", c.args[i].Text[0]) < 0 || isOneOf(c.args[i].Text, "-H", "-L", "-P")); i++ {
		if len(c.args[i].Text) != 2 || c.args[i].Text[0] != '-' {
			q.folders = append(q.folders, i)
		}
	}
	for ; i < len(c.args); i++ {
		switch word := c.args[i].Text; {
		case word == "-delete":
			q.removes = true
		case isOneOf(word, "-exec", "-execdir", "-ok", "-okdir"):
			from := i + 1
			for i++; i < len(c.args) && c.args[i].Text != ";" && !(c.args[i].Text == "+" && c.args[i-1].Text == "{}"); i++ {
			}
			if from < i {
				q.clauses = append(q.clauses, [2]int{from, min(i, len(c.args))})
			}
		case i+1 == len(c.args):
		case isOneOf(word, "-name", "-path", "-wholename"):
			i++
			q.name = c.args[i].Value
		case findsAge[word]:
			i++
			q.age, q.young = true, strings.HasPrefix(c.args[i].Text, "-")
		}
	}
	return q
}

func isOneOf(word string, list ...string) bool {
	for _, w := range list {
		if w == word {
			return true
		}
	}
	return false
}

// found is what a search finds in a folder: a name, which may be a pattern, or the operand.
func (q search) found(c *call, i int) Value {
	if q.name.Key == "" || strings.Contains(q.name.Text, "/") {
		return c.args[i].Value
	}
	return inFolder(c.args[i].Value, q.name)
}

// findRow is find: one that removes what has grown old breaks a lock. What it runs for each
// file is run for all of them at once; what is not a removal is not followed into files.
func findRow(m *machine, c *call, s *State) plan {
	q := searchOf(c)
	var does []effect
	for _, i := range q.folders {
		if q.removes {
			does = append(does, effect{node: m.findsNode(protocol.Remove, c, i, q, s)})
		}
	}
	for _, k := range q.clauses {
		does = append(does, m.clause(c, s, k, q)...)
	}
	p := looksRow(m, c, s)
	switch {
	case len(does) == 0:
		return p
	case q.age && len(q.folders) == 1:
		n := m.findsNode(protocol.Alive, c, q.folders[0], q, s)
		n.Text, n.Mode = protocol.ItsAge, protocol.Expires
		first := effect{node: n, open: true}
		if q.young {
			m.unknown(c.at, "what find does to files that are young")
		}
		p.effects[0].node.Mode &^= protocol.Minor
		return m.unlessYoung(first, does, p)
	}
	p.effects[0].node.Mode &^= protocol.Minor
	return preceded(does, p)
}

// unlessYoung is a plan whose steps are made where a file is found old.
func (m *machine) unlessYoung(young effect, does []effect, p plan) plan {
	// The question succeeds where the file is young: then nothing is found. Its answer is
	// kept in the phases: who is young passes the steps over.
	skip := len(does)
	young.well = func(s *State) *State {
		t := s.clone()
		t.phase += skip
		return t
	}
	young.badly = func(s *State) *State {
		t := s.clone()
		t.some = false
		return t
	}
	all := append([]effect{young}, does...)
	return plan{effects: append(all, p.effects...), done: p.done}
}

// findsNode is a node about what a search finds in a folder.
func (m *machine) findsNode(op protocol.Op, c *call, i int, q search, s *State) protocol.Node {
	n := m.targetNode(op, c, transfer{to: q.found(c, i), word: i}, s)
	n.Text = "find"
	return n
}

// clause are the steps of what find runs for what it has found.
func (m *machine) clause(c *call, s *State, k [2]int, q search) (list []effect) {
	d := *c
	d.args, d.plain, d.execs = asProgram(c.args[k[0]:k[1]]), true, false
	name := d.name()
	if !isOneOf(name, "rm", "rmdir", "unlink", "mv", "touch") {
		if commands[name] != nil && !looksOnly(name) {
			m.unknown(c.at, "what find runs for each file: %s", name)
		}
		n := node(protocol.Work, c.at)
		n.Text, n.Mode = name, protocol.Program
		return []effect{{node: n}}
	}
	for _, i := range q.folders {
		one := d
		one.args = nil
		for _, a := range d.args {
			if strings.Contains(a.Text, "{}") {
				a = field{Value: q.found(c, i), word: c.args[i].word, loose: a.loose}
			}
			one.args = append(one.args, a)
		}
		for _, e := range m.dispatch(s, &one).effects {
			if e.node.Op == protocol.Remove {
				e.node.Text = "find"
			}
			e.open, e.stops = false, false
			list = append(list, e)
		}
	}
	return list
}

// lookers are the programs that only look, whatever they are told.
var lookers = shell.SetOf(`basename cat dirname echo printf ls stat file wc grep egrep fgrep head tail md5sum sha1sum sha256sum du test [ true false readlink realpath cut sort`)

func looksOnly(name string) bool { return lookers[name] }
