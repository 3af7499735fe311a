package shellkit

import (
	"slices"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// On a machine that has the locking program every run finds it: nobody comes in past a
// lock that was left behind because the program were missing for him.
func TestOneMachine(t *testing.T) {
	for _, c := range []struct {
		name, text string
		stale      bool
	}{
		{"asked with command", "if command -v lockfile >/dev/null; then\nlockfile -r 0 /srv/x || exit 1\nfi\nwork\nrm -f /srv/x\n", true},
		{"asked with a flag", "have=no\n[ -x /usr/bin/lockfile ] && have=yes\nif [ $have = yes ]; then\nlockfile -r 0 /srv/x || exit 1\nfi\nwork\nif [ $have = yes ]; then rm -f /srv/x; fi\n", true},
		{"asked twice, and once the other way round", "if ! which lockfile >/dev/null; then\necho none >&2\nelse\nlockfile -r 0 /srv/x || exit 1\nfi\nwork\ntype lockfile >/dev/null && rm -f /srv/x\n", true},
		{"and given up", "if command -v lockfile >/dev/null; then\nlockfile -r 0 /srv/x || exit 1\ntrap 'rm -f /srv/x' EXIT\ntrap 'exit 1' HUP INT TERM\nfi\nwork\n", false},
	} {
		p := loaded(t, c.text).Protocol
		r := prove.Explore([]*protocol.Protocol{p}, prove.Options{})
		has := func(broken prove.Property) bool {
			return slices.ContainsFunc(r.Violations, func(v prove.Violation) bool { return v.Property == broken })
		}
		if has(prove.Stale) != c.stale || !has(prove.Exclusion) {
			t.Errorf("%s: stale %v, want %v; exclusion %v, which a machine without the program breaks", c.name, has(prove.Stale), c.stale, has(prove.Exclusion))
		}
		for _, v := range r.Violations {
			asked := map[bool]bool{}
			for _, ev := range v.Events {
				if n := ev.Node; n >= 0 && p.Nodes[n].AsksMachine() != "" {
					asked[ev.OK] = true
				}
			}
			if len(asked) > 1 {
				t.Errorf("%s: %s is broken on a machine that both has the program and has not", c.name, v.Property)
			}
		}
	}
}

// A file of the machine is there for a whole run or is not, as long as nobody in the
// script makes, changes or removes it.
func TestSettingsStayWhatTheyAre(t *testing.T) {
	run := func(first, between, second string) string {
		return "if " + first + "; then\nmkdir /srv/x || exit 1\ntrap 'rmdir /srv/x' HUP INT TERM\ntrap 'exit 1' HUP INT TERM\nfi\nwork\n" + between + "\nif " + second + "; then rmdir /srv/x; fi\n"
	}
	for _, c := range []struct {
		name, text string
		broken     bool // somebody gives up the lock of another
	}{
		{"settings", run("[ -f /etc/default/x ]", "", "[ -f /etc/default/x ]"), false},
		{"settings, by a name for them", "conf=/etc/x.conf\n" + run("[ -r \"$conf\" ]", "cat \"$conf\"", "[ -r \"${conf}\" ]"), false},
		{"settings, in a test of bash", run("[[ -e /etc/x ]]", "grep -q y /etc/x", "[[ -e /etc/x ]]"), false},
		{"a folder of the system", run("[ -d /run/lock ]", "ls /run/lock/y", "test -d /run/lock"), false},
		{"settings that the script makes", run("[ -f /etc/default/x ]", "touch /etc/default/x", "[ -f /etc/default/x ]"), true},
		{"settings that a program may change", run("[ -f /etc/default/x ]", "cp new /etc/default/x", "[ -f /etc/default/x ]"), true},
		{"settings that a program is told of", run("[ -f /etc/default/x ]", "configure --into /etc/default/x", "[ -f /etc/default/x ]"), true},
		{"settings that the script makes under another name", "conf=/etc/x\n" + run("[ -f $conf ]", "touch /etc/x", "[ -f $conf ]"), true},
		{"others", run("[ -f /etc/default/x ]", "", "[ -f /etc/default/y ]"), true},
		{"what programs make while they run", run("[ -f /run/x.pid ]", "", "[ -f /run/x.pid ]"), true},
		{"a text that is not there may give the name another meaning", "conf=/etc/x.conf\n" + run("[ -r \"$conf\" ]", ". \"$conf\"", "[ -r \"$conf\" ]"), true},
		{"a name of which nothing is known", "conf=$1\n" + run("[ -f $conf ]", "conf=$2", "[ -f $conf ]"), true},
	} {
		r := prove.Explore([]*protocol.Protocol{loadedAs(t, source.Bash, c.text).Protocol}, prove.Options{Properties: []prove.Property{prove.Exclusion}})
		if broken := r.Verdict == prove.Violated; broken != c.broken {
			t.Errorf("%s: %s, broken should be %v %v\n%s", c.name, r.Verdict, c.broken, r.Doubts, c.text)
		}
	}
}
