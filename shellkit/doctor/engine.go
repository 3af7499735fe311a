package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// engine is a way to lock descriptor 3, which the doctor hands to it. Each entry
// is a command line; nil where the engine cannot do that.
type engine struct {
	name    string // its value of LOCKKIT_ENGINE
	program string
	missing string // why there is no program to try

	try, shared, timed, unlock []string
	standalone                 bool // considered by --standalone code only
}

// Environment is what the choice of an engine hangs on.
type Environment struct {
	Self     string // lockkit's own path
	Path     string // $PATH
	Loadable string // $LOCKKIT_LOADABLE
	Engine   string // $LOCKKIT_ENGINE
}

// Engines tries every engine in the order in which the shell functions consider
// them, and says which one they choose.
func Engines(env Environment) Section {
	s := Section{Title: "engines"}
	chosen := ""
	for _, e := range candidates(env) {
		level, text := Note, e.missing
		if text == "" {
			able, lacks, err := e.prove()
			switch {
			case err != nil:
				level, text = Note, e.program+" is no engine: "+err.Error()
			default:
				level, text = Fine, e.program+": "+able
				if lacks != "" {
					text += "; cannot: " + lacks
				}
				if env.Engine == "" && chosen == "" && !e.standalone {
					chosen, text = e.name, text+" — chosen: the first that works"
				}
				if env.Engine == e.name && chosen == "" {
					chosen, text = e.name, text+" — chosen by LOCKKIT_ENGINE"
				}
			}
		}
		if e.standalone && level == Fine {
			text += " (for --standalone code only)"
		}
		s.add(level, e.name, text, "")
	}
	if chosen == "" {
		what := "no engine works: with_lock answers 69 and runs nothing"
		if env.Engine != "" {
			what = fmt.Sprintf("LOCKKIT_ENGINE=%s does not work here: with_lock answers 69 and runs nothing", env.Engine)
		}
		s.add(Problem, "choice", what, "install util-linux, or lockkit in a directory of PATH")
	}
	return s
}

func candidates(env Environment) []engine {
	flockish := func(name, program string, before ...string) engine {
		line := func(args ...string) []string { return append(append([]string{program}, before...), args...) }
		return engine{
			name: name, program: program,
			try: line("-n", "-E", "75", "3"), shared: line("-ns", "-E", "75", "3"),
			timed: line("-w", "0.05", "-E", "75", "3"), unlock: line("-u", "3"),
		}
	}
	var all []engine
	all = append(all, builtin(env))
	if flock := look(env.Path, "flock"); flock != "" {
		all = append(all, flockish("flock", flock))
	} else {
		all = append(all, engine{name: "flock", missing: "flock(1) is not on PATH"})
	}
	all = append(all, flockish("lockkit", env.Self, "flock"))
	if busybox := look(env.Path, "busybox"); busybox != "" {
		e := flockish("busybox", busybox, "flock")
		e.try, e.shared, e.timed = []string{busybox, "flock", "-n", "3"}, []string{busybox, "flock", "-ns", "3"}, nil
		e.standalone = true
		all = append(all, e)
	}
	if lockf := look(env.Path, "lockf"); lockf != "" {
		all = append(all, engine{name: "lockf", program: lockf, standalone: true,
			try: []string{lockf, "-s", "-t", "0", "3"}, timed: []string{lockf, "-s", "-t", "1", "3"}})
	}
	if perl := look(env.Path, "perl"); perl != "" {
		call := func(how string) []string {
			return []string{perl, "-MFcntl=:flock", "-e", `open F, ">&=3" or exit 65; exit(flock(F, ` + how + `) ? 0 : 75)`}
		}
		all = append(all, engine{name: "perl", program: perl, standalone: true,
			try: call("LOCK_EX|LOCK_NB"), shared: call("LOCK_SH|LOCK_NB"), unlock: call("LOCK_UN")})
	}
	return all
}

// builtin is the bash loadable, which needs a bash that can load one.
func builtin(env Environment) engine {
	e := engine{name: "builtin"}
	bash := look(env.Path, "bash")
	if bash == "" {
		e.missing = "bash is not on PATH"
		return e
	}
	e.program = env.Loadable
	if e.program == "" {
		e.program = filepath.Join(filepath.Dir(env.Self), "..", "lib", "lockkit", "lockkit.so")
		if beside := filepath.Join(filepath.Dir(env.Self), "lockkit.so"); !isFile(e.program) && isFile(beside) {
			e.program = beside
		}
	}
	if !isFile(e.program) {
		e.missing = "no lockkit.so for bash is installed (LOCKKIT_LOADABLE says where it is)"
		return e
	}
	load := func(call string) []string {
		return []string{bash, "-c", `enable -f "$0" lock_fd unlock || exit 69; ` + call, e.program}
	}
	e.try, e.shared = load("lock_fd -qn 3"), load("lock_fd -qns 3")
	e.timed, e.unlock = load("lock_fd -qw 0.05 3"), load("unlock 3")
	return e
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// look finds a program as the shell functions do: on PATH, then in /usr/bin and
// /bin. Empty where there is none.
func look(path, program string) string {
	for _, dir := range append(filepath.SplitList(path), "/usr/bin", "/bin") {
		if dir == "" {
			dir = "."
		}
		candidate := filepath.Join(dir, program)
		if info, err := os.Stat(candidate); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return candidate
		}
	}
	return ""
}

// prove lets the engine do each thing and looks from a second open file
// description whether it did. able and lacks are lists in words; the error says
// where it failed.
func (e engine) prove() (able, lacks string, err error) {
	a, b, done, err := twoOpens()
	if err != nil {
		return "", "", err
	}
	defer done()
	if code := run(e.try, a); code != 0 {
		return "", "", fmt.Errorf("a free lock was refused with status %d", code)
	}
	if err = lockfile.Lock(int(b.Fd()), lockfile.Request{}); !errors.Is(err, lockfile.ErrBusy) {
		return "", "", errors.New("it says that it locked, but nothing is locked")
	}
	does, cannot := []string{"exclusive"}, []string{}
	if e.unlock == nil {
		cannot = append(cannot, "unlock")
		lockfile.Unlock(int(a.Fd()), nil)
	} else if code := run(e.unlock, a); code != 0 {
		return "", "", fmt.Errorf("unlocking ended with status %d", code)
	}
	if err = lockfile.Lock(int(b.Fd()), lockfile.Request{}); err != nil {
		return "", "", fmt.Errorf("it says that it unlocked, but the lock is still there: %w", err)
	}
	if run(e.try, a) == 0 {
		return "", "", errors.New("it claims a lock that somebody else holds")
	}
	if e.timed == nil {
		cannot = append(cannot, "time-out")
	} else if run(e.timed, a) == 0 {
		return "", "", errors.New("with a time-out it claims a lock that somebody else holds")
	} else {
		does = append(does, "time-out")
	}
	lockfile.Unlock(int(b.Fd()), nil)
	if err = lockfile.Lock(int(b.Fd()), lockfile.Request{Shared: true}); err != nil {
		return "", "", err
	}
	if e.shared == nil {
		cannot = append(cannot, "shared")
	} else if code := run(e.shared, a); code != 0 {
		return "", "", fmt.Errorf("a second shared lock was refused with status %d", code)
	} else {
		does = append(does, "shared")
	}
	return strings.Join(does, ", "), strings.Join(cannot, ", "), nil
}

// twoOpens is a file with two open file descriptions; done removes it.
func twoOpens() (a, b *os.File, done func(), err error) {
	a, err = os.CreateTemp("", "lockkit-doctor-")
	if err != nil {
		return nil, nil, nil, err
	}
	if b, err = os.OpenFile(a.Name(), os.O_RDWR, 0); err != nil {
		a.Close()
		os.Remove(a.Name())
		return nil, nil, nil, err
	}
	return a, b, func() {
		os.Remove(a.Name())
		a.Close()
		b.Close()
	}, nil
}

// run gives file to a command as descriptor 3 and returns its status; -1 where it
// did not run or did not end within five seconds.
func run(line []string, file *os.File) int {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	cmd.ExtraFiles = []*os.File{file}
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			return exit.ExitCode()
		}
		return -1
	}
	return 0
}
