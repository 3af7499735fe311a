package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	hint    string // how to get it, or to have it used

	try, shared, timed, unlock []string
	where                      string // it is considered there only; empty: everywhere
}

// Environment is what the choice of an engine hangs on.
type Environment struct {
	Self     string // lockkit's own path
	Path     string // $PATH
	Loadable string // $LOCKKIT_LOADABLE
	Engine   string // $LOCKKIT_ENGINE: names of engines, the first that works is used
}

// Engines tries every engine as the shell functions consider them, of each the
// programs on PATH in turn, and says which one they choose.
func Engines(env Environment) Section {
	s := Section{Title: "engines"}
	s.descriptors("/dev/fd")
	works := map[string]int{} // name → its finding
	where := map[string]string{}
	for _, e := range candidates(env) {
		if _, done := works[e.name]; done {
			continue // the functions look no further either
		}
		if e.missing != "" {
			s.add(Note, e.name, e.missing, e.hint)
			continue
		}
		able, lacks, err := e.prove()
		if err != nil {
			s.add(Note, e.name, e.program+" is no engine: "+err.Error(), "")
			continue
		}
		text := e.program + ": " + able
		if lacks != "" {
			text += "; cannot: " + lacks
		}
		if e.where != "" {
			text += " (" + e.where + ")"
		}
		works[e.name], where[e.name] = len(s.Findings), e.where
		s.add(Fine, e.name, text, e.hint)
	}
	if env.Engine != "" {
		for name := range strings.FieldsSeq(env.Engine) {
			if i, ok := works[name]; ok {
				s.Findings[i].Text += " — chosen by LOCKKIT_ENGINE"
				return s
			}
		}
		s.add(Problem, "choice", fmt.Sprintf("LOCKKIT_ENGINE=%s: none of these works here: with_lock answers 69 and runs nothing", env.Engine),
			"unset LOCKKIT_ENGINE, or name one that is ok above")
		return s
	}
	for _, name := range []string{"flock", "lockkit"} {
		if i, ok := works[name]; ok && where[name] == "" {
			s.Findings[i].Text += " — chosen: the first that works"
			return s
		}
	}
	s.add(Problem, "choice", "no engine works: with_lock answers 69 and runs nothing", "install util-linux, or lockkit in a directory of PATH")
	return s
}

const standalone = "in --standalone code only"

func candidates(env Environment) []engine {
	flockish := func(name, program string, before ...string) engine {
		line := func(args ...string) []string { return append(append([]string{program}, before...), args...) }
		return engine{
			name: name, program: program,
			try: line("-n", "-E", "75", "3"), shared: line("-ns", "-E", "75", "3"),
			timed: line("-w", "0.05", "-E", "75", "3"), unlock: line("-u", "3"),
		}
	}
	all := []engine{builtin(env)}
	programs := look(env.Path, "flock")
	for _, flock := range programs {
		all = append(all, flockish("flock", flock))
	}
	if len(programs) == 0 {
		all = append(all, engine{name: "flock", missing: "flock(1) is not on PATH", hint: "install util-linux"})
	}
	programs = look(env.Path, "lockkit")
	for _, lockkit := range programs {
		all = append(all, flockish("lockkit", lockkit, "flock"))
	}
	if len(programs) == 0 {
		all = append(all, engine{name: "lockkit", missing: env.Self + " is not on PATH, where the functions look for it", hint: "link it into a directory of PATH"})
	}
	for _, busybox := range look(env.Path, "busybox") {
		e := flockish("busybox", busybox, "flock")
		e.try, e.shared, e.timed = []string{busybox, "flock", "-n", "3"}, []string{busybox, "flock", "-ns", "3"}, nil
		e.where = standalone
		all = append(all, e)
	}
	for _, perl := range look(env.Path, "perl") {
		call := func(how string) []string {
			return []string{perl, "-MFcntl=:flock", "-e", `open F, ">&=3" or exit 65; exit(flock(F, ` + how + `) ? 0 : 75)`}
		}
		timed := []string{perl, "-MFcntl=:flock", "-MTime::HiRes=ualarm", "-e",
			`$SIG{ALRM} = sub { exit 75 }; open F, ">&=3" or exit 65; ualarm 50_000; exit(flock(F, LOCK_EX) ? 0 : 75)`}
		all = append(all, engine{name: "perl", program: perl, where: standalone,
			try: call("LOCK_EX|LOCK_NB"), shared: call("LOCK_SH|LOCK_NB"), timed: timed, unlock: call("LOCK_UN")})
	}
	return all
}

// builtin is the bash loadable, which needs a bash that can load one.
func builtin(env Environment) engine {
	e := engine{name: "builtin", where: "in a bash that has loaded it"}
	programs := look(env.Path, "bash")
	if len(programs) == 0 {
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
		return []string{programs[0], "-c", `enable -f "$0" lock_fd unlock || exit 69; ` + call, e.program}
	}
	e.try, e.shared = load("lock_fd -qn 3"), load("lock_fd -qns 3")
	e.timed, e.unlock = load("lock_fd -qw 0.05 3"), load("unlock 3")
	return e
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// look finds a program as the shell functions do: everywhere on PATH, then in
// /usr/bin and /bin, each file once.
func look(path, program string) (found []string) {
	var seen []os.FileInfo
	for _, dir := range append(filepath.SplitList(path), "/usr/bin", "/bin") {
		if dir == "" {
			dir = "."
		}
		candidate := filepath.Join(dir, program)
		info, err := os.Stat(candidate)
		if err != nil || !info.Mode().IsRegular() || info.Mode()&0o111 == 0 ||
			slices.ContainsFunc(seen, func(other os.FileInfo) bool { return os.SameFile(info, other) }) {
			continue
		}
		seen, found = append(seen, info), append(found, candidate)
	}
	return found
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
	switch code := run(e.try, a); code {
	case 0:
	case 127:
		return "", "", errors.New("it cannot do flock")
	case -1:
		return "", "", errors.New("it does not run, or does not come back")
	default:
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
