//go:build linux && (amd64 || arm64)

package rehearse

import (
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// is tells whether a path is a name of the trace.
func (f *follower) is(real string, name int) bool {
	if f.bound[name] != "" {
		return f.bound[name] == real
	}
	return real != "" && !slices.Contains(f.bound, real) && f.c.names[name].fits(real, f.folder)
}

// known tells whether a path is surely one of the trace's names,
// and one that several runs can meet.
func (f *follower) known(real string) bool {
	n := slices.Index(f.bound, real)
	return real != "" && n > 0 && !f.c.names[n].private
}

// mostFormer is how many names of one file are followed back.
const mostFormer = 64

// formerly is the name of the trace that a file had before it was given others: shred does
// that before it removes one.
func (f *follower) formerly(real string) string {
	names := []string{real}
	for i := 0; i < len(names) && len(names) < mostFormer; i++ {
		if slices.Contains(f.bound, names[i]) {
			return names[i]
		}
		for _, e := range f.s.log {
			if e.op == "rename" && e.result == 0 && e.name2 == names[i] && !slices.Contains(names, e.name) {
				names = append(names, e.name)
			}
		}
	}
	return real
}

// bind takes note which path a name of the trace stands for. What the trace begins with is
// put there then: nobody has met it before.
func (f *follower) bind(t *task, m *mark) {
	c := &t.call
	if m.name != 0 && f.bound[m.name] == "" {
		f.bound[m.name] = c.name
		if m.deed == deedMake || m.deed == deedClaim {
			f.bound[m.name] = c.made()
		}
		if plan := &f.c.names[m.name]; m.there && plan.there && !f.s.there(f.bound[m.name]) {
			f.s.put(f.bound[m.name], plan)
		}
	}
	if m.to != 0 && f.bound[m.to] == "" {
		f.bound[m.to] = c.name2
	}
}

// put makes what is at a name when a trace begins. Where that cannot be, the trace is left
// at the next step.
func (s *scene) put(name string, plan *namePlan) {
	if plan.folder {
		s.folder(name)
		return
	}
	s.folder(path.Dir(name))
	if plan.link {
		s.link(name, plan.leadsTo())
		return
	}
	fd, err := unix.Openat2(s.stage.root, "."+name, &unix.OpenHow{
		Flags: unix.O_WRONLY | unix.O_CREAT | unix.O_EXCL | unix.O_CLOEXEC, Mode: 0o644, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS})
	if err != nil {
		return
	}
	defer unix.Close(fd)
	_, _ = unix.Write(fd, plan.content())
}

// link makes a symbolic link in the world.
func (s *scene) link(name, to string) {
	folder, err := unix.Openat2(s.stage.root, "."+path.Dir(name), &unix.OpenHow{
		Flags: unix.O_PATH | unix.O_DIRECTORY | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS})
	if err != nil {
		return
	}
	defer unix.Close(folder)
	_ = unix.Symlinkat(to, folder, path.Base(name)) // where that cannot be, the trace is left
}

// bindAll works out, before anybody moves, what the names of the trace stand for: those
// that are written out, and those that are the only fitting ones among the locks that
// were seen.
func (f *follower) bindAll(locks []string) {
	for n := 1; n < len(f.c.names); n++ {
		name := &f.c.names[n]
		if !name.relates || name.text == "" || name.private {
			continue
		}
		if text := name.place(); text != "" {
			if !strings.HasPrefix(text, "/") {
				text = f.folder + "/" + text
			}
			f.bound[n] = f.s.resolve(f.s.mains[0], text)
			continue
		}
		var fits []string
		for _, lock := range locks {
			if !strings.Contains(lock, "$$") && !slices.Contains(f.bound, lock) && name.fits(lock, f.folder) {
				fits = append(fits, lock)
			}
		}
		if len(fits) == 1 {
			f.bound[n] = fits[0]
		}
	}
}
