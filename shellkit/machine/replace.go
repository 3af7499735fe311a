package machine

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/program"
)

// operated is what an expansion makes of the value of its parameter.
func (x *expander) operated(p *program.Part, v Value) Value {
	q := p.Param
	switch q.Op {
	case program.Plain:
		return v
	case program.Length:
		return lengthOf(p, v)
	case program.TrimPrefix, program.TrimPrefixes, program.TrimSuffix, program.TrimSuffixes:
		return x.trimmed(p, v)
	case program.Replace:
		return x.replaced(p, v)
	case program.Slice:
		return x.slicedText(p, v)
	case program.ToUpper, program.ToLower:
		return x.cased(p, v)
	}
	return x.strange(p).value
}

// isPlainText tells of a text in which a letter is a byte, whatever the locale.
func isPlainText(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

func lengthOf(p *program.Part, v Value) Value {
	if v.Known && isPlainText(v.Text) {
		return Literal(itoa(len(v.Text)))
	}
	d := derived(p.Raw, "length", v)
	d.Number, d.Filled = true, true
	return d
}

// trimmed is ${x%word} and its like.
func (x *expander) trimmed(p *program.Part, v Value) Value {
	q := p.Param
	trim := x.pattern(q.Word)
	if x.stopped() {
		return Value{}
	}
	suffix := q.Op == program.TrimSuffix || q.Op == program.TrimSuffixes
	longest := q.Op == program.TrimPrefixes || q.Op == program.TrimSuffixes
	if v.Unset {
		v = empty
	}
	tokens, known := trim.tokens(x.m.facts(x.s))
	if !v.Known {
		if known {
			return trimmedOpen(p, v, tokens, suffix, longest)
		}
		return derivedOf(p, append(trim.values(), v)...)
	}
	if !known || !fitsBytes(tokens, v.Text) {
		return derivedOf(p, append(trim.values(), v, Literal(trim.key()))...)
	}
	n := len(v.Text)
	for i := range n + 1 {
		if longest {
			i = n - i
		}
		switch {
		case suffix && match(tokens, v.Text[n-i:]):
			return cut(v, 0, n-i)
		case !suffix && match(tokens, v.Text[:i]):
			return cut(v, i, n)
		}
	}
	return v
}

// cut is a part of a known value.
func cut(v Value, from, to int) Value {
	out := Literal(v.Text[from:to])
	out.Input, out.Private, out.Fresh = v.Input, v.Private, v.Fresh && from == 0 && to == len(v.Text)
	return out
}

// derivedOf is an expansion of values that is not worked out. Facts of the whole that may
// not be facts of the part are dropped.
func derivedOf(p *program.Part, from ...Value) Value {
	return derived(p.Raw, operationOf(p), from...)
}

// operationOf names an operation without the name of its parameter, so that equal
// operations on equal values are equal.
func operationOf(p *program.Part) string {
	text := p.Raw
	if i := strings.Index(text, p.Param.Name); i >= 0 {
		text = text[i+len(p.Param.Name):]
	}
	return itoa(int(p.Param.Op)) + text
}

// ends are the texts with which a value surely begins and ends.
func (v Value) ends() (head, tail string) {
	if v.Known {
		return v.Text, v.Text
	}
	head, _, _ = strings.Cut(v.Key, mark)
	tail = v.Key[strings.LastIndex(v.Key, mark)+len(mark):]
	return head, strings.TrimPrefix(tail, varies) // which is no text
}

// trimmedOpen takes something off a value of which only the ends are known.
func trimmedOpen(p *program.Part, v Value, tokens []token, suffix, longest bool) Value {
	head, tail := v.ends()
	text, plain := literalOf(tokens)
	star := len(tokens) > 0 && tokens[0].kind == anyText
	switch {
	case plain && suffix && len(tail) >= len(text):
		if strings.HasSuffix(tail, text) {
			return shorter(v, len(text))
		}
		return v
	case plain && !suffix && len(head) >= len(text):
		if cutOff := strings.TrimPrefix(head, text); len(cutOff) < len(head) {
			return behind(v, len(text))
		}
		return v
	case plain:
	case suffix && !longest && len(tokens) == 2 && tokens[1].kind == anyText && tokens[0].kind == oneByte: // ${x%/*}
		if i := strings.LastIndexByte(tail, tokens[0].byte); i >= 0 {
			return shorter(v, len(tail)-i)
		}
		if tokens[0].byte == '/' {
			return dirOf(v)
		}
	case !suffix && longest && len(tokens) == 2 && star && tokens[1].kind == oneByte: // ${x##*/}
		if i := strings.LastIndexByte(tail, tokens[1].byte); i >= 0 {
			return Literal(tail[i+1:])
		}
		if tokens[1].byte == '/' {
			return baseOfOpen(v)
		}
	}
	return derivedOf(p, v, Literal(keyOf(tokens)))
}

// shorter is a value that is not known without so many letters at its end, which are. What
// lies in a fresh folder is one that is fresh itself only where it still lies in it.
func shorter(v Value, n int) Value {
	out := Value{Key: v.Key[:len(v.Key)-n], Text: strings.TrimSuffix(v.Text, v.Key[len(v.Key)-n:])}
	out.Private, out.Fresh, out.Input, out.Blind = v.Private, v.Fresh, v.Input, v.Blind
	_, tail := out.ends()
	out.Inside = v.Inside && strings.Contains(tail, "/")
	return out
}

// behind is a value that is not known without so many letters at its beginning, which are.
func behind(v Value, n int) Value {
	out := Value{Key: v.Key[n:], Text: v.Text}
	if strings.HasPrefix(v.Text, v.Key[:n]) {
		out.Text = v.Text[n:]
	}
	out.Private, out.Input, out.Blind = v.Private, v.Input, v.Blind
	return out
}

// dirOf is the folder of a path of which the end is not known.
func dirOf(v Value) Value {
	d := derived("${"+v.Text+"%/*}", "dir", v)
	d.Filled = false
	return d
}

// baseOfOpen is the last part of such a path.
func baseOfOpen(v Value) Value { return derived("${"+v.Text+"##*/}", "base", v) }

// replaced is ${x/word/with}.
func (x *expander) replaced(p *program.Part, v Value) Value {
	q, facts := p.Param, x.m.facts(x.s)
	what := x.pattern(q.Word)
	if x.stopped() {
		return Value{}
	}
	with := x.joined(q.With)
	if x.stopped() {
		return Value{}
	}
	if v.Unset {
		v = empty
	}
	tokens, known := what.tokens(facts)
	open := derivedOf(p, append(what.values(), v, with, Literal(what.key()))...)
	switch {
	case !known, !v.Known, !with.Known, !fitsBytes(tokens, v.Text), strings.ContainsAny(with.Text, `&\`):
		return open
	case (q.Start || q.End) && (!anchors(facts) || match(tokens, "")):
		return open
	case q.Every && len(tokens) > 0 && tokens[0].kind == oneByte && strings.IndexByte("#%", tokens[0].byte) >= 0:
		return open
	case len(tokens) == 0:
		return v
	case match(tokens, "") && v.Text == "":
		return open
	}
	text, ok := replace(tokens, v.Text, with.Text, q)
	if !ok {
		return open
	}
	out := Literal(text)
	out.Input, out.Private = v.Input || with.Input, v.Private || with.Private
	return out
}

// replace puts a text in the place of what fits, the longest of what begins first. ok is
// false where nothing at all fits somewhere, which shells do not agree about.
func replace(tokens []token, text, with string, q *program.Param) (out string, ok bool) {
	var b strings.Builder
	for i := 0; i <= len(text); {
		j := len(text)
		for ; j >= i; j-- {
			if (!q.End || j == len(text)) && match(tokens, text[i:j]) {
				break
			}
		}
		switch {
		case j == i && i < len(text):
			return "", false
		case j > i:
			b.WriteString(with)
			i = j
			if !q.Every {
				return b.String() + text[i:], true
			}
			continue
		case q.Start:
			return text, true
		}
		if i < len(text) {
			b.WriteByte(text[i])
		}
		i++
	}
	return b.String(), true
}

// cased is ${x^^} and its like.
func (x *expander) cased(p *program.Part, v Value) Value {
	q := p.Param
	switch {
	case !hasIndirection(x.m.facts(x.s)):
		return x.strange(p).value
	case v.Unset:
		return empty
	case !v.Known || q.Word != nil && len(q.Word.Parts) > 0 || !isPlainText(v.Text):
		return derivedOf(p, v)
	}
	change := strings.ToUpper
	if q.Op == program.ToLower {
		change = strings.ToLower
	}
	out := v
	if q.Every || v.Text == "" {
		out.Text = change(v.Text)
	} else {
		out.Text = change(v.Text[:1]) + v.Text[1:]
	}
	out.Key, out.Fresh = out.Text, false
	return out
}
