package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

func whatever(syntax.ArithmExpr) bool { return true }

// anElement tells of what has no plain name.
func anElement(to syntax.ArithmExpr) bool {
	w, ok := to.(*syntax.Word)
	return !ok || w.Lit() == ""
}

// arithmetic walks (( … )): what that assigns is worked out where it is made of known
// values alone.
func (x *walker) arithmetic(c *syntax.ArithmCmd, f flow) []flow {
	e := c.X
	if v, st, ok := x.assignsOnly(e, f.st); ok {
		return x.statusOfNumber(v, c, f.with(st))
	}
	if n, st, ok := x.computed(e, f.st); ok {
		return x.statusOfNumber(literal(itoa(n)), c, f.with(st))
	}
	f.st = x.evaluated(e, f.st)
	if !x.heeds(f.st) {
		return []flow{f.with(f.st.endedWith(&unknownStatus))}
	}
	if yes, known := x.arithmeticTruth(c, f.st); known {
		if yes {
			return []flow{f.with(f.st.ok())}
		}
		return []flow{f.with(f.st.fail())}
	}
	if yes, no, ok := x.arithmeticAge(c, f); ok {
		return append(yes, no...)
	}
	if truth, known := x.boundKnown(c, f.st); known {
		return decide(truth, f)
	}
	if op, left, right, ok := shell.ComparedWords(e); ok && (op == "==" || op == "!=") {
		if same, other, ok := x.identity(x.arithmeticValue(left, f.st), x.arithmeticValue(right, f.st), c, f); ok {
			if op == "!=" {
				same, other = statuses(other, same)
			}
			return append(same, other...)
		}
	}
	n := x.node(protocol.Choose, c)
	n.Text = short(x.raw(c))
	names := shell.Identifiers(x.raw(c))
	switch lost := func(name string) bool { return x.whose(x.variable(name, f.st)) == protocol.Blind }; {
	case slices.ContainsFunc(names, x.in.recurs), slices.ContainsFunc(names, func(name string) bool { return x.facts.IsPrivate(name) }):
		n.Mode = protocol.Counts
	case slices.ContainsFunc(names, lost):
		n.Mode = protocol.Blind | x.lost(names, f.st)
	case len(names) > 0:
		n.Mode = protocol.Free
	}
	yes, no := x.fork(f, n)
	if e, ok := e.(*syntax.BinaryArithm); ok {
		a, okA := e.X.(*syntax.Word)
		b, okB := e.Y.(*syntax.Word)
		if okA && okB {
			yes.st, no.st = x.bounded(e, yes.st, no.st)
			yes.st = x.learnMore(a.Lit(), e.Op.String(), x.arithmeticValue(a, f.st), x.arithmeticValue(b, f.st), yes.st)
		}
	}
	return []flow{yes, no}
}

// boundKnown decides a comparison of a counter by what an earlier one has come to.
func (x *walker) boundKnown(c syntax.Command, s *state) (truth, known bool) {
	cmd, _ := c.(*syntax.ArithmCmd)
	if cmd == nil {
		return false, false
	}
	op, left, right, ok := shell.ComparedWords(cmd.X)
	if !ok {
		return false, false
	}
	a, b := x.arithmeticValue(left, s), x.arithmeticValue(right, s)
	if a.moves() || b.moves() {
		return false, false
	}
	fact, positive := factOf(op, a, b)
	if truth, ok := s.facts[fact]; ok {
		return truth == positive, true
	}
	return x.ranOut(op, a, b, shell.Identifiers(x.raw(left)), s)
}

// decide is the one way on which a condition goes on that is decided.
func decide(truth bool, f flow) []flow {
	if truth {
		return []flow{f.with(f.st.ok())}
	}
	return []flow{f.with(f.st.fail())}
}

// evaluated is the state with what an expression assigns.
func (x *walker) evaluated(e syntax.ArithmExpr, s *state) *state {
	if _, st, ok := x.assignsOnly(e, s); ok {
		return st
	}
	if _, st, ok := x.computed(e, s); ok {
		return st
	}
	if e == nil {
		return s
	}
	syntax.Walk(e, func(n syntax.Node) bool {
		to := shell.Assignee(n)
		if to == nil {
			return true
		}
		if name := shell.AssignedName(n); name != "" {
			s = x.put(name, x.fresh(name), s)
		} else if w, ok := to.(*syntax.Word); ok && len(w.Parts) == 1 { // an element of an array
			if p, ok := w.Parts[0].(*syntax.ParamExp); ok && p.Param != nil {
				s = x.put(p.Param.Value, x.fresh(p.Param.Value), s)
			}
		}
		return true
	})
	return s
}

// computedIn is the state with what the arithmetic in some words assigns: $((n++)). What a
// substitution computes stays in its child.
func (x *walker) computedIn(n syntax.Node, s *state) *state {
	if x.effort == exact {
		return s // which says that it does not follow
	}
	for _, e := range x.computationsIn(n) {
		s = x.evaluated(e, s)
	}
	return s
}

// computationsIn lists the arithmetic in a piece of script that assigns, but for what
// stands in substitutions.
func (x *walker) computationsIn(n syntax.Node) []syntax.ArithmExpr {
	list, known := x.shelf.computes[n]
	if !known {
		syntax.Walk(n, func(n syntax.Node) bool {
			if e, ok := n.(*syntax.ArithmExp); ok && shell.Assigns(e.X, whatever) {
				list = append(list, e.X)
			}
			return !shell.IsSubstitution(n)
		})
		x.shelf.computes[n] = list
	}
	return list
}

// arithmeticAge walks (( now - made > 3600 )) and its like.
func (x *walker) arithmeticAge(c syntax.Command, f flow) (yes, no []flow, ok bool) {
	cmd, isArithm := c.(*syntax.ArithmCmd)
	if !isArithm {
		return nil, nil, false
	}
	e, isBinary := cmd.X.(*syntax.BinaryArithm)
	if !isBinary || !strings.ContainsAny(e.Op.String(), "<>") {
		return nil, nil, false
	}
	if a := x.ageIn(e.X, f.st); a.of != 0 {
		yes, no = x.older(a, e.Op.String(), c, f)
		return yes, no, true
	}
	if a := x.ageIn(e.Y, f.st); a.of != 0 {
		yes, no = x.older(a, flipped(e.Op.String()), c, f)
		return yes, no, true
	}
	return nil, nil, false
}

// arithmeticTruth decides (( x )), (( $? == 0 )) and their like where the value is known.
func (x *walker) arithmeticTruth(c syntax.Command, s *state) (truth, known bool) {
	cmd, ok := c.(*syntax.ArithmCmd)
	if !ok {
		return false, false
	}
	return x.arithmeticExpr(cmd.X, s)
}

func (x *walker) arithmeticExpr(e syntax.ArithmExpr, s *state) (truth, known bool) {
	switch e := e.(type) {
	case *syntax.ParenArithm:
		return x.arithmeticExpr(e.X, s)
	case *syntax.UnaryArithm:
		if e.Op == syntax.Not {
			t, k := x.arithmeticExpr(e.X, s)
			return !t, k
		}
	case *syntax.Word:
		v := x.arithmeticValue(e, s)
		if v.nonzero {
			return true, true
		}
		if n, ok := shell.Number(v.text); ok && v.sure() {
			return n != 0, true
		}
	case *syntax.BinaryArithm:
		a, okA := e.X.(*syntax.Word)
		b, okB := e.Y.(*syntax.Word)
		if okA && okB {
			if t, k := compare(e.Op.String(), x.arithmeticValue(a, s), x.arithmeticValue(b, s)); k {
				return t, true
			}
		}
	}
	return false, false
}

// arithmeticValue is a word's value where a bare name is a variable.
func (x *walker) arithmeticValue(w *syntax.Word, s *state) value {
	if name := w.Lit(); syntax.ValidName(name) {
		v := x.variable(name, s)
		if v.list != nil {
			if list := *v.list; len(list) > 1 && !sized(list, 1) {
				return x.derived(name, v)
			}
			v = (*v.list)[0]
		}
		return v.orZero()
	}
	return x.word(w, s).orZero()
}

// orZero is what arithmetic makes of a value: of nothing it makes 0.
func (v value) orZero() value {
	if v.empty || v.blank() {
		return literal("0")
	}
	return v
}
