package rehearse

import (
	"encoding/binary"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// otherEffects are those on the network, on processes and on the machine.
func otherEffects(t *testing.T) []effect {
	t.Helper()
	list := append(networkEffects(t), processEffects(t)...)
	return append(list, machineEffects(t)...)
}

// listening hears what is said to a listener; seen tells whether somebody has come since
// it was last asked.
func listening(t *testing.T, l net.Listener) (seen func() bool) {
	heard := make(chan string, 99)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			text, _ := io.ReadAll(c) // one that was killed says nothing
			c.Close()
			heard <- string(text)
		}
	}()
	return func() bool {
		c, err := net.Dial(l.Addr().Network(), l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = c.Write([]byte("myself")) // it comes behind all others
		c.Close()
		others := 0
		for <-heard != "myself" {
			others++
		}
		return others > 0
	}
}

func networkEffects(t *testing.T) []effect {
	t.Helper()
	port := func(a net.Addr) []byte {
		p := []byte{unix.AF_INET, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}
		switch a := a.(type) {
		case *net.TCPAddr:
			binary.BigEndian.PutUint16(p[2:], uint16(a.Port))
		case *net.UDPAddr:
			binary.BigEndian.PutUint16(p[2:], uint16(a.Port))
		}
		return p
	}
	connect := func(family, kind int, address []byte) attack {
		return attack{do(unix.SYS_SOCKET, family, kind, 0), do(unix.SYS_CONNECT, resultOf(0), address, len(address)), do(unix.SYS_WRITE, resultOf(0), "x", 1)}
	}
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	abstract, err := net.Listen("unix", "@lockkit-test-"+filepath.Base(t.TempDir())+time.Now().Format("150405.000000"))
	if err != nil {
		t.Fatal(err)
	}
	named, err := net.Listen("unix", t.TempDir()+"/socket")
	if err != nil {
		t.Fatal(err)
	}
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { udp.Close() })
	received := func() bool {
		_ = udp.SetReadDeadline(time.Now().Add(50 * time.Millisecond)) // what was sent on this machine is there already
		_, _, err := udp.ReadFrom(make([]byte, 9))
		return err == nil
	}
	local := func(name string) []byte { return append([]byte{unix.AF_UNIX, 0}, name...) }
	tcpWalls, abstractWalls := []string{bySeccomp, byNamespace}, []string{bySeccomp, byNamespace}
	if landlockABI() >= 4 {
		tcpWalls = append(tcpWalls, byLandlock)
	}
	if landlockABI() >= 6 {
		abstractWalls = append(abstractWalls, byLandlock)
	}
	return []effect{
		{name: "TCP", calls: connect(unix.AF_INET, unix.SOCK_STREAM, port(tcp.Addr())), walls: tcpWalls, seen: listening(t, tcp), free: true},
		{name: "UDP", calls: connect(unix.AF_INET, unix.SOCK_DGRAM, port(udp.LocalAddr())), walls: []string{bySeccomp, byNamespace}, seen: received, free: true},
		{name: "abstract sockets", calls: connect(unix.AF_UNIX, unix.SOCK_STREAM, local("\x00"+abstract.Addr().String()[1:])), walls: abstractWalls, seen: listening(t, abstract), free: true},
		{name: "named sockets", calls: connect(unix.AF_UNIX, unix.SOCK_STREAM, local(named.Addr().String()+"\x00")), walls: []string{bySeccomp, byWorld}, seen: listening(t, named)},
	}
}

func processEffects(t *testing.T) []effect {
	t.Helper()
	other := exec.Command("sleep", "1000")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Process.Kill(); _ = other.Wait() })
	pid := other.Process.Pid
	gone := func() bool {
		data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		return err != nil || strings.Contains(string(data), ") Z") || strings.Contains(string(data), ") t")
	}
	limits := func() string {
		data, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/limits")
		nice, _ := unix.Getpriority(unix.PRIO_PROCESS, pid)
		return string(data) + strconv.Itoa(nice)
	}
	before := limits()
	own, err := unix.Getpriority(unix.PRIO_PROCESS, 0) // whoever tests may be nice
	if err != nil {
		t.Fatal(err)
	}
	signalWalls := []string{byNamespace}
	if landlockABI() >= 6 {
		signalWalls = append(signalWalls, byLandlock)
	}
	none := make([]byte, 16)
	queue, err := queued(unix.SYS_MSGGET, 0, unix.IPC_CREAT|0o666)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = queued(unix.SYS_MSGCTL, queue, unix.IPC_RMID) })
	waiting := func() bool {
		const receive = unix.IPC_NOWAIT
		p := make([]byte, 64)
		n, _, _ := unix.Syscall6(unix.SYS_MSGRCV, uintptr(queue), address(p), 8, 0, receive, 0)
		return int(n) > 0
	}
	message := append([]byte{1, 0, 0, 0, 0, 0, 0, 0}, "evil"...)
	return []effect{
		{name: "signals", calls: attack{do(unix.SYS_KILL, pid, 9), do(unix.SYS_TKILL, pid, 9), do(unix.SYS_TGKILL, pid, pid, 9), do(unix.SYS_SETSID), do(unix.SYS_SETPGID, 0, pid),
			do(unix.SYS_PIDFD_OPEN, pid, 0), do(unix.SYS_PIDFD_SEND_SIGNAL, resultOf(5), 9, 0, 0), do(unix.SYS_KILL, -pid, 9), do(unix.SYS_KILL, 1, 15)},
			walls: signalWalls, seen: gone, stands: map[string]func([]int64) bool{
				byLandlock: func(r []int64) bool { return r[8] == -int64(unix.EPERM) }}},
		{name: "memory of others", calls: attack{do(unix.SYS_PTRACE, unix.PTRACE_ATTACH, pid, 0, 0), do(unix.SYS_PTRACE, unix.PTRACE_SEIZE, pid, 0, 0), do(unix.SYS_OPENAT, unix.AT_FDCWD, "/proc/"+strconv.Itoa(pid)+"/mem", unix.O_RDWR, 0)},
			walls: []string{byNamespace, bySeccomp}, seen: gone, stands: refusedBySeccomp(0, 1)},
		{name: "limits of others", calls: attack{do(unix.SYS_PRLIMIT64, pid, unix.RLIMIT_NOFILE, none, 0), do(unix.SYS_SETPRIORITY, unix.PRIO_PROCESS, pid, 9), do(unix.SYS_SETPRIORITY, unix.PRIO_USER, 0, 9), do(unix.SYS_GETPRIORITY, unix.PRIO_PROCESS, 0)},
			walls: []string{byNamespace, bySeccomp}, seen: func() bool { return limits() != before }, stands: map[string]func([]int64) bool{
				bySeccomp: func(r []int64) bool { return r[0] == -int64(unix.ENOSYS) && r[3] == int64(own) }}}, // its own has not changed either
		{name: "messages", calls: attack{do(unix.SYS_MSGSND, queue, message, 4, unix.IPC_NOWAIT)},
			walls: []string{byNamespace, bySeccomp}, seen: waiting, free: true},
	}
}

// refusedBySeccomp tells that some calls are on no list.
func refusedBySeccomp(calls ...int) map[string]func([]int64) bool {
	return map[string]func([]int64) bool{bySeccomp: func(r []int64) bool {
		for _, i := range calls {
			if r[i] != -int64(unix.ENOSYS) {
				return false
			}
		}
		return true
	}}
}

// refusedFirst tells that a wall refuses the first call.
func refusedFirst(wall string, e unix.Errno, others map[string]func([]int64) bool) map[string]func([]int64) bool {
	others[wall] = func(r []int64) bool { return r[0] == -int64(e) }
	return others
}

func machineEffects(t *testing.T) []effect {
	t.Helper()
	name, _ := os.Hostname()
	mounts := func() string { data, _ := os.ReadFile("/proc/self/mountinfo"); return string(data) }
	table := mounts()
	panics := func() string { data, _ := os.ReadFile("/proc/sys/kernel/panic_on_oops"); return string(data) }
	knob := panics()
	past, keyThere := make([]byte, 16), false
	return []effect{
		{name: "mounts", calls: attack{do(unix.SYS_MOUNT, "x", "/", "tmpfs", 0, 0), do(unix.SYS_UMOUNT2, "/", unix.MNT_DETACH), do(unix.SYS_UNSHARE, unix.CLONE_NEWNS), do(unix.SYS_PIVOT_ROOT, "/", "/"), do(unix.SYS_CHROOT, "/")},
			walls: []string{bySeccomp, byNamespace, byCapabilities}, seen: func() bool { return mounts() != table },
			stands: refusedFirst(byCapabilities, unix.EPERM, refusedBySeccomp(0, 1, 2, 3, 4))},
		{name: "clock", calls: attack{do(unix.SYS_CLOCK_SETTIME, unix.CLOCK_REALTIME, past), do(unix.SYS_SETTIMEOFDAY, past, 0)},
			walls: []string{bySeccomp, byNamespace}, seen: func() bool { return time.Now().Year() < 2000 }, stands: refusedBySeccomp(0, 1)},
		{name: "host name", calls: attack{do(unix.SYS_SETHOSTNAME, "evil", 4)},
			walls: []string{bySeccomp, byNamespace, byCapabilities}, seen: func() bool { now, _ := os.Hostname(); return now != name },
			stands: refusedFirst(byCapabilities, unix.EPERM, refusedBySeccomp(0))},
		{name: "kernel settings", calls: attack{do(unix.SYS_OPENAT, unix.AT_FDCWD, "/proc/sys/kernel/panic_on_oops", unix.O_WRONLY, 0), do(unix.SYS_WRITE, resultOf(0), "7", 1)},
			walls: []string{byWorld, bySeccomp}, seen: func() bool { return panics() != knob }},
		{name: "devices", calls: attack{do(unix.SYS_MKNODAT, unix.AT_FDCWD, "/null", unix.S_IFCHR|0o666, 0x103), do(unix.SYS_OPENAT, unix.AT_FDCWD, "/null", unix.O_RDWR, 0)},
			walls: []string{byWorld, byLandlock, bySeccomp}, seen: func() bool { _, err := os.Lstat("/null"); return err == nil },
			stands: map[string]func([]int64) bool{bySeccomp: func(r []int64) bool { return r[0] == -int64(unix.EPERM) }, byLandlock: func(r []int64) bool { return r[0] < 0 }}},
		{name: "keys", calls: attack{do(unix.SYS_ADD_KEY, "user", "lockkit-test", "x", 1, unix.KEY_SPEC_SESSION_KEYRING)},
			walls: []string{bySeccomp, byNamespace}, stands: refusedBySeccomp(0), seen: func() bool { return keyThere },
			during: func() {
				_, err := unix.KeyctlSearch(unix.KEY_SPEC_SESSION_KEYRING, "user", "lockkit-test", 0)
				keyThere = err == nil
			}},
	}
}

// address is that of a piece of memory, for a call.
func address(p []byte) uintptr { return uintptr(unsafe.Pointer(&p[0])) }

// queued makes a call about queues of messages.
func queued(number uintptr, args ...int) (int, error) {
	var a [3]uintptr
	for i, v := range args {
		a[i] = uintptr(v)
	}
	n, _, e := unix.Syscall(number, a[0], a[1], a[2])
	if e != 0 {
		return 0, e
	}
	return int(n), nil
}
