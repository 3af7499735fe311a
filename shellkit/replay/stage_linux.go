package replay

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// actor is a process of the schedule.
type actor struct {
	number int
	pids   []int // the process, then the frames that it waits in
	gate   *os.File
	run    *run

	program bool           // a background child has become its program
	aside   bool           // it runs a program that does not inherit a lock, and may have put that aside
	asking  bool           // it waits in a conversion, and gets the lock as soon as it is free
	doomed  int            // the program that is to die with the frame that runs it, or 0
	idle    bool           // it waits for children when it is struck
	struck  syscall.Signal // what it will die of
}

// pid is the process in which the actor's next operation happens.
func (a *actor) pid() int { return a.pids[len(a.pids)-1] }

// run is a shell that was started here, with its children.
type run struct {
	cmd *exec.Cmd

	told   int    // where its reports are read, without waiting
	part   []byte // of a line
	silent bool   // all its processes have ended
}

// stage is where a schedule is played: a private folder and the processes.
type stage struct {
	*plan
	ctx    context.Context
	wake   *os.File // can be read when ctx has ended
	rouse  *os.File // does that when it is closed
	dir    string
	hold   *os.File // programs that wait for nothing but their end read from it
	actors map[int]*actor
	runs   []*run
	kept   []report // nobody has waited for them yet
	seen   inodes
}

// newStage makes the folder with everything that is there at the start.
func newStage(ctx context.Context, p *plan) (*stage, error) {
	dir, err := os.MkdirTemp("", "lockkit-replay-")
	if err != nil {
		return nil, unable("no private folder can be made: %v", err)
	}
	s := &stage{plan: p, ctx: ctx, dir: dir, seen: inodes{}, actors: map[int]*actor{}}
	if s.wake, s.rouse, err = os.Pipe(); err != nil {
		os.RemoveAll(dir)
		return nil, unable("%v", err)
	}
	context.AfterFunc(ctx, func() { s.rouse.Close() })
	if err := s.furnish(); err != nil {
		s.clear()
		return nil, unable("the private folder cannot be filled: %v", err)
	}
	return s, nil
}

// woken is the descriptor that becomes readable when the context ends, or none once
// that is known.
func (s *stage) woken() int32 {
	if s.ctx.Err() != nil {
		return -1
	}
	return int32(s.wake.Fd())
}

func (s *stage) furnish() error {
	if err := os.WriteFile(s.path("program"), []byte(program), 0o600); err != nil {
		return err
	}
	var err error
	if s.hold, err = s.fifo("hold"); err != nil {
		return err
	}
	for _, row := range s.start.Names {
		if row.Inode == 0 {
			continue
		}
		if err := s.make(row.Name); err != nil {
			return err
		}
	}
	return nil
}

// nobody is a process number that no process ever has.
const nobody = "4194305"

// make leaves a lock behind that was there before anything began.
func (s *stage) make(name int) error {
	at := s.place(name)
	switch {
	case s.dirs[name]:
		return os.Mkdir(at, 0o700)
	case s.links[name]:
		return os.Symlink(nobody, at)
	case s.pids[name]:
		return os.WriteFile(at, []byte(nobody+"\n"), 0o600)
	}
	return os.WriteFile(at, nil, 0o600)
}

func (s *stage) path(name string) string { return filepath.Join(s.dir, name) }

func (s *stage) place(name int) string { return s.path(fmt.Sprintf("n%d", name)) }

// fifo makes a pipe with a name. As long as the result is open, nobody who opens it
// waits; when it is closed, readers see end of file.
func (s *stage) fifo(name string) (*os.File, error) {
	at := s.path(name)
	if err := unix.Mkfifo(at, 0o600); err != nil {
		return nil, err
	}
	return os.OpenFile(at, os.O_RDWR, 0)
}

// actor returns a process of the schedule, started if it is a run that begins now.
func (s *stage) actor(number int) (*actor, error) {
	if a := s.actors[number]; a != nil {
		return a, nil
	}
	if s.parent[number] != 0 {
		return nil, unable("process %s was never started", prove.Letter(number))
	}
	text, err := s.writer(number).text()
	if err != nil {
		return nil, err
	}
	return s.begin(number, text)
}

// begin starts a run.
func (s *stage) begin(number int, text string) (*actor, error) {
	shell, err := Shell(s.scripts[s.script[number]].Dialect)
	if err != nil {
		return nil, err
	}
	file := s.path(fmt.Sprintf("script.%d", number))
	if err := os.WriteFile(file, []byte("D="+quote(s.dir)+"\n"+prelude+text), 0o600); err != nil {
		return nil, unable("%v", err)
	}
	in, gate, err := os.Pipe()
	if err != nil {
		return nil, unable("%v", err)
	}
	defer in.Close()
	told, out, err := reportPipe()
	if err != nil {
		gate.Close()
		return nil, unable("%v", err)
	}
	defer out.Close()
	messages, err := os.OpenFile(s.path("messages"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, unable("%v", err)
	}
	defer messages.Close()
	cmd := exec.Command(shell[0], append(shell[1:], file)...)
	cmd.Dir = s.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "HOME=" + s.dir, "TMPDIR=" + s.dir}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, messages
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		gate.Close()
		unix.Close(told)
		return nil, unable("%s does not start: %v", shell[0], err)
	}
	r := &run{cmd: cmd, told: told}
	s.runs = append(s.runs, r)
	a := &actor{number: number, pids: []int{cmd.Process.Pid}, gate: gate, run: r}
	s.actors[number] = a
	return a, nil
}

// reportPipe makes a pipe that is read without waiting.
func reportPipe() (read int, write *os.File, err error) {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return 0, nil, err
	}
	unix.SetNonblock(ends[0], true)
	return ends[0], os.NewFile(uintptr(ends[1]), "reports"), nil
}

// birth makes the gate of a child that is about to be started.
func (s *stage) birth(number int, of *actor) error {
	gate, err := s.fifo(fmt.Sprintf("in.%d", number))
	if err != nil {
		return unable("%v", err)
	}
	s.actors[number] = &actor{number: number, gate: gate, run: of.run}
	return nil
}

// open lets a process do its next step.
func (a *actor) open() error {
	_, err := a.gate.WriteString("go\n")
	if err != nil {
		return &Difference{What: "the process has ended"}
	}
	return nil
}

// message is the last thing that a shell had to say.
func (s *stage) message() string {
	text, err := os.ReadFile(s.path("messages"))
	text = bytes.TrimSpace(text)
	if err != nil || len(text) == 0 {
		return ""
	}
	return ": " + string(text[bytes.LastIndexByte(text, '\n')+1:])
}

// clear ends every process and removes the folder.
func (s *stage) clear() {
	for _, r := range s.runs {
		unix.Kill(-r.cmd.Process.Pid, unix.SIGKILL)
	}
	for _, a := range s.actors {
		a.gate.Close()
		for _, pid := range a.pids {
			if group, err := unix.Getpgid(pid); err == nil && group == a.run.cmd.Process.Pid { // else it ended long ago, and the number is somebody else's
				s.gone(pid)
			}
		}
	}
	if s.hold != nil {
		s.hold.Close()
	}
	for _, r := range s.runs {
		unix.Kill(-r.cmd.Process.Pid, unix.SIGKILL) // who was being born meanwhile
		r.cmd.Wait()                                // not earlier: until then nobody else can get its number
		unix.Close(r.told)
	}
	s.rouse.Close()
	s.wake.Close()
	os.RemoveAll(s.dir)
}
