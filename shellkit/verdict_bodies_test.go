package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A text that a command hands to a shell is a script, whatever words stand in it.
func TestTextsForShells(t *testing.T) {
	const holds, violated = prove.Holds, prove.Violated
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", "exec flock -n /srv/app/lock sh -c 'sort-it; watch-it &'\n", violated},
		{"bash", "exec flock -n /srv/app/lock sh -c 'sort-it; watch-it'\n", holds},
		{"bash", "flock -n /srv/app/lock -c 'sort-it; watch-it &'\n", violated},
		{"bash", "flock -n /srv/app/lock bash -ec 'sort-it; { watch-it; more; } &'\n", violated},
		{"bash", "flock -n /srv/app/lock nice env A=b sh -c 'watch-it &'\n", violated},
		{"bash", "flock -n /srv/app/lock su app -c 'watch-it &'\n", violated},
		{"bash", "flock -n /srv/app/lock xargs -n 1 sh -c 'watch-it \"$1\" &' _ <list\n", violated},
		{"bash", "sh -c 'mkdir /srv/app/lock.d || exit; trap \"rmdir /srv/app/lock.d\" EXIT; trap \"exit 1\" HUP INT TERM; work'\n", holds},
		{"bash", "sh -c 'mkdir /srv/app/lock.d || exit; work; rmdir /srv/app/lock.d'\n", violated},
		{"bash", "sh -c 'exec 9>\"$1\"; flock -n 9 || exit; work' _ /srv/app/x\n", holds},
		{"bash", "sh -c 'exec 9>\"$1\"; flock -n 9; work' _ /srv/app/x\n", violated},
		{"bash", "su app -c 'exec 9>/srv/app/x; flock -n 9; work'\n", violated},
		{"bash", "su app -c 'exec 9>/srv/app/x; flock -n 9 || exit; work'\n", holds},
		{"bash", "bash <<'END'\nexec 9>/srv/app/x\nflock -n 9\nwork\nEND\n", violated},
		{"bash", "bash -s a <<'END'\nexec 9>/srv/app/x\nflock -n 9 || exit\nwork\nEND\n", holds},
		{"bash", "sh <<<'exec 9>/srv/app/x; flock -n 9; work'\n", violated},
		{"bash", "eval 'exec 9>/srv/app/x; flock -n 9; work'\n", violated},
		{"bash", "ssh host 'flock -n /srv/app/x work'\n", holds},
		{"bash", "ssh host 'exec 9>/srv/app/x; flock -n 9; work'\n", violated},
		{"bash", "exec 9>/srv/app/x\nflock -n 9 || exit\nssh host 'exec 9>/srv/app/x; flock 9 || exit; work'\nmore\n", holds}, // two machines
		{"bash", "exec 9>/srv/app/x\nflock -n 9 || exit\nssh host 'watch-it &'\nmore\n", holds},
		{"bash", "exec 9>/srv/app/x\nflock -n 9 || exit\nsh -c 'watch-it &'\nmore\n", violated},
		{"bash", "exec 9>/srv/app/x\nflock -n 9 || exit\nsh -c 'watch-it &' 9>&-\nmore\n", holds},
		// The shell that runs the text decides what it means.
		{"bash", "exec 9>/srv/app/x\nflock -n 9 || exit\nf() { a; }\nsh -c 'f() { a; b; }; f 9>&- &'\nmore\n", violated},
		{"bash", "exec 9>/srv/app/x\nflock -n 9 || exit\nbash -c 'f() { a; b; }; f 9>&- &'\nmore\n", holds},
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
