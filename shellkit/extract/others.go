package extract

import (
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// A script that takes no lock can break one all the same: it removes, moves or replaces
// the file on which another script's lock stands. What it does to such files belongs to
// its protocol where the two are looked at together.

// others are the locks of other scripts.
type others []protocol.Path

// related finds the words that may name one of these, or a folder in which one lies.
func (o others) related() *resemblance {
	return &resemblance{func(text string) bool {
		text = strings.TrimSuffix(strings.Trim(shell.UnquoteText(text), `"'`), "/")
		for i := range o {
			lock := o[i].Text
			switch fits, _ := path.Match(text, lock); {
			case text == "" || strings.HasPrefix(text, "-"):
			case fits, text == lock, strings.HasPrefix(lock, text+"/"), path.Base(text) == path.Base(lock):
				return true
			case strings.IndexAny(text, "*?[$`") > 0 && strings.HasPrefix(lock, text[:strings.IndexAny(text, "*?[$`")]):
				return true
			}
		}
		return false
	}}
}

// relate notes which words of a file may name others' locks, and tells whether any does.
func (in *interest) relate(file *syntax.File, list others) bool {
	if len(list) == 0 {
		return false
	}
	in.others = list.related()
	found := false
	syntax.Walk(file, func(n syntax.Node) bool {
		w, ok := n.(*syntax.Word)
		if !ok || !in.ofOthers(in.bare(w)) {
			return true
		}
		found = true
		for _, v := range shell.VarsOf(in.raw(w)) {
			in.seeds[v] = true
		}
		return true
	})
	return found
}

// ofOthers tells whether a word may name the lock of another script.
func (in *interest) ofOthers(word string) bool {
	return in.others != nil && in.says(word, in.others, 3)
}

// meet makes the paths of others' locks known, so that what takes a folder away is seen
// to take them along.
func (x *walker) meet(list others) {
	for i := range list {
		if list[i].Opaque || list[i].Private {
			continue
		}
		x.path(literal(list[i].Text))
	}
}

// othersLocks are the paths that carry locks only because other scripts take them there:
// nothing that this script does to them is an acquisition.
func othersLocks(p *protocol.Protocol, list others) {
	for i := range p.Paths {
		at := &p.Paths[i]
		if at.Kind != protocol.Data || at.Private || at.Opaque {
			continue
		}
		for j := range list {
			if list[j].Text == at.Text {
				at.Kind, at.Dir = list[j].Kind, at.Dir || list[j].Dir
			}
		}
		if at.Kind != protocol.Exists {
			continue
		}
		for k := range p.Nodes {
			n := &p.Nodes[k]
			if n.Path != i {
				continue
			}
			switch {
			case n.Op == protocol.Create:
				n.Op, n.Path, n.Mode = protocol.Work, protocol.None, n.Mode&(protocol.Quiet|protocol.Minor|protocol.Program)
			case n.Op == protocol.Remove && at.Dir && (n.Text == "rm" || n.Text == "unlink"): // leaves folders alone
				*n = idle(n)
			}
		}
	}
}
