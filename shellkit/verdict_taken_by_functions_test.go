package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A function, a group or a loop that takes a lock away does so whatever the words are by
// which it names that, and so does one that puts another file in its place.
func TestTakenByFunctions(t *testing.T) {
	const take = "exec 9>/srv/app/state\nflock -n 9 || exit\n./work\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"a variable of no telling name", "f=/srv/app/state\nfin() { rm -f \"$f\"; }\n" + take + "fin\n", prove.Violated},
		{"another file", "f=/srv/app/note\nfin() { rm -f \"$f\"; }\n" + take + "fin\n", prove.Holds},
		{"a file of this run", "f=$(mktemp)\nfin() { rm -f \"$f\"; }\n" + take + "fin\n", prove.Holds},
		{"edited in place", "conf=/srv/app/state\nedit() { sed -i s/x/y/ \"$conf\"; }\n" + take + "edit\n", prove.Violated},
		{"only read", "conf=/srv/app/state\nshow() { sed s/x/y/ \"$conf\"; }\n" + take + "show\n", prove.Holds},
		{"replaced", "dst=/srv/app/state\nnew() { mv \"$1\" \"$dst\"; }\n" + take + "new /srv/app/next\n", prove.Violated},
		{"one of a list", "files=(/srv/app/a /srv/app/state)\nfin() { rm -f \"${files[@]}\"; }\n" + take + "fin\n", prove.Violated},
		{"its folder", "D=/srv/app\nfin() { rm -rf $D; }\n" + take + "fin\n", prove.Violated},
		{"a name of two parts", "d=/srv n=state\nfin() { unlink \"${d}/app/$n\"; }\n" + take + "fin\n", prove.Violated},
		{"behind a prefix", "f=/srv/app/state\nfin() { nice rm -f \"$f\"; }\n" + take + "fin\n", prove.Violated},
		{"in a group that asks first", "f=/srv/app/state\n" + take + "if [ -e /etc/clean ]; then rm -f \"$f\"; fi\n", prove.Violated},
		{"by find", "f=/srv/app/state\nfin() { find \"$f\" -delete; }\n" + take + "fin\n", prove.Violated},
		{"by find, what lies below", "f=/srv/app/state\nfin() { find \"$f\" -mindepth 1 -delete; }\n" + take + "fin\n", prove.Holds},
		{"the lock has the variable", "lock=/srv/app/state\nfin() { rm -f /srv/app/state; }\nexec 9>$lock\nflock -n 9 || exit\n./work\nfin\n", prove.Violated},
		{"in what a trap calls", "f=/srv/app/state\nfin() { rm -f \"$f\"; }\ntrap fin EXIT\n" + take, prove.Violated},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
