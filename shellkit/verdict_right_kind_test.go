package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// Who wants a folder takes away what stands in its place and is none, makes the folder where
// it is missing, and works whoever has made it: nobody is kept out, and nobody gives it up.
func TestWhatStandsInTheWayOfAFolder(t *testing.T) {
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{"set -e\nif [ -e /var/lock/app ]; then\n  [ \"$(stat -c %u /var/lock/app)\" = 0 ] || rm -rf /var/lock/app\nfi\nif [ ! -d /var/lock/app ]; then\n  mkdir -m 0700 /var/lock/app\nfi\nwork\n", prove.Nothing},
		{"set -e\nD=/run/lock/app\n[ -d $D ] || { rm -f $D; mkdir $D; }\nwork\n", prove.Nothing},
		{"D=/srv/app/lockdir\nif [ ! -d $D ]; then\n  rm -f $D\n  mkdir $D || exit 1\nfi\nwork\n", prove.Nothing},
		// Given up behind the work, it is a lock, and a wrong one.
		{"D=/srv/app/lockdir\n[ -d $D ] || mkdir $D || exit 1\nwork\nrmdir $D\n", prove.Violated},
		// Who finds it there stays away: a lock that is taken over when it is old.
		{"D=/srv/app/lockdir\nif [ -d $D ]; then\n  find $D -maxdepth 0 -mmin +60 | grep -q . || exit 1\n  rm -rf $D\nfi\nmkdir $D || exit 1\nwork\n", prove.Violated},
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "sh", c.text, c.want) })
	}
}
