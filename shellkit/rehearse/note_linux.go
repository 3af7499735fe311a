//go:build linux && (amd64 || arm64)

package rehearse

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// note writes an event down. When work begins, it also says who works under which locks
// at this very moment.
func (s *scene) note(t *task, e event) {
	e.step, e.run, e.task = len(s.log)+1, t.run, t.id
	e.inner, e.script = t.inner, s.mains[t.run].inner
	if e.words == "" {
		e.words = t.command
	}
	if e.op == "work" {
		e.lost, e.kept = s.reopened(t.run), s.kept(t.run)
		for _, t := range s.tasks {
			if t.at == working {
				e.busy = append(e.busy, atWork{t.run, t.id, t.inner, s.mains[t.run].inner, t.command, s.locksOf(t)})
			}
		}
	}
	if s.tables {
		e.table = s.table(t, &e)
	}
	s.log = append(s.log, e)
}

// locksOf asks the kernel which locks t works under: those of its own descriptors, and
// those of the processes of its run that it descends from.
func (s *scene) locksOf(t *task) []held {
	var list []held
	for at := t; at != nil; at = at.parent {
		if at.at == dead {
			continue
		}
		list = append(list, s.heldBy(at)...)
	}
	return list
}

// heldBy reads the locks that descriptors of t keep alive.
func (s *scene) heldBy(t *task) []held {
	dir := fmt.Sprintf("/proc/%d/fdinfo/", t.pid)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var list []held
	for _, entry := range entries {
		data, err := readTable("%s%s", dir, entry.Name())
		if err != nil || !bytes.Contains(data, []byte("lock:")) {
			continue
		}
		fd, _ := strconv.Atoi(entry.Name())
		for line := range strings.Lines(string(data)) {
			if rest, ok := strings.CutPrefix(line, "lock:"); ok {
				list = append(list, held{name: s.behind(t, fd), inode: s.inode(t, fd), shared: strings.Contains(rest, " READ ")})
			}
		}
	}
	return list
}
