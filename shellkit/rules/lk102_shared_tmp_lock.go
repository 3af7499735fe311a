package rules

import (
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/regex"
)

var sharedTmpLock = &Rule{
	Rule: diag.Rule{
		Code: "LK102", Slug: "shared-tmp-lock", Level: diag.Warning,
		Title: "anybody on the machine can take or block the lock",
	},
	Find: findSharedTmpLock,
}

// inSharedTmp is a fixed name straight in a directory that everybody writes to.
var inSharedTmp = regex.Of(`^/(tmp|var/tmp|dev/shm)/[^/]+$`)

func findSharedTmpLock(s *Script) []diag.Finding {
	var out []diag.Finding
	for path := range s.Paths {
		p := &s.Paths[path]
		by := s.acquirers(path)
		if p.Private || !inSharedTmp().MatchString(p.Text) || len(by) == 0 {
			continue
		}
		id := by[0]
		if opens := s.openers(id); len(opens) > 0 {
			id = opens[0]
		}
		f := s.atWord(id, "any user can hold or plant %s, and cleaners of temporary files remove it: the directory belongs to everybody", p.Text)
		s.note(&f, by[0], "locked here")
		f.NoFix = "every script that uses the lock has to move with it: /run/lock or a directory of its own"
		out = append(out, f)
	}
	return out
}
