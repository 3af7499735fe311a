package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// item is one element of an array that is filled element by element.
type item struct {
	name string // its key, or its number
	v    value
}

// mostEntries is how many elements are told apart; an array of more is not followed.
const mostEntries = 32

// dict is the value of an array that has these elements and no others.
func (x *walker) dict(name string, entries []item) value {
	if len(entries) > mostEntries {
		return x.fresh(name)
	}
	var key strings.Builder
	for _, e := range entries {
		key.WriteString(e.name + "\x01" + e.v.key + "\x02")
	}
	v := symbol("$"+name, "{"+key.String()+"}")
	d, ok := x.dicts[v.key]
	if !ok {
		d = &entries
		x.dicts[v.key] = d
	}
	v.dict = d
	return v
}

// entries are the elements of an array of which all are known.
func (x *walker) entries(name string, s *state) (list []item, ok bool) {
	v := x.variable(name, s)
	_, set := s.vars.get(name)
	switch {
	case v.dict != nil:
		return *v.dict, true
	case v.list != nil && !x.facts.ArraysFromOne && sized(*v.list, len(*v.list)):
		for i, w := range *v.list {
			list = append(list, item{itoa(i), w})
		}
		return list, true
	case v == unset, v.empty, v.blank(), !set && x.in.dicts[name]:
		return nil, true
	}
	return nil, false
}

// entryName is the key that an index stands for: a word where the array is an
// associative one, else a number.
func (x *walker) entryName(array string, index syntax.ArithmExpr, s *state) (name string, ok bool) {
	if !x.in.dicts[array] {
		n, _, ok := x.computed(index, s)
		return itoa(n), ok && n >= 0
	}
	w, ok := index.(*syntax.Word)
	if !ok {
		return "", false
	}
	v := x.word(w, s)
	return v.text, v.sure() && v.text != "@" && v.text != "*"
}

// withEntry is an array in which one element has a value; where it is not known which
// element that is, or what else is in it, nothing is known of any.
func (x *walker) withEntry(array string, index syntax.ArithmExpr, v value, s *state) value {
	name, known := x.entryName(array, index, s)
	old, all := x.entries(array, s)
	if !known || !all {
		return x.fresh(array)
	}
	list := slices.DeleteFunc(slices.Clone(old), func(e item) bool { return e.name == name })
	list = append(list, item{name, v})
	slices.SortFunc(list, func(a, b item) int { return strings.Compare(a.name, b.name) })
	return x.dict(array, list)
}

// withoutEntry is the state behind unset 'array[key]'.
func (x *walker) withoutEntry(text string, s *state) *state {
	array, name, _ := strings.Cut(strings.TrimSuffix(text, "]"), "[")
	if !x.in.follows(array) {
		return s
	}
	old, all := x.entries(array, s)
	if _, isNumber := shell.Number(name); !all || !isNumber && !x.in.dicts[array] || strings.ContainsAny(name, "\"'$@*") {
		return s.set(array, x.fresh(array))
	}
	return s.set(array, x.dict(array, slices.DeleteFunc(slices.Clone(old), func(e item) bool { return e.name == name })))
}

// entry is ${a[key]} of an array of which all elements are known.
func (x *walker) entry(p *syntax.ParamExp, v value, s *state) (value, bool) {
	if x.effort == exact || p.Param == nil || p.Index == nil && (v.dict == nil || x.facts.ArraysFromOne) {
		return value{}, false
	}
	name := "0"
	if p.Index != nil {
		if v.dict == nil && !x.in.dicts[p.Param.Value] {
			return value{}, false
		}
		known := false
		if name, known = x.entryName(p.Param.Value, p.Index, s); !known {
			return value{}, false
		}
	}
	list, all := x.entries(p.Param.Value, s)
	if !all {
		return value{}, false
	}
	for _, e := range list {
		if e.name == name {
			return e.v, true
		}
	}
	return unset, true
}
