package rules

import (
	"slices"
	"strconv"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/regex"
)

// lockName is what people call a file that is a lock.
var lockName = regex.Of(`(?i)lock|lck|mutex|semaphor|\bpid(file)?\b`)

var wrongFD = &Rule{
	Rule: diag.Rule{
		Code: "LK202", Slug: "wrong-fd", Level: diag.Error,
		Title: "one descriptor is opened, another one is locked",
	},
	Breaks: []Property{Exclusion, Entry},
	Find:   findWrongFD,
}

func findWrongFD(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		meant, ok := s.openedInstead(id)
		if !ok {
			continue
		}
		o := &s.Nodes[meant]
		f := s.atWord(id, "nothing is locked: %s is open on descriptor %d, and flock gets %d", s.name(o.Path), o.FD, n.FD)
		s.note(&f, meant, "opened on descriptor %d here", o.FD)
		if number := strconv.Itoa(n.FD); s.text(n.Word) == number && n.Word.File == s.File {
			f.Fix = &diag.Fix{
				Title: "lock descriptor " + strconv.Itoa(o.FD),
				Edits: []diag.Edit{{Span: n.Word, New: strconv.Itoa(o.FD)}},
			}
		}
		out = append(out, f)
	}
	return out
}

// openedInstead returns, for a flock on a descriptor that the script did not
// open, the Open that it must have meant: one that is in force, leads to
// something that looks like a lock, and is locked by nobody.
func (s *Script) openedInstead(id protocol.ID) (protocol.ID, bool) {
	n, in := &s.Nodes[id], s.Facts.At(id)
	if n.Op != protocol.Flock || n.Mode.Has(protocol.Unlock) || in == nil || !s.unopened(id) {
		return protocol.None, false
	}
	var meant []protocol.ID
	for fd, opens := range in.FDs {
		if fd == n.FD {
			continue
		}
		for _, o := range opens {
			if o < 0 || s.Nodes[o].FD != fd {
				continue
			}
			p := &s.Paths[s.Nodes[o].Path]
			if _, locked := s.lockedThrough(o); !locked && (p.Self || lockName().MatchString(p.Text)) {
				meant = append(meant, o)
			}
		}
	}
	slices.Sort(meant)
	meant = slices.Compact(meant)
	if len(meant) != 1 {
		return protocol.None, false
	}
	return meant[0], true
}

// unopened tells whether no Open of the script leads to the descriptor that the
// node locks.
func (s *Script) unopened(id protocol.ID) bool {
	for _, o := range s.Facts.At(id).Opens(s.Nodes[id].FD) {
		if o >= 0 {
			return false
		}
	}
	return true
}
