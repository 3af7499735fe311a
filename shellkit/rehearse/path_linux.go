//go:build linux && (amd64 || arm64)

package rehearse

import (
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// A call is a judged system call with its names worked out.
type call struct {
	shape
	number      uintptr
	args        [6]uint64
	text, text2 string // its paths as the task has given them; one that is not given is empty
	unreadable  unix.Errno
	name, name2 string // where the paths lead, with all links but a last one resolved
	link        string // the kernel's link to a descriptor of the task's that the first path leads to; empty where to none
	bits        uint64 // its flags
	target      int    // the descriptor that it is about, or -1
	quiet       bool   // it is no deed
}

// decode reads the call at whose entry t stands; names are worked out later, by those
// who need them.
func (t *task) decode() error {
	if err := t.regs.load(t.pid); err != nil {
		return err
	}
	nr := t.regs.number()
	c := call{shape: judgedCalls[nr], number: nr, target: -1}
	for i := range c.args {
		c.args[i] = t.regs.arg(int8(i))
	}
	c.bits = c.fixed
	if c.flags >= 0 {
		c.bits = c.args[c.flags]
	}
	if c.fd >= 0 {
		c.target = int(int32(c.args[c.fd]))
	}
	if nr == unix.SYS_UNLINKAT && c.bits&unix.AT_REMOVEDIR != 0 {
		c.op, c.shape.name = opRmdir, "rmdir"
	}
	c.text = t.pathAt(&c, c.path)
	c.text2 = t.pathAt(&c, c.path2)
	t.call = c
	return nil
}

// pathAt reads the path that an argument of c points to. The kernel may read where nobody
// else can, as in a page that its owner may only write: such a call is not understood.
func (t *task) pathAt(c *call, arg int8) string {
	if arg < 0 || c.args[arg] == 0 {
		return ""
	}
	text, err := t.text(c.args[arg], longestPath)
	if err == unix.ENAMETOOLONG {
		c.unreadable = unix.ENAMETOOLONG
	} else if err != nil {
		c.unreadable = unix.EFAULT
	}
	return text
}

// raw is a path of the task's, made absolute.
func (s *scene) raw(t *task, dir int8, p string) (string, error) {
	if strings.HasPrefix(p, "/") {
		return p, nil
	}
	from := fmt.Sprintf("/proc/%d/cwd", t.pid)
	if dir >= 0 && int32(t.call.args[dir]) != unix.AT_FDCWD {
		from = fmt.Sprintf("/proc/%d/fd/%d", t.pid, int32(t.call.args[dir]))
	}
	base, err := os.Readlink(from)
	if err != nil {
		return p, err
	}
	if p == "" {
		return base, nil // AT_EMPTY_PATH
	}
	return base + "/" + p, nil
}

// absolute makes a path of a call that has no folder of its own absolute.
func (s *scene) absolute(t *task, p string) string {
	if strings.HasPrefix(p, "/") {
		return p
	}
	base, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", t.pid))
	if err != nil {
		return p
	}
	return base + "/" + p
}

// resolve follows the links in an absolute path as the world has them; a last one stays.
func (s *scene) resolve(t *task, p string) string {
	for range 40 {
		next, again := s.resolveOnce(t, p)
		if !again {
			return next
		}
		p = next
	}
	return path.Clean(p)
}

func (s *scene) resolveOnce(t *task, p string) (string, bool) {
	parts := strings.Split(p, "/")[1:]
	at := ""
	for i, part := range parts {
		switch {
		case part == "" || part == ".":
			continue
		case part == ".." && !strings.HasPrefix(at, "/proc/"):
			// What stands before it is no link: those are followed first, as the kernel does.
			at = at[:max(0, strings.LastIndexByte(at, '/'))]
			continue
		}
		// Below /proc the two dots stay: what lies above a link of the kernel's is not known.
		here := at + "/" + part
		if here == "/proc/self" || here == "/proc/thread-self" {
			here = "/proc/" + strconv.Itoa(t.inner)
		} else if strings.HasPrefix(here, "/proc/") {
			// What lies behind a link of the kernel's is not where its text says.
		} else if i < len(parts)-1 {
			buf := make([]byte, 4096)
			if n, err := unix.Readlinkat(s.stage.root, strings.TrimPrefix(here, "/"), buf); err == nil && n > 0 {
				target := string(buf[:n])
				if !strings.HasPrefix(target, "/") {
					target = at + "/" + target
				}
				return target + "/" + strings.Join(parts[i+1:], "/"), true
			}
		}
		at = here
	}
	if at == "" {
		at = "/"
	}
	return at, false
}

// ownDescriptor is the descriptor of t that a path like /dev/fd/9 stands for.
// One with two dots is left to resolve: where they lead is not in the text.
func (t *task) ownDescriptor(p string) (int, bool) {
	if strings.Contains(p, "/..") {
		return 0, false
	}
	own := "/proc/" + strconv.Itoa(t.inner) + "/fd/"
	for _, prefix := range []string{"/dev/fd/", "/proc/self/fd/", own} {
		if rest, ok := strings.CutPrefix(path.Clean(p), prefix); ok {
			n, err := strconv.Atoi(rest)
			return n, err == nil
		}
	}
	return 0, false
}

// names works out what the paths of a call lead to.
func (s *scene) names(t *task) {
	c := &t.call
	if c.path >= 0 {
		if p, err := s.raw(t, c.dir, c.text); err == nil {
			c.name, c.link = s.nameOf(t, p)
		}
	}
	if c.path2 >= 0 {
		if p, err := s.raw(t, c.dir2, c.text2); err == nil {
			c.name2, _ = s.nameOf(t, p)
		}
	}
	if c.path < 0 && c.target >= 0 {
		c.name = s.behind(t, c.target)
	}
}

// nameOf is the name that a path leads to. What is opened by the kernel's link to a
// descriptor, also where a link like /dev/stderr leads there, is what that is open on.
func (s *scene) nameOf(t *task, p string) (name, link string) {
	fd, own := t.ownDescriptor(p)
	if !own {
		if t.call.op != opOpen || t.call.bits&unix.O_NOFOLLOW != 0 {
			return s.resolve(t, p), ""
		}
		p = s.followed(t, p)
		if fd, own = t.ownDescriptor(p); !own {
			return p, ""
		}
	}
	return s.behind(t, fd), fmt.Sprintf("/proc/%d/fd/%d", t.pid, fd)
}

// followed resolves a path and follows a link that is its last part, too.
func (s *scene) followed(t *task, p string) string {
	buf := make([]byte, 4096)
	for range 40 {
		p = s.resolve(t, p)
		if strings.HasPrefix(p, "/proc/") {
			return p
		}
		n, err := unix.Readlinkat(s.stage.root, strings.TrimPrefix(p, "/"), buf)
		if err != nil || n == 0 {
			return p
		}
		target := string(buf[:n])
		if !strings.HasPrefix(target, "/") {
			target = path.Dir(p) + "/" + target
		}
		p = target
	}
	return p
}

// behind is the name under which a descriptor was opened.
func (s *scene) behind(t *task, fd int) string {
	name, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", t.pid, fd))
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(name, " (deleted)")
}

// filled tells whether a name in the world is that of a folder with something in it.
func (s *scene) filled(name string) bool {
	fd, err := unix.Openat2(s.stage.root, "."+name, &unix.OpenHow{
		Flags: unix.O_RDONLY | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS})
	if err != nil {
		return false
	}
	folder := os.NewFile(uintptr(fd), name)
	defer folder.Close()
	names, _ := folder.Readdirnames(1)
	return len(names) > 0
}

// exists looks at a name of the world from outside, without following a last link.
// No link leads out of the world.
func (s *scene) exists(name string) (unix.Stat_t, bool) {
	var st unix.Stat_t
	fd, err := unix.Openat2(s.stage.root, "."+name, &unix.OpenHow{
		Flags: unix.O_PATH | unix.O_NOFOLLOW | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS})
	if err != nil {
		return st, false
	}
	defer unix.Close(fd)
	return st, unix.Fstat(fd, &st) == nil
}
