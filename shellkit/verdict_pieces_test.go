package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// Each command of a text stands for itself, however the text is quoted: what a loser says
// is not the work of the winner because both are in one word.
func TestTextsOfPieces(t *testing.T) {
	const (
		holds, violated = prove.Holds, prove.Violated
		heed            = "flock -n 9\nrc=$?\nif [ \"$rc\" -ne 0 ]; then\n  echo \"$0: busy\" >&2\n  exit 1\nfi\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", "bash -c 'exec 9>/srv/app/lock\n" + heed + "trap '\\''echo through'\\'' EXIT\nwork'\n", holds},
		{"zsh", "bash -s x <<'END'\nexec 9>/srv/app/lock\n" + heed + "work\nEND\n", holds},
		{"dash", "dash <<END\nexec 9>/srv/app/lock\nflock -n 9 || { echo 'it is \\$busy'; exit; }\nwork\nEND\n", holds},
		{"bash", "bash -c \"exec 9>/srv/app/lock\nrc=0\nflock -n 9 || rc=1\nif [ \\$rc = 1 ]; then\n echo \\\"busy\\\"; exit\nfi\nwork\"\n", holds},
		{"bash", "sh -c 'exec 9>/srv/app/lock'\"\n\"'rc=0; flock -n 9 || rc=$?; [ $rc = 0 ] || { echo busy; exit 2; }; work'\n", holds},
		{"bash", "bash -c 'exec 9>/srv/app/lock\nflock -n 9 || echo '\\''busy'\\''\nwork'\n", violated},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
