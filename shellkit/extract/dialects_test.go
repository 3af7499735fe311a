package extract

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// What a shell does is read in its row: the same text is another protocol elsewhere.
func TestColumns(t *testing.T) {
	const (
		inFunction = "exec 9>/run/x\nflock -n 9 || exit\ntrap 'flock -u 9' ERR\nf() { grep -q a b; :; }\nf\nwork || :\n"
		onDemand   = "set -E\n" + inFunction
		array      = "a=(/run/x /run/y)\nexec 9>\"${a[1]}\"\nflock -n 9 || exit\nwork\n"
		unlocks    = "flock un"
	)
	for _, c := range []struct {
		dialect source.Dialect
		script  string
		has     string
		want    bool
	}{
		{source.Bash, inFunction, unlocks, false},
		{source.Ksh, inFunction, unlocks, true},
		{source.Mksh, inFunction, unlocks, true},
		{source.Zsh, inFunction, unlocks, true},
		{source.Dash, inFunction, unlocks, false},
		{source.Ash, inFunction, unlocks, false},
		{source.Ash, onDemand, unlocks, true},
		{source.Bash, onDemand, unlocks, true},
		{source.Bash, array, `"/run/y" inode`, true},
		{source.Yash, array, `"/run/x" inode`, true},
		{source.Zsh, array, `"/run/x" inode`, true},
	} {
		file, err := source.New("x.sh", []byte(c.script))
		if err != nil {
			t.Fatal(err)
		}
		p, err := Script(file, c.dialect, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(p.String(), c.has); got != c.want {
			t.Errorf("%s: %q is there: %v\n%s", c.dialect, c.has, got, p)
		}
	}
}
