//go:build linux && (amd64 || arm64)

package rehearse

import (
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// judge answers the call at which t has stopped: it is let go on, answered at once, or
// (halt) it is a visible step, which happens when the schedule says so.
func (s *scene) judge(t *task, o *order) (halt bool, err error) {
	if err := t.decode(); err != nil {
		return false, err
	}
	if e := t.call.unreadable; e != 0 {
		return false, t.regs.skip(t.pid, -int64(e))
	}
	switch t.call.op {
	case opClock, opRandom, opFake, opTimerMake, opTimerSet, opAlarm:
		return false, s.answer(t)
	case opWait:
		o.toExit, o.mayWait = true, true
		return false, nil
	case opFutex:
		return false, s.futex(t, o)
	case opMap:
		return false, t.mapAlone()
	case opPoll, opPause:
		o.toExit, o.mayWait = true, true
		return false, s.noTimeout(t)
	case opSleep, opKill, opFlock, opRange:
		s.names(t)
	case opRead, opWrite:
		s.names(t)
		if isPipe(t.call.name) {
			o.toExit, o.mayWait = true, true
			if s.script.learning && t.call.op == opWrite && t.call.target == 2 && t.shell() {
				s.script.notFound(t.written())
			}
			t.call = call{target: -1} // it may wait, but it is no deed
			return false, nil
		}
		if !s.script.interesting(t.call.name) {
			if t.call.op == opWrite {
				t.toItsEnd(o)
			}
			return false, nil
		}
	case opLook:
		return s.look(t, o)
	case opMeta, opMetaFd:
		return false, s.meta(t, o)
	case opChdir:
		s.names(t)
		s.folder(s.followed(t, t.call.name))
		return false, nil
	case opOpen:
		if visible, err := s.opening(t, o); !visible || err != nil {
			return false, err
		}
	default:
		if s.names(t); t.call.op == opUnlink && s.own[t.call.name] {
			t.toItsEnd(o)
			return false, s.guard(t)
		}
	}
	t.at = pending
	return true, nil
}

const creates = unix.O_CREAT | unix.O_TRUNC | unix.O_WRONLY | unix.O_RDWR

// opening says whether an open is a visible step. One that only reads a name that
// nobody changes is none.
func (s *scene) opening(t *task, o *order) (bool, error) {
	raw := t.call.text
	if t.call.bits&creates == 0 && !s.script.mayInterest(raw) {
		if ofPrograms(raw) {
			return false, nil
		}
		if s.names(t); t.call.link != "" && s.refusal(t) != 0 || s.onlyFiles(&t.call) != nil {
			return false, t.regs.skip(t.pid, -int64(unix.EACCES))
		}
		if t.shell() && !s.there(t.call.name) {
			s.script.wanted(t.call.name)
		}
		return false, nil
	}
	s.names(t)
	name := t.call.name
	if e := s.refusal(t); t.call.link != "" && e != 0 {
		return false, t.regs.skip(t.pid, -int64(e))
	}
	switch {
	case strings.HasPrefix(name, "/proc/") && t.call.bits&creates != 0:
		// Nothing of the kernel's is written.
		return false, t.regs.skip(t.pid, -int64(unix.EACCES))
	case strings.HasPrefix(name, "/proc/"):
		return false, nil
	case strings.HasPrefix(name, "/dev/") && !strings.HasPrefix(name, "/dev/shm/"), isPipe(name):
		return false, s.guard(t) // a folder that was entered through a descriptor may be called so, too
	}
	if t.makesOwn() {
		s.own[name], t.was = true, false
		t.toItsEnd(o)
		return false, s.guard(t)
	}
	return t.call.bits&creates != 0 || s.script.interesting(name), nil
}

// makesOwn tells whether a shell makes a file for itself alone, to keep a here-document in:
// a new one that nobody else may read, or that it is going to read itself. A redirect of the
// script's that makes a new file is for writing, and for everybody as far as the mask lets it be.
func (t *task) makesOwn() bool {
	c := &t.call
	const anew = unix.O_CREAT | unix.O_EXCL
	return t.shell() && c.bits&anew == anew && (c.args[c.path+2]&0o077 == 0 || c.bits&unix.O_ACCMODE == unix.O_RDWR)
}

// ofPrograms says whether a path leads, by its text alone, to what programs are made of:
// their libraries, their words, the list of their libraries.
func ofPrograms(raw string) bool {
	return !strings.Contains(raw, "/..") && (strings.HasPrefix(raw, "/usr/") || strings.HasPrefix(raw, "/lib/") ||
		strings.HasPrefix(raw, "/lib64/") || strings.HasPrefix(raw, "/etc/ld.so"))
}

// look handles a question about a name.
func (s *scene) look(t *task, o *order) (bool, error) {
	raw := t.call.text
	if raw == "" {
		return false, nil
	}
	if s.isLacking(t, raw) {
		return false, t.regs.skip(t.pid, -int64(unix.ENOENT))
	}
	if s.script.learning && s.script.isProgramDir(path.Dir(raw)) {
		_, there := s.exists(s.resolve(t, raw))
		s.script.sought(raw, there)
		if !there {
			s.lacksTool(t, raw)
		}
	}
	if s.script.learning && strings.Contains(raw, "/") && t.shell() {
		if name, _ := s.nameOf(t, s.absolute(t, raw)); !s.there(name) {
			s.script.unfound[raw] = name
		}
	}
	if s.script.mayInterest(raw) {
		if s.names(t); s.script.interesting(t.call.name) {
			t.at = pending
			return true, nil
		}
	}
	if t.call.shape.name == "stat" {
		t.toItsEnd(o)
	}
	return false, nil
}

// perform prepares the visible call before which t stands, and says how it goes on.
func (s *scene) perform(t *task, o *order) error {
	c := &t.call
	s.names(t) // others may have moved what the names lead through
	for k, of := range classes {
		if of(c) && !private(c.made(), t.inner) {
			s.passedBy[t.run][k]++
		}
	}
	e := event{name: c.name, name2: c.name2}
	switch c.op {
	case opExec:
		return s.exec(t)
	case opKill:
		s.kills = s.kills || c.sends() == uint64(unix.SIGKILL)
	case opSleep:
		s.sleep(t)
		t.yield()
		s.note(t, event{op: "sleep"})
		return t.regs.skip(t.pid, 0)
	}
	if e := s.refusal(t); e != 0 {
		return t.regs.skip(t.pid, -int64(e))
	}
	if c.makes() {
		s.parents(c)
		e.was = s.there(c.made())
	}
	t.was = e.was
	o.toExit, o.mayWait = true, s.maySleep(c)
	return nil
}

// maySleep tells whether a visible call may wait for others: for a lock, or at a FIFO.
func (s *scene) maySleep(c *call) bool {
	switch c.op {
	case opFlock:
		return c.bits&unix.LOCK_NB == 0
	case opRange:
		return c.bits == unix.F_SETLKW || c.bits == unix.F_OFD_SETLKW
	case opOpen, opRead, opWrite:
		return s.script.fifos[c.name]
	}
	return false
}

// written is the beginning of what a call writes.
func (t *task) written() string {
	if t.call.number != unix.SYS_WRITE {
		return ""
	}
	text := make([]byte, max(1, min(256, t.call.args[2])))
	n, err := t.read(t.call.args[1], text)
	if err != nil {
		return ""
	}
	return string(text[:n])
}

// shell says whether the task is the script's own shell, or a part of it.
func (t *task) shell() bool {
	return t.command == "" || slices.Contains(shells, programOf(t.command))
}

// makes says whether the call may make a name.
func (c *call) makes() bool {
	switch c.op {
	case opMkdir, opMknod, opSymlink, opLink, opRename:
		return true
	}
	return c.op == opOpen && c.bits&unix.O_CREAT != 0
}

// onlyAnew tells whether it fails where the name that it would make is there.
func (c *call) onlyAnew() bool {
	switch c.op {
	case opMkdir, opMknod, opSymlink, opLink:
		return true
	}
	return c.op == opOpen && c.bits&unix.O_CREAT != 0 && c.bits&unix.O_EXCL != 0
}

// made is the name that it would make.
func (c *call) made() string {
	if c.name2 != "" {
		return c.name2
	}
	return c.name
}

func (s *scene) there(name string) bool {
	_, ok := s.exists(name)
	return ok
}

// parents makes the folder in which a name is to be made where it is missing: a
// rehearsal is about locks, not about what was installed. A folder that runs make so that only
// one of them can is there when it is.
func (s *scene) parents(c *call) { s.folder(path.Dir(c.made())) }

// withParents tells of a command whether it is mkdir -p, to which a folder may be there.
func withParents(command string) bool {
	words := strings.Fields(command)
	return len(words) > 1 && slices.ContainsFunc(words[1:], func(w string) bool {
		return w == "--parents" || strings.HasPrefix(w, "-") && !strings.HasPrefix(w, "--") && strings.Contains(w, "p")
	})
}

// folder makes a folder that is missing, and those above it.
func (s *scene) folder(dir string) {
	if !strings.HasPrefix(dir, "/") || s.there(dir) {
		return
	}
	at := ""
	for _, part := range strings.Split(dir, "/")[1:] {
		at += "/" + part
		if s.there(at) {
			continue
		}
		if s.ownDirs[at] || s.script.ownDirs[at] {
			return // a run makes it itself, and has not, or it is gone again
		}
		parent, err := unix.Openat2(s.stage.root, "."+path.Dir(at), &unix.OpenHow{
			Flags: unix.O_PATH | unix.O_DIRECTORY | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS})
		if err != nil {
			return
		}
		err = unix.Mkdirat(parent, part, 0o755)
		unix.Close(parent)
		if err != nil {
			return // the script meets the error itself
		}
	}
	if !slices.Contains(s.script.dirs, dir) {
		s.script.dirs = append(s.script.dirs, dir)
	}
}

// finish takes note of what the call that t has just left has done.
func (s *scene) finish(t *task) {
	c := &t.call
	if c.op == 0 || t.regs.load(t.pid) != nil {
		return
	}
	s.setTimes(t)
	s.tellTimes(t)
	if c.quiet {
		t.call = call{target: -1}
		return
	}
	e := event{name: c.name, name2: c.name2, result: t.regs.result(), was: t.was, flag: c.bits}
	switch c.op {
	case opOpen:
		e.op = "open"
		switch {
		case c.bits&unix.O_CREAT != 0 && !t.was && e.result >= 0:
			e.op = "create"
		case c.bits&unix.O_TRUNC != 0 && e.result >= 0:
			e.op = "truncate"
		}
	case opFlock, opRange:
		s.lockEnded(t, &e)
		if e.op == "lock" && e.result == 0 {
			s.take(t, c.name)
		}
	case opUnlink, opRmdir, opRename, opMkdir, opMknod, opLink, opSymlink, opLook, opWrite, opRead, opKill:
		e.op = c.shape.name
	default:
		return // waiting for a child or a pipe is no deed
	}
	if c.op == opWrite {
		e.text = t.written()
	}
	if c.op == opMknod && e.result == 0 {
		s.script.fifos[c.name] = true
	}
	if e.result == 0 && c.op == opMkdir && !withParents(t.command) {
		s.ownDirs[c.name] = true
		if s.script.learning {
			s.script.ownDirs[c.name] = true
		}
	}
	if c.op == opKill {
		s.afterKill(t, &e)
	}
	t.got = t.got || e.result == 0 && (e.op == "lock" || exclusive(&e))
	s.script.learn(c)
	t.call = call{target: -1}
	s.note(t, e)
}

// lockEnded says which lock was asked for, and how.
func (s *scene) lockEnded(t *task, e *event) {
	c := &t.call
	e.op = "lock"
	e.inode = s.inode(t, c.target)
	if c.op == opFlock {
		if c.bits&unix.LOCK_UN != 0 {
			e.op = "unlock"
		}
		return
	}
	var p [2]byte
	if _, err := t.read(c.args[2], p[:]); err != nil {
		return
	}
	e.flag = unix.LOCK_EX
	switch int16(p[0]) | int16(p[1])<<8 {
	case unix.F_UNLCK:
		e.op = "unlock"
	case unix.F_RDLCK:
		e.flag = unix.LOCK_SH
	}
	if c.bits == unix.F_SETLK || c.bits == unix.F_OFD_SETLK {
		e.flag |= unix.LOCK_NB
	}
}
