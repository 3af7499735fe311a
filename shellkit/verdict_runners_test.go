package shellkit

import (
	"slices"
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A command that find, xargs, parallel or a loop runs does to the files that it is handed
// what it does to those in its own words: it may take the locked one away.
func TestHandedFiles(t *testing.T) {
	for _, c := range []struct{ lost, kept string }{
		{"find /srv/app -name '*.log' -exec gzip {} +", "find /srv/app -name '*.txt' -exec gzip {} +"},
		{"find /srv/app -name '*.log' -exec gzip {} \\;", "find /srv/app -name '*.log' -exec gzip -k {} \\;"},
		{"find /srv/app -type f -exec mv {} /srv/old \\;", "find /srv/app -type d -exec mv {} /srv/old \\;"},
		{"find /srv/app -name '*.log' -exec nice sed -i s/a/b/ {} +", "find /srv/app -name '*.log' -exec nice sed s/a/b/ {} +"},
		{"find /srv/app -exec sh -c 'for f; do gzip \"$f\"; done' _ {} +", "find /srv/app -exec sh -c 'for f; do zcat \"$f\"; done' _ {} +"},
		{"sudo find /srv/app -name '*.log' -execdir rm -f {} \\;", "sudo find /srv/other -name '*.log' -execdir rm -f {} \\;"},
		{"find /srv/app -name '*.log' -exec grep -q x {} \\; -exec rm {} \\;", "find /srv/app -name '*.log' -exec grep -q rm {} \\;"},
		{"find /srv/app -name '*.log' -print0 | xargs -0 gzip -9", "find /srv/app -name '*.log' -print0 | xargs -0 grep gzip"},
		{"find /srv/app -name '*.log' | sort | sudo xargs -I% gzip %", "find /srv/app -name '*.log' | sort | sudo xargs -I% gzip /srv/old"},
		{"ls /srv/app/data.log | xargs gzip", "ls /srv/other/*.log | xargs gzip"},
		{"ls /srv/app | (cd /srv/app && xargs bzip2)", "ls /srv/app | (cd /srv/app && xargs wc)"},
		{"cd /srv/app; ls | xargs gzip", "cd /srv/other; ls | xargs gzip"},
		{"cd /srv/app; gzip *.log", "cd /srv/app; gzip *.txt"},
		{"gzip /srv/app/*.log", "gzip /srv/app/*/*.log"},
		{"find /srv/app -name '*.log' | parallel gzip", "find /srv/app -name '*.log' | parallel cat"},
		{"parallel gzip -9 ::: /srv/app/*.log", "parallel gzip -9 ::: /srv/other/*.log"},
		{"parallel -j2 'gzip -9 {}' ::: /srv/app/data.log", "parallel -j2 'gzip -9 <{}' ::: /srv/app/data.log"},
		{"find /srv/app -name '*.log' | while read -r f; do gzip \"$f\"; done", "find /srv/app -name '*.log' | while read -r f; do gzip -c \"$f\"; done"},
		{"for f in /srv/app/*.log; do xz \"$f\"; done", "for f in /srv/app/*.log; do xz -l \"$f\"; done"},
		{"for f in /srv/app/*.log; do gzip \"$f\" & done; wait", "for f in /srv/app/*.txt; do gzip \"$f\" & done; wait"},
		{"for f in $(find /srv/app -name '*.log'); do gzip \"$f\"; done", "for f in $(find /srv/app -name '*.log'); do zcat \"$f\"; done"},
		{"rm $(ls /srv/app/*.log)", "cat $(ls /srv/app/*.log)"},
		{"script -qc 'rm -f /srv/app/data.log' /dev/null", "script -qc 'rm -f /srv/app/other' /dev/null"},
		{"xargs rm -f /srv/app/data.log </dev/null", "xargs rm -f </srv/list"},
	} {
		for line, want := range map[string]prove.Verdict{c.lost: prove.Violated, c.kept: prove.Holds} {
			askFor(t, "bash", "exec 9>>/srv/app/data.log || exit\nflock -n 9 || exit\n"+line+"\nwork\n", want, prove.Exclusion)
		}
	}
}

// A lock that such a command takes or gives up is that of a command like any other.
func TestRunTools(t *testing.T) {
	for line, want := range map[string]prove.Verdict{
		"find /d -exec flock /run/x work {} \\;":                                prove.Holds,
		"find /d -exec sh -c 'flock -n /run/x work' \\;":                        prove.Holds,
		"find /d -exec flock /run/x work {} \\; -exec work {} \\;":              prove.Holds,
		"ls /d | xargs -n1 -P4 flock /run/x work":                               prove.Holds,
		"ls /d | xargs -I{} sh -c 'flock /run/x work {}'":                       prove.Holds,
		"parallel -j4 flock /run/x work {} ::: a b":                             prove.Holds,
		"parallel 'flock /run/x work {}' ::: a b":                               prove.Holds,
		"exec 9>/run/x\nflock -n 9 || exit\nls /d | xargs -n1 flock -u 9\nwork": prove.Violated,
		"exec 9>/run/x\nflock -n 9 || exit\nwork\nfind /d -exec work {} +":      prove.Holds,
		"exec 9>/run/x\nfind . -maxdepth 0 -exec flock -n 9 \\; || exit\nwork":  prove.Violated,
		"exec 9>/run/x\nparallel flock -n ::: 9 || exit\nwork":                  prove.Holds,
		"exec 9>/run/x\nflock -n 9 || exit\nwatch -n1 'flock -u 9'\nwork":       prove.Violated,
		"exec 9>/run/x\nflock -n 9 || exit\nrm ''\nwork":                        prove.Holds,
	} {
		if got := ask(t, "bash", line+"\n", want); want == prove.Violated && !breaks(got, prove.Exclusion) {
			t.Errorf("%s: %v, want exclusion", line, got.Violations)
		}
	}
}

// breaks tells whether a property is among those that are violated.
func breaks(r prove.Result, property prove.Property) bool {
	return slices.ContainsFunc(r.Violations, func(v prove.Violation) bool { return v.Property == property })
}
