package cli

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal is a shell at a terminal of its own, and what it has written there.
type terminal struct {
	*testing.T
	keys  *os.File
	seen  bytes.Buffer
	spent int // how much of seen was expected already
}

// startTerminal runs program in a terminal as cmd describes the rest; it ends with the test.
func startTerminal(t *testing.T, cmd *exec.Cmd, program string, args ...string) *terminal {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Skipf("no terminals are to be had: %v", err)
	}
	connection, err := keys.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var number int
	var wrong error
	err = connection.Control(func(fd uintptr) {
		if wrong = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); wrong == nil {
			number, wrong = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		}
		if wrong == nil {
			wrong = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &unix.Winsize{Row: 50, Col: 200})
		}
	})
	if err != nil || wrong != nil {
		t.Skipf("no terminals are to be had: %v %v", err, wrong)
	}
	screen, err := os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals are to be had: %v", err)
	}
	cmd.Path, cmd.Args = program, append([]string{program}, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = screen, screen, screen
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	screen.Close()
	t.Cleanup(func() {
		keys.Close()
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
	})
	return &terminal{T: t, keys: keys}
}

// send types text.
func (x *terminal) send(text string) {
	x.Helper()
	if _, err := x.keys.WriteString(text); err != nil {
		x.Fatalf("typing %q: %v\n%q", text, err, x.seen.String())
	}
}

// expect reads until text is there. Nothing here is a measure of speed: after so long
// something hangs.
func (x *terminal) expect(text string) {
	x.Helper()
	patience, err := strconv.Atoi(os.Getenv("PATIENCE"))
	if err != nil {
		patience = 120
	}
	x.keys.SetReadDeadline(time.Now().Add(time.Duration(patience) * time.Second))
	some := make([]byte, 4096)
	for {
		if at := strings.Index(x.seen.String()[x.spent:], text); at >= 0 {
			x.spent += at + len(text)
			return
		}
		n, err := x.keys.Read(some)
		x.seen.Write(some[:n])
		if err != nil {
			x.Fatalf("waiting for %q: %v\n%q", text, err, x.seen.String())
		}
		if bytes.Contains(some[:n], []byte("\x1b[c")) || bytes.Contains(some[:n], []byte("\x1b[0c")) {
			x.send("\x1b[?62c") // what a terminal says when it is asked what it is
		}
	}
}
