//go:build linux && (amd64 || arm64)

package rehearse

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A stage is a world with its runs, each of them traced and standing before its first
// instruction.
type stage struct {
	keeper  int
	control int
	runs    []int // process numbers of the runs, as the supervisor sees them
	output  []*output
	root    int // the root folder of the world
	mounts  map[uint64]bool

	judged   bool         // its tasks stop at the calls that are judged
	unmet    bool         // and not where they wake in a call that is not
	alarm    *alarm       // breaks off a wait for reports that takes long
	spread   func()       // lets the supervisor's thread go to any processor again
	standing func() []int // process numbers of tasks that are not dead, from who plays on it
	leave    func()       // lets go of what that one has opened
	keeping  window       // on what the keeper does
}

// openStage starts a keeper and seizes its runs. The calling thread becomes the tracer
// and must stay locked until close.
func openStage(self string, o *orders) (s *stage, err error) {
	s = &stage{keeper: -1, control: -1, root: -1, judged: !o.Walls.NoSeccomp, unmet: o.Walls.NoMeeting, spread: onOneProcessor()}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return s, err
	}
	s.control = pair[0]
	defer unix.Close(pair[1])
	if err := unix.SetsockoptInt(s.control, unix.SOL_SOCKET, unix.SO_PASSCRED, 1); err != nil {
		return s, err
	}
	written, err := ordersFile(o)
	if err != nil {
		return s, err
	}
	defer written.Close()
	files := []uintptr{0, 0, 0, uintptr(pair[1]), written.Fd()}
	null, err := os.OpenFile("/dev/null", os.O_RDWR, 0)
	if err != nil {
		return s, err
	}
	defer null.Close()
	files[0], files[1], files[2] = null.Fd(), null.Fd(), null.Fd()
	for range o.Runs {
		r, w, err := os.Pipe()
		if err != nil {
			return s, err
		}
		s.output = append(s.output, collect(r))
		defer w.Close()
		files = append(files, w.Fd())
	}
	if s.keeper, err = startKeeper(self, files, o.Walls); err != nil {
		return s, fmt.Errorf("namespaces of its own: %w", err)
	}
	s.alarm = newAlarm(s.keeper)
	return s, s.seizeAll(len(o.Runs))
}

// report is the next one that the kernel has about a task of this stage, or about its
// keeper; pid is 0 where there is none and it is not waited for.
func (s *stage) report(ws *unix.WaitStatus, wait bool) (pid int, err error) {
	const options = unix.WALL | unix.WNOTHREAD | unix.WUNTRACED
	if !wait {
		return unix.Wait4(-1, ws, options|unix.WNOHANG, nil)
	}
	s.alarm.waits.Add(1)
	defer s.alarm.waits.Add(1)
	return unix.Wait4(-1, ws, options, nil)
}

// ending tells whether the keeper is about to end, or has ended. With it the kernel ends all
// that lives in the world: who is killed then was not killed by a run.
func (s *stage) ending() bool {
	const flags, exiting = 6, 4 // behind the state, and PF_EXITING (proc(5), linux/sched.h)
	var p [512]byte
	text := string(s.keeping.look(p[:], "/proc/%d/stat", s.keeper))
	f := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	if len(f) <= flags {
		return true
	}
	bits, _ := strconv.ParseUint(f[flags], 10, 64) // the kernel writes numbers
	return f[0] == "Z" || f[0] == "X" || bits&exiting != 0
}

// ordersFile lays the orders down in memory.
func ordersFile(o *orders) (*os.File, error) {
	var data bytes.Buffer // names are bytes, and need not be UTF-8
	if err := gob.NewEncoder(&data).Encode(o); err != nil {
		return nil, err
	}
	fd, err := unix.MemfdCreate("orders", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "orders")
	_, err = f.Write(data.Bytes())
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	return f, err
}

// startKeeper starts self as keeper in namespaces of its own. A user namespace is among
// them for root as well: what is allowed in it is nothing outside.
func startKeeper(self string, files []uintptr, w walls) (int, error) {
	spaces := uintptr(unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWUTS)
	if !w.NoNetwork {
		spaces |= unix.CLONE_NEWNET
	}
	if !w.NoIPC {
		spaces |= unix.CLONE_NEWIPC
	}
	ids := func(own int) []syscall.SysProcIDMap {
		if os.Getuid() == 0 {
			return []syscall.SysProcIDMap{{ContainerID: 0, HostID: 0, Size: 65536}}
		}
		return []syscall.SysProcIDMap{{ContainerID: 0, HostID: own, Size: 1}}
	}
	return syscall.ForkExec(self, []string{"lockkit", keeperWord}, &syscall.ProcAttr{
		Dir: "/", Env: []string{"GOMAXPROCS=1", "GOGC=off"}, Files: files,
		Sys: &syscall.SysProcAttr{
			Cloneflags:  spaces,
			UidMappings: ids(os.Getuid()), GidMappings: ids(os.Getgid()),
			GidMappingsEnableSetgroups: os.Getuid() == 0,
			Setsid:                     true,
			Pdeathsig:                  unix.SIGKILL,
		},
	})
}

// patience is how long a keeper may take to build its world, on a machine that is slow and
// has much else to do: one that ends is met at once. It decides no verdict.
const patience = 2 * time.Minute

// seizeAll waits for each run's byte, traces the run, lets it go on, and meets it again
// where it has become the script's shell.
func (s *stage) seizeAll(runs int) error {
	end := unix.NsecToTimeval(patience.Nanoseconds())
	if err := unix.SetsockoptTimeval(s.control, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &end); err != nil {
		return err
	}
	buf, oob := make([]byte, 4096), make([]byte, 256)
	for range runs + 1 { // the keeper says when it is done
		n, on, _, _, err := unix.Recvmsg(s.control, buf, oob, 0)
		for err == unix.EINTR {
			n, on, _, _, err = unix.Recvmsg(s.control, buf, oob, 0)
		}
		switch {
		case err == nil && n == 0:
			return errLost
		case err != nil:
			return fmt.Errorf("the process that keeps the private world does not answer: %w", err)
		case n > 1:
			return errors.New(string(buf[:n]))
		}
		pid, err := sender(oob[:on])
		if err != nil {
			return err
		}
		if pid == s.keeper {
			continue
		}
		if err := seize(pid); err != nil {
			return fmt.Errorf("ptrace: %w", err)
		}
		s.runs = append(s.runs, pid)
	}
	inner := map[int]int{}
	for _, pid := range s.runs {
		inner[pid] = innerNumber(pid)
	}
	slices.SortFunc(s.runs, func(a, b int) int { return inner[a] - inner[b] })
	for range s.runs {
		if _, err := unix.Write(s.control, []byte{'g'}); err != nil {
			return err
		}
	}
	for i, pid := range s.runs {
		if err := awaitExec(pid); err != nil {
			return fmt.Errorf("run %d: %w", i, err)
		}
	}
	var err error
	if s.mounts, err = worldMounts(s.keeper); err != nil {
		return err
	}
	s.root, err = unix.Open(fmt.Sprintf("/proc/%d/root", s.keeper), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	return err
}

// innerNumber is the process number that pid has inside its world.
func innerNumber(pid int) int {
	data, _ := readTable("/proc/%d/status", pid) // a task that is gone has none
	_, rest, _ := strings.Cut(string(data), "\nNSpid:")
	line, _, _ := strings.Cut(rest, "\n")
	f := strings.Fields(line)
	if len(f) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(f[len(f)-1])
	return n
}

// sender reads who has sent a message from what the kernel put beside it.
func sender(oob []byte) (int, error) {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil || len(messages) == 0 {
		return 0, errors.New("a helper process without a number")
	}
	cred, err := unix.ParseUnixCredentials(&messages[0])
	if err != nil {
		return 0, err
	}
	return int(cred.Pid), nil
}

const traceOptions = unix.PTRACE_O_EXITKILL | unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACEFORK |
	unix.PTRACE_O_TRACEVFORK | unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_TRACEEXEC | unix.PTRACE_O_TRACEEXIT |
	unix.PTRACE_O_TRACEVFORKDONE | unix.PTRACE_O_TRACESECCOMP

func seize(pid int) error {
	_, _, e := unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_SEIZE, uintptr(pid), 0, traceOptions, 0, 0)
	if e != 0 {
		return e
	}
	return nil
}

// awaitExec lets a run that was just seized go as far as its first exec.
func awaitExec(pid int) error {
	for {
		var ws unix.WaitStatus
		_, err := unix.Wait4(pid, &ws, unix.WALL, nil)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return err
		case ws.Exited() || ws.Signaled():
			return errors.New("the shell cannot be started")
		case ws.TrapCause() == unix.PTRACE_EVENT_EXEC:
			return nil
		}
		// Its execve itself is judged by nobody: it is the start of the script.
		if err := unix.PtraceCont(pid, 0); err != nil {
			return err
		}
	}
}

// close ends everything that lives in the world; with its last process the kernel takes
// the namespaces, the mounts and the files away.
func (s *stage) close() {
	defer s.spread()
	if s.alarm != nil {
		s.alarm.stop()
	}
	if s.leave != nil {
		s.leave()
	}
	if s.keeper > 0 {
		_ = unix.Kill(s.keeper, unix.SIGKILL) // it is our child and not reaped yet
	}
	if s.standing != nil {
		// One whose last stop was taken note of and not answered is woken by no signal.
		for _, pid := range s.standing() {
			_ = unix.Kill(pid, unix.SIGKILL)
			_ = unix.PtraceCont(pid, 0)
		}
	}
	if s.root >= 0 {
		unix.Close(s.root)
	}
	if s.control >= 0 {
		unix.Close(s.control)
	}
	if s.keeper > 0 {
		s.reap()
	}
	s.keeping.shut()
	for _, o := range s.output {
		o.close()
	}
}

// reap takes the ends of all traced tasks, then that of the keeper, which the kernel
// gives out only when its namespace is empty.
func (s *stage) reap() {
	for {
		var ws unix.WaitStatus
		pid, err := unix.Wait4(-1, &ws, unix.WALL|unix.WNOTHREAD, nil)
		if err == unix.EINTR {
			continue
		}
		if err != nil || pid == s.keeper && (ws.Exited() || ws.Signaled()) {
			return
		}
		if ws.Stopped() {
			_ = unix.PtraceCont(pid, 0) // it was killed: it can only end
		}
	}
}
