package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A name that is made so that it fails where it is there, and given up, is a lock also
// where those go on who find it: if it lies among locks, or its owner is written down.
func TestSoftlyMade(t *testing.T) {
	const d = "/run/lock/m.d"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"a message for who finds it", "mkdir " + d + " || echo busy\n./work\nrmdir " + d + "\n", prove.Violated},
		{"a message by its status", "mkdir " + d + "\nif [ $? -ne 0 ]; then echo busy; fi\n./work\nrmdir " + d + "\n", prove.Violated},
		{"a message for who makes it", "if mkdir " + d + "; then echo mine; fi\ntrap 'rmdir " + d + "' EXIT\n./work\n", prove.Violated},
		{"its name is exported", "export L=" + d + "\nmkdir $L || echo busy\n./work\nrmdir $L\n", prove.Violated},
		{"nobody heeds it", "mkdir " + d + "\n./work\nrmdir " + d + "\n", prove.Violated},
		{"noclobber, and the owner in it", "(set -C; echo $$ >/srv/app/m) || echo busy\ntrap 'rm -f /srv/app/m' EXIT\n./work\n", prove.Violated},
		{"a link that says who", "ln -s $$ /srv/app/m || echo busy\n./work\nrm /srv/app/m\n", prove.Violated},
		{"a link to a file of this run", "echo $$ >/srv/app/m.$$\nln /srv/app/m.$$ /srv/app/m || echo busy\n./work\nrm /srv/app/m /srv/app/m.$$\n", prove.Violated},
		{"made with -p behind a question", "X=/srv/app/seat\ntest ! -e \"$X\" || exit 1\nmkdir -p \"$X\"\ntidy() { rm -rf \"$X\"; }\ntrap tidy EXIT\n./work\n", prove.Unknown},
		{"made with -p behind a question, and something is kept there", "X=/srv/app/seat\n[ -d \"$X\" ] && exit 1\nmkdir -p \"$X\"\n./work -o \"$X/out\"\nrm -rf \"$X\"\n", prove.Nothing},
		{"made with -p where others lie", "[ -d /run/lock/seat.lock ] && exit 1\nmkdir -p /run/lock/seat.lock\n./work\nrmdir /run/lock/seat.lock\n", prove.Violated},
		{"it is never given up", "mkdir " + d + " || exit 1\n./work\n", prove.Violated},
		{"its number is asked for", "mkdir " + d + "\ncase $? in 1) exit 1 ;; esac\ntrap 'rmdir " + d + "' EXIT\n./work\n", prove.Holds},
		{"its number is compared", "mkdir " + d + "\nif [ $? == 1 ]; then exit 1; fi\ntrap 'rmdir " + d + "' EXIT\n./work\n", prove.Holds},
		{"past what the shell would look up", "command mkdir " + d + " || exit 1\ntrap 'rmdir " + d + "' EXIT\n./work\n", prove.Holds},
		{"with a setting", "env A=1 mkdir " + d + " || exit 1\ntrap 'rmdir " + d + "' EXIT\n./work\n", prove.Holds},
		{"with a setting, softly", "env A=1 mkdir " + d + " || echo busy\ntrap 'rmdir " + d + "' EXIT\n./work\n", prove.Violated},
		{"by a function that runs its words", "quiet() { \"$@\" >/dev/null 2>&1; }\nquiet mkdir " + d + " || exit 1\ntrap 'rmdir " + d + "' EXIT\n./work\n", prove.Holds},
		{"by a function that runs them again", "again() { n=$1; shift; i=0; while [ $i -lt $n ]; do \"$@\" && return 0; i=$((i+1)); sleep 1; done; return 1; }\nagain 5 mkdir " + d + " || exit 1\ntrap 'rmdir " + d + "' EXIT\n./work\n", prove.Holds},
		{"as a text", "L=" + d + "\neval mkdir \"$L\" || exit 1\ntrap 'rmdir \"$L\"' EXIT\n./work\n", prove.Holds},
		{"given up by another variable", "D=/srv/app/m.d\nfin() { if [ -n \"$LOCK\" ]; then rmdir \"$LOCK\"; fi; }\ntrap fin EXIT\nmkdir \"$D\" || exit 1\nLOCK=$D\n./work\n", prove.Holds},
		{"one of several", "D=" + d + "\nfor i in 1 2 3; do if mkdir $D.$i; then slot=$D.$i; break; fi; done\n[ -n \"$slot\" ] || exit 1\ntrap 'rmdir \"$slot\"' EXIT\n./work\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
	for _, text := range []string{
		"mkdir /srv/data || echo there\n./work >/srv/data/x\n",
		"T=/srv/build\nmkdir $T\n./build $T\nrm -rf $T\n",
		"mkdir /run/lock/app\nexec 9>/run/lock/app/x\n./work\n",
		"[ -e /run/lock/app ] || mkdir /run/lock/app || exit 1\nexec 9>/run/lock/app/x\n./work\n",
		"ln -s /etc/init.d/app /run/lock/app || true\n./work\nrm -f /run/lock/app\n",
		"mkdir /run/lock/app || exit 1\n./serve --dir /run/lock/app\n",
		"set -C\ndate >/srv/app/note || echo there\n./work\nrm /srv/app/note\n",
	} {
		if p := loaded(t, text).Protocol; p.HasLocks() {
			t.Errorf("there is a lock in\n%s\n%s", text, p)
		}
	}
}
