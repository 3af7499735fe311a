package rehearse

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Programs and scripts that are drawn from a seed act in a world: nothing outside changes,
// each is over in the end, and no process is left. Half of them meet no Landlock, so that
// what is judged has to be judged rightly. A few seeds are tried always;
// LOCKKIT_FUZZ=600 goes on for as many seconds, LOCKKIT_FUZZ_SEED says from which seed.
func TestRandomPrograms(t *testing.T) {
	needsWorld(t)
	seed, _ := strconv.Atoi(os.Getenv("LOCKKIT_FUZZ_SEED"))
	last, until := seed+16, time.Time{}
	if seconds, err := strconv.Atoi(os.Getenv("LOCKKIT_FUZZ")); err == nil {
		last, until = 1<<30, time.Now().Add(time.Duration(seconds)*time.Second)
	}
	dir := victims(t)
	before, ends := look(t, dir), map[string]int{}
	first := seed
	for ; seed < last && (until.IsZero() || time.Now().Before(until)); seed++ {
		d := drawer{rand.New(rand.NewPCG(uint64(seed), 3)), dir}
		a := assault{lent: dir, stops: 20000, walls: walls{NoLandlock: seed%2 == 1}}
		if seed%3 == 0 {
			a.begin = start{Path: "/bin/bash", Argv: []string{"bash", "/hostile"}, Dir: "/", Env: []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}}
			a.file = worldFile{"/hostile", 0o755, []byte(d.script())}
		} else {
			a.begin = start{Path: "/attack", Argv: []string{"attack"}, Dir: "/"}
			a.file = worldFile{"/attack", 0o755, d.attack().program()}
		}
		hangs := time.AfterFunc(3*time.Minute, func() { panic(fmt.Sprintf("seed %d hangs", seed)) })
		locked := false
		a.during = func() { locked = isLocked(dir + "/file") }
		_, err := a.try()
		hangs.Stop()
		switch {
		case err == nil:
			ends["over"]++
		case cutOff(err):
			ends[err.Error()]++
		default:
			t.Errorf("seed %d: %v", seed, err)
		}
		if locked {
			t.Fatalf("seed %d: a file outside is locked", seed)
		}
		if after := look(t, dir); after != before {
			t.Fatalf("seed %d: the tree outside was\n%s\nand is\n%s", seed, before, after)
		}
		if left := childrenLeft(); left != "" {
			t.Fatalf("seed %d: there is still %s", seed, left)
		}
	}
	t.Logf("%d programs: %v", seed-first, ends)
}

// isLocked tells whether somebody has a lock on a file.
func isLocked(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil
}

// childrenLeft names a process that this one has started, dead or alive; "" where none is.
func childrenLeft() string {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		data, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(data), ") ")
		if f := strings.Fields(rest); len(f) > 1 && f[1] == strconv.Itoa(os.Getpid()) {
			return string(data)
		}
	}
	return ""
}

// A drawer draws programs that mean harm.
type drawer struct {
	*rand.Rand
	dir string
}

func one[T any](d drawer, list ...T) T { return list[d.IntN(len(list))] }

// favourites are calls that a program without any rule would seldom come to.
var favourites = []uintptr{
	unix.SYS_OPENAT, unix.SYS_OPENAT, unix.SYS_OPEN, unix.SYS_UNLINKAT, unix.SYS_RENAMEAT2, unix.SYS_LINKAT, unix.SYS_SYMLINKAT, unix.SYS_FLOCK,
	unix.SYS_FCNTL, unix.SYS_FCHMODAT, unix.SYS_FCHOWNAT, unix.SYS_UTIMENSAT, unix.SYS_FORK, unix.SYS_VFORK, unix.SYS_CLONE, unix.SYS_EXECVE,
	unix.SYS_KILL, unix.SYS_TGKILL, unix.SYS_WAIT4, unix.SYS_DUP2, unix.SYS_FCHDIR, unix.SYS_CHDIR, unix.SYS_SETSID, unix.SYS_SETPGID, unix.SYS_WRITE,
	unix.SYS_FTRUNCATE, unix.SYS_MKNODAT, unix.SYS_PRCTL, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGACTION, unix.SYS_TIMER_CREATE, unix.SYS_ALARM,
}

// attack draws some system calls, of all that there are and of those that matter.
func (d drawer) attack() attack {
	a := one(d, nil, hidden(one(d, "file", d.dir+"/file", "folder/inner", "/proc/self/fd/7/file")), // where it stands to begin with
		attack{do(unix.SYS_OPENAT, 7, "file", unix.O_PATH), do(unix.SYS_OPENAT, 7, "folder", unix.O_PATH)}, attack{do(unix.SYS_FCHDIR, 7)})
	for range 5 + d.IntN(40) {
		number := uintptr(d.IntN(470))
		if d.IntN(3) > 0 {
			number = one(d, favourites...)
		}
		if number == unix.SYS_EXIT || number == unix.SYS_EXIT_GROUP {
			continue
		}
		c := sysCall{number: number}
		for range 6 {
			c.args = append(c.args, d.argument(len(a)))
		}
		if s, judged := judgedCalls[number]; judged && d.IntN(4) > 0 {
			d.aim(&c, &s)
		}
		a = append(a, c)
	}
	return a
}

// aim puts where a call has a folder, a path, a descriptor or flags something of the kind.
func (d drawer) aim(c *sysCall, s *shape) {
	put := func(at int8, v any) {
		if at >= 0 {
			c.args[at] = v
		}
	}
	folder := func() any { return one[any](d, 7, unix.AT_FDCWD, 3, 4, 5) }
	put(s.dir, folder())
	put(s.dir2, folder())
	put(s.path, d.path())
	put(s.path2, d.path())
	put(s.fd, one[any](d, 7, 3, 4, 5))
	put(s.flags, one[any](d, 0, unix.O_WRONLY|unix.O_TRUNC, unix.O_RDWR|unix.O_CREAT, unix.O_PATH, unix.AT_EMPTY_PATH, unix.AT_SYMLINK_FOLLOW, unix.LOCK_EX|unix.LOCK_NB, unix.F_SETLK))
}

func (d drawer) path() any {
	if d.IntN(2) == 0 {
		return one[any](d, "file", "folder", "", "/proc/self/fd/3", "/proc/self/fd/7/file", hiddenPath)
	}
	return one[any](d, d.dir+"/file", d.dir, "/", ".", "/proc/self/mem", "/proc/1/root"+d.dir+"/file", "/new", "/bin/true", "/dev/tty",
		"/dev/fd/4", "/dev/stdout", "/proc/self/fd/7/..", "folder/inner")
}

func (d drawer) argument(results int) any {
	switch d.IntN(8) {
	case 0, 1:
		return d.path()
	case 2:
		if results > 0 {
			return resultOf(d.IntN(results))
		}
		return 7
	case 3:
		return room(64 << d.IntN(6))
	case 4:
		return 1 << d.IntN(32)
	case 5:
		return one(d, 7, unix.AT_FDCWD, -1, 1, 3, 4, 100, 1000, unix.AT_EMPTY_PATH, unix.O_PATH, unix.O_WRONLY|unix.O_TRUNC, unix.O_CREAT|unix.O_RDWR,
			unix.CLONE_VM|unix.CLONE_FILES|unix.CLONE_FS|unix.CLONE_SIGHAND|unix.CLONE_THREAD, unix.CLONE_VM|unix.CLONE_VFORK)
	case 6:
		return int(d.Uint32())
	}
	return d.IntN(16)
}

// script draws some lines, of hostile scripts and of ones that lock.
func (d drawer) script() string {
	lines := []string{"exec 9>/srv/l; flock -n 9", "work & work", "mkdir /srv/d || true", "trap 'rm -f /srv/l' EXIT TERM", "wait", "sleep 3", "cat /srv/l | tr a b &",
		"exec 8<>\"$V/file\"; flock -x 8", "read -t 1 x <\"$V/fifo\" &", "for i in 1 2 3; do ( work $i ) & done", "kill -TERM $$", "kill -KILL $! 0", "set -m", "exec 9>&-", "while sleep 1; do date; done &"}
	for _, h := range hostileScripts {
		lines = append(lines, strings.Split(h.text, "; ")...)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "V='%s'; export V\n", d.dir)
	for range 3 + d.IntN(15) {
		fmt.Fprintf(&b, one(d, "%s\n", "%s\n", "( %s\n) &\n", "( %s\n)\n", "{ %s\n} | cat\n", "f() { %s\n}; f 7>&7\n"), one(d, lines...))
	}
	return b.String()
}
