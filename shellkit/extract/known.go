package extract

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/pattern"
	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// known is a state as the expansion of words sees it: what is not known in it is
// noted when somebody asks for it, and then nothing that was expanded is true.
type known struct {
	x      *walker
	st     *state
	number bool // what is expanded is an arithmetic expression
	missed bool
	inputs value // an input among what was asked for, if there is one
}

var errNotKnown = errors.New("made of what is not known")

func (k *known) Get(name string) expand.Variable {
	if name == "IFS" {
		return expand.Variable{} // no field is split here
	}
	v := k.x.variable(name, k.st)
	if v.empty {
		v = literal("")
	}
	if v.input && !k.number {
		k.inputs = v
	}
	if !v.known || k.number && v.input || k.number && !plainNumber(v.text) {
		k.missed = true
		return expand.Variable{}
	}
	return expand.Variable{Set: v != unset, Kind: expand.String, Str: v.text}
}

// plainNumber tells whether a text is the same number to every shell: no expression,
// no name, and not octal to some.
func plainNumber(text string) bool {
	n, err := strconv.Atoi(text)
	return text == "" || err == nil && strconv.Itoa(n) == text
}

func (k *known) Each(func(string, expand.Variable) bool) {}

// Set is what an expansion assigns: $((n += 1)), ${LOCK:=/run/x}.
func (k *known) Set(name string, v expand.Variable) error {
	if k.missed {
		return errNotKnown
	}
	k.st = k.x.put(name, literal(v.Str), k.st)
	return nil
}

// expanded is what the shell makes of a part of a word, where that is made of
// known values alone.
func (x *walker) expanded(part syntax.WordPart, s *state) (value, bool) {
	k := &known{x: x, st: s}
	text, err := expand.Literal(&expand.Config{Env: k}, &syntax.Word{Parts: []syntax.WordPart{part}})
	if err != nil || k.missed {
		return value{}, false
	}
	return literal(text).as(k.inputs), true
}

// computed is what an arithmetic expression of known values comes to, and the state
// with what it assigns.
func (x *walker) computed(e syntax.ArithmExpr, s *state) (n int, after *state, ok bool) {
	if e == nil || shell.Assigns(e, anElement) {
		return 0, s, false
	}
	k := &known{x: x, st: s, number: true}
	n, err := expand.Arithm(&expand.Config{Env: k}, e)
	if err != nil || k.missed {
		return 0, s, false
	}
	return n, k.st, true
}

// fits tells whether a value matches a pattern, as case and [[ == ]] do.
func (x *walker) fits(v value, w *syntax.Word, s *state) (fits, ok bool) {
	k := &known{x: x, st: s}
	if !x.facts.GlobsValues {
		w = quoted(w)
	}
	text, err := expand.Pattern(&expand.Config{Env: k}, w)
	if err != nil || k.missed || k.inputs.input || x.quotesPattern(w, s, "]!^-") || strings.ContainsAny(text, "(|)") {
		return false, false
	}
	if v.empty {
		v = literal("")
	}
	if v.input {
		return false, false
	}
	if !v.known {
		return false, !startsAlike(v, text)
	}
	if !strings.ContainsAny(text, `*?[\(`) {
		return v.text == text, true
	}
	expr, err := pattern.Regexp(text, pattern.EntireString)
	if err != nil {
		return false, false
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return false, false
	}
	return re.MatchString(v.text), true
}

// quoted is a pattern as zsh reads it: what a variable holds stands for itself.
func quoted(w *syntax.Word) *syntax.Word {
	parts := slices.Clone(w.Parts)
	for i, part := range parts {
		if _, ok := part.(*syntax.ParamExp); ok {
			parts[i] = &syntax.DblQuoted{Parts: []syntax.WordPart{part}}
		}
	}
	return &syntax.Word{Parts: parts}
}

// startsAlike tells whether what is known of the beginning of a value may be the
// beginning of what a pattern matches.
func startsAlike(v value, pattern string) bool {
	begin, _, _ := strings.Cut(v.key, "\x00")
	if i := strings.IndexAny(pattern, `*?[\()`); i >= 0 {
		pattern = pattern[:i]
		return strings.HasPrefix(begin, pattern) || strings.HasPrefix(pattern, begin)
	}
	return strings.HasPrefix(pattern, begin)
}

// statusValue is an exit status that is known.
func statusValue(n int) value {
	v := literal(strconv.Itoa(n & 0xff))
	v.nonzero = n&0xff != 0
	return v
}

// quotesPattern tells whether a part of a pattern that stands in quotes, and so for itself,
// has one of these letters in it or is not known: what is expanded for us may take them for
// more. Letters that only mean something in brackets are none where there is no bracket.
func (x *walker) quotesPattern(w *syntax.Word, s *state, letters string) bool {
	if w == nil || strings.HasPrefix(letters, "]") && !slices.ContainsFunc(w.Parts, func(part syntax.WordPart) bool {
		l, ok := part.(*syntax.Lit)
		return ok && strings.Contains(l.Value, "[")
	}) {
		return false
	}
	return slices.ContainsFunc(w.Parts, func(part syntax.WordPart) bool {
		switch part.(type) {
		case *syntax.SglQuoted, *syntax.DblQuoted:
			v := x.part(part, s, false)
			return !v.known || strings.ContainsAny(v.text, letters)
		}
		return false
	})
}
