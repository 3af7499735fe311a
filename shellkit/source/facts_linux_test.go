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
	{"JobRedirects of a program", func(f Facts) bool { return f.JobRedirects >= JobOwnsPrograms }, closedIn("hold 9>&- &")},
	{"JobRedirects of a program behind others", func(f Facts) bool { return f.JobRedirects >= JobOwnsPrograms }, closedIn("nohup env A=b hold >out 9>&- 2>&1 &")},
	{"JobRedirects of a program alone in ( )", func(f Facts) bool { return f.JobRedirects >= JobOwnsPrograms }, closedIn("( hold ) 9>&- &")},
	{"JobRedirects of ( )", func(f Facts) bool { return f.JobRedirects >= JobOwnsCompounds }, closedIn("( hold; : ) 9>&- &")},
	{"JobRedirects of { }", func(f Facts) bool { return f.JobRedirects >= JobOwnsCompounds }, closedIn("{ hold; } 9>&- &")},
	{"JobRedirects of for", func(f Facts) bool { return f.JobRedirects >= JobOwnsCompounds }, closedIn("for i in 1; do hold; :; done 9<&- &")},
	{"JobRedirects of while", func(f Facts) bool { return f.JobRedirects >= JobOwnsCompounds }, closedIn("until hold; do :; done 9>&- &")},
	{"JobRedirects of if", func(f Facts) bool { return f.JobRedirects >= JobOwnsCompounds }, closedIn("if hold; then :; fi 9>/dev/null &")},
	{"JobRedirects of a function", func(f Facts) bool { return f.JobRedirects >= JobOwnsAll }, closedIn("f 9>&- &")},
	{"JobRedirects within", func(f Facts) bool { return false }, closedIn("{ hold 9>&-; :; } &")},
	{"JobRedirects by exec", func(f Facts) bool { return true }, closedIn("( exec 9>&-; f ) &")},
}

// closedIn says yes when a job that is about to hold for a while has no descriptor of
// the file that its script had open on 9: the program hold looks for itself and for the
// shells between itself and the script.
func closedIn(job string) string {
	return `mkfifo up down
cat >hold <<'end'
#!/bin/sh
found=
pid=$$
while [ "$pid" -ne "$SCRIPT" ]; do
  for fd in /proc/$pid/fd/*; do
    case $(readlink "$fd") in */locked) found=yes ;; esac
  done
  while read key value; do
    case $key in PPid:) parent=$value ;; esac
  done </proc/$pid/status
  pid=$parent
done
echo "${found:-no}" >up
read x <down
end
chmod +x hold
PATH=$PWD:$PATH SCRIPT=$$
export PATH SCRIPT
f() { hold; :; }
{ ` + job + `
} 9>locked
read found <up
echo >down
wait
case $found in no) echo yes ;; esac`
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
