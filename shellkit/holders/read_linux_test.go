package holders

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// What is not there after this time never comes.
const never = 10 * time.Minute

// start runs a bash script in dir and returns once it has printed "ready". Its
// descriptor 3 is a gate: `read x <&3` lasts until the test is over.
func start(t *testing.T, dir, script string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("bash", append([]string{"-c", "exec 3<&0\n" + script, "script"}, args...)...)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	gate, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	cmd.Stdout, cmd.Stderr = in, in // what outlives the test with either is waited for
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		gate.Close()
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		out.SetReadDeadline(time.Now().Add(never))
		if _, err := io.Copy(io.Discard, out); err != nil { // ends when the last of them has
			t.Errorf("something of the script goes on: %v", err)
		}
		out.Close()
		cmd.Wait()
	})
	out.SetReadDeadline(time.Now().Add(never))
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("script said %q, %v", line, err)
	}
	return cmd
}

// see reads pictures until want finds what it looks for in the file's entry.
func see(t *testing.T, path string, want func(*Picture, *File) bool) (*Picture, *File) {
	t.Helper()
	end := time.Now().Add(never)
	for {
		p, err := Read()
		if err != nil {
			t.Fatal(err)
		}
		if f := p.byPath(path); f != nil && want(p, f) {
			return p, f
		}
		if time.Now().After(end) {
			t.Fatalf("never seen on %s", path)
		}
		runtime.Gosched()
	}
}

func (p *Picture) byPath(path string) *File {
	i := slices.IndexFunc(p.Files, func(f *File) bool { return f.Path == path })
	if i < 0 {
		return nil
	}
	return p.Files[i]
}

func anything(*Picture, *File) bool { return true }

func kindsOf(hints []Hint) (kinds []HintKind) {
	for _, h := range hints {
		kinds = append(kinds, h.Kind)
	}
	return kinds
}

// 4 who: every process that keeps a lock alive, the one that took it although it
// has ended, who waits.
func TestShellLockWithChildAndDaemonAndWaiter(t *testing.T) {
	dir := t.TempDir()
	before := time.Now()
	cmd := start(t, dir, `
		exec 9>a; flock 9
		(read x <&3) &
		( (exec setsid sh -c 'echo $$ >d.part; mv d.part d; read x <&3; :') & )
		until [ -e d ]; do :; done
		(exec 9>&-; exec flock a true) &
		echo ready; read x <&3; :`)
	_, f := see(t, dir+"/a", func(_ *Picture, f *File) bool { return len(f.Waiters) == 1 && f.Waiters[0].FD >= 0 })
	if len(f.Locks) != 1 {
		t.Fatalf("%d locks", len(f.Locks))
	}
	l := f.Locks[0]
	daemon := number(t, dir+"/d")
	var pids []int
	for _, k := range l.Keepers {
		pids = append(pids, k.Process.PID)
		if k.FD != 9 {
			t.Errorf("pid %d keeps it on descriptor %d", k.Process.PID, k.FD)
		}
	}
	if !slices.Contains(pids, cmd.Process.Pid) || !slices.Contains(pids, daemon) || len(pids) != 3 {
		t.Errorf("keepers %v; script %d, daemon %d and a child were expected", pids, cmd.Process.Pid, daemon)
	}
	if l.Kind != Flock || l.Mode != Exclusive || l.TakerState != TakerEnded || l.Taker <= cmd.Process.Pid {
		t.Errorf("got %+v", l)
	}
	w := f.Waiters[0]
	if w.Mode != Exclusive || !slices.Equal(w.Process.Command, []string{"flock", "a", "true"}) {
		t.Errorf("waiter %+v, %+v", w, w.Process)
	}
	script := l.Keepers[slices.Index(pids, cmd.Process.Pid)].Process
	if script.Name != "bash" || script.UID != os.Getuid() || script.Started.Before(before) || script.Parent != os.Getpid() {
		t.Errorf("script is %+v", script)
	}
	hints := f.Hints(true)
	if got := kindsOf(hints); !slices.Equal(got, []HintKind{HintChild, HintDaemon}) {
		t.Errorf("hints %v", got)
	}
	if len(hints) == 2 && (hints[0].From.PID != cmd.Process.Pid || hints[1].Process.PID != daemon || hints[1].From.PID != cmd.Process.Pid) {
		t.Errorf("hints %+v", hints)
	}
}

func number(t *testing.T, file string) int {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhereTheNameLeads(t *testing.T) {
	tests := []struct {
		name, after, file string
		want              NameState
	}{
		{"same", "", "a", NameSame},
		{"removed", "rm a", "a", NameRemoved},
		{"replaced", "rm a; : >a", "a", NameOther},
		{"moved over", ": >b; mv b a", "a", NameOther},
		{"renamed", "mv a b", "b", NameSame},
		{"a name that looks like the kernel's mark", "mv a 'a (deleted)'", "a (deleted)", NameSame},
		{"a directory", "", ".", NameSame},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			lock := "a"
			if tt.file == "." {
				lock = "."
			} else {
				write(t, dir+"/a")
			}
			start(t, dir, `exec 9<"$1"; flock 9; eval "$2"; echo ready; read x <&3; :`, lock, tt.after)
			_, f := see(t, filepath.Join(dir, tt.file), anything)
			if f.Name != tt.want {
				t.Errorf("got %q, want %q", f.Name, tt.want)
			}
		})
	}
}

// The kernel names a file as the reader sees it, whatever root its process has.
func TestNameInAChangedRoot(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root may change its root")
	}
	if os.Getenv("LOCKKIT_TEST_JAIL") != "" {
		if err := unix.Chroot("jail"); err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString("ready\n")
		unix.Read(3, make([]byte, 1))
		return
	}
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	start(t, dir, `mkdir jail; exec 9>jail/a; flock 9; rm jail/a; : >jail/a
		LOCKKIT_TEST_JAIL=1 exec "$1" -test.run '^TestNameInAChangedRoot$'`, self)
	_, f := see(t, dir+"/jail/a", anything)
	if f.Name != NameOther {
		t.Errorf("got %q, want %q", f.Name, NameOther)
	}
}

// A path that leads to the locked file only among the mounts of its process is no
// path of ours, whatever is there for us.
func TestNameAmongOtherMounts(t *testing.T) {
	if err := exec.Command("unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt").Run(); err != nil {
		t.Skipf("nothing can be mounted here: %v", err)
	}
	tests := []struct {
		name, script, file string
		foreign            bool
		want               NameState
	}{
		{"the same file for both", "exec 9>a; flock 9", "a", false, NameSame},
		{"removed for both", "exec 9>a; flock 9; rm a", "a", false, NameRemoved},
		{"another file system", "mount -t tmpfs none m; exec 9>m/a; flock 9", "m/a", true, NameSame},
		{"removed there", "mount -t tmpfs none m; exec 9>m/a; flock 9; rm m/a", "m/a", true, NameRemoved},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(dir+"/m", 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, dir+"/m/a")
			start(t, dir, `exec unshare -m bash -c 'exec 3<&0; eval "$1"; echo ready; read x <&3; :' script "$1"`, tt.script)
			_, f := see(t, dir+"/"+tt.file, anything)
			if f.Foreign != tt.foreign || f.Name != tt.want {
				t.Errorf("foreign %v, name %q", f.Foreign, f.Name)
			}
		})
	}
}

func write(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestDeadlockOfTwoScripts(t *testing.T) {
	dir := t.TempDir()
	start(t, dir, `exec 9>a; flock 9; echo ready; until [ -e go ]; do :; done; flock b true; :`)
	start(t, dir, `exec 9>b; flock 9; : >go; echo ready; flock a true; :`)
	p, f := see(t, dir+"/a", func(p *Picture, f *File) bool {
		return slices.ContainsFunc(p.Deadlocks, func(d Deadlock) bool {
			return slices.ContainsFunc(d.Steps, func(s Step) bool { return s.Lock.File == f })
		})
	})
	for _, d := range p.Deadlocks {
		if !slices.ContainsFunc(d.Steps, func(s Step) bool { return s.Lock.File == f }) {
			continue // somebody else's
		}
		if len(d.Steps) != 2 || len(d.Unless) != 0 {
			t.Errorf("got %+v", d)
		}
	}
}

// 3.2: without the descriptor in the waiting child, only the shell above it holds
// the other lock.
func TestDeadlockThroughTheParentAlone(t *testing.T) {
	dir := t.TempDir()
	start(t, dir, `exec 9>a; flock 9; echo ready; x=$(flock a true 9>&-); :`)
	see(t, dir+"/a", func(p *Picture, f *File) bool {
		return slices.ContainsFunc(p.Deadlocks, func(d Deadlock) bool {
			s := d.Steps[0]
			return len(d.Steps) == 1 && s.Lock.File == f && s.Keeps.Name == "bash" && s.Waiter.Process.Name == "flock"
		})
	})
}

// A script that waits for something else will release its lock: it is in no
// deadlock with what it has started in the background.
func TestNoDeadlockWithAJobInTheBackground(t *testing.T) {
	for name, tt := range map[string]struct {
		script string
		want   int
	}{
		"a program in the foreground":  {`(exec flock a true 9>&-) & echo ready; cat <&3; flock -u 9; wait; :`, 0},
		"wait for another job":         {`flock a true 9>&- & cat <&3 & echo ready; wait $!; flock -u 9; wait; :`, 0},
		"input from elsewhere":         {`(exec flock a true 9>&-) & mkfifo p; cat <&3 >p 9>&- & exec 8<p; echo ready; read x <&8; :`, 0},
		"a subshell, wait for another": {`(flock a true 9>&-; :) & cat <&3 & echo ready; wait $!; flock -u 9; wait; :`, 0},
		"wait for that job":            {`(exec flock a true 9>&-) & echo ready; wait; :`, 1},
		"that job in the foreground":   {`sleep 100 & echo ready; flock a true 9>&-; :`, 1},
		"its output":                   {`sleep 100 & echo ready; x=$(flock a true 9>&-); :`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			cmd := start(t, dir, `exec 9>a; flock 9; `+tt.script)
			p, f := see(t, dir+"/a", func(_ *Picture, f *File) bool {
				return len(f.Waiters) == 1 && asleep(t, cmd.Process.Pid)
			})
			got := 0
			for _, d := range p.Deadlocks {
				if d.Steps[0].Lock.File == f {
					got++
				}
			}
			if got != tt.want {
				t.Errorf("%d deadlocks, want %d", got, tt.want)
			}
		})
	}
}

// asleep says that a process waits for a child or for input.
func asleep(t *testing.T, pid int) bool {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/syscall")
	if err != nil {
		t.Skipf("system calls may not be seen here: %v", err)
	}
	call := parseCall(firstLine(text))
	return call != nil && slices.Contains([]uint64{unix.SYS_WAIT4, unix.SYS_WAITID, unix.SYS_READ}, call[0])
}

// That a lock outlives its shell under a command that still runs is right; a job
// in the background is what the hint is for.
func TestHintForAChildInTheBackgroundOnly(t *testing.T) {
	for name, tt := range map[string]struct {
		script string
		want   []HintKind
	}{
		"foreground": {`exec 9>a; flock 9; echo ready; cat <&3; :`, nil},
		"flock(1)":   {`echo ready; exec flock a cat <&3`, nil},
		"background": {`exec 9>a; flock 9; cat <&3 & echo ready; cat <&3; :`, []HintKind{HintChild}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			cmd := start(t, dir, tt.script)
			start(t, dir, `until [ -e a ] && ! flock -n a true; do :; done; echo ready; exec flock a true`)
			_, f := see(t, dir+"/a", func(_ *Picture, f *File) bool {
				return len(f.Waiters) == 1 && len(f.Locks) == 1 && len(f.Locks[0].Keepers) > 1 && asleep(t, cmd.Process.Pid) &&
					!slices.ContainsFunc(f.Locks[0].Keepers, func(k Keeper) bool {
						return k.Process.Name != "cat" && k.Process.PID != cmd.Process.Pid // it has not become the program yet
					})
			})
			if got := kindsOf(f.Hints(true)); !slices.Equal(got, tt.want) {
				t.Errorf("hints %v, want %v", got, tt.want)
			}
		})
	}
}

func TestKinds(t *testing.T) {
	dir := t.TempDir()
	open := func(name string) int {
		fd, err := unix.Open(dir+"/"+name, unix.O_RDWR|unix.O_CREAT|unix.O_CLOEXEC, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { unix.Close(fd) })
		return fd
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	posix, ofd, lease := open("posix"), open("ofd"), open("lease")
	must(unix.FcntlFlock(uintptr(posix), unix.F_SETLK, &unix.Flock_t{Type: unix.F_WRLCK, Start: 10, Len: 5}))
	must(unix.FcntlFlock(uintptr(ofd), unix.F_OFD_SETLK, &unix.Flock_t{Type: unix.F_RDLCK, Start: 7}))
	must(unix.Flock(ofd, unix.LOCK_EX))
	_, err := unix.FcntlInt(uintptr(lease), unix.F_SETLEASE, unix.F_WRLCK)
	must(err)
	one, two := open("twice"), open("twice")
	must(unix.Flock(one, unix.LOCK_SH))
	must(unix.Flock(two, unix.LOCK_SH))
	three, err := unix.FcntlInt(uintptr(one), unix.F_DUPFD_CLOEXEC, 100)
	must(err)
	defer unix.Close(three)

	p, err := Read()
	must(err)
	me := os.Getpid()
	tests := []struct {
		file string
		kind Kind
		mode Mode
		span Range
		fd   int
		pid  int
	}{
		{"posix", POSIX, Exclusive, Range{10, 14}, posix, me},
		{"ofd", OFD, Shared, Range{7, ToEOF}, ofd, 0},
		{"lease", Lease, Exclusive, anywhere, lease, me},
	}
	for _, tt := range tests {
		f := p.byPath(dir + "/" + tt.file)
		if f == nil {
			t.Errorf("%s is not there", tt.file)
			continue
		}
		i := slices.IndexFunc(f.Locks, func(l *Lock) bool { return l.Kind == tt.kind })
		if i < 0 {
			t.Errorf("%s has no %s lock", tt.file, tt.kind)
			continue
		}
		l := f.Locks[i]
		if l.Mode != tt.mode || l.Range != tt.span || l.Taker != tt.pid || len(l.Keepers) != 1 || l.Keepers[0].FD != tt.fd {
			t.Errorf("%s: got %+v", tt.file, l)
		}
	}
	if got := kindsOf(p.byPath(dir + "/ofd").Hints(true)); !slices.Equal(got, []HintKind{HintMixed}) {
		t.Errorf("flock and fcntl on one file: hints %v", got)
	}
	twice := p.byPath(dir + "/twice")
	var groups [][]int
	for _, l := range twice.Locks {
		groups = append(groups, keepersOf(l))
	}
	if len(groups) != 2 || !slices.Equal(groups[0], []int{one, three}) || !slices.Equal(groups[1], []int{two}) {
		t.Errorf("descriptors by open file description: %v; %d and %d share one, %d has its own", groups, one, three, two)
	}
}

// Of equal locks that the kernel does not let us tell apart, the later ones are kept
// by some who are listed with the first: nobody has let go of them.
func TestEqualLocksThatCannotBeToldApart(t *testing.T) {
	lock := held(os.Getpid(), 7)
	files := join([]entry{lock, lock}, []kept{{os.Getpid(), 5, lock, ""}, {os.Getpid(), 6, lock, ""}}, refused)
	proc, err := open(unix.AT_FDCWD, "/proc", unix.O_DIRECTORY)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(proc)
	newProcesses(newReader(proc)).fill(files[0], nil)
	for i, l := range files[0].Locks {
		if l.TakerState != TakerKeeps || l.KeptAbove() != (i == 1) {
			t.Errorf("lock %d: taker %q, kept above %v", i, l.TakerState, l.KeptAbove())
		}
	}
	if got := files[0].Hints(true); got != nil {
		t.Errorf("hints %+v", got)
	}
}

// The kernel lists who waits for an OFD lock without a process. The waiter here is
// a thread of this very process, with a descriptor of its own.
func TestWaiterForAnOFDLock(t *testing.T) {
	path := t.TempDir() + "/a"
	holder, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	whole := unix.Flock_t{Type: unix.F_WRLCK}
	if err := unix.FcntlFlock(holder.Fd(), unix.F_OFD_SETLK, &whole); err != nil {
		t.Fatal(err)
	}
	waiter, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer waiter.Close()
	fd := int(waiter.Fd())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer holder.Close() // which ends the wait
	wg.Go(func() {
		if err := unix.FcntlFlock(uintptr(fd), unix.F_OFD_SETLKW, &unix.Flock_t{Type: unix.F_WRLCK}); err != nil {
			t.Error(err)
		}
	})
	_, f := see(t, path, func(_ *Picture, f *File) bool { return len(f.Waiters) == 1 && f.Waiters[0].Process.PID > 0 })
	if w := f.Waiters[0]; w.Process.PID != os.Getpid() || w.FD != fd || w.Kind != OFD {
		t.Errorf("got %+v, %+v; it waits on descriptor %d", w, w.Process, fd)
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	start(t, dir, `exec 9>a; flock 9; echo ready; read x <&3; :`)
	_, f := see(t, dir+"/a", anything)
	inode, m, err := Find(dir + "/a")
	if err != nil || inode != f.Inode || m.FSType == "" || m.FSType != f.FSType {
		t.Errorf("got %+v, %+v, %v; the lock is on %+v (%s)", inode, m, err, f.Inode, f.FSType)
	}
	if _, _, err := Find(dir + "/none"); err == nil {
		t.Error("a missing file was found")
	}
}

func TestStoppedHolder(t *testing.T) {
	dir := t.TempDir()
	cmd := start(t, dir, `exec 9>a; flock 9; echo ready; read x <&3; :`)
	cmd.Process.Signal(syscall.SIGSTOP)
	see(t, dir+"/a", func(_ *Picture, f *File) bool {
		return slices.Contains(kindsOf(f.Hints(true)), HintStopped)
	})
}

// A thousand processes and more come and go with a lock while pictures are made:
// some take one, some wait for one, most inherit one.
func TestProcessesVanish(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command("bash", "-c", `exec 9>a; flock 9
		for ((i = 0; i < 1000 || !stop; i++)); do
			case $((i % 10)) in
				0) (exec flock -n 8) 8>"b$((i % 70))" & ;;
				1) (exec 9>&-; exec flock -w 0.02 a true) & ;;
				*) (:) & ;;
			esac
			((i % 50)) || { wait; [ ! -e stop ] || stop=1; }
		done; wait`)
	cmd.Dir = dir
	before, err := Read()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	for n := 0; ; n++ {
		p, err := Read()
		if err != nil {
			t.Fatal(err)
		}
		if p.Root && p.Hidden > before.Hidden {
			t.Errorf("%d processes that vanished are said to be hidden", p.Hidden-before.Hidden)
		}
		for _, f := range p.Files {
			if !strings.HasPrefix(f.Path, dir) { // of somebody else, who may be in another world
				continue
			}
			for _, l := range f.Locks {
				for _, k := range l.Keepers {
					if k.Process.vanished() {
						t.Errorf("pid %d has vanished and keeps %s", k.Process.PID, f.Path)
					}
				}
			}
			for _, w := range f.Waiters {
				if w.Process.vanished() {
					t.Errorf("pid %d has vanished and waits for %s", w.Process.PID, f.Path)
				}
			}
			f.Hints(p.Hidden == 0)
		}
		if n == 10 {
			write(t, dir+"/stop")
		}
		select {
		case err := <-done:
			if err != nil || n < 10 {
				t.Errorf("%d pictures, %v", n, err)
			}
			return
		default:
		}
	}
}

// /proc/locks leaves out locks whose taker has ended in a nested pid namespace,
// and everybody who waits for them.
func TestNestedNamespace(t *testing.T) {
	dir := t.TempDir()
	binary := filepath.Join(dir, "holders.test")
	if os.Getenv("LOCKKIT_TEST_NESTED") != "" {
		_, f := see(t, os.Getenv("LOCKKIT_TEST_NESTED")+"/a", func(_ *Picture, f *File) bool { return len(f.Waiters) == 1 })
		p, _ := Read()
		if !p.Nested || len(f.Locks) != 1 || f.Locks[0].Taker != 0 || len(f.Locks[0].Keepers) == 0 {
			t.Errorf("nested %v, locks %+v", p.Nested, f.Locks)
		}
		if w := f.Waiters[0]; w.Mode != Shared || w.Process.Name != "flock" || w.FD < 0 {
			t.Errorf("waiter %+v, %+v", w, w.Process)
		}
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := exec.Command("unshare", "-pf", "--mount-proc", "true").Run(); err != nil {
		t.Skipf("no pid namespace can be made here: %v", err)
	}
	if err := os.Symlink(self, binary); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("unshare", "-pf", "--kill-child", "--mount-proc", "bash", "-c", `
		exec 9>a; flock 9
		(exec 9>&-; exec flock -s a true) & 
		./holders.test -test.run '^TestNestedNamespace$' -test.timeout 60s; e=$?; kill $!; exit $e`)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LOCKKIT_TEST_NESTED="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestNumberInAnotherNamespace(t *testing.T) {
	if err := exec.Command("unshare", "-pf", "true").Run(); err != nil {
		t.Skipf("no pid namespace can be made here: %v", err)
	}
	dir := t.TempDir()
	start(t, dir, `exec unshare -pf --kill-child bash -c 'exec 9>a; flock 9; echo ready; read x <&3; :'`)
	_, f := see(t, dir+"/a", anything)
	if p := f.Locks[0].Keepers[0].Process; p.InnerPID != 1 || p.PID == 1 {
		t.Errorf("got %+v", p)
	}
}
