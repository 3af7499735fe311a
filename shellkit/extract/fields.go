package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// add appends what a word expands to: none, one or several words.
func (c *call) add(x *walker, w *syntax.Word, s *state) {
	if v, ok := x.onlyOne(w, s); ok && !c.loose {
		c.args, c.words = append(c.args, v), append(c.words, w)
		return
	}
	list, loose := x.fields(w, s)
	if loose && !c.loose {
		c.loose, c.from = true, len(c.args)+max(len(list)-1, 0)
		c.behind = wordsOf(list[max(len(list)-1, 0):])
		if p := shell.ParamOf(w); p == "@" || p == "*" {
			c.from, c.behind, c.past = len(c.args)+len(s.params.list), s.params.rest, s.params.past
		}
	} else if loose || c.loose { // words behind words of which nobody knows how many they are
		c.behind, c.past = wordsOf(append([]value{c.behind}, list...)), 0
	}
	for _, v := range list {
		c.args, c.words = append(c.args, v), append(c.words, w)
	}
}

// settle puts what a word that assigns has come to in its place, for it would come to
// something else when it is asked again: [ $((n += 1)) -le 3 ].
func (c *call) settle(x *walker, w *syntax.Word) {
	end := w.End()
	q := &syntax.SglQuoted{Left: w.Pos(), Right: syntax.NewPos(end.Offset()-1, end.Line(), max(end.Col(), 2)-1)}
	for i := range c.words {
		if c.words[i] != w {
			continue
		}
		settled := *q
		if settled.Value = c.args[i].text; !c.args[i].known {
			settled.Value = string(x.hole(c.args[i]))
		}
		c.words[i] = &syntax.Word{Parts: []syntax.WordPart{&settled}}
	}
}

// wordsOf is a value that stands for any number of words, made of these.
func wordsOf(list []value) value {
	var key strings.Builder
	for _, v := range list {
		key.WriteString(v.key + "\x01")
	}
	return symbol("$@", "words\x01"+key.String())
}

// onlyOne is what a word expands to that is written down, or a parameter in double quotes:
// that is one word, whatever it is.
func (x *walker) onlyOne(w *syntax.Word, s *state) (value, bool) {
	quoted, part := shell.OnlyPart(w)
	switch part := part.(type) {
	case *syntax.SglQuoted:
		return x.word(w, s), true
	case *syntax.ParamExp:
		if name := shell.ParamOf(w); quoted && name != "" && name != "@" && name != "*" {
			return x.word(w, s), true
		}
	case *syntax.Lit:
		if quoted || !strings.Contains(part.Value, "{") {
			v := x.word(w, s)
			return v, v.quoted
		}
	}
	return value{}, false
}

// fields are the words that a word expands to. Where it is loose the last of them
// stands for any number of words.
func (x *walker) fields(w *syntax.Word, s *state) (list []value, loose bool) {
	quotedWord, part := shell.OnlyPart(w)
	if p, ok := part.(*syntax.ParamExp); ok && p.Param != nil {
		if name := shell.ParamOf(w); name == "@" || name == "*" && !quotedWord {
			list, loose = x.asWords(s.params.list, quotedWord)
			if s.params.open() {
				list = append(list, symbol("$@", "@"+s.params.key()))
			}
			return list, loose || s.params.open()
		}
		if shell.PlainArray(p, quotedWord) {
			list, loose = x.elements(p.Param.Value, s)
			list, more := x.asWords(list, quotedWord)
			return list, loose || more
		}
	}
	if words := x.braces(w); len(words) > 1 {
		for _, w := range words {
			more, l := x.fields(w, s)
			list, loose = append(list, more...), loose || l
		}
		return list, loose
	}
	v := x.word(w, s)
	splits := "*?[" + x.separators()
	if p, ok := part.(*syntax.ArithmExp); ok && p != nil && strings.ContainsAny(v.text, splits) && !quotedWord {
		v.quoted = false
	}
	switch {
	case mixesList(w):
		return []value{wordsOf([]value{v})}, true
	case v.quoted:
		return []value{v}, false
	case v.empty && part != nil: // nothing sets it
		return nil, false
	case !v.known:
		_, isCommand := part.(*syntax.CmdSubst)
		return []value{v}, isCommand
	case v.text == "":
		return nil, false
	case !x.facts.SplitsWords && part == nil, !strings.ContainsAny(v.text, splits):
		return []value{v}, false
	case strings.ContainsAny(v.text, "*?[") || len(w.Parts) != 1 || len(x.in.assigned["IFS"]) > 0:
		return []value{v}, true
	}
	if _, isParam := part.(*syntax.ParamExp); isParam && !x.facts.SplitsWords {
		return []value{v}, false // zsh does not split it
	}
	return parted(v), false
}

// parted are the words of a known value between blanks.
func parted(v value) (list []value) {
	for _, text := range strings.Fields(v.text) {
		one := literal(text)
		one.input, one.called = v.input, v.called
		if v.input {
			one.key = inputKey("word of "+v.key, one.key)
		}
		list = append(list, one)
	}
	return list
}

// asWords are the words that a list of parameters or elements makes: themselves in double
// quotes; elsewhere an empty one is none, and most shells part the others at blanks.
func (x *walker) asWords(list []value, inQuotes bool) (out []value, loose bool) {
	if inQuotes {
		return slices.Clone(list), false
	}
	for _, v := range list {
		switch {
		case v.known && v.text == "":
		case !v.known || !x.facts.SplitsWords || !strings.ContainsAny(v.text, "*?["+x.separators()):
			out = append(out, v)
		case strings.ContainsAny(v.text, "*?[") || len(x.in.assigned["IFS"]) > 0:
			out, loose = append(out, v), true
		default:
			out = append(out, parted(v)...)
		}
	}
	return out, loose
}

// separators are the letters at which words may be parted: blanks, and what stands in
// assignments of IFS.
func (x *walker) separators() string {
	letters := " \t\n"
	for _, a := range x.in.assigned["IFS"] {
		letters += variableInText().ReplaceAllString(a.text, "")
	}
	return letters
}

// variableInText finds the variables in a text.
var variableInText = regex.Of(`\$\{?[A-Za-z_][A-Za-z0-9_]*\}?`)

// mixesList tells of "a$@b", from which as many words come as there are parameters, and
// perhaps none.
func mixesList(w *syntax.Word) (mixes bool) {
	syntax.Walk(w, func(n syntax.Node) bool {
		p, ok := n.(*syntax.ParamExp)
		mixes = mixes || ok && p.Param != nil && p.Param.Value == "@" && p.Exp == nil && !p.Length
		return !mixes && !shell.IsSubstitution(n)
	})
	return mixes
}

// elements are the words of an array.
func (x *walker) elements(name string, s *state) (list []value, loose bool) {
	v := x.variable(name, s)
	switch {
	case v.list != nil:
		return *v.list, false
	case v.known && v.text == "":
		return nil, false
	case v.known && !strings.ContainsAny(v.text, " \t\n"):
		return []value{v}, false
	}
	return []value{v}, true
}

// mostBraces is how many words braces may make; more are one that is not known.
const mostBraces = 64

// braces are the words that {a,b} in a word makes of it.
func (x *walker) braces(w *syntax.Word) []*syntax.Word {
	if !x.facts.Braces {
		return nil
	}
	for _, part := range w.Parts {
		if l, ok := part.(*syntax.Lit); ok && strings.Contains(l.Value, "{") {
			split := *w
			if !syntax.SplitBraces(&split) {
				return nil
			}
			var words []*syntax.Word
			for word, err := range expand.BracesSeq(&expand.Config{}, &split) {
				if words = append(words, word); err != nil || len(words) > mostBraces {
					return nil
				}
			}
			return words
		}
	}
	return nil
}
