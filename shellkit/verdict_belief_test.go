package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// What a lock is for: where it ends before any work, and those who do not get it stay
// away, it was taken for the work that follows. Each script that is wrong stands beside
// one that is right and one detail apart.
func TestBelief(t *testing.T) {
	const open = "exec 9>/srv/app/lock\n"
	const shared = open + "flock -s 9 || exit\n"
	const slots = "exec 7>/srv/app/s1 8>/srv/app/s2\n"
	for _, c := range []struct{ name, violated, holds string }{
		{"closed before the work", open + "flock -n 9 || exit\nexec 9>&-\n./work\n", open + "flock -n 9 || exit\n./work\nexec 9>&-\n./report\n"},
		{"a copy stays", open + "flock -n 9 || exit\nexec 9>&-\n./work\n", open + "flock -n 9 || exit\nexec 8>&9 9>&-\n./work\n"},
		{"a group hides the descriptor", open + "flock -n 9 || echo busy\n{ ./work; } 9>&-\n", open + "flock -n 9 || exit\n{ ./work; } 9>&-\n"},
		{"a loop hides the descriptor", open + "flock -w 5 9\nfor x in a b; do ./work $x; done 9>&-\n", open + "flock -w 5 9 || exit\nfor x in a b; do ./work $x; done 9>&-\n"},
		{"unlocked behind a look", open + "flock -n 9 || exit\ngrep -q x /etc/x\nflock -u 9\n./work\n", open + "flock -n 9 || exit\ngrep -q x /etc/x\nflock -u 9\necho free\n"},
		{"a stamp is no work, a counter is", open + "flock -n 9 || exit\ndate >stamp\nexec 9>&-\n./work\n", open + "flock -n 9 || exit\nn=$(cat count)\necho $((n + 1)) >count\nexec 9>&-\n./work\n"},
		{"the redirect of a group ends", "{ flock -n 9 || exit; } 9>/srv/app/lock\n./work\n", "{ flock -n 9 || exit; ./work; } 9>/srv/app/lock\n./report\n"},
		{"the redirect of a function ends", "take() { flock -n 9 || exit; } 9>/srv/app/lock\ntake\n./work\n", open + "take() { flock -n 9 || exit; }\ntake\n./work\n"},
		{"the redirect of flock itself ends", "if flock -n 9 9>/srv/app/lock; then ./work; fi\n", open + "if flock -n 9 9>&9; then ./work; fi\n"},
		{"the subshell ends", "( flock -n 9 || exit 1; echo $$ >pid ) 9>/srv/app/lock && ./work\n", open + "( flock -n 9 || exit 1; echo $$ >pid ) && ./work\n"},
		{"nobody heeds how the subshell ended", "( flock -n 9 || exit 1 ) 9>/srv/app/lock\n./work\n", "( flock -n 9 || exit 1; ./work ) 9>/srv/app/lock\n./report\n"},
		{"nobody heeds how the subshell ended, a message or not", "( flock -n 9 || { echo busy; exit 1; } ) 9>/srv/app/lock\n./work\n", "( flock -n 9 || { echo busy; exit 1; }; ./work ) 9>/srv/app/lock\n"},
		{"a body that is a subshell says that it is busy", "take() ( exec 9>/srv/app/lock; flock -n 9 || { echo busy; exit 1; } )\ntake\n./work\n", "take() { exec 9>/srv/app/lock; flock -n 9 || { echo busy; exit 1; }; }\ntake\n./work\n"},
		{"both are told, and who does not get it fails", "( flock -n 9 || { echo busy; exit 1; }; echo mine ) 9>/srv/app/lock\n./work\n", "if flock -n 9; then echo idle; else echo busy; fi 9>/srv/app/lock\n./work\n"},
		{"what is said in either case answers nothing", "( flock -n 9 || exit 1 ) 9>/srv/app/lock\necho start\n./work\n", "flock -n /srv/app/lock true && echo idle\n./work\n"},
		{"a subshell that waits and says so", "( flock 9; echo mine ) 9>/srv/app/lock\n./work\n", "( flock 9; echo mine; ./work ) 9>/srv/app/lock\n"},
		{"a command of flock that only talks", "flock -n /srv/app/lock -c 'echo hi'\n./work\n", "flock -n /srv/app/lock -c 'echo hi' || echo busy\n./work\n"},
		{"the trap of the subshell", "( mkdir /srv/app/lock.d || exit 1; trap 'rmdir /srv/app/lock.d' EXIT ) || exit\n./work\n", "mkdir /srv/app/lock.d || exit 1; trap 'rmdir /srv/app/lock.d' EXIT; trap 'exit 1' HUP INT TERM\n./work\n"},
		{"the substitution ends", "ok=$(flock -n /srv/app/lock true && echo yes)\n[ \"$ok\" = yes ] || exit\n./work\n", open + "ok=$(flock -n 9 && echo yes)\n[ \"$ok\" = yes ] || exit\nexec 9>&-\necho was free\n"},
		{"a probe is asked, or only told of", "flock -n /srv/app/lock true || exit\n./work\n", "if flock -n /srv/app/lock true; then echo idle; else echo busy; fi\n./work\n"},
		{"it waits and is lost, or only waits", "{ flock 9; } 9>/srv/app/lock\n./work\n", "flock /srv/app/lock true\n./work\n"},
		{"given up for work in the background", open + "flock -n 9 || exit\nexec 9>&-\n./work &\nwait\n", open + "flock -n 9 || exit\n./work &\nwait\n"},
		{"given up for another program", open + "flock -n 9 || exit\nexec 9>&-\nexec ./work\n", open + "flock -n 9 || exit\nexec ./work\n"},
		{"closed for the program that takes the place of the shell", open + "flock -n 9 || exit\nexec ./work 9>&-\n", open + "flock -n 9 || exit\nexec 8>&9\nexec ./work 9>&-\n"},
		{"a number in a variable is closed for that program", "exec {fd}>/srv/app/lock\nflock -n $fd || exit\nexec ./work {fd}>&-\n", "exec {fd}>/srv/app/lock\nflock -n $fd || exit\n./work\nexec ./report {fd}>&-\n"},
		{"removed before the work", "mkdir /srv/app/lock.d || exit\nrmdir /srv/app/lock.d\n./work\n", open + "flock 9 || exit\nread -r q <next\nexec 9>&-\n./work $q\n"},
		{"it guards another lock", open + "flock 9 || exit\nexec 9>&-\n./work\n", open + "flock 9 || exit\nexec 8>/srv/app/inner\nflock -n 8 || exit\nexec 9>&-\n./work\n"},
		{"slots, and none of them", slots + "flock -n 7 || flock -n 8 || true\n./work\n", slots + "flock -n 7 || flock -n 8 || exit\n./work\n"},
		{"two locks that are both wanted", slots + "flock -n 7 || echo busy\nflock 8 || exit\n./work\nrm /srv/app/s2\n", slots + "if flock -n 7; then n=1; elif flock -n 8; then n=2; else exit; fi\n./work $n\n"},
		{"a conversion that fails has lost the old lock", shared + "if flock -n 9; then ./compact; else ./report; fi\n", shared + "if flock -n 9; then ./compact; else flock -s 9 || exit; ./report; fi\n"},
		{"who leaves then has nothing to lose", shared + "flock -n 9 || echo busy\n./compact\n", shared + "flock -n 9 || exit\n./compact\n"},
		{"slots by number", "for i in 1 2 3; do\n  exec 9>/srv/app/slot.$i\n  flock -n 9 && break\ndone\n./work\n", "for i in 1 2 3; do\n  exec 9>/srv/app/slot.$i\n  flock -n 9 && { ./work; exit; }\ndone\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, s := range []struct {
				text string
				want prove.Verdict
			}{{c.violated, prove.Violated}, {c.holds, prove.Holds}} {
				p := loadedAs(t, source.Bash, s.text).Protocol
				got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 2, Properties: []prove.Property{prove.Exclusion}})
				if got.Verdict != s.want {
					t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, s.want, got.Doubts, s.text, p)
				}
			}
		})
	}
}
