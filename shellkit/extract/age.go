package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/regex"
)

// Scripts also tell a lock that was left behind by its age: stat and date -r say when
// it was made, find says whether it is old. Who finds it old takes its owner for dead.

// askAge are the commands, and their options, that tell how old a file is.
var askAge = []string{"stat", "find", "date -r", "date --reference"}

// asksAge tells whether a text runs one of them.
func asksAge(text string) bool {
	for _, command := range askAge {
		for rest := text; ; {
			i := strings.Index(rest, command)
			if i < 0 {
				break
			}
			at := len(text) - len(rest) + i
			rest = rest[i+1:]
			begins := at == 0 || strings.IndexByte("(`| ", text[at-1]) >= 0
			if end := at + len(command); begins && end < len(text) && (text[end] == ' ' || text[end] == '=') {
				return true
			}
		}
	}
	return false
}

// aged is the variables that hang on how old a file is: a time, an age that is made of it,
// and whatever is made of that in turn.
func (in *interest) aged() []string {
	of := map[string]bool{}
	for v, list := range in.assigned {
		of[v] = slices.ContainsFunc(list, func(a assignment) bool { return strings.ContainsAny(a.text, "`(") && asksAge(a.text) })
	}
	for more := true; more; {
		more = false
		for v, list := range in.assigned {
			if !of[v] && slices.ContainsFunc(list, func(a assignment) bool { return slices.ContainsFunc(a.madeOf(), func(w string) bool { return of[w] }) }) {
				of[v], more = true, true
			}
		}
	}
	var out []string
	for v, hangs := range of {
		if hangs {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

// madeOf lists the variables that a value is made of, and the words that may be such where
// it is worked out as a number.
func (a *assignment) madeOf() []string {
	if !strings.Contains(a.text, "((") {
		return a.vars
	}
	return append(slices.Clone(a.vars), wordsInNumbers().FindAllString(a.text, -1)...)
}

// wordsInNumbers are words that may be names of variables.
var wordsInNumbers = regex.Of(`[A-Za-z_][A-Za-z0-9_]*`)

// age is what a value says about the age of a file.
type age struct {
	of      int  // the path: index+1 in the protocol's paths
	elapsed bool // the greater, the older; else a point in time
	old     bool // it is not empty where the file is old
	young   bool // … where it is not
}

// ageAsked is what the output of a command says about the age of a file.
func (x *walker) ageAsked(args []value) age {
	if len(args) < 3 {
		return age{}
	}
	words := strings.Join(texts(args[1:]), " ")
	last := args[len(args)-1]
	switch args[0].text {
	case "stat":
		if strings.Contains(words, "%Y") || strings.Contains(words, "%Z") || strings.Contains(words, "%W") || strings.Contains(words, "%m") {
			return age{of: x.path(last) + 1}
		}
	case "date":
		for i, a := range args[1:] {
			if (a.text == "-r" || a.text == "--reference") && i+2 < len(args) {
				return age{of: x.path(args[i+2]) + 1}
			}
		}
	case "find":
		for i, a := range args[1:] {
			if findsAge[a.text] && i+2 < len(args) {
				young := strings.HasPrefix(args[i+2].text, "-")
				return age{of: x.path(args[1]) + 1, old: !young, young: young}
			}
		}
	}
	return age{}
}

// findsAge are the conditions of find that ask for an age.
var findsAge = map[string]bool{"-mmin": true, "-mtime": true, "-cmin": true, "-ctime": true, "-amin": true, "-atime": true}

// ageIn is what an arithmetic expression says: a difference of times is an age.
func (x *walker) ageIn(e syntax.Node, s *state) (out age) {
	syntax.Walk(e, func(n syntax.Node) bool {
		var a age
		switch n := n.(type) {
		case *syntax.BinaryArithm:
			if n.Op == syntax.Sub {
				out.elapsed = true
			}
		case *syntax.CmdSubst:
			a = x.substitution(n, s).age
		case *syntax.ParamExp:
			if n.Param != nil {
				a = x.variable(n.Param.Value, s).age
			}
		case *syntax.Lit:
			if syntax.ValidName(n.Value) {
				a = x.variable(n.Value, s).age
			}
		}
		if a.of != 0 {
			out.of, out.elapsed = a.of, out.elapsed || a.elapsed
		}
		return true
	})
	if out.of == 0 {
		return age{}
	}
	return out
}

// older walks a comparison of the age of a file with something: op is the operator
// with the age on its left.
func (x *walker) older(a age, op string, at syntax.Node, f flow) (yes, no []flow) {
	fresh, dead := x.ownerByAge(a.of, at, f)
	if greater := strings.Contains(op, "g") || strings.Contains(op, ">"); greater == a.elapsed {
		return statuses(dead, fresh)
	}
	return statuses(fresh, dead)
}

// ownerByAge asks whether a file is so young that somebody must have it.
func (x *walker) ownerByAge(path int, at syntax.Node, f flow) (fresh, dead []flow) {
	n := x.node(protocol.Alive, at)
	n.Text, n.Path, n.Mode = protocol.ItsAge, path-1, protocol.Expires
	young, old := x.fork(f, n)
	return []flow{young}, []flow{old}
}

// kept notes that a command makes a file young again: for good, or because it does so in
// every turn of a loop.
func (x *walker) kept(path int, forGood bool) {
	if forGood || x.ctx.loops+x.ctx.parents > 0 {
		x.about[path].young = true
	}
}

// neverOld takes it from the questions for the age of such files that time goes by.
func neverOld(p *protocol.Protocol, about []about) {
	for i := range p.Nodes {
		if n := &p.Nodes[i]; (n.Op == protocol.Claim || n.Op == protocol.Alive) && n.Path != protocol.None && about[n.Path].young {
			n.Mode &^= protocol.Expires
		}
	}
}

// flipped is a comparison with its sides exchanged.
func flipped(op string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case 'g':
			return 'l'
		case 'l':
			return 'g'
		case '>':
			return '<'
		case '<':
			return '>'
		}
		return r
	}, op)
}

// findCommand walks find; one that removes what has grown old breaks a lock.
func findCommand(x *walker, c *call, f flow) []flow {
	a, fate := x.ageAsked(c.args), max(c.doneToFound(), x.ctx.input)
	if fate == leftAlone {
		return x.findRuns(c, x.searches(c, f))
	}
	if a.of == 0 {
		return x.findRuns(c, x.findSweeps(c, x.searches(c, f), fate))
	}
	fresh, dead := x.ownerByAge(a.of, c.at, f)
	n := x.doing(fate, a.of-1, "find", c.at)
	n.Word = x.span(x.atWord(c.word(1)))
	out := []flow{fresh[0], x.then(dead[0], n)}
	x.findSweeps(c, out[1:], fate)
	for i := range out {
		out[i].st = out[i].st.ok()
	}
	return x.findRuns(c, out)
}
