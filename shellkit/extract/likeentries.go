package extract

import (
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A folder can be the lock of which its entries are the holders: who finds any entry
// stays away, who finds none makes one of its own. No two make the same name, and each
// asks for all. What the walk knows of names does not show that.

// listing is a question for the entries of a folder.
type listing struct{ folder, first, last string } // how the names begin and end that it asks for

// lists notes what a command or a list of words asks for.
func (l *likeLooker) lists(words []*syntax.Word) {
	for _, w := range words {
		word := nameOf(wordText(w.Parts, l.src))
		if word == "" || strings.HasPrefix(word, "-") {
			continue
		}
		folder, name := path.Split(word)
		at := strings.IndexAny(name, "*?[")
		if at < 0 {
			l.listings = append(l.listings, listing{folder: nameOf(word)})
			continue
		}
		l.listings = append(l.listings, listing{nameOf(folder), name[:at], name[strings.LastIndexAny(name, "*?]")+1:]})
	}
}

// globs are the words of a list that the shell replaces by what is there.
func (l *likeLooker) globs(words []*syntax.Word) (out []*syntax.Word) {
	for _, w := range words {
		for _, part := range w.Parts {
			if lit, ok := part.(*syntax.Lit); ok && strings.ContainsAny(lit.Value, "*?[") {
				out = append(out, w)
				break
			}
		}
	}
	return out
}

// asksForEntries notes what a node asks for.
func (l *likeLooker) asksForEntries(n syntax.Node) {
	switch n := n.(type) {
	case *syntax.CallExpr:
		if len(n.Args) < 2 {
			return
		}
		switch name := path.Base(wordText(n.Args[0].Parts, l.src)); name {
		case "ls", "find", "compgen":
			l.lists(n.Args[1:])
		case "set", "[", "test":
			l.lists(l.globs(n.Args[1:]))
		}
	case *syntax.ArrayExpr:
		for _, e := range n.Elems {
			if e.Value != nil {
				l.lists(l.globs([]*syntax.Word{e.Value}))
			}
		}
	case *syntax.ForClause:
		if it, ok := n.Loop.(*syntax.WordIter); ok && l.leaves(n) {
			l.lists(l.globs(it.Items))
		}
	}
}

// isEntry tells whether a name is one of those that somebody asks for, by its folder.
func (l *likeLooker) isEntry(word string) bool {
	folder, name := path.Split(word)
	folder = nameOf(folder)
	if l.isPrivate(folder, 3) {
		return false
	}
	first, last := name, name
	if at := strings.IndexAny(name, "$`"); at >= 0 { // only that much is written down
		first = name[:at]
		last = ""
		if end := strings.LastIndexByte(name, '.'); end > at {
			last = name[end:]
		}
	}
	for _, s := range l.listings {
		if s.folder == folder && (strings.HasPrefix(first, s.first) || strings.HasPrefix(s.first, first)) && (strings.HasSuffix(last, s.last) || strings.HasSuffix(s.last, last)) {
			return true
		}
	}
	return false
}
