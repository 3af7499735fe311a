//go:build linux && (amd64 || arm64)

package rehearse

import (
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// exec decides what a program is: it runs, or a stand-in takes its place.
func (s *scene) exec(t *task) error {
	if s.isLacking(t, t.call.name) {
		return t.regs.skip(t.pid, -int64(unix.ENOENT))
	}
	if t.call.text == "" {
		return nil // the kernel knows nothing of that name
	}
	file := s.followed(t, t.call.name)
	words, err := t.words(t.call.args[1])
	if err != nil {
		return t.regs.skip(t.pid, -int64(unix.EFAULT))
	}
	t.next, t.standsIn = commandText(words), false
	switch s.role(file, words) {
	case partReal:
		if s.standsIn == nil || !s.standsIn(t, words) {
			return nil
		}
	case partMissing:
		s.script.sought(t.call.name, false)
		s.lacksTool(t, t.call.name)
		return nil
	}
	t.standsIn = true
	at := t.scratch()
	if err := t.write(at, append([]byte(standInPath), 0)); err != nil {
		return t.regs.skip(t.pid, -int64(unix.ENOMEM))
	}
	t.regs.setArg(0, at)
	return t.regs.store(t.pid)
}

// isLacking tells whether a path is that of a program which is not there for the task's run.
func (s *scene) isLacking(t *task, name string) bool {
	return s.lacks != nil && s.script.isProgramDir(path.Dir(name)) && s.lacks(t.run, path.Base(name))
}

func (s *scene) role(file string, words []string) part {
	if s.script.files[file] {
		return partReal
	}
	st, there := s.exists(file)
	if !there && s.script.isProgramDir(path.Dir(file)) {
		return partMissing
	}
	if there && (strings.HasPrefix(file, "/usr/") || strings.HasPrefix(file, "/bin/") || strings.HasPrefix(file, "/sbin/")) && untouched(file, &st) {
		return roleOf(file, words)
	}
	return partStandIn // a program of the user's own, whatever it is called
}

// untouched says whether a file of the world is the machine's, as that is: nobody who
// changes a file, or puts one in its place, can say when that was.
func untouched(file string, st *unix.Stat_t) bool {
	var real unix.Stat_t
	return unix.Lstat(file, &real) == nil && real.Ctim == st.Ctim && real.Size == st.Size
}

// commandText writes a command in one line.
func commandText(words []string) string {
	if len(words) == 0 {
		return ""
	}
	all := append([]string{path.Base(words[0])}, words[1:]...)
	text := strings.Join(all, " ")
	text = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, text)
	if len(text) > 200 {
		text = text[:200]
	}
	return text
}

// became meets a task that has just executed something.
func (s *scene) became(t *task) (halt bool, err error) {
	t.command = t.next
	t.vfork = false
	t.call = call{target: -1}
	if !t.standsIn {
		return false, t.plainWorld(s.seed ^ uint64(t.inner))
	}
	t.at = working
	t.works = s.works[t.run]
	s.works[t.run]++
	s.note(t, event{op: "work", words: t.command})
	return true, nil
}

// dismiss ends the work of t with the status that the schedule has for it.
func (s *scene) dismiss(t *task) error {
	status := s.answers(t.run, t.command)
	s.note(t, event{op: "done", words: t.command, result: int64(status)})
	if err := t.regs.load(t.pid); err != nil {
		if err == unix.ESRCH {
			return nil // it was killed at work
		}
		return err
	}
	t.regs.setStatus(uint64(status))
	return t.regs.store(t.pid)
}

// sends is the signal that a call sends.
func (c *call) sends() uint64 {
	if c.number == unix.SYS_TGKILL {
		return c.args[2]
	}
	return c.args[1]
}

// afterKill waits until whoever a signal has killed stands at its end: a SIGKILL does
// not wait for the tracer.
func (s *scene) afterKill(killer *task, e *event) {
	if killer != nil {
		e.flag = killer.call.sends()
		if e.flag != uint64(unix.SIGKILL) || e.result < 0 {
			return
		}
	}
	for _, t := range s.tasks {
		if t == killer || t.at == dead || t.at == asleep || t.stopped() {
			continue
		}
		ws, ok, err := s.await(t)
		switch {
		case err != nil || !ok:
		case ws.Exited() || ws.Signaled():
			s.ended(t, ws)
		case ws.TrapCause() == unix.PTRACE_EVENT_EXIT:
			t.at = ending
		}
	}
}

// group is the process group of t, by the number that it has in the world.
func (s *scene) group(t *task) int {
	id, err := unix.Getpgid(t.pid)
	if err != nil {
		return -1
	}
	return innerNumber(id)
}
