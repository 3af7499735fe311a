package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// What the walk must see to tell a script from its nearest good sibling.
func TestVerdictsOfWhatIsSeen(t *testing.T) {
	const flagged = "unset lock_required\nwhile ./more; do lock_required=true; ./step; done\n: ${lock_required:=false}\nexec 9>/srv/app/lock\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"a program that is asked before the lock", "git diff --quiet && exit\n" + unheeded, prove.Violated},
		{"a program that is asked before a lock that is heeded", "git diff --quiet && exit\n" + heeded, prove.Holds},
		{"a message before the lock", "echo begin\n" + unheeded, prove.Violated},
		{"a default of an argument", "[ -n \"${1:-}\" ] || exit\n" + unheeded, prove.Violated},
		{"how many arguments there are", "[ $# -gt 0 ] || exit\n" + unheeded, prove.Violated},
		{"arguments that are shifted away", "while [ -n \"$1\" ]; do shift; done\n" + unheeded, prove.Violated},
		{"arguments that a program makes", "set -- $(options \"$@\")\n[ \"$2\" = -a ] || exit\n" + unheeded, prove.Violated},
		{"a variable that the shell sets", "[ -n \"${HOME:-}\" ] || exit\n" + unheeded, prove.Violated},
		{"a default that is compared", "[ \"${MODE:-safe}\" = fast ] || exit\n" + unheeded, prove.Violated},
		{"a default of a path is that path", "LOCK=${LOCK:-/srv/app/lock}\nexec 9>>\"$LOCK\"\nflock -n 9 || exit\nwork\nrm /srv/app/lock\n", prove.Violated},
		{"a lock to which nobody comes, for a variable in small letters that nothing sets", "[ -n \"$mode\" ] || exit\n" + unheeded, prove.Violated},
		{"a flag that begins empty", "exec 9>/srv/app/lock\nflock -n 9 && GOT=1\n[ -n \"${GOT:-}\" ] || exit\nwork\n", prove.Holds},
		{"a flag that read may set", "read mode\n[ -n \"$mode\" ] || exit\n" + unheeded, prove.Violated},
		{"a flag, put off by an option, that decides whether a loser stays away", flagged + "flock -n 9 || { echo busy; $lock_required && exit 1; }\nwork\n", prove.Violated},
		{"a flag that decides how a loser stays away", flagged + "flock -n 9 || { $lock_required && exit 1; exit; }\nwork\n", prove.Holds},
		{"a name that is made up", "eval \"$name=1\"\n[ -n \"$mode\" ] || exit\n" + unheeded, prove.Violated},
		{"a variable that printf -v sets", "printf -v mode %s fast\n[ \"$mode\" = fast ] || exit\n" + unheeded, prove.Violated},
		{"a status that printf -v keeps", "exec 9>/srv/app/lock; flock -n 9; printf -v rc %d $?\n((rc)) && exit\nwork\n", prove.Holds},
		{"a status that arithmetic keeps", "exec 9>/srv/app/lock; flock -n 9; let rc=$?\nif ((rc != 0)); then exit; fi\nwork\n", prove.Holds},
		{"a status that is kept and not asked for", "exec 9>/srv/app/lock; flock -n 9; ((rc = $?))\nwork\n", prove.Violated},
		{"the first part of a pipeline", "exec 9>/srv/app/lock; flock -n 9 2>&1 | logger; ((PIPESTATUS[0])) && exit\nwork\n", prove.Holds},
		{"the other part of a pipeline", "exec 9>/srv/app/lock; flock -n 9 2>&1 | logger; ((PIPESTATUS[1])) && exit\nwork\n", prove.Violated},
		{"the parts of a pipeline that is not the last", "exec 9>/srv/app/lock; flock -n 9 2>&1 | logger; echo; ((PIPESTATUS[0])) && exit\nwork\n", prove.Violated},
		{"signals in an array", "sigs=(HUP INT TERM)\n" + claimed + "trap 'rmdir /srv/app/lock.d; exit 1' \"${sigs[@]}\"\nwork\nrmdir /srv/app/lock.d\n", prove.Holds},
		{"signals in a list that is split", "sigs='HUP INT TERM'\n" + claimed + "trap 'rmdir /srv/app/lock.d; exit 1' $sigs\nwork\nrmdir /srv/app/lock.d\n", prove.Holds},
		{"signals in a list that is not split", "sigs='HUP INT TERM'\n" + claimed + "trap 'rmdir /srv/app/lock.d; exit 1' \"$sigs\"\nwork\nrmdir /srv/app/lock.d\n", prove.Violated},
		{"a lock in a word of a test", "[[ $(exec 9>/srv/app/lock; flock -n 9 && echo mine) ]] || exit\nwork\n", prove.Violated},
		{"two bytes that are no UTF-8", "exec 8>/srv/\xe8; flock 8 || exit\nexec 9>/srv/\xe9; flock 9 || exit\nwork\n", prove.Holds},
		{"one byte that is no UTF-8", "exec 8>/srv/\xe8; flock 8 || exit\nexec 9>/srv/\xe8; flock 9 || exit\nwork\n", prove.Violated},
		{"a function by branch", "if uname; then take() { :; }; else take() { flock -n 9 || exit; }; fi\nexec 9>/srv/app/lock\ntake\nflock -n 9\nwork\n", prove.Violated},
		{"a function that is heeded in either branch", "if uname; then take() { flock -n 9 || exit 2; }; else take() { flock -n 9 || exit; }; fi\nexec 9>/srv/app/lock\ntake\nwork\n", prove.Holds},
		{"a function that a subshell defines", "take() { flock -n 9 || exit; }\n(take() { :; })\nexec 9>/srv/app/lock\ntake\nwork\n", prove.Holds},
		{"a function that is defined again", "take() { flock -n 9 || exit; }\ntake() { flock -n 9; }\nexec 9>/srv/app/lock\ntake\nwork\n", prove.Violated},
		{"a function that is taken back", "flock() { command flock \"$@\" || exit; }\nexec 9>/srv/app/lock\nunset -f flock\nflock -n 9\nwork\n", prove.Violated},
		{"a loop until a flag that holds a command", "got=false\nuntil $got; do\n  if mkdir /srv/app/lock.d; then got=true; else sleep 1; fi\ndone\ntrap 'rmdir /srv/app/lock.d' EXIT; trap 'exit 1' HUP INT TERM\nwork\n", prove.Holds},
		{"a counter that stops before its bound", counter + "[ $i -lt 9 ] || exit\nwork\n", prove.Holds},
		{"a counter that reaches its bound", counter + "[ $i -le 9 ] || exit\nwork\n", prove.Violated},
		{"a status that is kept in a loop", "exec 9>/srv/app/lock\nrc=1\nfor i in 1 2 3; do\n  flock -n 9\n  rc=$?\n  [ $rc -eq 0 ] && break\ndone\n[ $rc -eq 0 ] || exit\nwork\n", prove.Holds},
		{"signals in the list of a loop", claimed + "for s in HUP INT TERM; do trap 'rmdir /srv/app/lock.d; exit 1' $s; done\nwork\nrmdir /srv/app/lock.d\n", prove.Holds},
		{"a signal that is not in the list of a loop", claimed + "for s in HUP INT; do trap 'rmdir /srv/app/lock.d; exit 1' $s; done\nwork\nrmdir /srv/app/lock.d\n", prove.Violated},
		{"a function that looks at the status", "check() { if [ $? -ne 0 ]; then exit; fi; }\nexec 9>/srv/app/lock\nflock -n 9\ncheck\nwork\n", prove.Holds},
		{"another name for a variable", "put() { local -n to=$1; to=$2; }\nput mode go\n[ \"$mode\" = go ] || exit\n" + unheeded, prove.Violated},
		{"workers that nobody waits for", heeded + "for i in a b; do ./job $i 9>&- & done\n", prove.Violated},
		{"workers that somebody waits for", heeded + "for i in a b; do ./job $i & done\nwait\n", prove.Holds},
		{"a daemon that nobody waits for", heeded + "./job 9>&- &\n", prove.Holds},
		{"workers behind the lock of their folder", claimed + "trap 'rmdir /srv/app/lock.d' EXIT; trap 'exit 1' HUP INT TERM\nfor i in /in/*; do ./job $i & done\n", prove.Violated},
		{"a loop around the whole script", "while next; do\n" + unheeded + "done\n", prove.Violated},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := loadedAs(t, source.Bash, c.text).Protocol
			got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 3})
			if got.Verdict != c.want {
				t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, c.want, got.Doubts, c.text, p)
			}
		})
	}
}

const (
	unheeded = "exec 9>/srv/app/lock\nflock -n 9\nwork\n"
	counter  = "exec 9>/srv/app/lock\nfor ((i = 0; i < 9; i++)); do\n  flock -n 9 && break\n  sleep 1\ndone\n"
	claimed  = "mkdir /srv/app/lock.d || exit\n"
	heeded   = "exec 9>/srv/app/lock\nflock -n 9 || exit\nwork\n"
)

func loadedAs(t *testing.T, d source.Dialect, text string) *Script {
	t.Helper()
	f, err := source.New("job.sh", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Load(f, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
