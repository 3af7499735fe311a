package oracle

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/lockkit/lockkit/shellkit/source"
)

// Event is what a probe has noted.
type Event struct {
	Lock bool   // flock was asked, and not mkdir
	Name string // the path to be made, or the descriptor
	Open string // what that has open; "" for none
}

// Patience is how long a shell may take for one script; what is slower is not judged.
const Patience = 30 * time.Second

// Lay makes the folder ready in which scripts are run: the two programs, and a folder to
// go into.
func Lay(folder string) error {
	log := filepath.Join(folder, "log")
	mkdir := "#!/bin/sh\n" +
		`case $1 in /*) ;; *) set -- "$PWD/$1" ;; esac` + "\n" +
		`printf 'm\037%s\037\036' "$1" >>` + log + "\n"
	flock := "#!/bin/sh\n" +
		`open=$(readlink "/proc/self/fd/$2")` + "\n" +
		`printf 'f\037%s\037%s\036' "$2" "$open" >>` + log + "\n" +
		`[ -n "$open" ]` + "\n"
	return errors.Join(
		os.MkdirAll(filepath.Join(folder, "bin"), 0o755),
		os.MkdirAll(filepath.Join(folder, "sub"), 0o755),
		os.WriteFile(filepath.Join(folder, "bin", "mkdir"), []byte(mkdir), 0o755),
		os.WriteFile(filepath.Join(folder, "bin", "work"), []byte("#!/bin/sh\n"), 0o755),
		os.WriteFile(filepath.Join(folder, "bin", "rmdir"), []byte("#!/bin/sh\n"), 0o755),
		os.WriteFile(filepath.Join(folder, "bin", "flock"), []byte(flock), 0o755),
	)
}

// bounded ends a script, and each child of it, after ten seconds of processor time.
const bounded = `ulimit -t 10; exec "$@"`

// Run runs the script in the folder that it was drawn for, and returns what its probes
// have noted. Where it is slow there is nothing to return.
func (s *Script) Run() (seen []Event, slow bool, err error) {
	name, log := filepath.Join(s.folder, "script"), filepath.Join(s.folder, "log")
	err = errors.Join(os.WriteFile(name, []byte(s.Text), 0o644), os.WriteFile(log, nil, 0o644))
	if err != nil {
		return nil, false, err
	}
	ctx, stop := context.WithTimeout(context.Background(), Patience)
	defer stop()
	words := append([]string{"-c", bounded, "sh"}, append(commandOf(s.Shell), name)...)
	cmd := exec.CommandContext(ctx, "sh", words...)
	cmd.Dir, cmd.Env = s.folder, []string{"PATH=" + filepath.Join(s.folder, "bin") + ":/usr/bin:/bin", "LC_ALL=C", "HOME=" + s.folder}
	_ = cmd.Run() // whatever its status
	if ctx.Err() != nil {
		return nil, true, nil
	}
	text, err := os.ReadFile(log)
	return events(string(text)), false, err
}

func events(log string) []Event {
	var out []Event
	for note := range strings.SplitSeq(strings.TrimSuffix(log, "\036"), "\036") {
		if f := strings.Split(note, "\037"); len(f) == 3 {
			out = append(out, Event{f[0] == "f", f[1], f[2]})
		}
	}
	return out
}

// commandOf is how the shell of a dialect is started.
func commandOf(d source.Dialect) []string {
	switch d {
	case source.Ash:
		return []string{"busybox", "ash"}
	case source.Zsh:
		return []string{"zsh", "-f"}
	case source.Bash:
		return []string{"bash", "--norc"}
	}
	return []string{string(d)}
}

// Shells are the dialects whose shells are here.
func Shells() (here, missing []source.Dialect) {
	for _, d := range []source.Dialect{source.Bash, source.Dash, source.Zsh, source.Mksh, source.Ksh, source.Yash, source.Ash} {
		if _, err := exec.LookPath(commandOf(d)[0]); err == nil {
			here = append(here, d)
		} else {
			missing = append(missing, d)
		}
	}
	return here, missing
}
