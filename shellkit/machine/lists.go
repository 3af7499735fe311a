package machine

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// many is an expansion of all parameters, or of all elements of an array.
func (x *expander) many(p *program.Part) piece {
	return x.operatedAll(p, x.elements(p.Param))
}

// wholeArray is the elements of an array that stands there without an index, in shells in
// which that is all of it.
func (x *expander) wholeArray(p *program.Part) ([]field, bool) {
	q := p.Param
	facts := x.m.facts(x.s)
	if !facts.ArraysFromOne || q.Index != nil {
		return nil, false
	}
	v, ok := x.s.lookup(q.Name)
	if !ok || v.List == nil {
		return nil, false
	}
	switch q.Op {
	case program.Plain, program.Default, program.AssignUnset, program.Fail, program.Alternative:
		if p.Quoted && !facts.SplitsWords {
			return nil, false // it is one word
		}
	}
	return x.elements(&program.Param{Name: q.Name, All: '@'}), true
}

// elements are the words that a list has.
func (x *expander) elements(q *program.Param) (out []field) {
	if q.Name == "@" || q.Name == "*" {
		for _, v := range x.s.params.list {
			out = append(out, field{Value: v})
		}
		if x.s.params.open() {
			out = append(out, field{Value: x.s.params.rest, loose: true})
		}
		return out
	}
	v, ok := x.s.lookup(q.Name)
	switch {
	case !ok:
		if v := x.variable(q.Name); !v.Unset {
			return []field{{Value: v, loose: !v.Known}}
		}
		return nil
	case v.List == nil && v.Value.Unset:
		return nil
	case v.List == nil:
		return []field{{Value: v.Value}}
	case v.List.Loose, v.List.Keyed && len(v.List.Items) > 1: // nobody knows in which order
		return []field{{Value: derived("${"+q.Name+"[@]}", "elements", v.List.values()...), loose: true}}
	}
	for _, it := range v.List.Items {
		out = append(out, field{Value: it.Value})
	}
	return out
}

// operatedAll is what an expansion makes of a list.
func (x *expander) operatedAll(p *program.Part, list []field) piece {
	q, facts := p.Param, x.m.facts(x.s)
	switch q.Op {
	case program.Plain:
	case program.Length:
		return piece{value: x.howMany(p, list), quoted: p.Quoted, splits: true}
	case program.Default, program.Alternative, program.AssignUnset, program.Fail:
		return x.chosenList(p, list)
	case program.Slice:
		list = x.sliced(p, list)
	case program.TrimPrefix, program.TrimPrefixes, program.TrimSuffix, program.TrimSuffixes, program.Replace, program.ToUpper, program.ToLower:
		if !countsFields(facts) || facts.FewExpansions || !facts.SplitsWords {
			return x.strange(p)
		}
		list = slices.Clone(list)
		for i := range list {
			list[i].Value = x.operated(p, list[i].Value)
			if x.stopped() {
				return piece{}
			}
		}
	default:
		return x.strange(p)
	}
	if x.stopped() {
		return piece{}
	}
	one := x.together(list)
	if p.Quoted && q.All == '*' {
		return piece{value: one, quoted: true}
	}
	return piece{value: one, list: list, isList: true, quoted: p.Quoted}
}

// together is a list as one value: the first of the separators stands between.
func (x *expander) together(list []field) Value {
	between := x.separators()
	if between != "" {
		between = between[:1]
	}
	v := empty
	for i, f := range list {
		if i > 0 {
			v = v.with(Literal(between))
		}
		one := f.Value
		if f.loose {
			one = derived("$*", "all"+between+itoa(x.s.params.past), f.Value)
		}
		v = v.with(one)
	}
	return v
}

// howMany is ${#a[@]}.
func (x *expander) howMany(p *program.Part, list []field) Value {
	q, facts := p.Param, x.m.facts(x.s)
	isParams := q.Name == "@" || q.Name == "*"
	if v, _ := x.s.lookup(q.Name); v.List != nil && v.List.Keyed && !v.List.Loose {
		return Literal(itoa(len(v.List.Items)))
	}
	switch {
	case !countsFields(facts):
		d := derived(p.Raw, "lengths", valuesOf(list)...)
		d.Number = isParams && len(list) > 0
		return d
	case isParams:
		return x.s.params.count()
	}
	if slices.ContainsFunc(list, func(f field) bool { return f.loose || f.Perhaps }) {
		d := derived(p.Raw, "count", valuesOf(list)...)
		d.Number, d.Filled = true, true
		return d
	}
	return Literal(itoa(len(list)))
}

// chosenList is a choice that goes by whether a list has something.
func (x *expander) chosenList(p *program.Part, list []field) piece {
	q := p.Param
	all := derived("$@", "words"+itoa(x.s.params.past), valuesOf(list)...)
	if only, quoted := allParameters(q.Word); q.Op == program.Alternative && !q.Null && only && quoted && (q.Name == "@" || q.Name == "*") {
		return piece{list: list, isList: true, quoted: true}
	}
	if _, has := x.s.lookup(q.Name); len(list) == 0 && !q.Null && (!x.m.facts(x.s).SplitsWords || has && failsInside(x.m.facts(x.s))) {
		return x.strange(p) // it hangs on where the word stands, or a=() is no array
	}
	there, fact := x.hasElements(q, list), isSetFact+all.Key
	if q.Null {
		there, fact = x.hasText(list), notEmpty+all.Key
	}
	if truth, ok := x.s.facts[fact]; there == undecided && ok {
		there = maybe{truth, true}
	}
	if there == undecided {
		all.Input = q.Name == "@" || q.Name == "*"
		x.asks(p, fact, all)
		return piece{}
	}
	if q.Op == program.AssignUnset && there == no {
		return x.strange(p)
	}
	return x.choice(p, there, fact, all, func() piece {
		one := x.together(list)
		if p.Quoted && q.All == '*' {
			return piece{value: one, quoted: true}
		}
		return piece{value: one, list: list, isList: true, quoted: p.Quoted}
	})
}

// allParameters tells whether a word is "$@".
func allParameters(w *program.Word) (only, quoted bool) {
	if w == nil || len(w.Parts) != 1 || w.Parts[0].Kind != program.Expansion {
		return false, false
	}
	q := w.Parts[0].Param
	return q.Name == "@" && q.Op == program.Plain, w.Parts[0].Quoted
}

// hasElements answers whether a list is set.
func (x *expander) hasElements(q *program.Param, list []field) maybe {
	facts := x.m.facts(x.s)
	for _, f := range list {
		if !f.loose && !f.Perhaps {
			return yes
		}
	}
	if len(list) > 0 {
		if q.Name == "@" && countsFields(facts) {
			if b := x.bounds(x.s.params.count()); b.low > 0 || b.high == 0 {
				return maybe{b.low > 0, true}
			}
		}
		return undecided
	}
	_, has := x.s.lookup(q.Name)
	if q.Name == "@" || q.Name == "*" {
		return maybe{!countsFields(facts), true}
	}
	return maybe{has && facts.ArraysFromOne, true}
}

// hasText answers whether a list is not empty, written as one text.
func (x *expander) hasText(list []field) maybe {
	blank := true
	for _, f := range list {
		if f.full() && !f.loose {
			return yes
		}
		blank = blank && f.blank() && !f.loose && !f.Perhaps
	}
	if len(list) == 0 || len(list) == 1 && blank && x.m.facts(x.s).SplitsWords {
		return no
	}
	return undecided
}

// names is ${!x*} and ${!a[@]}, and whatever is not understood.
func (x *expander) names(p *program.Part) piece {
	q := p.Param
	facts := x.m.facts(x.s)
	if !facts.SplitsWords || !countsFields(facts) || q.Op == program.Names && !hasIndirection(facts) && !failsInside(facts) {
		return x.strange(p)
	}
	var list []field
	v, _ := x.s.lookup(q.Name)
	switch {
	case q.Op == program.Names && strings.ToUpper(q.Name) != q.Name:
		var names []string
		for name, v := range x.s.vars.all() {
			if strings.HasPrefix(name, q.Name) && (v.List != nil || !v.Value.Unset) {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		for _, name := range names {
			list = append(list, field{Value: Literal(name)})
		}
	case q.Op == program.Other && strings.HasPrefix(p.Raw, "${!") && (strings.HasSuffix(p.Raw, "[@]}") || strings.HasSuffix(p.Raw, "[*]}")) &&
		v.List != nil && !v.List.Loose && (!v.List.Keyed || len(v.List.Items) < 2):
		for _, it := range v.List.Items {
			list = append(list, field{Value: it.Key})
		}
	default:
		return x.strange(p)
	}
	if one := x.together(list); p.Quoted && strings.Contains(p.Raw, "*") {
		return piece{value: one, quoted: true}
	}
	return piece{list: list, isList: true, quoted: p.Quoted}
}

// indirect is ${!x}.
func (x *expander) indirect(p *program.Part) piece {
	q, facts := p.Param, x.m.facts(x.s)
	was, _ := x.s.vars.get(q.Name)
	if !hasIndirection(facts) {
		if countsFields(facts) && facts.SplitsWords && was.Refers == "" && isName(q.Name) {
			return piece{value: Literal(q.Name), quoted: p.Quoted, splits: true}
		}
		return x.strange(p)
	}
	v := x.scalar(q)
	switch {
	case x.stopped():
		return piece{}
	case was.Refers != "", !v.Known, !isName(v.Text) && !shell.IsParameter(v.Text):
		return x.strange(p)
	}
	target := *p
	target.Param = &program.Param{Name: v.Text}
	return x.expansion(&target)
}

// strange is an expansion that is not understood.
func (x *expander) strange(p *program.Part) piece {
	x.m.unknown(p.Span, "%s is not understood", short(p.Raw))
	v := Symbol(p.Raw, p.Raw+"@"+p.Span.Start.String()+itoa(x.s.pc))
	v.Blind = true
	if p.Param.All != 0 || p.Param.Op == program.Names {
		return piece{list: []field{{Value: v, loose: true}}, isList: true, quoted: true}
	}
	return piece{value: v, quoted: p.Quoted, splits: true}
}
