//go:build linux && (amd64 || arm64)

package rehearse

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// prepareScript reads a script and works out how it is started.
func (r *rehearsal) prepareScript(s *Script) error {
	data, err := os.ReadFile(s.Path)
	if err != nil {
		return err
	}
	at, err := filepath.Abs(s.Path)
	if err != nil {
		return err
	}
	if at, err = filepath.EvalSymlinks(at); err != nil {
		return err
	}
	for own := range ownFolders {
		if strings.HasPrefix(at, own+"/") {
			return cannot("a script in %s", own)
		}
	}
	shell, err := shellFor(s.Shell, data)
	if err != nil {
		return err
	}
	r.facts.files[at] = true
	r.orders.World.Files = append(r.orders.World.Files, worldFile{at, 0o755, data})
	program := start{
		Path: shell[0], Argv: append(append(slices.Clone(shell[1:]), at), s.Args...), Dir: s.Dir,
		Env: environment(s.Env, r.facts.programs),
	}
	if program.Dir == "" {
		program.Dir = "/"
	}
	r.starts = append(r.starts, program)
	return nil
}

// environment is that of a script: what was given, and a few variables that every script
// has. That of whoever rehearses is not its own: what a library, a shell or a tool reads
// there (LD_PRELOAD, BASH_ENV, ZDOTDIR) may be another one wherever the script is run.
func environment(given, programs []string) []string {
	var env []string
	for _, usual := range []string{"PATH=" + strings.Join(programs, ":"), "HOME=/root", "USER=root", "LOGNAME=root", "SHELL=/bin/sh", "LANG=C"} {
		name, _, _ := strings.Cut(usual, "=")
		if !slices.ContainsFunc(given, func(v string) bool { return strings.HasPrefix(v, name+"=") }) {
			env = append(env, usual)
		}
	}
	return append(env, given...)
}

// shellFor finds the shell: its file, and how it is called.
func shellFor(asked string, script []byte) ([]string, error) {
	words := strings.Fields(asked)
	if len(words) == 0 {
		first, _, _ := bytes.Cut(script, []byte("\n"))
		words = []string{"bash"}
		if line, ok := strings.CutPrefix(string(first), "#!"); ok {
			words = strings.Fields(line)
		}
	}
	if len(words) > 1 && filepath.Base(words[0]) == "env" {
		words = words[1:]
		if words[0] == "-S" {
			words = words[1:]
		}
	}
	if len(words) == 0 {
		return nil, cannot("no shell is named")
	}
	name := filepath.Base(words[0])
	if !slices.Contains(shells, name) {
		return nil, cannot("%s is no shell", name)
	}
	argv := words[1:]
	switch name {
	case "busybox":
		if len(argv) == 0 {
			return nil, cannot("busybox is many programs")
		}
	case "ash":
		name, argv = "busybox", append([]string{"ash"}, argv...)
	default:
		argv = append([]string{name}, argv...)
	}
	for _, dir := range []string{filepath.Dir(words[0]), "/bin", "/usr/bin", "/usr/local/bin"} {
		file := filepath.Join(dir, name)
		if filepath.IsAbs(file) && unix.Access(file, unix.X_OK) == nil {
			return append([]string{file}, argv...), nil
		}
	}
	return nil, cannot("%s is not here", name)
}
