package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// ssh puts the words behind the name of a machine together with blanks: what that machine
// runs is the same text, however many words it stands in.
func TestWordsOfSSH(t *testing.T) {
	const send = "rsync -a /home/ vault:/srv/home/\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"one word", "ssh vault 'mkdir /srv/.lock' || exit 1\n" + send + "ssh vault 'rmdir /srv/.lock'\n", prove.Violated},
		{"several words", "ssh vault mkdir /srv/.lock || exit 1\n" + send + "ssh vault rmdir /srv/.lock\n", prove.Violated},
		{"with a trap", "ssh \"$HOST\" mkdir \"$LOCK\" || exit 1\ntrap 'ssh \"$HOST\" rmdir \"$LOCK\"' EXIT\n" + send, prove.Holds},
		{"beside another lock", "mkdir /run/lock/a.d || exit 1\ntrap 'rmdir /run/lock/a.d' EXIT\nssh vault mkdir /srv/.lock || exit 1\n" + send + "ssh vault rmdir /srv/.lock\n", prove.Violated},
		{"options before the machine", "ssh -p 2222 -o BatchMode=yes deploy@web flock -n /srv/.lock /srv/deploy\n", prove.Holds},
		{"and behind it", "ssh vault -p 2222 -t mkdir /srv/.lock || exit 1\n" + send + "ssh vault -p 2222 -t rmdir /srv/.lock\n", prove.Violated},
		{"options in an array", "with=(-p 2222 -o BatchMode=yes)\nssh \"${with[@]}\" vault mkdir /srv/.lock || exit 1\n" + send + "ssh \"${with[@]}\" vault rmdir /srv/.lock\n", prove.Violated},
		{"the other shell's own operators", "ssh web mkdir /srv/.lock '&&' /srv/deploy ';' rmdir /srv/.lock\n", prove.Violated},
		{"a command of flock", "ssh web sudo flock -n /srv/.lock -c /srv/deploy\n", prove.Holds},
		{"what no shell can read", "exec 9>/run/lock/l\nflock -n 9 || exit 1\nssh web awk '{print $1' /srv/list\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
