package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
)

var scriptAsLock = &Rule{
	Rule: diag.Rule{
		Code: "LK104", Slug: "script-as-lock", Level: diag.Info,
		Title: "an update of the script makes a second lock",
	},
	Find: findScriptAsLock,
}

func findScriptAsLock(s *Script) []diag.Finding {
	var out []diag.Finding
	for i := range s.Nodes {
		id, n := protocol.ID(i), &s.Nodes[i]
		if n.Op != protocol.Flock || n.Mode.Has(protocol.Unlock) {
			continue
		}
		for _, o := range s.openers(id) {
			if !s.Paths[s.Nodes[o].Path].Self {
				continue
			}
			f := s.atWord(o, "once the script file is replaced, by an editor or an update, a new run locks the new file while an old one holds the old one")
			s.note(&f, id, "locked here")
			f.NoFix = "which file should be the lock is for you to choose"
			out = append(out, f)
		}
	}
	return out
}
