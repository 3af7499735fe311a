package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var openFailureAsBusy = &Rule{
	Rule: diag.Rule{
		Code: "LK209", Slug: "open-failure-as-busy", Level: diag.Info,
		Title: "a file that cannot be opened is reported as a lock that is held",
	},
	Find: findOpenFailureAsBusy,
}

func findOpenFailureAsBusy(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if n.Op != protocol.Flock || !n.Mode.Has(protocol.Nonblock) || n.Else == protocol.None || s.home[id].frame == protocol.None {
			continue
		}
		said, ok := s.saidAfter(n.Else)
		if !ok {
			continue
		}
		for _, o := range s.openers(id) {
			if e := s.Nodes[o].Else; e != protocol.None && s.home[o].frame == s.home[id].frame {
				if other, _ := s.saidAfter(e); other != said {
					continue
				}
				f := s.at(id, "a missing directory or a read-only file looks like a busy lock: both end in the same message")
				s.note(&f, said, "this is said in every case")
				f.NoFix = "-E gives the busy lock a status of its own"
				out = append(out, f)
				break
			}
		}
	}
	return out
}

// saidAfter returns the first thing that is printed behind the ends of frames.
func (s *Script) saidAfter(id protocol.ID) (protocol.ID, bool) {
	for left := false; id != protocol.None; id = s.Nodes[id].Next {
		switch n := &s.Nodes[id]; {
		case n.Op == protocol.EndSub:
			left = true
		case n.Op == protocol.Restore:
		case n.Op == protocol.Work && n.Mode.Has(protocol.Quiet) && (n.Text == ":" || n.Text == "true"):
		case n.Op == protocol.Work && n.Mode.Has(protocol.Quiet):
			return id, left
		default:
			return protocol.None, false
		}
	}
	return protocol.None, false
}
