package source

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// shellsOf lists the shells of each dialect that may be installed, as commands.
var shellsOf = map[Dialect][]string{
	Bash: {"bash"}, Bats: {"bash"}, Sh: {"dash"}, Dash: {"dash"}, Ash: {"busybox ash"},
	Ksh: {"ksh93", "ksh93u+m"}, Mksh: {"mksh"}, Zsh: {"zsh -f"}, Yash: {"yash"},
}

// questions are scripts that say yes where a fact holds. They run in a folder of
// their own.
var questions = []struct {
	fact   string
	holds  func(Facts) bool
	script string
}{
	{"MultiDigitFD", func(f Facts) bool { return f.MultiDigitFD },
		`case $(echo word 200>file) in word) echo yes;; esac`},
	{"BraceFD", func(f Facts) bool { return f.BraceFD },
		`( exec {fd}>file; case $fd in [0-9]*) echo yes;; esac )`},
	{"ExecCloexec", func(f Facts) bool { return f.ExecCloexec },
		`exec 9>file
ls /proc/self/fd/9 >list || echo yes`},
	{"ExecExits", func(f Facts) bool { return !f.ExecExits },
		`exec 9<missing || :
echo yes`},
	{"ExitTrapOn HUP", func(f Facts) bool { return f.ExitTrapRunsOn("HUP") }, onSignal("HUP")},
	{"ExitTrapOn INT", func(f Facts) bool { return f.ExitTrapRunsOn("INT") }, onSignal("INT")},
	{"ExitTrapOn TERM", func(f Facts) bool { return f.ExitTrapRunsOn("TERM") }, onSignal("TERM")},
	{"ErrexitFirst", func(f Facts) bool { return !f.ErrexitFirst },
		`trap 'echo yes' TERM
set -e
/bin/sh -c 'kill -TERM $PPID $$'`},
	{"LastPipeInside", func(f Facts) bool { return f.LastPipeInside },
		`answer=no
echo yes | read answer
echo "$answer"`},
	{"SplitsWords", func(f Facts) bool { return f.SplitsWords },
		`name='a b'
set -- $name
[ $# -eq 1 ] || echo yes`},
	{"SplitsRedirect", func(f Facts) bool { return f.SplitsRedirect },
		`name='a b'
echo >$name
[ -e 'a b' ] || echo yes`},
	{"FunctionCloses", func(f Facts) bool { return f.FunctionCloses },
		`look() {
  read pid rest </proc/self/stat
  for fd in /proc/$pid/fd/*; do readlink "$fd"; done >list
}
{ look 9>&- & wait; } 9>locked
while read name; do case $name in */locked) exit;; esac; done <list
echo yes`},
}

func onSignal(name string) string {
	return "trap 'echo yes' EXIT\nkill -" + name + " $$\ntrap - EXIT\n:"
}

// The table says of every shell what that shell says of itself.
func TestFacts(t *testing.T) {
	for dialect := range facts {
		if len(shellsOf[dialect]) == 0 {
			t.Errorf("nobody can be asked about %s", dialect)
		}
		shells := shellsOf[dialect]
		if dialect == Bash {
			older, err := filepath.Glob("/usr/local/bin/bash-*")
			if err != nil {
				t.Fatal(err)
			}
			shells = append(older, shells...)
		}
		for _, shell := range shells {
			command := strings.Fields(shell)
			if _, err := exec.LookPath(command[0]); err != nil {
				continue
			}
			for _, q := range questions {
				t.Run(string(dialect)+"/"+strings.ReplaceAll(shell+"/"+q.fact, " ", "_"), func(t *testing.T) {
					t.Parallel()
					if q.fact == "BraceFD" && (strings.HasSuffix(shell, "-3.2") || strings.HasSuffix(shell, "-4.0")) {
						t.Skip("bash has it since 4.1")
					}
					if sig, ok := strings.CutPrefix(q.fact, "ExitTrapOn "); ok && ignored(sig) {
						t.Skipf("%s is ignored here, and so in every child", sig)
					}
					if got := saysYes(t, command, q.script); got != q.holds(dialect.Facts()) {
						t.Errorf("the table is wrong about %s", shell)
					}
				})
			}
		}
	}
}

func ignored(name string) bool {
	return signal.Ignored(map[string]os.Signal{"HUP": syscall.SIGHUP, "INT": syscall.SIGINT, "TERM": syscall.SIGTERM}[name])
}

// saysYes runs a script in a shell and tells whether it printed yes.
func saysYes(t *testing.T, shell []string, script string) bool {
	t.Helper()
	return strings.Contains(says(t, shell, script), "yes")
}

// says runs a script in a shell, in a folder of its own, and returns what it prints.
func says(t *testing.T, shell []string, script string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "question"), []byte(script+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), shell[0], append(shell[1:len(shell):len(shell)], "./question")...)
	cmd.Dir = dir
	out, err := cmd.Output()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) { // how it ended is not asked
		t.Fatal(err)
	}
	return string(out)
}
