package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var signalTrapContinues = &Rule{
	Rule: diag.Rule{
		Code: "LK704", Slug: "signal-trap-continues", Level: diag.Error,
		Title: "after a signal the script goes on without its lock",
	},
	Breaks: []Property{Exclusion},
	Find:   findSignalTrapContinues,
}

func findSignalTrapContinues(s *Script) []diag.Finding {
	var out []diag.Finding
	for path := range s.Paths {
		if !s.isLock(path) {
			continue
		}
		for i := range s.Nodes {
			id, n := protocol.ID(i), &s.Nodes[i]
			if n.Handlers == 0 || !s.waits(id) || len(s.held(id, path)) == 0 {
				continue
			}
			for sig, h := range s.Handlers[n.Handlers].Signal {
				freed, ok := s.freesAndResumes(h, path)
				if !ok {
					continue
				}
				f := s.at(h.Armed, "after %s the script goes on without its lock: the handler gives %s up and returns", protocol.Signal(sig), s.name(path))
				s.note(&f, freed, "given up here")
				s.note(&f, id, "and the script goes on, for example from here")
				f.NoFix = "which status the handler should exit with is for you to choose"
				out = append(out, f)
			}
		}
	}
	return out
}

// freesAndResumes returns the node at which a handler gives the lock at path up
// before it lets the script go on.
func (s *Script) freesAndResumes(h protocol.Handler, path int) (protocol.ID, bool) {
	if h.Do != protocol.Run || h.Armed == protocol.None {
		return protocol.None, false
	}
	return s.comesTo(s.on, func(id protocol.ID) bool {
		n := &s.Nodes[id]
		frees := s.removes(id, path) && s.Paths[path].Kind == protocol.Exists
		if n.Op == protocol.Flock && n.Mode.Has(protocol.Unlock) {
			for _, p := range s.behind(id, n.FD) {
				frees = frees || p == path
			}
		}
		return frees && s.resumes(n.Next)
	}, h.Entry)
}
