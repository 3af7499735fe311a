package extract

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A script is walked more than once, and may come to the same text many times on each
// walk: a file that a loop sources, a text that it evaluates. What the text alone says
// is worked out once for all of that.

// library is a file that is sourced, and what a look at it has shown.
type library struct {
	name string
	text []byte

	number int // of the file among those of the script: see [src]

	tree  *syntax.File
	look  *interest
	signs shell.Signs
}

// asText is the file as one of the texts of a script.
func (l *library) asText() text {
	return text{l.tree, &src{name: l.name, text: l.text, number: l.number}, l.signs}
}

// shelf keeps the texts that belong to one script.
type shelf struct {
	open  func(path string) (*source.File, error) // nil: no file is read
	files map[readAs]*library
	texts map[readAs]*library
	trees
	doubts   map[*syntax.Stmt][]doubtful
	refusals map[readAs]int    // see [shelf.refusal]
	spoken   map[spokenIn]bool // see [walker.spoken]
	shebangs map[string]source.Dialect
	outlives map[*library]bool // scripts by which a lock is left, or given up
}

// trees is what is known of pieces of the trees, whoever walks them.
type trees struct {
	substs   map[syntax.Node][]*syntax.CmdSubst
	expands  map[*syntax.Stmt][]*syntax.ParamExp
	presets  map[*syntax.CallExpr][]*syntax.ParamExp // what in a command assigns
	computes map[syntax.Node][]syntax.ArithmExpr     // … in arithmetic
	besides  map[*syntax.Stmt]nodes                  // what else than simple commands has substitutions in it
	ordered  map[*syntax.Stmt]nodes                  // what in a simple command has some, in the order of the shell
}

// readAs is a file, by its path, or a text, as one dialect reads it.
type readAs struct {
	what    string
	dialect source.Dialect
}

func newShelf(open func(string) (*source.File, error)) *shelf {
	return &shelf{open: open, files: map[readAs]*library{}, shebangs: map[string]source.Dialect{}, outlives: map[*library]bool{}, texts: map[readAs]*library{}, spoken: map[spokenIn]bool{}, refusals: map[readAs]int{}, doubts: map[*syntax.Stmt][]doubtful{}, trees: trees{
		substs: map[syntax.Node][]*syntax.CmdSubst{}, expands: map[*syntax.Stmt][]*syntax.ParamExp{}, presets: map[*syntax.CallExpr][]*syntax.ParamExp{},
		computes: map[syntax.Node][]syntax.ArithmExpr{}, besides: map[*syntax.Stmt]nodes{}, ordered: map[*syntax.Stmt]nodes{},
	}}
}

// file returns what is sourced by a path, or nil where it cannot be read or does not parse.
func (s *shelf) file(path string, d source.Dialect) *library {
	if s.open == nil {
		return nil
	}
	lib, known := s.files[readAs{path, d}]
	if !known {
		lib = s.read(path, d)
		s.files[readAs{path, d}] = lib
	}
	return lib
}

func (s *shelf) read(path string, d source.Dialect) *library {
	f, err := s.open(path)
	if err != nil {
		return nil
	}
	tree, err := shell.Parse(f.Name, f.Data, d)
	if err != nil {
		return nil
	}
	lib := &library{name: f.Name, text: f.Data, number: len(s.files) + 1, tree: tree, look: survey(tree, f.Data)}
	lib.signs = shell.SignsIn(f.Data)
	return lib
}

// script returns the tree of a text that is run as a script, or nil where it does not parse.
func (s *shelf) script(text *src, d source.Dialect) *syntax.File {
	return s.text(text, d).tree
}

// looked returns what a look at such a text shows, or nil where it does not parse.
func (s *shelf) looked(text *src, d source.Dialect) *interest {
	lib := s.text(text, d)
	if lib.look == nil && lib.tree != nil {
		lib.look = survey(lib.tree, lib.text)
	}
	return lib.look
}

func (s *shelf) text(text *src, d source.Dialect) *library {
	key := readAs{string(text.text), d}
	lib := s.texts[key]
	if lib == nil {
		lib = &library{name: text.name, text: text.text}
		lib.tree, _ = shell.Parse(text.name, text.text, d)
		s.texts[key] = lib
	}
	return lib
}
