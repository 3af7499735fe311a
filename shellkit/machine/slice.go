package machine

import "github.com/lockkit/lockkit/shellkit/program"

// slicedText is ${x:from:count} of one value.
func (x *expander) slicedText(p *program.Part, v Value) Value {
	from, count, known := x.slice(p)
	if x.stopped() {
		return Value{}
	}
	if v.Unset {
		v = empty
	}
	if !v.Known || !known || !isPlainText(v.Text) {
		return derivedOf(p, v, from, count)
	}
	n := len(v.Text)
	begin, _ := integer(from.Text)
	if begin < 0 {
		begin += int64(n)
	}
	if begin < 0 && n > 0 { // shells do not agree
		return derivedOf(p, v, from, count)
	}
	begin = min(max(begin, 0), int64(n))
	end := int64(n)
	if p.Param.Count != nil {
		c, _ := integer(count.Text)
		if c < 0 {
			if !hasIndirection(x.m.facts(x.s)) || end+c < begin {
				return derivedOf(p, v, from, count)
			}
			end += c
		} else {
			end = min(end, begin+min(c, int64(n)))
		}
	}
	return cut(v, int(begin), int(end))
}

// slice is where a slice begins, and how long it is.
func (x *expander) slice(p *program.Part) (from, count Value, known bool) {
	from, count = Literal("0"), empty
	if p.Param.From != nil {
		from = x.arithmetic(p.Param.From)
	}
	if p.Param.Count != nil && !x.stopped() {
		count = x.arithmetic(p.Param.Count)
	}
	return from, count, from.Known && count.Known
}

// sliced is ${@:from:count} and ${a[@]:from:count}.
func (x *expander) sliced(p *program.Part, list []field) []field {
	q, facts := p.Param, x.m.facts(x.s)
	from, count, known := x.slice(p)
	if x.stopped() {
		return nil
	}
	open := []field{{Value: derived(p.Raw, operationOf(p)+itoa(x.s.params.past), append(valuesOf(list), from, count)...), loose: true}}
	isParams := q.Name == "@" || q.Name == "*"
	if facts.FewExpansions || !countsFields(facts) || !known {
		if facts.FewExpansions || !countsFields(facts) {
			x.m.unknown(p.Span, "%s is not understood", short(p.Raw))
		}
		return open
	}
	begin, _ := integer(from.Text)
	if isParams {
		if begin < 0 {
			return open
		}
		list = append([]field{{Value: x.s.params.name}}, list...)
	} else if v, _ := x.s.lookup(q.Name); begin < 0 || v.List != nil && !v.List.isDense(facts.ArraysFromOne) {
		return open
	}
	fixed := 0
	for fixed < len(list) && !list[fixed].loose && !list[fixed].Perhaps {
		fixed++
	}
	c, _ := integer(count.Text)
	switch {
	case begin > int64(fixed) && fixed < len(list), q.Count != nil && c < 0:
		return open
	case begin >= int64(len(list)):
		return nil
	case q.Count == nil:
		return list[begin:]
	case begin+c <= int64(fixed) || fixed == len(list):
		return list[begin:min(begin+c, int64(len(list)))]
	}
	return open
}

// isDense tells of an array that has no gaps.
func (l *List) isDense(fromOne bool) bool {
	next := 0
	if fromOne {
		next = 1
	}
	for i, it := range l.Items {
		if !it.Key.Known || it.Key.Text != itoa(next+i) {
			return false
		}
	}
	return !l.Loose && !l.Keyed
}
