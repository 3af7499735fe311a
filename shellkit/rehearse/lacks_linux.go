//go:build linux && (amd64 || arm64)

package rehearse

import (
	"path"
	"slices"
)

// lacksTool takes note that a run looks for a tool that is nowhere. Programs that do work
// are taken to exist. A tool is not: what it would have done to names and locks is what a
// rehearsal is about, and no stand-in does it.
func (s *scene) lacksTool(t *task, name string) {
	tool := path.Base(name)
	if !isTool(tool) || slices.ContainsFunc(s.script.programs, func(dir string) bool { return s.there(dir + "/" + tool) }) {
		return
	}
	s.script.lacks(tool)
	for i := len(s.log) - 1; i >= 0; i-- { // it is looked for in one folder after the other
		if e := &s.log[i]; e.run == t.run && e.task == t.id {
			if e.op == "lacks" && e.words == tool {
				return
			}
			break
		}
	}
	s.note(t, event{op: "lacks", words: tool})
}
