package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A lock that is taken over once it is old keeps nobody out for as long as the work takes,
// whoever lives. One that is touched meanwhile, or says who has it, does.
func TestExpiringLocks(t *testing.T) {
	const (
		ends  = "trap 'rm -f /run/a.lock' EXIT; trap 'exit 1' HUP INT TERM\nwork\n"
		tries = "(set -C; echo $$ >/run/a.lock) 2>/dev/null || exit 1\n" + ends
		guard = "exec 9>/run/guard; flock 9 || exit\n"
	)
	for _, c := range []struct{ lost, kept string }{
		{"lockfile -r 0 -l 3600 /run/a.lock || exit\n" + ends, "lockfile -r 0 /run/a.lock || exit\n" + ends},
		{"lockfile -l300 /run/a.lock\nwork\nrm -f /run/a.lock\n", ""},
		{"dotlockfile -r 0 /run/a.lock || exit\n" + ends, "dotlockfile -p -r 0 /run/a.lock || exit\n" + ends},
		{
			"lockfile-create -r 0 /run/a || exit\ntrap 'lockfile-remove /run/a' EXIT\nwork\n",
			"lockfile-create -r 0 /run/a || exit\nlockfile-touch /run/a & k=$!\ntrap 'kill $k; lockfile-remove /run/a' EXIT\nwork\n",
		},
		{
			"lockfile-create -r 0 /run/a || exit\nlockfile-touch -o /run/a\ntrap 'lockfile-remove /run/a' EXIT\nwork\n",
			"lockfile-create -r 0 /run/a || exit\nwhile sleep 60; do lockfile-touch -o /run/a; done & k=$!\ntrap 'kill $k; lockfile-remove /run/a' EXIT\nwork\n",
		},
		{"", "lockfile-create --use-pid -r 0 /run/a || exit\ntrap 'lockfile-remove /run/a' EXIT\nwork\n"},
		{guard + "find /run/a.lock -mmin +60 -delete\n(set -C; echo $$ >/run/a.lock) 2>/dev/null || exit\nexec 9>&-\n" + ends, ""},
		{guard + "if [ $(($(date +%s) - $(stat -c %Y /run/a.lock))) -gt 3600 ]; then rm -f /run/a.lock; fi\n(set -C; echo $$ >/run/a.lock) 2>/dev/null || exit\nexec 9>&-\n" + ends, ""},
		{"[ -n \"$(find /run/a.lock -mmin +60)\" ] && rm -f /run/a.lock\n" + tries, tries},
		{"find /run/a.lock -mmin +60 -exec rm -f {} \\;\n" + tries, "find /run/b.lock -mmin +60 -exec rm -f {} \\;\n" + tries},
	} {
		for text, want := range map[string]prove.Verdict{c.lost: prove.Violated, c.kept: prove.Holds} {
			if text == "" {
				continue
			}
			if got := ask(t, "bash", text, want); want == prove.Violated && !breaks(got, prove.Exclusion) {
				t.Errorf("%s: %v, want exclusion", text, got.Violations)
			}
		}
	}
}

// A script that leaves where it finds a process has no lock by that: two that begin at once
// have both looked. That is said with its place. Who waits for a process, ends one or starts
// one that is not there does not keep other runs out.
func TestProcessGuards(t *testing.T) {
	for text, want := range map[string]prove.Verdict{
		"pgrep -f backup.sh && exit\nwork":                                                   prove.Unknown,
		"if pidof -x \"$(basename \"$0\")\" -o $$ >/dev/null; then exit 1; fi\nwork":         prove.Unknown,
		"ps aux | grep -v grep | grep -q backup && exit 1\nwork":                             prove.Unknown,
		"if [ $(pgrep -c -f \"$0\") -gt 1 ]; then exit; fi\nwork":                            prove.Unknown,
		"n=$(ps ax | grep \"$0\" | grep -v grep | wc -l)\nif [ $n -gt 2 ]; then exit; fi\nw": prove.Unknown,
		"for p in $(pidof -x job.sh); do [ $p = $$ ] || exit; done\nwork":                    prove.Unknown,
		"alone() { pgrep -f job.sh | grep -qv $$ && exit 1; }\nalone\nwork":                  prove.Unknown,
		"if ! pgrep -x rsync; then rsync -a a b; else exit; fi":                              prove.Unknown,
		"while pgrep -f \"$0\" | grep -v $$ >/dev/null; do sleep 1; done\nwork":              prove.Unknown,
		"while pgrep -x rsync >/dev/null; do sleep 1; done\nrsync -a a b":                    prove.Unknown,
		"while pgrep -x apt; do sleep 5; done\napt-get update":                               prove.Nothing,
		"until pgrep -x daemon; do sleep 1; done\nwork":                                      prove.Nothing,
		"pgrep -x old && pkill old\nwork":                                                    prove.Nothing,
		"if pgrep -x nginx; then nginx -s reload; else nginx; fi":                            prove.Nothing,
		"pgrep -x postgres || exit 1\npg_dump x":                                             prove.Nothing,
		"status() { pgrep -x nginx && exit 0; exit 3; }\nstatus":                             prove.Nothing,
		"for p in $(pgrep old); do kill $p; done\nwork":                                      prove.Nothing,
		"exec 9>/run/x; flock -n 9 || exit\npgrep -f job.sh && exit\nwork":                   prove.Holds,
	} {
		ask(t, "bash", text+"\n", want)
	}
}
