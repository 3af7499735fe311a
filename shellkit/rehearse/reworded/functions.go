package reworded

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/source"
)

// hasStatusInFunction tells whether a function asks for the status of what ran before.
func (d *draft) hasStatusInFunction() bool {
	found := false
	syntax.Walk(d.tree, func(n syntax.Node) bool {
		if f, is := n.(*syntax.FuncDecl); is {
			found = found || lastStatus().MatchString(d.piece(f))
		}
		return true
	})
	return found
}

// commandInFunction puts one simple command into a function of its own. It may not be applied
// to commands of the shell itself, to arguments of the script or function, in a subshell or job
// (there the last program takes the shell's place, or keeps a copy of descriptors), nor where
// traps or texts know in which function they run.
func (d *draft) commandInFunction() bool {
	if d.placed() || d.inPlace() || d.lib || d.trapsTakeArguments() {
		return false
	}
	var found []*syntax.Stmt
	syntax.Walk(d.tree, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Subshell, *syntax.CmdSubst, *syntax.ProcSubst, *syntax.FuncDecl, *syntax.CoprocClause:
			return false
		case *syntax.BinaryCmd:
			return n.Op == syntax.AndStmt || n.Op == syntax.OrStmt
		case *syntax.Stmt:
			if n.Background || n.Coprocess || n.Disown {
				return false
			}
			if _, name := callOf(n); name != "" && !n.Negated && d.movable(d.text[from(n):ends(n)]) {
				found = append(found, n)
			}
		}
		return true
	})
	s, ok := pick(d, found)
	if !ok {
		return false
	}
	name := d.free("helper", "do_it", "step")
	body := d.text[from(s):ends(s)]
	return d.edits(edit{0, 0, name + "() {\n  " + body + "\n}\n"}, edit{from(s), ends(s), name})
}

// trapsTakeArguments tells whether a trap asks for arguments: which function's they are hangs
// on where the signal comes.
func (d *draft) trapsTakeArguments() bool {
	found := false
	syntax.Walk(d.tree, func(n syntax.Node) bool {
		if c, is := n.(*syntax.CallExpr); is && len(c.Args) > 1 && c.Args[0].Lit() == "trap" {
			found = found || arguments().MatchString(d.piece(c.Args[1]))
		}
		return !found
	})
	return found
}

// movable tells whether a piece of text means the same in a function.
func (d *draft) movable(piece string) bool {
	return !arguments().MatchString(piece) && !lastStatus().MatchString(piece) && !strings.Contains(piece, "\n") &&
		(d.shell != source.Zsh || !scriptName().MatchString(piece))
}

// linesInFunction puts some statements of the top level, one after the other, into a function
// that is called in their place. It may not be applied where the whole may not be, to jumps,
// arguments and here-documents, and where what runs first there asks for a status.
func (d *draft) linesInFunction() bool {
	n := len(d.tree.Stmts)
	if n < 2 || d.placed() || d.lib || d.inPlace() || d.trapsTakeArguments() || d.has(scopes(), hereDocument()) || d.shell == source.Zsh && d.has(traps()) {
		return false
	}
	first := d.draw(n)
	last := min(n-1, first+d.draw(3))
	a, b := d.tree.Stmts[first], d.tree.Stmts[last]
	if !d.ownLine(from(a)) {
		return false
	}
	end := ends(b)
	if rest, _, _ := strings.Cut(d.text[end:], "\n"); strings.TrimSpace(rest) != "" {
		return false
	}
	piece := d.text[from(a):end]
	if arguments().MatchString(piece) || setsArguments().MatchString(piece) || jumps().MatchString(piece) ||
		lastStatus().MatchString(d.text[from(a):ends(a)]) || d.shell == source.Zsh && scriptName().MatchString(piece) {
		return false
	}
	for _, s := range d.tree.Stmts[first : last+1] {
		if _, is := s.Cmd.(*syntax.FuncDecl); is || s.Background {
			return false
		}
	}
	name := d.free("stage", "prepare_it", "part")
	return d.edits(edit{from(a), end, name + "() {\n" + piece + "\n}\n" + name})
}

// functionsInFile moves the functions with which a script begins into a file that it sources. It
// may not be applied to a library, and to functions that know where they stand.
func (d *draft) functionsInFile() bool {
	if d.placed() || d.lib || len(d.files) > 0 || d.has(scriptName()) {
		return false
	}
	end := 0
	for _, s := range d.tree.Stmts {
		if _, is := s.Cmd.(*syntax.FuncDecl); !is {
			break
		}
		end = ends(s)
	}
	rest, after, _ := strings.Cut(d.text[end:], "\n")
	if end == 0 || strings.TrimSpace(rest) != "" {
		return false
	}
	d.files = map[string]string{"functions.sh": d.text[:end] + "\n"}
	d.text = ". \"$(dirname \"$0\")/functions.sh\"\n" + after
	return true
}

// trapInFunction puts the text of a trap into a function. It may not be applied to a text
// that asks for arguments, jumps, or is not written in single quotes; nor where another trap asks
// for arguments, which are the function's where that exits; nor in zsh, where a function has
// arguments and traps of its own.
func (d *draft) trapInFunction() bool {
	if d.placed() || d.shell == source.Zsh || d.trapsTakeArguments() {
		return false
	}
	var found []*syntax.SglQuoted
	syntax.Walk(d.tree, func(n syntax.Node) bool {
		if c, is := n.(*syntax.CallExpr); is {
			if q := d.trapText(c); q != nil && !arguments().MatchString(q.Value) && !jumps().MatchString(q.Value) {
				found = append(found, q)
			}
		}
		return true
	})
	q, ok := pick(d, found)
	if !ok {
		return false
	}
	name := d.free("tidy", "at_the_end", "handler")
	return d.edits(edit{0, 0, name + "() {\n  " + q.Value + "\n}\n"}, edit{from(q), upTo(q), name})
}
