package shell

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// shellsOf lists the shells of each dialect that may be installed, as commands.
var shellsOf = map[source.Dialect][]string{
	source.Bash: {"bash"}, source.Bats: {"bash"}, source.Sh: {"dash"}, source.Dash: {"dash"}, source.Ash: {"busybox ash"},
	source.Ksh: {"ksh93", "ksh93u+m"}, source.Mksh: {"mksh"}, source.Zsh: {"zsh -f"}, source.Yash: {"yash"},
}

// A question is a script that says yes where a fact holds.
type question struct {
	fact   string
	holds  func(*Dialect) bool
	script string
}

// since are the facts that bash has from a later version on than 3.2.
var since = map[string]string{"BraceFD": "4.1", "WrapsNegative": "4.4", "BraceStays": "4.1", "BraceStays behind a function": "4.1", "AsksForValue": "4.2", "Locals empty": "4.0", "Coproc": "4.0", "SubstStatus": "4.0"}

// questions are scripts that say yes where a fact holds. They run in a folder of
// their own.
var questions = []question{
	{"MultiDigitFD", func(f *Dialect) bool { return f.MultiDigitFD },
		`case $(echo word 200>file) in word) echo yes;; esac`},
	{"BraceFD", func(f *Dialect) bool { return f.BraceFD },
		`( exec {fd}>file; case $fd in [0-9]*) echo yes;; esac )`},
	{"BraceStays", func(f *Dialect) bool { return f.BraceStays },
		`: {fd}>file
ls -l /proc/$$/fd | grep -q file && echo yes`},
	{"BraceStays behind a function", func(f *Dialect) bool { return f.BraceStays },
		`f() { :; }
f {fd}>file
ls -l /proc/$$/fd | grep -q file && echo yes`},
	{"BraceStays, not behind a program", func(*Dialect) bool { return false },
		`/bin/sleep 0 {fd}>file
ls -l /proc/$$/fd | grep -q file && echo yes`},
	{"ExecCloexec", func(f *Dialect) bool { return f.ExecCloexec },
		`exec 9>file
ls /proc/self/fd/9 >list || echo yes`},
	{"ExecExits", func(f *Dialect) bool { return !f.ExecExits },
		`exec 9<missing || :
echo yes`},
	{"ExecKeepsFirst", func(f *Dialect) bool { return f.ExecKeepsFirst }, inText(`exec 9>file
exec 9>&-
ls -l /proc/$$/fd | grep -q file && echo yes`)},
	{"ExecKeepsFirst, once", func(f *Dialect) bool { return f.ExecKeepsFirst }, inText(`exec 9>file
exec 9>other
exec 9>&-
ls -l /proc/$$/fd | grep -q other || ls -l /proc/$$/fd | grep -q file && echo yes`)},
	{"ExecKeepsFirst, not of a script", func(f *Dialect) bool { return false }, `exec 9>file
exec 9>&-
ls -l /proc/$$/fd | grep -q file && echo yes`},
	{"CopyFails", func(f *Dialect) bool { return !f.CopyFails },
		`{ echo yes; } 3<&3`},
	{"ExitTrapOn HUP", func(f *Dialect) bool { return f.ExitTrapRunsOn("HUP") }, onSignal("HUP")},
	{"ExitTrapOn INT", func(f *Dialect) bool { return f.ExitTrapRunsOn("INT") }, onSignal("INT")},
	{"ExitTrapOn TERM", func(f *Dialect) bool { return f.ExitTrapRunsOn("TERM") }, onSignal("TERM")},
	{"ErrexitFirst", func(f *Dialect) bool { return !f.ErrexitFirst },
		`trap 'echo yes' TERM
set -e
/bin/sh -c 'kill -TERM $PPID $$'`},
	{"ErrexitUntraps", func(f *Dialect) bool { return !f.ErrexitUntraps },
		`trap 'echo yes' EXIT
trap 'exit 1' TERM
set -e
/bin/sh -c 'kill -TERM $PPID $$'
:`},
	{"PlainSignals", func(f *Dialect) bool { return f.PlainSignals },
		`trap 'echo no' USR1 SIGTERM || echo yes`},
	{"EmptyIsGroup", func(f *Dialect) bool { return f.EmptyIsGroup },
		`kill -0 "$(cat missing)" && echo yes`},
	{"EmptyIsGroup, not without quotes", func(*Dialect) bool { return false },
		`kill -0 $(cat missing) && echo yes`},
	{"PlainSignals, what stands before", func(*Dialect) bool { return true },
		"trap 'echo yes' USR1 SIGTERM\nkill -USR1 $$"},
	{"PlainSignals, what stands behind", func(f *Dialect) bool { return f.PlainSignals },
		"trap '' USR1\ntrap 'exit 1' SIGTERM USR1\nkill -USR1 $$\necho yes"},
	{"SubstStatus", func(f *Dialect) bool { return f.SubstStatus },
		`:
echo $(exit 3) $(case $? in 3) echo yes;; esac)`},
	{"SpecialExits", func(f *Dialect) bool { return !f.SpecialExits },
		`: </missing
echo yes`},
	{"SourceExits", func(f *Dialect) bool { return !f.SourceExits },
		`. ./missing || :
echo yes`},
	{"OptionExits", func(f *Dialect) bool { return !f.OptionExits },
		`set -o nosuchthing || :
echo yes`},
	{"ShiftExits", func(f *Dialect) bool { return !f.ShiftExits },
		`set -- a
shift 2 || echo yes`},
	{"NegatesJumps", func(f *Dialect) bool { return f.NegatesJumps },
		`for i in 1; do ! break; done || echo yes`},
	{"WrapsNegative", func(f *Dialect) bool { return f.WrapsNegative },
		`f() { return -1; echo no; }
f >file 2>&1 || { [ -s file ] || echo yes; }`},
	{"EndsAtNegative", func(f *Dialect) bool { return f.EndsAtNegative },
		`( f() { return -1; }
f 2>/dev/null
echo no ) >file
[ -s file ] || echo yes`},
	{"WideReturns", func(f *Dialect) bool { return f.WideReturns },
		`f() { return 256; }
f || echo yes`},
	{"LoneTrapFails", func(f *Dialect) bool { return f.LoneTrapFails },
		`trap 'echo no' || echo yes`},
	{"AssignsFirst", func(f *Dialect) bool { return f.AssignsFirst },
		`case $( { a=$(echo A >&3) : >/dev/null$(echo B >&3); } 3>&1 ) in A*B) echo yes;; esac`},
	{"SubstUnchecked", func(f *Dialect) bool { return !f.SubstUnchecked },
		`set -e
if echo "$(false; echo yes)"; then :; fi`},
	{"ReturnSkipsTrap", func(f *Dialect) bool { return !f.ReturnSkipsTrap },
		`f() ( trap 'echo yes' EXIT; return 5 )
f`},
	{"PlainNames", func(f *Dialect) bool { return !f.PlainNames && f.SpecialFuncs != SpecialRefused },
		":() { :; }\necho yes"},
	{"ConstantsEnd", func(f *Dialect) bool { return !f.ConstantsEnd },
		"readonly a=1\na=2\necho yes"},
	{"MovesFDs", func(f *Dialect) bool { return f.MovesFDs },
		`exec 5>file
exec 6>&5-
{ echo text; } >&5 2>/dev/null || echo yes`},
	{"ErrexitInside", func(f *Dialect) bool { return !f.ErrexitInside },
		`f() { set -e; false; echo yes; }
! f`},
	{"TrapStatusStays", func(f *Dialect) bool { return f.TrapStatusStays },
		`trap 'case $? in 0) echo yes;; esac' EXIT
trap : ERR
set -e
cd /missing`},
	{"FewExpansions", func(f *Dialect) bool { return !f.FewExpansions },
		`set x
: ${*:0}
echo yes`},
	{"ExpandsAliases", func(f *Dialect) bool { return f.ExpandsAliases },
		"alias name='echo yes'\nname"},
	{"ExecFunctions", func(f *Dialect) bool { return f.ExecFunctions },
		`f() { echo yes; }
exec f`},
	{"DoubledEqual", func(f *Dialect) bool { return !f.DoubledEqual },
		`[ a == b ]
[ $? -eq 2 ] && echo yes`},
	{"QuotedRegexp", func(f *Dialect) bool { return f.QuotedRegexp },
		`[[ a =~ ^a$ ]] && ! [[ a =~ "^a" ]] && echo yes`},
	{"PrintsInto", func(f *Dialect) bool { return f.PrintsInto },
		`printf -v x '%s' yes 2>/dev/null >&2; echo "$x"`},
	{"AsksForValue", func(f *Dialect) bool { return f.AsksForValue },
		`name=
[ -v name ] && ! [ -v another ] && echo yes`},
	{"LastPipeInside", func(f *Dialect) bool { return f.LastPipeInside },
		`answer=no
echo yes | read answer
echo "$answer"`},
	{"SplitsWords", func(f *Dialect) bool { return f.SplitsWords },
		`name='a b'
set -- $name
[ $# -eq 1 ] || echo yes`},
	{"SplitsRedirect", func(f *Dialect) bool { return f.SplitsRedirect },
		`name='a b'
echo >$name
[ -e 'a b' ] || echo yes`},
	{"AssignsStay at special builtins", func(f *Dialect) bool { return f.AssignsStay >= StaysAtSpecial },
		"a=1 :\nb=1 eval :\nc=1 trap : USR1\nd=1 command eval :\n[ \"$a$b$c$d\" = 111 ] && echo yes"},
	{"AssignsStay at functions", func(f *Dialect) bool { return f.AssignsStay == StaysAtFuncs },
		"f() { :; }\na=1 f\n[ \"$a\" = 1 ] && echo yes"},
	{"SpecialFuncs called", func(f *Dialect) bool { return f.SpecialFuncs == SpecialCalled },
		"times() { echo yes; }\ntimes"},
	{"SpecialFuncs ignored", func(f *Dialect) bool { return f.SpecialFuncs == SpecialIgnored },
		"set() { exit; }\nset x\n[ \"$1\" = x ] && echo yes"},
	{"LastInPlace alone", func(f *Dialect) bool { return f.LastInPlace != PlaceUnredirected }, droppedIn("( hold 9>&- ) 9>locked &\nwait\n:")},
	{"LastInPlace last", func(f *Dialect) bool { return f.LastInPlace == PlaceLast && f.Subshells == SubshellsFork }, droppedIn("( :; hold 9>&- ) 9>locked\n:")},
	{"LastInPlace in if", func(f *Dialect) bool { return f.LastInPlace == PlaceLast && f.Subshells == SubshellsFork }, droppedIn("( if :; then { : && nice hold 9>&-; }; fi ) 9>locked\n:")},
	{"LastInPlace in $( )", func(f *Dialect) bool { return f.LastInPlace == PlaceLast && f.Subshells == SubshellsFork }, droppedIn("x=$( exec 9>locked; hold 9>&- )\n:")},
	{"LastInPlace in the background", func(f *Dialect) bool { return f.LastInPlace == PlaceLast }, droppedIn("{ exec 9>locked; hold 9>&-; } &\nwait\n:")},
	{"LastInPlace behind a trap", func(f *Dialect) bool { return false }, droppedIn("( trap : EXIT; hold 9>&- ) 9>locked\n:")},
	{"LastInPlace behind an ignored signal", func(f *Dialect) bool { return f.LastInPlace == PlaceLast && f.Subshells == SubshellsFork }, droppedIn("( trap '' USR1; hold 9>&- ) 9>locked\n:")},
	{"LastInPlace in a function", func(f *Dialect) bool { return false }, droppedIn("g() { hold 9>&-; }\n( g ) 9>locked\n:")},
	{"LastInPlace not last", func(f *Dialect) bool { return false }, droppedIn("( hold 9>&-; : ) 9>locked\n:")},
	{"LastThrough", func(f *Dialect) bool { return f.LastThrough && f.Subshells == SubshellsFork }, droppedIn("( :; { hold; } 9>&- ) 9>locked\n:")},
	{"ScriptInPlace", func(f *Dialect) bool { return f.ScriptInPlace }, droppedIn("{ :; hold 9>&-; } 9>locked\n")},
	{"ScriptInPlace of a subshell", func(f *Dialect) bool { return f.LastInPlace == PlaceLast }, droppedIn("( :; hold 9>&- ) 9>locked\n")},
	{"ScriptInPlace before a comment", func(f *Dialect) bool { return false }, droppedIn("{ :; hold 9>&-; } 9>locked\n# the end")},
	{"JobRedirects of a program", func(f *Dialect) bool { return f.JobRedirects >= JobOwnsPrograms }, closedIn("hold 9>&- &")},
	{"JobRedirects of a program behind others", func(f *Dialect) bool { return f.JobRedirects >= JobOwnsPrograms }, closedIn("nohup env A=b hold >out 9>&- 2>&1 &")},
	{"JobRedirects of a program alone in ( )", func(f *Dialect) bool { return f.JobRedirects >= JobOwnsPrograms }, closedIn("( hold ) 9>&- &")},
	{"JobRedirects of ( )", func(f *Dialect) bool { return f.JobRedirects >= JobOwnsCompounds }, closedIn("( hold; : ) 9>&- &")},
	{"JobRedirects of { }", func(f *Dialect) bool { return f.JobRedirects >= JobOwnsCompounds }, closedIn("{ hold; } 9>&- &")},
	{"JobRedirects of for", func(f *Dialect) bool { return f.JobRedirects >= JobOwnsCompounds }, closedIn("for i in 1; do hold; :; done 9<&- &")},
	{"JobRedirects of while", func(f *Dialect) bool { return f.JobRedirects >= JobOwnsCompounds }, closedIn("until hold; do :; done 9>&- &")},
	{"JobRedirects of if", func(f *Dialect) bool { return f.JobRedirects >= JobOwnsCompounds }, closedIn("if hold; then :; fi 9>/dev/null &")},
	{"JobRedirects of a function", func(f *Dialect) bool { return f.JobRedirects >= JobOwnsAll }, closedIn("f 9>&- &")},
	{"JobRedirects within", func(f *Dialect) bool { return false }, closedIn("{ hold 9>&-; :; } &")},
	{"JobRedirects by exec", func(f *Dialect) bool { return true }, closedIn("( exec 9>&-; f ) &")},
}

// jumpQuestions are scripts that say yes where a fact about break and continue holds.
var jumpQuestions = []struct {
	fact   string
	holds  func(Jumps) bool
	script string
}{
	{"OutOfFunctions", func(j Jumps) bool { return !j.OutOfFunctions },
		`f() { continue; :; }
for i in 1; do f; echo yes; done`},
	{"OutOfFunctions in a subshell", func(j Jumps) bool { return !j.OutOfFunctions },
		`f() { break; :; }
for i in 1; do ( f; echo yes ); done`},
	{"OutOfFunctions through a subshell", func(j Jumps) bool { return !j.OutOfFunctions },
		`f() { ( break; echo yes ); }
for i in 1; do f; done`},
	{"OutOfFiles", func(j Jumps) bool { return !j.OutOfFiles },
		`echo break >file
for i in 1; do . ./file; echo yes; done`},
	{"EndSubshells", func(j Jumps) bool { return !j.EndSubshells },
		`for i in 1; do ( break; echo yes ); done`},
	{"EndSubshells, a pipeline", func(j Jumps) bool { return !j.EndSubshells },
		`for i in 1; do { continue; echo yes >&3; } | cat; done 3>&1`},
	{"EndSubshells, a job", func(j Jumps) bool { return !j.EndSubshells },
		`for i in 1; do { break; echo yes; } & wait; done`},
	{"EndSubsts", func(j Jumps) bool { return !j.EndSubsts },
		`for i in 1; do x=$(break; echo yes); echo "$x"; done`},
	{"EndSubshells in no loop", func(j Jumps) bool { return j.Nowhere != NowhereEnds },
		`( break; echo yes )`},
	{"FromTraps", func(j Jumps) bool { return !j.FromTraps },
		`trap break USR1
for i in 1; do kill -USR1 $$; echo yes; done`},
	{"FromExitTrap", func(j Jumps) bool { return !j.FromExitTrap },
		`trap 'break; echo yes' EXIT
for i in 1; do exit; done`},
	{"Nowhere, success", func(j Jumps) bool { return j.Nowhere == NowhereGoesOn },
		`break && echo yes`},
	{"Nowhere, failure", func(j Jumps) bool { return j.Nowhere == NowhereFails },
		`continue || echo yes`},
	{"Nowhere ends", func(j Jumps) bool { return j.Nowhere != NowhereEnds },
		`{ break || :; }
echo yes`},
	{"Nowhere, in an EXIT trap", func(j Jumps) bool { return j.Nowhere != NowhereEnds },
		`trap 'break; echo yes' EXIT`},
	{"Nowhere ends what is evaluated", func(j Jumps) bool { return true },
		`eval "break; :"
echo yes`},
}

// looksAround is a program that looks which of the processes between itself and the
// script have the file locked open: found is yes or empty. Where JOB is set, the script itself is not asked.
const looksAround = `#!/bin/sh
found= pid=$$
while
  case $(ls -l /proc/$pid/fd) in */locked*) found=yes ;; esac
  [ "$pid" -ne "$SCRIPT" ]
do
  while read -r key value; do
    case $key in PPid:) pid=$value ;; esac
  done </proc/$pid/status
  if [ "$pid" -eq "$SCRIPT" ] && [ -n "$JOB" ]; then break; fi
done
`

// called is a script that has that program in its path, and what it does then, as hold.
func called(job, then, script string) string {
	return "cat >hold <<'end'\n" + looksAround + then + "end\nchmod +x hold\nPATH=$PWD:$PATH SCRIPT=$$ JOB=" + job + "\nexport PATH SCRIPT JOB\n" + script
}

// droppedIn says yes when the program hold runs while nobody has locked open.
func droppedIn(script string) string {
	return called("", `[ -n "$found" ] || echo yes >&3`+"\n", "exec 3>&1\n"+strings.ReplaceAll(script, "hold", "hold 3>&3"))
}

// goesOn says yes when the shell goes on behind a pipeline of PART and LAST before PART has
// ended: that waits until LAST is over, and then until the shell sleeps.
func goesOn(pipeline string) string {
	return `cat >part <<'E'
until [ -s last ] && ! kill -0 "$(cat last)" 2>&-; do :; done
calm=0
while [ $calm -lt 200 ] && [ ! -e on ] && read -r number name state rest <"/proc/$1/stat"; do
	[ "$state" = S ] && calm=$(( calm + 1 )) || calm=0
done 2>&-
[ -e on ] && echo yes >&3
E
echo 'echo $$ >last' >end
exec 3>&1
` + strings.NewReplacer("PART", "sh part $$ 3>&3", "LAST", "sh end").Replace(pipeline) + `
: >on
wait`
}

// withAsides says yes and ends where a shell has no process substitutions.
const withAsides = "( eval ': > >(:)' ) 2>&- || { echo yes; exit; }\n"

// closedIn says yes when a job that is about to hold for a while has no descriptor of
// the file that its script has open on 9: neither the program hold itself nor the shells
// between it and the script.
func closedIn(job string) string {
	return called("yes", `echo "${found:-no}" >up
read -r x <down
`, `mkfifo up down
f() { hold; :; }
{ `+job+`
} 9>locked
read -r found <up
echo >down
wait
case $found in no) echo yes ;; esac`)
}

func onSignal(name string) string {
	return "trap 'echo yes' EXIT\nkill -" + name + " $$\ntrap - EXIT\n:"
}

// A name that set -o prints is one that it knows, and what it does not know it refuses.
func TestOptionNames(t *testing.T) {
	for dialect, row := range dialects {
		if row.options == "" {
			continue
		}
		for _, shell := range shellsOf[dialect] {
			command := strings.Fields(shell)
			if _, err := exec.LookPath(command[0]); err != nil {
				continue
			}
			for _, name := range append(strings.Fields(row.options), "all-export", "nosuchthing", "pipefail") {
				if name == "interactive" || name == "stdin" || name == "noexec" || name == "restricted" || name == "login" {
					continue // none that a script can set, or go on behind
				}
				if got := saysYes(t, command, "set +o "+name+" && echo yes"); got == row.LacksOption(name) {
					t.Errorf("the table is wrong about %s in %s", name, shell)
				}
			}
		}
	}
}

// The table says of every shell what that shell says of itself.
func TestFacts(t *testing.T) {
	for dialect := range dialects {
		if len(shellsOf[dialect]) == 0 {
			t.Errorf("nobody can be asked about %s", dialect)
		}
		shells := shellsOf[dialect]
		if dialect == source.Bash {
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
			for _, q := range slices.Concat(questions, languageQuestions, exitQuestions) {
				t.Run(string(dialect)+"/"+strings.ReplaceAll(shell+"/"+q.fact, " ", "_"), func(t *testing.T) {
					t.Parallel()
					if q.fact == "ErrexitInside" && bashOf(command[0]) >= "5.3" {
						t.Skip("bash 5.3 has it no more")
					}
					if version, needed := bashOf(command[0]), since[q.fact]; version != "" && version < needed {
						t.Skip("bash has it since " + needed)
					}
					if sig, ok := strings.CutPrefix(q.fact, "ExitTrapOn "); ok && ignored(sig) {
						t.Skipf("%s is ignored here, and so in every child", sig)
					}
					if got := saysYes(t, command, q.script); got != q.holds(Of(dialect)) {
						t.Errorf("the table is wrong about %s", shell)
					}
				})
			}
			for _, q := range jumpQuestions {
				t.Run(string(dialect)+"/"+strings.ReplaceAll(shell+"/jumps "+q.fact, " ", "_"), func(t *testing.T) {
					t.Parallel()
					if older(command[0], q.fact) {
						t.Skip("bash has it since 4.4 or 5.0")
					}
					if got := saysYes(t, command, q.script); got != q.holds(Of(dialect).Jumps) {
						t.Errorf("the table is wrong about %s", shell)
					}
				})
			}
		}
	}
}

// bashOf is the version of an older bash, by its name, or "".
func bashOf(shell string) string {
	_, version, _ := strings.Cut(filepath.Base(shell), "bash-")
	return version
}

// older tells which facts about break and continue a bash from before 5.0 has otherwise.
func older(shell, fact string) bool {
	version := bashOf(shell)
	switch {
	case version == "" || version >= "5":
		return false
	case version >= "4.4":
		return strings.HasPrefix(fact, "EndSubshells, ") || fact == "EndSubshells"
	}
	return strings.HasPrefix(fact, "OutOfFunctions") || strings.HasPrefix(fact, "EndSubshells, ") || fact == "EndSubshells"
}

// inText has the shell run a text, as -c does.
func inText(text string) string {
	return "self=/proc/$$/exe\ncase $(readlink $self) in *busybox) self=\"$self ash\";; esac\neval \"$self -c '\"" + `'` + text + `'` + "\"'\""
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
	for fd := 3; fd < 20; fd++ { // what this test was given there is none of the shell's
		syscall.CloseOnExec(fd)
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
