package shell

import (
	"errors"
	"reflect"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Two parentheses that stand together are arithmetic to a shell where their ends stand
// together too. Elsewhere one subshell begins in another, or in a substitution: the parser
// is shown a blank between them, which takes no room in the tree that it makes.

// treeOf parses text in which subshells may begin together.
func treeOf(name string, text []byte, variant syntax.LangVariant, options []syntax.ParserOption) (*syntax.File, error) {
	file, err := tree(name, text, variant, options)
	first := err
	var gaps []int
	for err != nil {
		at, ok := nestedAt(text, gaps, err)
		if !ok {
			return nil, first
		}
		i, _ := slices.BinarySearch(gaps, at)
		gaps = slices.Insert(gaps, i, at)
		file, err = tree(name, withGaps(text, gaps), variant, options)
	}
	closeGaps(file, gaps)
	return file, nil
}

// nestedAt is the offset of the second of two parentheses that the parser has taken for
// arithmetic, and no shell does: the last ones in front of where it stopped, or there.
func nestedAt(text []byte, gaps []int, err error) (int, bool) {
	var p syntax.ParseError
	if !errors.As(err, &p) || !strings.Contains(p.Text, "arithmetic") && !strings.Contains(p.Text, "((") {
		return 0, false
	}
	for i := min(int(p.Pos.Offset())+len("$("), len(text)-1); i > 0; i-- {
		if text[i] == '(' && text[i-1] == '(' && !slices.Contains(gaps, i) && !endTogether(text, i) {
			return i, true
		}
	}
	return 0, false
}

// endTogether tells whether right behind the end of the parenthesis at i another one ends.
func endTogether(text []byte, i int) bool {
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '\'':
			for i++; i < len(text) && text[i] != '\''; i++ {
			}
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i+1 < len(text) && text[i+1] == ')'
			}
		}
	}
	return true // it ends nowhere
}

// withGaps is a text with a blank in front of some bytes.
func withGaps(text []byte, gaps []int) []byte {
	out := make([]byte, 0, len(text)+len(gaps))
	from := 0
	for _, at := range gaps {
		out = append(append(out, text[from:at]...), ' ')
		from = at
	}
	return append(out, text[from:]...)
}

// closeGaps moves the places in a tree to where they are without these blanks.
func closeGaps(file *syntax.File, gaps []int) {
	if len(gaps) == 0 {
		return
	}
	moved := func(p syntax.Pos) syntax.Pos {
		offset, line, col := p.Offset(), p.Line(), p.Col()
		before, onLine := uint(0), uint(0)
		for i, gap := range gaps {
			if at := uint(gap + i); at < offset {
				before++
				if at+col > offset {
					onLine++
				}
			}
		}
		return syntax.NewPos(offset-before, line, col-onLine)
	}
	done := map[syntax.Node]bool{}
	position := reflect.TypeFor[syntax.Pos]()
	syntax.Walk(file, func(n syntax.Node) bool {
		if n == nil || done[n] {
			return n == nil
		}
		done[n] = true
		of := reflect.ValueOf(n).Elem()
		for i := range of.NumField() {
			if field := of.Field(i); field.Type() == position && field.CanSet() {
				if p := field.Interface().(syntax.Pos); p.IsValid() {
					field.Set(reflect.ValueOf(moved(p)))
				}
			}
		}
		return true
	})
}
