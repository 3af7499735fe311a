package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A busy lock has one status, and a script that asks for another one is not turned away.
func TestVerdictsOfStatuses(t *testing.T) {
	const on = "exec 9>/srv/app/lock\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"the status of a busy lock", on + "flock -n 9\n[ $? = 1 ] && exit\nwork\n", prove.Holds},
		{"the status of the log to which a lock speaks", on + "flock -n 9 2>&1 | tee -a log || exit\nwork\n", prove.Violated},
		{"another status", on + "flock -n 9\n[ $? = 2 ] && exit\nwork\n", prove.Violated},
		{"at least the status, in a variable", on + "flock -n 9; rc=$?\nif [ $rc -gt 0 ]; then exit $rc; fi\nwork\n", prove.Holds},
		{"more than the status, in a variable", on + "flock -n 9; rc=$?\nif [ $rc -gt 1 ]; then exit $rc; fi\nwork\n", prove.Violated},
		{"a word for a status", on + "flock -n 9; rc=$?\n[ \"$rc\" = fail ] && exit\nwork\n", prove.Violated},
		{"a status of the script's own", on + "flock -n -E 75 9\n[ $? -eq 75 ] && exit\nwork\n", prove.Holds},
		{"a status of the script's own that nobody asks for", on + "flock -n -E 75 9\n[ $? -eq 1 ] && exit\nwork\n", prove.Violated},
		{"a busy lock that is a success", on + "flock -n -E 0 9 || exit\nwork\n", prove.Violated},
		{"a busy lock that is a failure", on + "flock -n -E 3 9 || exit\nwork\n", prove.Holds},
		{"a wait that runs out", on + "flock -w 5 9\nif [ $? -eq 1 ]; then exit; fi\nwork\n", prove.Holds},
		{"a wait that runs out as timeout would", on + "flock -w 5 9\nif [ $? -eq 124 ]; then exit; fi\nwork\n", prove.Violated},
		{"a wait that timeout ends", on + "timeout 5 flock 9\nif [ $? -eq 124 ]; then exit; fi\nwork\n", prove.Holds},
		{"a wait that timeout ends as flock would", on + "timeout 5 flock 9\nif [ $? -eq 1 ]; then exit; fi\nwork\n", prove.Violated},
		{"a try within timeout", on + "timeout 5 flock -n 9\nif [ $? -eq 1 ]; then exit; fi\nwork\n", prove.Holds},
		{"a status that a function hands on", on + "take() { flock -n 9 || return 3; }\ntake\n[ $? -eq 3 ] && exit\nwork\n", prove.Holds},
		{"another status than a function hands on", on + "take() { flock -n 9 || return 3; }\ntake\n[ $? -eq 1 ] && exit\nwork\n", prove.Violated},
		{"the status of a subshell", on + "(flock -n 9 || exit 4)\n[ $? -eq 4 ] && exit\nwork\n", prove.Holds},
		{"another status than that of a subshell", on + "(flock -n 9 || exit 4)\n[ $? -eq 1 ] && exit\nwork\n", prove.Violated},
		{"a filter of what flock says, and its status", on + "flock -n 9 2>&1 | tee -a /var/log/job\n[[ ${PIPESTATUS[0]} -eq 0 ]] || exit\nwork\n", prove.Holds},
		{"a filter of what flock says, and the other status", on + "flock -n 9 2>&1 | tee -a /var/log/job\n[[ ${PIPESTATUS[1]} -eq 0 ]] || exit\nwork\n", prove.Violated},
		{"work that reads what flock says", on + "flock -n 9 2>&1 | work\n[[ ${PIPESTATUS[0]} -eq 0 ]] || exit\nmore\n", prove.Violated},
		{"a filter with pipefail", "set -o pipefail\n" + on + "if flock -n 9 | sed s/^/x/; then work; else exit; fi\n", prove.Holds},
		{"a filter without pipefail", on + "if flock -n 9 | sed s/^/x/; then work; else exit; fi\n", prove.Violated},
		{"a letter before the status", on + "flock -n 9; rc=$?\n[ \"x$rc\" = x0 ] || exit\nwork\n", prove.Holds},
		{"a letter before another status", on + "flock -n 9; rc=$?\n[ \"x$rc\" = x2 ] && exit\nwork\n", prove.Violated},
		{"a pattern for the status", on + "flock -n 9; rc=$?\ncase $rc in [1-9]*) exit;; esac\nwork\n", prove.Holds},
		{"a pattern for another status", on + "flock -n 9; rc=$?\ncase $rc in [2-9]*) exit;; esac\nwork\n", prove.Violated},
		{"words that flock does not say", on + "if [ \"$(flock -n 9)\" ]; then exit; fi\nwork\n", prove.Violated},
		{"a status under a key", "declare -A rc\n" + on + "flock -n 9\nrc[lock]=$?\nif [ \"${rc[lock]}\" -ne 0 ]; then exit 1; fi\nwork\n", prove.Holds},
		{"a status under another key", "declare -A rc\n" + on + "flock -n 9\nrc[lock]=$?\nif [ \"${rc[log]:-0}\" -ne 0 ]; then exit 1; fi\nwork\n", prove.Violated},
		{"a flag under a key", "declare -A got\n" + on + "flock -n 9 && got[deploy]=1\n[[ ${got[deploy]:-} ]] || exit 1\nwork\n", prove.Holds},
		{"a key that is written down", "declare -A st=([lock]=1 [log]=0)\n" + on + "flock -n 9 && st[lock]=0\n((st[lock] == 0)) || exit 1\nwork\n", prove.Holds},
		{"another key that is written down", "declare -A st=([lock]=1 [log]=0)\n" + on + "flock -n 9 && st[lock]=0\n((st[log] == 0)) || exit 1\nwork\n", prove.Violated},
		{"a status under a key that is overwritten", "declare -A st\n" + on + "flock -n 9; st[a]=$?\nst=([b]=0)\n((st[a])) && exit 1\nwork\n", prove.Violated},
		{"a status under a key that may be overwritten", "declare -A st\n" + on + "flock -n 9; st[a]=$?\nst[$1]=0\n((st[a])) && exit 1\nwork\n", prove.Violated},
		{"a status under a key that is taken back", "declare -A st\n" + on + "flock -n 9; st[a]=$?\nunset 'st[a]'\n((st[a])) && exit 1\nwork\n", prove.Violated},
		{"a status under a key of a function's own", "take() { local -A r; flock -n 9; r[rc]=$?; return ${r[rc]}; }\n" + on + "take || exit\nwork\n", prove.Holds},
		{"a status under a number", "rc=()\n" + on + "flock -n 9\nrc[1]=$?\n[ ${rc[1]} -ne 0 ] && exit\nwork\n", prove.Holds},
		{"a status under another number", "rc=(0 0)\n" + on + "flock -n 9\nrc[1]=$?\n[ ${rc[0]} -ne 0 ] && exit\nwork\n", prove.Violated},
		{"a return from no function", "#!/bin/bash\n" + on + "flock -n 9 || { echo busy; return 1; }\nwork\n", prove.Violated},
		{"a return from no function, and an exit", "#!/bin/bash\n" + on + "flock -n 9 || { return 1 2>/dev/null || exit 1; }\nwork\n", prove.Holds},
		{"a return from what is sourced", on + "flock -n 9 || { echo busy; return 1; }\nwork\n", prove.Holds},
		{"a return from a function", "#!/bin/bash\n" + on + "main() {\n  flock -n 9 || return 1\n  work\n}\nmain\n", prove.Holds},
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
