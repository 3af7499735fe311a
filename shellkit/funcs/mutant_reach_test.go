package funcs

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A place is a statement of the functions: its first byte and the one behind its last.
type place struct{ from, to int }

// places lists the statements before which another one can be put without changing what
// they do: those of lists, unless they begin with the question how the last one ended.
func places(text []byte, lang syntax.LangVariant) (out []place) {
	of := func(list []*syntax.Stmt) {
		for _, s := range list {
			if !asksLast(text, s) {
				out = append(out, place{int(s.Pos().Offset()), int(s.End().Offset())})
			}
		}
	}
	for _, s := range parsed(text, lang).Stmts {
		syntax.Walk(s, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Block:
				of(n.Stmts)
			case *syntax.Subshell:
				of(n.Stmts)
			case *syntax.CmdSubst:
				of(n.Stmts)
			case *syntax.CaseItem:
				of(n.Stmts)
			case *syntax.ForClause:
				of(n.Do)
			case *syntax.WhileClause:
				of(n.Cond)
				of(n.Do)
			case *syntax.IfClause:
				of(n.Cond)
				of(n.Then)
			}
			return true
		})
	}
	slices.SortFunc(out, func(a, b place) int { return a.from - b.from })
	return slices.Compact(out)
}

// asksLast tells whether a statement begins with the question how the last one ended: on
// the first line of what is done first in it.
func asksLast(text []byte, s *syntax.Stmt) bool {
	for {
		list, ok := s.Cmd.(*syntax.BinaryCmd)
		if !ok {
			break
		}
		s = list.X
	}
	first, _, _ := bytes.Cut(text[s.Pos().Offset():s.End().Offset()], []byte("\n"))
	return bytes.Contains(first, []byte("$?"))
}

func parsed(text []byte, lang syntax.LangVariant) *syntax.File {
	file, err := syntax.NewParser(syntax.Variant(lang)).Parse(bytes.NewReader(text), "")
	if err != nil {
		panic(err)
	}
	return file
}

// marking puts a command before each statement that says where it is.
func marking(text []byte, all []place, command func(place) string) []byte {
	var b bytes.Buffer
	done := 0
	for _, p := range all {
		b.Write(text[done:p.from])
		b.WriteString(command(p) + "; ")
		done = p.from
	}
	b.Write(text[done:])
	return b.Bytes()
}

// reacher is the function that a mark calls; a call of another user may come to what is
// marked.
const reacher = "reach() { [ -e \"$REACHED/$1\" ] || : >|\"$REACHED/$1\"; }\n"

func reach(p place) string { return "reach " + strconv.Itoa(p.from) }

// innermost returns where the smallest place begins that a piece of the text is in, or -1.
func innermost(all []place, from, to int) int {
	best := place{-1, 1 << 30}
	for _, p := range all {
		if p.from <= from && to <= p.to && p.to-p.from < best.to-best.from {
			best = p
		}
	}
	return best.from
}

// note adds a call to what it has come to, as the marks in a folder say.
func note(folder, call string, reached map[int][]string) {
	marks, _ := os.ReadDir(folder)
	for _, m := range marks {
		if from, err := strconv.Atoi(strings.TrimSpace(m.Name())); err == nil {
			reached[from] = append(reached[from], call)
		}
	}
}
