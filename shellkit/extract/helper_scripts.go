package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A script may leave its lock to another one that lies in its folder: ./lock.sh take || exit.
// That is a child with a script of its own, and where the file can be read it is walked as one.

// helperAt is the index of the word that names the file of such a script in a command, or none.
func helperAt(words []string) (at int, ok bool) {
	if len(words) == 0 || words[0] == "" {
		return 0, false
	}
	if isA(path.Base(words[0]), isShell) {
		if _, isText := bodyOf(words, nil); isText {
			return 0, false
		}
		at = operandOf(words, "oO")
		return at, at < len(words) && namesBeside(words[at], true)
	}
	return 0, namesBeside(words[0], false)
}

// namesBeside tells whether a word may name a file in the folder of the script: it begins
// there, or in a folder that is worked out. A bare name is one for who reads it as a file.
func namesBeside(word string, bare bool) bool {
	if strings.HasPrefix(word, "/") || strings.HasPrefix(word, "-") || word == "" {
		return false
	}
	return bare || isRelative(word) || strings.ContainsAny(word[:1], "$`") && strings.Contains(word, "/")
}

// helper is the script that a word names, where it can be read and has to do with locks, and
// the shell that its first line, or the command, asks for.
func (x *walker) helper(w value, by source.Dialect) (*library, source.Dialect) {
	if x.opt.apart || x.effort == exact || x.strange || x.world != "" || len(x.calls) >= maxDepth || x.src.depth >= 4 || len(x.helping) >= 2 {
		return nil, source.Other
	}
	for _, name := range x.locate(w) {
		if path.Clean(name) == path.Clean(x.p.File) || slices.Contains(x.helping, name) {
			return nil, source.Other
		}
		d := by
		if d == source.Other {
			if d = x.shelf.shebang(name); d == source.Other {
				continue
			}
		}
		if lib := x.shelf.file(name, d); lib != nil && lib.look.locks && x.shelf.outlived(lib, d) {
			return lib, d
		}
	}
	return nil, source.Other
}

// shebang is the shell that the first line of a file asks for; [source.Other] where it asks
// for none.
func (s *shelf) shebang(name string) source.Dialect {
	if s.open == nil {
		return source.Other
	}
	d, known := s.shebangs[name]
	if !known {
		if f, err := s.open(name); err == nil {
			d, _ = source.Shebang(f.Data)
		}
		s.shebangs[name] = d
	}
	return d
}

// mayHelp tells whether a command, as it is written, runs such a script.
func (x *walker) mayHelp(c *syntax.CallExpr) bool {
	words := make([]string, len(c.Args))
	for i, w := range c.Args {
		words[i] = shell.Unescape(x.shown(x.in.bareIn(x.src, w)))
	}
	at, ok := helperAt(words)
	if !ok {
		return false
	}
	w := literal(words[at])
	if !shell.IsWritten(c.Args[at]) {
		w = symbol(words[at], words[at])
	}
	lib, _ := x.helper(w, asksForShell(words, at))
	return lib != nil
}

// asksForShell is the shell that a command runs the file with, which it names at an index.
func asksForShell(words []string, at int) source.Dialect {
	if at == 0 {
		return source.Other
	}
	d, _ := source.ParseDialect(path.Base(words[0]))
	return d
}

// runsHelper walks a command that runs such a script.
func (x *walker) runsHelper(c *call, f flow) ([]flow, bool) {
	if c.detached || c.loose {
		return nil, false
	}
	words := texts(c.args)
	at, ok := helperAt(words)
	if !ok {
		return nil, false
	}
	lib, d := x.helper(c.args[at], asksForShell(words, at))
	if lib == nil {
		return nil, false
	}
	x.marks.helped[x.src.place(c.at)] = true
	return x.programUnder(shell.WithRedirects(c.at, c.at.Redirs), f, func(f flow) []flow {
		funcs, isText := x.funcs, x.isText
		x.helping = append(x.helping, lib.name)
		out := x.frameOf(d, "sh -c", c.at, f, nil, func(f flow) []flow {
			st := f.st.call(ofText, c.arguments(at+1))
			st.vars, st.opts, st.funcs = x.inherited(c, f.st, false), options{}, nil
			st.opts.errexit = shebangErrexit(lib.text)
			x.funcs, x.isText = map[string]function{}, true
			x.ctx.want, x.ctx.checked = true, false
			return x.sourceFile(lib, c, f.with(st))
		})
		x.funcs, x.isText = funcs, isText
		x.helping = x.helping[:len(x.helping)-1]
		return out
	}), true
}

// outlived tells whether a script may end and leave its lock to who has run it, or give up
// one that it has not taken. What keeps its lock to itself is work like any other.
func (s *shelf) outlived(lib *library, d source.Dialect) bool {
	leaves, known := s.outlives[lib]
	if !known {
		f, err := source.New(lib.name, lib.text)
		if err == nil {
			if p, err := Script(f, d, Options{Open: s.open, apart: true}); err == nil {
				leaves = !p.HasLocks() || handsOver(p) // what it makes may be a lock only where it is made and given up in two runs
			}
		}
		s.outlives[lib] = leaves
	}
	return leaves
}

// handsOver tells it of the protocol of a script.
func handsOver(p *protocol.Protocol) bool {
	isName := func(path int) bool { return path != protocol.None && p.Paths[path].Kind == protocol.Exists }
	for i := range p.Nodes {
		n := &p.Nodes[i]
		taken := n.Op == protocol.Claim || n.Op == protocol.Create
		if taken && isName(n.Path) && reachesEnd(p, n.Next, n.Path, true) {
			return true
		}
	}
	for path := range p.Paths {
		if isName(path) && reachesEnd(p, 0, path, false) {
			return true
		}
	}
	return false
}

// reachesEnd tells whether a run comes from a node to its end without giving up the lock at
// a path, or, where it does not have that, to giving it up without having taken it.
func reachesEnd(p *protocol.Protocol, from protocol.ID, path int, has bool) bool {
	seen, todo := map[protocol.ID]bool{protocol.None: true}, []protocol.ID{from}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[id] {
			continue
		}
		seen[id] = true
		n := &p.Nodes[id]
		gives := (n.Op == protocol.Remove || n.Op == protocol.Rename) && n.Path == path
		takes := (n.Op == protocol.Claim || n.Op == protocol.Create) && n.Path == path
		switch {
		case gives && !has, has && n.Op == protocol.End && !n.Mode.Has(protocol.Fatal):
			return true
		case gives && has && n.Else == protocol.None:
			continue
		case takes && !has:
			todo = append(todo, n.Else)
			continue
		}
		todo = append(todo, n.Next, n.Else)
	}
	return false
}
