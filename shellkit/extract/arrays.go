package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// array is the value of an array of these words.
func (x *walker) array(words []value) value {
	v := value{known: true}
	var key strings.Builder
	for i, w := range words {
		if i > 0 {
			v = v.join(literal(" "))
		}
		v = v.join(w)
		key.WriteString(w.key + "\x01")
		if w.mayBeNone() {
			key.WriteByte(2)
		}
	}
	if len(words) == 1 {
		v = words[0] // which nothing else has to tell from a plain one
	}
	list, ok := x.lists[key.String()]
	if !ok {
		list = &words
		x.lists[key.String()] = list
	}
	v.quoted, v.list = false, list
	return v
}

// words is the value of an array that is written down.
func (x *walker) words(a *syntax.ArrayExpr, s *state, name string) value {
	var words []value
	if len(a.Elems) > 0 && a.Elems[0].Index != nil && x.effort != exact {
		return x.written(a, s, name)
	}
	for _, e := range a.Elems {
		if e.Value == nil || e.Index != nil {
			return x.fresh(name)
		}
		list, loose := x.fields(e.Value, s)
		if loose {
			return x.fresh(name)
		}
		words = append(words, list...)
	}
	if len(words) == 0 {
		return literal("")
	}
	return x.array(words)
}

// written is the value of an array that is written down with its keys.
func (x *walker) written(a *syntax.ArrayExpr, s *state, name string) value {
	var list []item
	for _, e := range a.Elems {
		if e.Value == nil || e.Index == nil {
			return x.fresh(name)
		}
		key, ok := x.entryName(name, e.Index, s)
		if !ok {
			return x.fresh(name)
		}
		list = append(slices.DeleteFunc(list, func(e item) bool { return e.name == key }), item{key, x.word(e.Value, s)})
	}
	slices.SortFunc(list, func(a, b item) int { return strings.Compare(a.name, b.name) })
	return x.dict(name, list)
}

// sized tells whether so many of the words of an array are surely that many: one of them may
// be none, because nothing is in a variable.
func sized(words []value, n int) bool {
	return !slices.ContainsFunc(words[:min(n, len(words))], value.mayBeNone)
}

// element is ${a[i]}, and a plain $a where that is the first element. An element behind a
// word that may be none is not known, and nor is that word where there are others behind it.
func (x *walker) element(p *syntax.ParamExp, v value, s *state) (value, bool) {
	if v.list == nil {
		return value{}, false
	}
	n, i, first := 0, 0, 0
	if x.facts.ArraysFromOne {
		first = 1
	}
	switch {
	case p.Index == nil && first == 1:
		return v, true
	case p.Index != nil:
		if w, ok := p.Index.(*syntax.Word); ok && (w.Lit() == "@" || w.Lit() == "*") {
			return v, true
		}
		var ok bool
		if n, _, ok = x.computed(p.Index, s); !ok {
			return value{}, false
		}
		if i = n - first; n < 0 {
			i = n + len(*v.list)
		}
	}
	list := *v.list
	before := max(i, 0)
	switch {
	case n < 0:
		before = len(list)
	case i < len(list)-1:
		before++
	}
	switch {
	case !sized(list, before):
		return value{}, false
	case i < 0 || i >= len(list):
		return literal(""), true
	}
	return list[i], true
}

// longer is an array with more words at its end.
func (x *walker) longer(v, more value) value {
	list := func(v value) []value {
		switch {
		case v.list != nil:
			return *v.list
		case v.blank():
			return nil
		}
		return []value{v}
	}
	return x.array(append(append([]value{}, list(v)...), list(more)...))
}
