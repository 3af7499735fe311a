package flockcmd

import (
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
)

// childOption tells run that the command is a function or a builtin of the shell that calls.
// The shell has forked a subshell for it and then become this program, so that the subshell
// is our child as a program would be. It waits for a line on the pipe that is our standard
// input, and runs nothing where that ends without one.
const childOption = "child"

// child is that subshell.
type child struct {
	pid int
	// deaf are the signals that it has been born without: many shells ignore INT and QUIT
	// in what runs beside them, and some for good.
	deaf uint64
}

func parseChild(text string) (*child, *failure) {
	pid, err := strconv.Atoi(text)
	if err != nil || pid <= 1 {
		return nil, usage("run", "--", childOption, " is for the functions of lockkit init")
	}
	return &child{pid: pid}, nil
}

// begin gives the child a process group of its own and lets it begin. It finds the line with
// the fence, if there is one, on the pipe.
func (c *child) begin(pipe *os.File, fence string) *failure {
	if info, err := pipe.Stat(); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return usage("run", "--", childOption, " is for the functions of lockkit init")
	}
	if err := syscall.Setpgid(c.pid, c.pid); err != nil && err != syscall.ESRCH { // one that has gone is heard of by its end
		return fail(exitUnavailable, "cannot give the command a process group of its own: ", err.Error())
	}
	c.deaf = ignored(c.pid)
	pipe.WriteString(strings.TrimSpace("held "+fence) + "\n")
	pipe.Close()
	return nil
}

// signal tells the child's group, also who is stopped. What the child has never been able to
// hear is said with TERM.
func (c *child) signal(sig syscall.Signal) {
	if bit := uint64(1) << (sig - 1); c.deaf&bit != 0 && ignored(c.pid)&bit != 0 {
		sig = syscall.SIGTERM
	}
	syscall.Kill(-c.pid, sig)
	syscall.Kill(-c.pid, syscall.SIGCONT)
}

// stops hears of Ctrl-Z, which the terminal sends to our group and not to the child's.
func (c *child) stops() chan os.Signal {
	stops := make(chan os.Signal, 1)
	if c != nil && !signal.Ignored(syscall.SIGTSTP) {
		signal.Notify(stops, syscall.SIGTSTP)
	}
	return stops
}

// pause stops the child, and then us as the signal would have done.
func (c *course) pause() {
	syscall.Kill(-c.pid, syscall.SIGSTOP)
	byDefault(syscall.SIGTSTP)
	if c.lease != nil {
		c.ring() // the lease may have run out meanwhile
	}
	syscall.Kill(-c.pid, syscall.SIGCONT)
}
