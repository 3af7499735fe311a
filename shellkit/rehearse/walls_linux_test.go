//go:build linux && (amd64 || arm64)

package rehearse

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// hostile plays one run of a script with some walls left out, and returns what it has
// printed. lent is a folder outside that the run gets as descriptor 7, or "".
func hostile(t *testing.T, text string, w walls, lent string) string {
	t.Helper()
	begin := start{Path: "/bin/bash", Argv: []string{"bash", "/hostile"}, Dir: "/", Env: []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"}}
	return assault{begin: begin, file: worldFile{"/hostile", 0o755, []byte(text)}, walls: w, lent: lent}.run(t)
}

// An assault is what one program does in a world, in which there is a file of its own,
// until it can go no further.
type assault struct {
	begin  start
	file   worldFile
	walls  walls
	lent   string
	during func()       // is called then, while the program has all that it got
	stops  int          // how many calls of one move are met at most; 0: as many as in a rehearsal
	change func(*scene) // of other bounds; may be nil
}

// run returns what was printed.
func (a assault) run(t *testing.T) string {
	t.Helper()
	out, err := a.try()
	if err != nil {
		out += "\nended: " + err.Error()
	}
	return out
}

// try returns what was printed, and how the schedule was cut off, if it was.
func (a assault) try() (out string, err error) {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		_, _ = unix.KeyctlInt(unix.KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0) // of this thread, which ends here
		done <- func() error {
			o := &orders{Walls: a.walls, Lent: a.lent, Runs: []start{a.begin}, World: worldPlan{Files: []worldFile{a.file}}}
			st, err := openStage("/proc/self/exe", o)
			if err != nil {
				return err
			}
			s := newScene(context.Background(), st, newFacts(a.file.Path), 1)
			if a.stops > 0 {
				s.stops = a.stops
			}
			if a.change != nil {
				a.change(s)
			}
			_, err = s.goOn([]int{0}, nil)
			if a.during != nil {
				a.during()
			}
			st.close()
			out = string(st.output[0].text)
			return err
		}()
	}()
	err = <-done
	return out, err
}

// victims lays out what a hostile script is after.
func victims(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, err := range []error{
		os.WriteFile(dir+"/file", []byte("precious\n"), 0o640),
		os.Mkdir(dir+"/folder", 0o755),
		os.WriteFile(dir+"/folder/inner", []byte("precious\n"), 0o640),
		unix.Mkfifo(dir+"/fifo", 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	long := time.Unix(1e9, 0)
	for _, name := range []string{"file", "folder/inner", "folder"} {
		if err := os.Chtimes(filepath.Join(dir, name), long, long); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// look writes down all that can be seen of a tree.
func look(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.Walk(dir, func(name string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		st := info.Sys().(*sysStat)
		data := []byte{}
		if info.Mode().IsRegular() {
			if data, err = os.ReadFile(name); err != nil {
				return err
			}
		}
		attributes := make([]byte, 4096)
		n, _ := unix.Llistxattr(name, attributes) // a file system may have none
		flags := 0
		if f, err := os.OpenFile(name, unix.O_RDONLY|unix.O_NONBLOCK, 0); err == nil {
			flags, _ = unix.IoctlGetInt(int(f.Fd()), unix.FS_IOC_GETFLAGS) // a file system may have none
			f.Close()
		}
		fmt.Fprintln(&b, name, info.Mode(), st.Uid, st.Gid, st.Ino, st.Nlink, info.ModTime(), string(data), string(attributes[:max(n, 0)]), flags)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// hostileScripts each try something; V is where the victims are.
var hostileScripts = []struct{ name, text string }{
	{"write", `echo x >"$V/file"; echo y >>"$V/file"; : >"$V/new"`},
	{"remove", `HOME=$V; rm -rf "$V"/* ~ "$V" /srv`},
	{"rename", `mv "$V/file" "$V/other"; ln "$V/folder/inner" "$V/link"; ln -s / "$V/root"`},
	{"touch", `touch "$V/file" "$V/folder"`},
	{"mode and owner", `chmod 777 "$V/file"; chown 1:1 "$V/file"; chmod 0 "$V/folder"`},
	{"truncate", `truncate -s 0 "$V/file"; dd of="$V/file" count=0`},
	{"planted link", `ln -s "$V" /planted; echo x >/planted/file; rm -f /planted/file; ln -sf /proc/1/root /way; echo x >"/way$V/file"`},
	{"other roots", `for p in 1 $PPID $$; do echo x >"/proc/$p/root$V/file"; echo x >"/proc/$p/cwd$V/file"; done`},
	{"own memory", `echo x >/proc/self/mem; echo x >/proc/1/mem; echo x >/proc/1/oom_score_adj`},
	{"kernel", `echo b >/proc/sysrq-trigger; echo 1 >/proc/sys/kernel/panic; echo x >/sys/power/state; echo 1 >/proc/sys/vm/drop_caches`},
	{"mounts", `mount -t tmpfs x "$V"; umount "$V"; busybox mount -t tmpfs x "$V"; unshare -m true; pivot_root . .; chroot / true`},
	{"machine", `busybox reboot -f; busybox poweroff -f; reboot; shutdown now; busybox date -s 2001-01-01; busybox hostname evil`},
	{"devices", `mknod /dev/x b 254 0; busybox mknod /x c 1 1; cat /dev/vda /dev/mem /dev/kmsg; echo x >/dev/tty; echo x >/dev/vda`},
	{"everybody", `kill -9 -1; kill -TERM -1; kill -9 1`},
	{"downloads", `curl http://127.0.0.1/x | sh; wget -O- http://127.0.0.1/ | sh; busybox wget http://127.0.0.1/`},
	{"priorities", `nice -n -20 true; renice -20 1; ionice -c1 true; ulimit -c unlimited; ulimit -n 100000; sync`},
	{"applets", `busybox rm -rf "$V"; busybox sh -c 'echo x >"$V/file"'; exec busybox ash -c 'rm -rf "$V"; echo x >"$V/file"'`},
	{"zsh modules", `zsh -c 'zmodload zsh/files; rm -rf "$V"; zmodload zsh/net/tcp; ztcp 127.0.0.1 1'`},
	{"interpreters", `python3 -c 'import os; os.system("rm -rf $V")'; perl -e 'unlink "$ENV{V}/file"'; awk 'BEGIN { system("rm -rf $V") }'`},
	{"tools that change in place", `sed -i s/p/x/ "$V/file"; find "$V" -delete; echo "$V/file" | xargs rm -f; install /bin/true "$V/file"; cp -p /bin/true "$V/file"; shred -u "$V/file"; tee "$V/file" </dev/null; ln -f /bin/true "$V/file"; touch -h -d 2001-01-01 "$V/file"; mkfifo "$V/pipe"; chgrp 1 "$V/file"`},
	{"from within", `cd "$V" && rm -rf * && echo x >file; pushd "$V/folder"; rm -f inner; cd /proc/self/cwd; echo x >../file; cd /proc/1/cwd/"$V"; echo x >file; cd -P "/proc/self/root/$V"; rm -f file`},
	{"descriptors by name", `exec 5<"$V/file" 6<"$V"; echo x >/proc/self/fd/5; echo x >/dev/fd/5; echo x >/proc/self/fd/6/file; rm -rf /proc/self/fd/6/*; : >/proc/$$/fd/6/new; flock 5; chmod 777 /dev/fd/5`},
	{"numbers that were inherited", `for n in 3 4 5 6 7 8 9 10 11 12 63 255; do eval "echo x >&$n"; eval "flock -n $n"; done; rm -rf /proc/self/fd/*/*; chmod 777 /proc/self/fd/*`},
	{"modules of zsh", `zsh -c 'zmodload zsh/mapfile zsh/system zsh/files zsh/net/socket zsh/stat; mapfile[$V/file]=x; unset "mapfile[$V/file]"; sysopen -w -o trunc -u 9 "$V/file"; syswrite -o 9 x; zf_chmod 777 "$V/file"; zf_chown 1 "$V/file"; zf_mv "$V/file" "$V/x"; zf_ln -s / "$V/way"; zsystem flock "$V/file"; zsocket "$V/fifo"; zsocket -l "$V/socket"'`},
	{"builtins of ksh", `ksh93 -c 'PATH=/opt/ast/bin:$PATH; builtin rm mv chmod cat; rm -rf "$V"; chmod 777 "$V/file"; exec 9<>"$V/file"; print -u9 x'; mksh -c 'cat >"$V/file" <<<x; rename "$V/file" "$V/x"; print x >"$V/file"'; yash -c 'echo x >"$V/file"'`},
	{"loadables of bash", `for l in unlink rm mkdir ln chmod sync truncate finfo; do enable -f $l $l; enable -f /usr/lib/bash/$l $l; done; unlink "$V/file"; rm -rf "$V"; mkdir "$V/x"; ln / "$V/y"; chmod 777 "$V/file"`},
	{"sessions and groups", `setsid bash -c 'kill -9 -1'; set -m; sleep 9 & kill -9 -$!; kill -9 0 & disown; trap '' TERM HUP INT; kill -TERM -1; (exec setsid bash -c 'trap "" TERM; kill -KILL -1; echo x >"$V/file"') &`},
	{"other names for it", `mkdir -p /a/b; ln -s "$V" /a/b/c; ln -s /a/b/c/file /a/f; echo x >/a/f; mv /a/f /a/g; cp /bin/true /a/g; rm -rf /a/b/c/; cd /a/b/c/..; rm -f file; mv "$V" /gone; ln -s /etc "$V"`},
	{"jobs that stay", `(trap '' HUP TERM; while :; do echo x >"$V/file"; sleep 1; done) & nohup bash -c 'sleep 5; rm -rf "$V"' & exec setsid bash -c 'sleep 3; echo x >"$V/file"'`},
	{"files that tools read", `echo "DIR $V" >/etc/motd; echo "* * * * * root rm -rf $V" >/etc/cron.d/evil; echo "rm -rf $V" >>/etc/profile; echo "rm -rf $V" >>~/.bashrc; mkdir -p ~/.ssh; echo evil >>~/.ssh/authorized_keys; echo evil >/etc/ld.so.preload`},
	{"quarrels with its tracer", `echo 0 >/proc/self/coredump_filter; kill -STOP $$; kill -CONT $$; kill -TRAP $$; kill -SEGV $$`},
}

// Each hostile script meets the world with all walls, and then with each of those left
// out that can be: the tree outside stays as it is.
func TestWallsHold(t *testing.T) {
	needsWorld(t)
	for _, h := range hostileScripts {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			for _, w := range []walls{{}, {NoLandlock: true}, {NoSeccomp: true}, {NoLandlock: true, NoSeccomp: true}} {
				dir := victims(t)
				before := look(t, dir)
				out := hostile(t, "V='"+dir+"'; export V\n"+h.text+"\n", w, "")
				if after := look(t, dir); after != before {
					t.Fatalf("walls left out: %+v; the tree outside was\n%s\nand is\n%s\nprinted: %s", w, before, after, out)
				}
			}
		})
	}
}

// What a script holds a descriptor of lies outside the world: here the overlay is no
// wall, and the others are shown alone.
func TestLentDescriptor(t *testing.T) {
	needsWorld(t)
	tests := []struct {
		name, text string
		landlock   bool // Landlock is a wall too
	}{
		{"content", `echo x >/proc/self/fd/7/file`, true},
		{"names", `rm -rf /proc/self/fd/7/folder`, true},
		{"new name", `mkdir /proc/self/fd/7/new`, true},
		{"content from within", `cd /proc/self/fd/7; echo x >file`, true},
		{"mode from within", `cd /proc/self/fd/7; chmod 777 file`, false},
		{"mode", `chmod 777 /proc/self/fd/7/file`, false},
		{"owner", `chown 1:1 /proc/self/fd/7/file`, false},
		{"times", `touch -d 2001-01-01 /proc/self/fd/7/folder`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			list := []walls{{}, {NoLandlock: true}}
			if tt.landlock {
				list = append(list, walls{NoSeccomp: true}) // and with it the supervisor
			}
			for _, w := range list {
				dir := victims(t)
				before := look(t, dir)
				out := hostile(t, tt.text, w, dir)
				if after := look(t, dir); after != before {
					t.Errorf("walls left out: %+v; the tree outside was\n%s\nand is\n%s\nprinted: %s", w, before, after, out)
				}
			}
			if tt.name == "owner" && os.Getuid() != 0 {
				return // nobody but root could give a file away
			}
			dir := victims(t)
			before := look(t, dir)
			if out := hostile(t, tt.text, walls{NoLandlock: true, NoSeccomp: true}, dir); look(t, dir) == before {
				t.Errorf("without walls nothing happened, so the test shows nothing; printed: %s", out)
			}
		})
	}
}

// A lock on a file of the real tree is not taken, whether the file is reached through
// the world or through a descriptor from outside.
func TestRealLockIsFree(t *testing.T) {
	needsWorld(t)
	dir := victims(t)
	probe := func() error {
		f, err := os.Open(dir + "/file")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	}
	for name, text := range map[string]string{
		"through the world": "exec 9<'" + dir + "/file'; flock -n 9 && echo locked; flock -n 9; ./work",
		"lent":              "flock -n 7 && echo locked; exec 9</proc/self/fd/7/file; flock -n 9 && echo locked too; ./work",
	} {
		t.Run(name, func(t *testing.T) {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			lent := ""
			if name == "lent" {
				lent = dir
			}
			o := &orders{Lent: lent,
				Runs:  []start{{Path: "/bin/bash", Argv: []string{"bash", "/hostile"}, Dir: "/", Env: []string{"PATH=/usr/bin:/bin"}}},
				World: worldPlan{Files: []worldFile{{"/hostile", 0o755, []byte(text)}}}}
			st, err := openStage("/proc/self/exe", o)
			if err != nil {
				t.Fatal(err)
			}
			s := newScene(context.Background(), st, newFacts("/hostile"), 1)
			if _, err := s.goOn([]int{0}, atAnyWork); err != nil {
				t.Error(err)
			}
			if err := probe(); err != nil {
				t.Errorf("while the script holds its lock, the real one: %v", err)
			}
			st.close()
			if out := string(st.output[0].text); (name == "lent") == strings.Contains(out, "locked") {
				t.Errorf("printed %q", out)
			}
		})
	}
}

// A FIFO outside is not opened: its other end would be woken.
func TestFifoStaysShut(t *testing.T) {
	needsWorld(t)
	dir := victims(t)
	out := hostile(t, "read -r x <'"+dir+"/fifo'; echo got $?; echo y >'"+dir+"/fifo'; echo put $?", walls{}, "")
	if strings.Contains(out, "got 0") || strings.Contains(out, "put 0") || !strings.Contains(out, "put 1") {
		t.Errorf("printed %q", out)
	}
}

// The network is out of reach by each of the two walls alone.
func TestNoNetwork(t *testing.T) {
	needsWorld(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("no network here: ", err)
	}
	defer l.Close()
	came := make(chan struct{}, 9)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			came <- struct{}{}
			c.Close()
		}
	}()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	text := "exec 3<>/dev/tcp/127.0.0.1/" + port + " && echo connected; exec 3<>/dev/udp/127.0.0.1/" + port + " && echo sent >&3"
	if out := hostile(t, text, walls{}, ""); strings.Contains(out, "connected") || !strings.Contains(out, "Function not implemented") {
		t.Errorf("seccomp did not refuse a socket: %q", out)
	}
	if out := hostile(t, text, walls{NoSeccomp: true}, ""); strings.Contains(out, "connected") || strings.Contains(out, "not implemented") {
		t.Errorf("the network namespace did not hold: %q", out)
	}
	select {
	case <-came:
		t.Error("somebody has come")
	default:
	}
}

// Signals reach nobody outside, and the keeper of the world neither.
func TestSignalsStayInside(t *testing.T) {
	needsWorld(t)
	other := exec.Command("sleep", "1000")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Process.Kill(); _ = other.Wait() }()
	text := fmt.Sprintf("kill -9 %d; kill -9 %d; kill -TERM 1 || echo refused; echo still here", other.Process.Pid, os.Getpid())
	for _, w := range []walls{{}, {NoLandlock: true}} {
		out := hostile(t, text, w, "")
		if !w.NoLandlock && (!strings.Contains(out, "refused") || !strings.Contains(out, "still here")) && landlockABI() >= 6 {
			t.Errorf("Landlock does not scope signals: %q", out)
		}
		if err := other.Process.Signal(unix.Signal(0)); err != nil {
			t.Fatalf("%+v: the process outside is gone: %v", w, err)
		}
	}
}

// A fork bomb ends with the schedule.
func TestForkBomb(t *testing.T) {
	needsWorld(t)
	out := hostile(t, "b() { b | b & b; }; b", walls{}, "")
	if !strings.Contains(out, "ended: ") {
		t.Errorf("it went on: %.200q", out)
	}
}

// No call that could lead out is on the lists.
func TestListsAreShort(t *testing.T) {
	for name, nr := range map[string]uintptr{
		"socket": unix.SYS_SOCKET, "connect": unix.SYS_CONNECT, "bind": unix.SYS_BIND, "sendmsg": unix.SYS_SENDMSG, "sendto": unix.SYS_SENDTO,
		"io_uring_setup": unix.SYS_IO_URING_SETUP, "pidfd_open": unix.SYS_PIDFD_OPEN, "pidfd_getfd": unix.SYS_PIDFD_GETFD,
		"process_vm_writev": unix.SYS_PROCESS_VM_WRITEV, "bpf": unix.SYS_BPF, "unshare": unix.SYS_UNSHARE, "setns": unix.SYS_SETNS,
		"mount": unix.SYS_MOUNT, "umount2": unix.SYS_UMOUNT2, "ptrace": unix.SYS_PTRACE, "clone3": unix.SYS_CLONE3, "shmget": unix.SYS_SHMGET,
		"msgget": unix.SYS_MSGGET, "semget": unix.SYS_SEMGET, "mq_open": unix.SYS_MQ_OPEN, "reboot": unix.SYS_REBOOT, "swapon": unix.SYS_SWAPON,
		"setxattr": unix.SYS_SETXATTR, "fsetxattr": unix.SYS_FSETXATTR, "removexattr": unix.SYS_REMOVEXATTR, "open_by_handle_at": unix.SYS_OPEN_BY_HANDLE_AT,
		"chroot": unix.SYS_CHROOT, "pivot_root": unix.SYS_PIVOT_ROOT, "keyctl": unix.SYS_KEYCTL, "settimeofday": unix.SYS_SETTIMEOFDAY,
		"clock_settime": unix.SYS_CLOCK_SETTIME, "sethostname": unix.SYS_SETHOSTNAME, "init_module": unix.SYS_INIT_MODULE, "userfaultfd": unix.SYS_USERFAULTFD,
		"fanotify_init": unix.SYS_FANOTIFY_INIT, "perf_event_open": unix.SYS_PERF_EVENT_OPEN, "execveat": unix.SYS_EXECVEAT, "openat2": unix.SYS_OPENAT2,
		"seccomp": unix.SYS_SECCOMP, "prlimit64": unix.SYS_PRLIMIT64, "kcmp": unix.SYS_KCMP, "syslog": unix.SYS_SYSLOG, "quotactl": unix.SYS_QUOTACTL,
	} {
		if _, judged := judgedCalls[nr]; judged {
			t.Errorf("%s is judged", name)
		}
		for _, plain := range plainCalls {
			if plain == nr {
				t.Errorf("%s is allowed", name)
			}
		}
	}
}

// When the supervisor is killed, at whatever moment, nothing of it is left: no process,
// no mount, no file. LOCKKIT_KILLS=200 kills it as often, at moments that are drawn.
func TestKilledSupervisor(t *testing.T) {
	needsWorld(t)
	script := filepath.Join(t.TempDir(), "script")
	mark := fmt.Sprintf("lockkit-mark-%d", os.Getpid())
	text := "exec 9>/srv/app/lock\nflock -n 9 || exit\n./" + mark + "\nsleep 1\n./work\n"
	if err := os.WriteFile(script, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	kills := 8
	if n, err := strconv.Atoi(os.Getenv("LOCKKIT_KILLS")); err == nil {
		kills = n
	}
	dice := rand.New(rand.NewPCG(1, uint64(kills)))
	temporary := t.TempDir()
	mounts, _ := os.ReadFile("/proc/self/mountinfo")
	for i := range kills {
		cmd := exec.Command("/proc/self/exe", "-test.run", "^TestSupervised$", "-test.v")
		cmd.Env = append(os.Environ(), "REHEARSED="+script, "TMPDIR="+temporary)
		pipe, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(pipe)
		for n := dice.IntN(12); n > 0 && lines.Scan(); n-- { // a line for each schedule
		}
		time.Sleep(time.Duration(dice.IntN(60)) * time.Millisecond) // whatever the moment is, nothing may be left
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if left := waitForNobody(script, mark); left != "" {
			t.Fatalf("after kill %d there is still %s", i, left)
		}
		if left, _ := os.ReadDir(temporary); len(left) > 0 {
			t.Fatalf("after kill %d there is still %s", i, left[0].Name())
		}
	}
	if after, _ := os.ReadFile("/proc/self/mountinfo"); string(after) != string(mounts) {
		t.Errorf("mounts were\n%s\nand are\n%s", mounts, after)
	}
}

// waitForNobody looks until no process runs the script, and no other one this program; it
// gives up when the kernel had minutes to end what was killed.
func waitForNobody(words ...string) (left string) {
	self, _ := os.Stat("/proc/self/exe")
	for range 20_000 {
		left = ""
		entries, _ := os.ReadDir("/proc")
		for _, e := range entries {
			data, err := os.ReadFile("/proc/" + e.Name() + "/cmdline")
			if err != nil {
				continue
			}
			program, err := os.Stat("/proc/" + e.Name() + "/exe")
			found := err == nil && os.SameFile(program, self) && e.Name() != "self" && e.Name() != "thread-self" && e.Name() != strconv.Itoa(os.Getpid())
			for _, w := range words {
				found = found || strings.Contains(string(data), w)
			}
			if found {
				left = fmt.Sprintf("process %s: %q", e.Name(), data)
			}
		}
		if left == "" {
			return ""
		}
		time.Sleep(10 * time.Millisecond)
	}
	return left
}

// TestSupervised is the process that TestKilledSupervisor kills.
func TestSupervised(t *testing.T) {
	script := os.Getenv("REHEARSED")
	if script == "" {
		t.Skip("it is a part of TestKilledSupervisor")
	}
	_, err := Run(t.Context(), Script{Path: script, Shell: "bash"}, Options{Schedules: 1000, Choose: func(name string, _ *Report) bool {
		fmt.Println(name)
		return true
	}})
	if err != nil {
		t.Fatal(err)
	}
}
