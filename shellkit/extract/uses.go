package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// What is kept under a name, and used by others, speaks against its being a lock. It is
// looked for in the text, where every command is seen.

// uses are the words, without quotes and braces, under which something is kept.
type uses struct {
	words   map[string]bool
	folders map[string]bool // words with something in them
	names   map[string]bool // what the words surely come to, once that was asked
	pids    map[string]bool // words under which a process number is written down
	within  uint            // where the last command substitution ends
	calls   []operand       // of commands that may turn out to be functions of the script
}

// operand is a word that a command is given.
type operand struct {
	command, scope string
	word           *syntax.Word
	to             *syntax.Word // where mv moves it, or nil
}

// use notes what a simple command does with the files that it names.
func (in *interest) use(s *syntax.Stmt, scope string) {
	c, simple := s.Cmd.(*syntax.CallExpr)
	name := ""
	if simple && len(c.Args) > 0 {
		name = path.Base(in.bare(c.Args[0]))
		if lookedAt(name, c.Args) == nil || !isUnheard(s, c) { // what it finds there is told to nobody
			in.useOperands(name, c, scope)
		}
	}
	writes := simple && (name == "" || isA(name, onlyPrints) || isA(name, namesAny))
	for _, r := range s.Redirs {
		if r.Word == nil || r.N != nil && r.N.Value > "2" {
			continue
		}
		switch r.Op {
		case syntax.RdrOut, syntax.RdrClob, syntax.AppOut, syntax.RdrAll, syntax.AppAll:
			if !writes {
				in.keeps(r.Word, scope)
			} else if raw := in.rawOf(s.Cmd); strings.Contains(raw, "$$") || strings.Contains(raw, "BASHPID") || strings.Contains(raw, "$!") {
				in.uses.pids[in.bare(r.Word)] = true
			}
		case syntax.RdrIn:
			if !isA(name, readsLines) && !onlyOpens(s, r) && !in.inSubstitution(s) && !in.asksOwners(s) {
				in.keeps(r.Word, scope)
			}
		}
	}
}

func (in *interest) useOperands(name string, c *syntax.CallExpr, scope string) {
	operands, to := c.Args[1:], (*syntax.Word)(nil)
	if commands()[name].prefix != nil {
		for i, w := range operands {
			if inner := path.Base(in.bare(w)); isA(inner, namesAny) || takes([]string{inner}) {
				in.useOperands(inner, &syntax.CallExpr{Args: operands[i:]}, scope)
				return
			}
		}
	}
	if i := behind(in.bares(c.Args)); i > 0 { // it may run that
		in.useOperands(path.Base(in.bare(c.Args[i])), &syntax.CallExpr{Args: c.Args[i:]}, scope)
		return
	}
	switch {
	case isA(name, takesLocks) || isA(name, declares) || in.inSubstitution(c) && (name == "cat" || name == "head" || name == "tail"):
		return
	case name == "find":
		if words := in.raw(c); strings.Contains(words, " -mmin") || strings.Contains(words, " -mtime") || strings.Contains(words, " -cmin") {
			return // how old it is
		}
	case (name == "mv" || name == "cp" || name == "ln" || name == "link" || name == "install") && len(operands) > 1:
		target := operands[len(operands)-1]
		operands = operands[:len(operands)-1]
		in.keepsInside(target, scope)
		if name == "mv" {
			to = target
		}
	case name == "mkdir" || name == "mkfifo" || name == "mknod":
		for _, w := range operands {
			in.keepsInside(w, scope)
		}
		return
	case isA(name, namesAny), name == "ssh": // what that hands on is a command of its own
		return
	}
	for _, w := range operands {
		in.uses.calls = append(in.uses.calls, operand{name, scope, w, to})
	}
}

// settle counts the operands of what are programs: a function of the script is looked
// into, and may do anything with a name that it is given.
func (in *interest) settleUses() {
	for _, o := range in.uses.calls {
		if in.funcs[o.command] == nil && !in.putsAside(o) {
			in.keeps(o.word, o.scope)
		}
	}
	in.uses.calls = nil
}

// putsAside tells whether something is moved to a name that begins with its own.
func (in *interest) putsAside(o operand) bool {
	if o.to == nil {
		return false
	}
	word, to := in.bare(o.word), in.bare(o.to)
	if strings.HasPrefix(to, word) {
		return true
	}
	was, names := in.spellings(word), in.spellings(to)
	return len(was) > 0 && len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool {
		return !slices.ContainsFunc(was, func(w string) bool { return strings.HasPrefix(name, w) })
	})
}

// keeps notes that a word names something that is used, and so do the folders in it.
func (in *interest) keeps(w *syntax.Word, scope string) {
	word := in.scoped(in.bare(w), scope)
	in.uses.words[strings.TrimSuffix(word, "/")] = true
	in.keepsInside(w, scope)
}

func (in *interest) keepsInside(w *syntax.Word, scope string) {
	word := in.scoped(in.bare(w), scope)
	for i := len(word) - 1; i > 0; i-- {
		if word[i] == '/' {
			in.uses.folders[word[:i]] = true
		}
	}
}

// scoped keeps the parameters of one function apart from those of another.
func (in *interest) scoped(word, scope string) string {
	if i := strings.IndexByte(word, '$'); i >= 0 && i+1 < len(word) && (word[i+1] >= '0' && word[i+1] <= '9' || word[i+1] == '@' || word[i+1] == '*') && scope[0] != '#' {
		return scope + "\x00" + word
	}
	return word
}

// used tells whether something is kept under a word, or under another one that surely comes to
// the same name.
func (in *interest) used(word, scope string) bool {
	word = in.scoped(strings.TrimSuffix(word, "/"), scope)
	if in.uses.words[word] || in.uses.folders[word] {
		return true
	}
	if in.uses.names == nil {
		in.uses.names = map[string]bool{}
		for _, words := range []map[string]bool{in.uses.words, in.uses.folders} {
			for w := range words {
				if names := in.spellings(w); len(names) == 1 {
					in.uses.names[names[0]] = true
				}
			}
		}
	}
	names := in.spellings(word)
	return len(names) == 1 && in.uses.names[names[0]]
}

// inSubstitution tells whether a node stands in a command substitution.
func (in *interest) inSubstitution(n syntax.Node) bool { return n.Pos().Offset() < in.uses.within }

// use counts what programs are given, where the text does not show what that is.
func (x *walker) use() {
	for i := range x.about {
		a := &x.about[i]
		a.data = a.data || x.given[a.key]
		for key := range x.given {
			a.data = a.data || len(key) > len(a.key) && strings.HasPrefix(key, a.key+"/")
		}
	}
}

func (in *interest) rawOf(c syntax.Command) string {
	if c == nil {
		return ""
	}
	return in.raw(c)
}
