package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// looks tells whether a command only looks. Those that can also write are asked how
// they were called.
func looks(name string, args []string) bool {
	if !isA(name, onlyLooks) {
		return false
	}
	has := func(prefixes ...string) bool {
		for _, a := range args {
			for _, p := range prefixes {
				if strings.HasPrefix(a, p) {
					return true
				}
			}
		}
		return false
	}
	switch name {
	case "sed":
		return !has("-i", "--in-place", "-ni", "-Ei", "-ri")
	case "sort":
		return !has("-o", "--output")
	case "fuser":
		return !has("-k", "--kill", "-mk", "-vk")
	case "awk", "gawk", "mawk", "date", "hostname":
		return !has("-i", "-s", "--set") && (name != "hostname" || len(args) == 0 || strings.HasPrefix(args[0], "-"))
	}
	return true
}

// minor is [protocol.Minor] for a command that only looks, or that sets the mode or the
// owner of a file that is opened on a descriptor of its own.
func (x *walker) minor(c *call, name string) protocol.Mode {
	if x.writes(c.at) || c.locked && readsData(c, name) {
		return 0
	}
	switch name {
	case "chmod", "chown", "chgrp":
		if w := c.word(len(c.args) - 1); w != nil && len(c.args) == 3 && x.in.opened[x.in.bareIn(x.src, w)] {
			return protocol.Minor
		}
	}
	if looks(name, texts(c.args[1:])) {
		return protocol.Minor
	}
	return 0
}

// readsData tells whether a command reads the files that it is given: where the lock is for
// it alone, that is what it guards.
func readsData(c *call, name string) bool {
	words := 1
	if isA(name, asksFirst) {
		words = 2
	}
	return isA(name, readsToEnd|readsFiles) && len(c.operands()) >= words
}

// writes tells whether the redirects of a command make a file of what it prints, which
// is more than a note. Those that are drawn as nodes of their own are left to these.
func (x *walker) writes(s *syntax.Stmt) bool {
	return slices.ContainsFunc(s.Redirs, func(r *syntax.Redirect) bool {
		return (r.N == nil || r.N.Value == "1") && !x.printed(r) && !x.drawn(s, r) && !x.notes(s, r)
	})
}

// looksOnly tells it of a command as it stands in the script.
func (x *walker) looksOnly(c *syntax.CallExpr) bool {
	var args []string
	for _, w := range c.Args[1:] {
		args = append(args, x.raw(w))
	}
	return looks(path.Base(c.Args[0].Lit()), args)
}

// notes tells whether a redirect makes a note of a process number, a time or a word
// beside the lock: its file is asked for nowhere in the script.
func (x *walker) notes(s *syntax.Stmt, r *syntax.Redirect) bool {
	if r.Word == nil || x.in.consulted[x.in.bareIn(x.src, r.Word)] && !x.notesStatus(s) {
		return false
	}
	switch r.Op {
	case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll:
	default:
		return false
	}
	if s.Cmd == nil {
		return true
	}
	c, ok := s.Cmd.(*syntax.CallExpr)
	if !ok {
		return x.notesTogether(s, r)
	}
	if len(c.Args) == 0 || !isA(c.Args[0].Lit(), onlyNotes) {
		return false
	}
	for _, w := range c.Args[1:] {
		if !x.plainNote(w) {
			return x.notesStatus(s)
		}
	}
	return true
}

// notesTogether tells it of commands whose output goes to one file.
func (x *walker) notesTogether(s *syntax.Stmt, r *syntax.Redirect) bool {
	var list []*syntax.Stmt
	switch c := s.Cmd.(type) {
	case *syntax.Block:
		list = c.Stmts
	case *syntax.Subshell:
		list = c.Stmts
	}
	return len(list) > 0 && !slices.ContainsFunc(list, func(s *syntax.Stmt) bool { return !x.notes(s, r) })
}

// notesStatus tells whether a command prints how another one has ended: who reads that
// later asks for that, and it is no work.
func (x *walker) notesStatus(s *syntax.Stmt) bool {
	c, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(c.Args) < 2 || !isA(c.Args[0].Lit(), outspoken) {
		return false
	}
	tells := false
	for _, w := range c.Args[1:] {
		for _, name := range shell.VarsOf(x.raw(w)) {
			if name != "?" && !x.in.isStatus(name) {
				return false
			}
			tells = true
		}
	}
	return tells
}

// ownWords are parameters that say who runs the script, and when.
var ownWords = map[string]bool{
	"$": true, "!": true, "0": true, "BASHPID": true, "PPID": true, "HOSTNAME": true, "HOST": true, "USER": true, "LOGNAME": true, "UID": true, "EUID": true,
	"SECONDS": true, "EPOCHSECONDS": true, "EPOCHREALTIME": true, "BASH_SOURCE": true, "LINENO": true,
}

// plainNote tells whether a word is made of nothing but text, and of who and when.
func (x *walker) plainNote(w *syntax.Word) bool {
	plain := true
	syntax.Walk(w, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.ParamExp:
			plain = plain && n.Param != nil && ownWords[n.Param.Value]
			return false
		case *syntax.CmdSubst:
			for _, s := range n.Stmts {
				c, ok := s.Cmd.(*syntax.CallExpr)
				plain = plain && ok && len(c.Args) > 0 && isA(c.Args[0].Lit(), onlyNotes)
			}
		case *syntax.ArithmExp, *syntax.ProcSubst:
			plain = false
		}
		return plain
	})
	return plain
}

// consult notes the words by which a command asks what is in a file, or whether it is
// there. Those that write or remove it ask for nothing.
func (in *interest) consult(name string, args []*syntax.Word) {
	if isA(name, asksNothing) {
		return
	}
	for _, w := range args {
		in.consulted[in.bare(w)] = true
	}
}
