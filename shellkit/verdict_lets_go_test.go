package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A lock is let go where no descriptor of its file is left: neither by a copy that is
// closed, nor where the shell takes a redirect of a descriptor onto itself back.
func TestLetsGoWithTheLastDescriptor(t *testing.T) {
	const violated = prove.Violated
	for _, c := range []struct {
		shell, text string
	}{
		{"ksh", "exec 8>>/srv/app/lock\nflock -s 8 8<&8 || exit\nif flock -n 8 8<&8; then\n work\nelse\n more\nfi\necho through\n"},
		{"mksh", "exec 9>/srv/app/lock\nflock -n -s 9 9<&9 || exit\nflock -n -x 9 9<&9 || :\nwork\n"},
		{"zsh", "exec 9>/srv/app/lock\nflock -s 9 || exit\nflock -n 9 9<&9\nwork\n"},
		{"bash", "exec 9>/srv/app/lock 8>&9\nflock -s 9 || exit\nflock -n 9 || {\n exec 8>&-\n more\n exit\n}\nwork\n"},
		{"bash", "exec 9>/srv/app/lock\nflock -n 9 || exit\nwork\nexec 8>&9 8>&-\nmore\nrm /srv/app/lock\nexec 8>&9 8>&-\nlast\n"},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, violated) })
	}
}

// No lock is for the removal of a file that a script names nowhere else, as long as there
// is something else that it may be for.
func TestForgottenFiles(t *testing.T) {
	const (
		holds, violated = prove.Holds, prove.Violated
		on              = "while :; do\n exec 9>/srv/app/lock\n flock -n 9 || exit\n [ /srv/app/lock -ef /dev/fd/9 ] && break\ndone\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", on + "work\nrm /srv/app/lock\nrm -f /srv/app/scratch\n", holds},
		{"dash", on + "trap 'unlink ./part' EXIT\nwork\nrm /srv/app/lock\n", holds},
		{"bash", on + "work\nrm -f /srv/app/lock ./a ./b\n", holds},
		{"bash", on + "work >./out\nrm /srv/app/lock\nrm -f ./out\n", violated},
		{"bash", on + "work ./out\nrm /srv/app/lock\nrm -f ./out\n", violated},
		{"bash", on + "work\n[ -s ./out ] && more\nrm /srv/app/lock\nrm -f ./out\n", violated},
		{"bash", on + "work\nrm /srv/app/lock\nrm -rf /srv/app/pages\n", violated},
		{"bash", on + "work\nrm /srv/app/lock\nrm -f /srv/app/pages/*\n", violated},
		{"bash", "exec 9>/srv/app/lock\nflock -n 9\nrm -f /srv/app/index\n", violated},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
