//go:build linux && (amd64 || arm64)

package rehearse

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// send sends a signal to the script of a run, or to its process group. What the run has
// just started has begun by then, and those stand-ins that the signal ends are over
// before anything else happens.
func (s *scene) send(run int, sig unix.Signal, group bool) error {
	t := s.mains[run]
	if t.at == dead || t.at == fresh {
		return nil
	}
	if group {
		if err := s.begin(run); err != nil {
			return err
		}
	}
	s.note(t, event{op: "signal", result: int64(sig), name: unix.SignalName(sig)})
	if sig == unix.SIGKILL {
		return s.kill(run)
	}
	pid := t.pid
	if group {
		pid = -pid
	}
	if err := unix.Kill(pid, sig); err != nil {
		return err
	}
	for _, w := range s.tasks {
		if w.run == run && w.at == working && s.group(w) == t.inner && !w.ignores(sig) {
			if err := s.run(w, order{}); err != nil {
				return err
			}
			for w.at == ending {
				if err := s.move(w); err != nil {
					return err
				}
			}
		}
	}
	return s.settle(nil)
}

// kill ends a script by kill -9: its shell, and those shells in which it goes on while
// that one waits. Its programs live on, and so do its jobs of &: shells have those ignore ^C.
func (s *scene) kill(run int) error {
	chain := []*task{s.mains[run]}
	for {
		last := chain[len(chain)-1]
		var children []*task
		for _, t := range s.tasks {
			if t.at != dead && t.parent == last {
				children = append(children, t)
			}
		}
		if last.at != asleep || len(children) != 1 || !children[0].shell() || children[0].at == fresh || children[0].ignores(unix.SIGINT) {
			break
		}
		chain = append(chain, children[0])
	}
	return s.endAll(chain)
}

// endAll ends tasks by kill -9, and lets them come to their ends.
func (s *scene) endAll(tasks []*task) error {
	s.kills = true
	for _, t := range tasks {
		if err := unix.Kill(t.pid, unix.SIGKILL); err != nil && err != unix.ESRCH {
			return err
		}
	}
	s.afterKill(nil, nil)
	if err := s.settle(nil); err != nil { // those that waited stand at their ends now
		return err
	}
	for _, t := range tasks {
		for t.at == ending {
			if err := s.move(t); err != nil {
				return err
			}
		}
	}
	return nil
}

// begin lets the processes that a run has just started come to their first step: a shell
// gives a job of & its signals before it becomes anything.
func (s *scene) begin(run int) error {
	for {
		var job *task
		for _, t := range s.tasks {
			if t.run == run && !t.main() && (t.at == fresh || t.at == pending && t.call.op == opExec) {
				job = t
			}
		}
		if job == nil {
			return nil
		}
		if err := s.do(choice{task: job}); err != nil {
			return err
		}
	}
}

// ignores tells whether a task has told the kernel to ignore a signal. A job of & without
// job control starts with INT and QUIT ignored, and what nohup starts with HUP.
func (t *task) ignores(sig unix.Signal) bool {
	data, _ := readTable("/proc/%d/status", t.pid) // a task that is gone ignores nothing
	_, rest, _ := strings.Cut(string(data), "\nSigIgn:")
	line, _, _ := strings.Cut(rest, "\n")
	mask, err := strconv.ParseUint(strings.TrimSpace(line), 16, 64)
	return err == nil && mask>>(sig-1)&1 != 0
}
