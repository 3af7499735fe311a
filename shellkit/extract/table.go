package extract

import (
	"maps"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// Which function a name stands for may hang on the path: it is defined in a branch, in
// a subshell, twice, or taken back. Such a function shifts, and the state knows where
// it is; every other one is known by its name alone.

// table is the functions that shift, as they are on a path. It is never changed.
type table struct {
	at  map[string]function
	key string
}

// define is the state in which a name stands for a function.
func (s *state) define(name string, fn function) *state {
	if s.funcs != nil && s.funcs.at[name] == fn {
		return s
	}
	return s.withFunctions(func(at map[string]function) { at[name] = fn })
}

// undefine is the state in which a name stands for no function.
func (s *state) undefine(name string) *state {
	return s.withFunctions(func(at map[string]function) { delete(at, name) })
}

func (s *state) withFunctions(change func(map[string]function)) *state {
	t := s.clone()
	at := map[string]function{}
	if s.funcs != nil {
		at = maps.Clone(s.funcs.at)
	}
	change(at)
	t.funcs = &table{at: at}
	var key strings.Builder
	for _, name := range sortedKeys(at) {
		fn := at[name]
		for _, part := range [...]string{name, "@", fn.src.name, ":", itoa(int(fn.decl.Pos().Offset())), "/", itoa(fn.src.depth), "\x01"} {
			key.WriteString(part)
		}
	}
	t.funcs.key = key.String()
	return t
}

// functions names what shifts: equal keys, equal functions.
func (s *state) functions() string {
	if s.funcs == nil {
		return ""
	}
	return s.funcs.key
}

// function is what a name stands for in a state.
func (x *walker) function(name string, s *state) (function, bool) {
	fn, ok := x.funcs[name]
	if !ok || !x.in.shifts(name) || x.strange || x.ctx.handler {
		return fn, ok
	}
	if s.funcs == nil {
		return function{}, false
	}
	fn, ok = s.funcs.at[name]
	return fn, ok
}

// callable tells whether a function of that name is ever called.
func (x *walker) callable(name string) bool {
	return x.facts.SpecialFuncs == shell.SpecialCalled || !shell.IsSpecialBuiltin(name)
}

// defined notes a definition.
func (x *walker) defined(name string, fn function, s *state) *state {
	x.alternatives(name, fn)
	x.funcs[name] = fn
	if !x.in.shifts(name) {
		return s
	}
	return s.define(name, fn)
}

// alternatives notes that a name may stand for a function.
func (x *walker) alternatives(name string, fn function) {
	for _, other := range x.every[name] {
		if other.decl == fn.decl {
			return
		}
	}
	x.every[name] = append(x.every[name], fn)
}

// may lists what a name may stand for.
func (x *walker) may(name string) []function {
	if _, ok := x.funcs[name]; !ok {
		return nil
	}
	return x.every[name]
}

// shifts tells whether it hangs on the path what a name stands for.
func (in *interest) shifts(name string) bool {
	return in.defs[name] > 1 || in.defs[name] == 1 && !in.surely[name] || in.undefined[name] || in.late[name]
}

// findLate finds the functions that a trap may call before they are defined, for it is armed
// further up, there or in a function that is called there, and those whose names are
// commands further up.
func (in *interest) findLate(file *syntax.File) {
	named, armed := map[string]bool{}, map[string][]*syntax.CallExpr{} // armed: what functions run
	var run func(c *syntax.CallExpr)
	run = func(c *syntax.CallExpr) {
		if len(c.Args) > 2 && c.Args[0].Lit() == "trap" {
			for _, word := range strings.FieldsFunc(in.bare(c.Args[handlerAt(in.bare(c.Args[1]))]), func(r rune) bool { return strings.ContainsRune(" \t\n;&|(){}", r) }) {
				named[word] = true
			}
		}
		if len(c.Args) > 0 {
			name := c.Args[0].Lit()
			within := armed[name]
			delete(armed, name) // once is enough
			for _, c := range within {
				run(c)
			}
		}
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FuncDecl:
			for _, name := range append(n.Names, n.Name) {
				if name == nil {
					continue
				}
				if named[name.Value] {
					in.late[name.Value] = true
				}
				armed[name.Value] = callsIn(n.Body)
			}
			return false // it runs where it is called
		case *syntax.CallExpr:
			if len(n.Args) > 0 {
				named[n.Args[0].Lit()] = true
			}
			run(n)
		}
		return true
	})
}

// callsIn are the simple commands in a piece of script.
func callsIn(n syntax.Node) (list []*syntax.CallExpr) {
	syntax.Walk(n, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok {
			list = append(list, c)
		}
		return true
	})
	return list
}

// definitions counts what defines functions in a file: those that stand at its top,
// in nothing, are surely there.
func (in *interest) definitions(file *syntax.File) {
	for _, s := range shell.Ungrouped(file.Stmts) {
		if decl, ok := s.Cmd.(*syntax.FuncDecl); ok {
			for _, name := range append(decl.Names, decl.Name) {
				if name != nil {
					in.surely[name.Value] = true
				}
			}
		}
	}
	in.findLate(file)
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FuncDecl:
			for _, name := range append(n.Names, n.Name) {
				if name != nil {
					in.defs[name.Value]++
				}
			}
		case *syntax.CallExpr:
			if len(n.Args) > 1 && (n.Args[0].Lit() == "unset" && n.Args[1].Lit() == "-f" || n.Args[0].Lit() == "unfunction") {
				for _, w := range n.Args[1:] {
					in.undefined[w.Lit()] = true
				}
			}
		}
		return true
	})
}
