//go:build linux && (amd64 || arm64)

package rehearse

import (
	"encoding/gob"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

type sysStat = syscall.Stat_t

// keeperWord is the hidden first argument under which a program that calls Serve
// becomes the keeper of a world.
const keeperWord = "lockkit-rehearsal-keeper"

// Descriptors of the keeper.
const (
	keeperControl = 3 // to the supervisor: one message for the world, one from each run
	keeperOrders  = 4 // a file with the orders
	keeperOutput  = 5 // the first of the pipes for what the runs print
)

// orders is what the supervisor wants to have.
type orders struct {
	World worldPlan
	Walls walls
	Lent  string // a folder outside that each run has as descriptor 7; for tests alone
	Runs  []start
}

// A start is the program of one run, in the world, and how it is called.
type start struct {
	Path string
	Argv []string
	Env  []string
	Dir  string
}

// Serve does the part of a rehearsal's helper process where args (those of the process,
// with its name) say that this process is one; ours is false where it is not. A program
// that calls Run calls Serve before anything else, and exits with code where ours is true.
func Serve(args []string) (code int, ours bool) {
	if len(args) != 2 || args[1] != keeperWord {
		return 0, false
	}
	runtime.LockOSThread()
	if err := keep(); err != nil {
		_, _ = unix.Write(keeperControl, []byte(err.Error())) // the supervisor may be gone; then so is this process
		return 1, true
	}
	// Until the supervisor ends this process, and the namespace with it. A runtime that knew of
	// the sleep could make a thread for what else there is to do, which takes a process number.
	for {
		unix.RawSyscall(unix.SYS_RT_SIGSUSPEND, uintptr(unsafe.Pointer(&nobody)), 8, 0)
	}
}

// keep builds the world and starts the runs in it. The keeper is the first process of
// its namespace: when it ends, everything in there is killed by the kernel.
func keep() error {
	if os.Getpid() != 1 {
		return fmt.Errorf("not the first process of its namespace")
	}
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return err
	}
	file := os.NewFile(keeperOrders, "orders")
	var o orders
	if err := gob.NewDecoder(file).Decode(&o); err != nil {
		return err
	}
	unix.CloseOnExec(keeperControl)
	file.Close()
	// Written under its name in the real /proc, it is that of the namespace of the writer.
	numbers, err := unix.Open("/proc/sys/kernel/ns_last_pid", unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("process numbers: %w", err)
	}
	lent := -1
	if o.Lent != "" {
		if lent, err = unix.Open(o.Lent, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0); err != nil {
			return err
		}
	}
	// Where the machine has no memory left the runs are ended first, and nobody else's work.
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0) // a bound beside another one
	if err := buildWorld(&o.World); err != nil {
		return err
	}
	_ = unix.Sethostname([]byte("rehearsal")) // a name is no wall
	l, err := newLauncher(&o, lent)
	if err != nil {
		return err
	}
	signal.Ignore() // the runs may signal each other, and nobody the keeper
	if err := aside(func() error {
		// The keyring of whoever has started this is not theirs; a kernel without keys has none.
		_, _ = unix.KeyctlInt(unix.KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0)
		if err := l.fenceIn(); err != nil {
			return err
		}
		for i := range o.Runs {
			if err := l.launch(i, numbers); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	// The last word: no thread is made after it, which could take the first number.
	if err := number(numbers, firstOther); err != nil {
		return err
	}
	ready := [1]byte{'k'}
	if _, _, e := unix.RawSyscall(unix.SYS_WRITE, keeperControl, uintptr(unsafe.Pointer(&ready)), 1); e != 0 {
		return e
	}
	return nil
}

// nobody is a signal mask that lets nothing through.
var nobody = ^uint64(0)

// aside calls do on a thread that is not the first of the process: what is done to the
// thread is passed on to its children, and others who look at the process do not see it.
func aside(do func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // for ever: the thread is spent
		if unix.Gettid() == os.Getpid() {
			done <- aside(do)
			return
		}
		done <- do()
	}()
	return <-done
}

// Process numbers are the same each time a schedule is played.
const (
	firstRun   = firstNumber // and in steps of 100, for each run
	firstOther = 1000
)

// number lets the next process have a number.
func number(fd, next int) error {
	text := strconv.AppendInt(nil, int64(next-1), 10)
	_, _, e := unix.RawSyscall6(unix.SYS_PWRITE64, uintptr(fd), uintptr(unsafe.Pointer(&text[0])), uintptr(len(text)), 0, 0, 0)
	if e != 0 {
		return fmt.Errorf("process numbers: %w", e)
	}
	return nil
}
