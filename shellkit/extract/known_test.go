package extract

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// What is made of known values is known: each text opens a lock file, and its path
// must be the one that the shell would open.
func TestKnownValues(t *testing.T) {
	for _, c := range []struct{ text, path string }{
		{"n=2; exec 9>/run/x$((n * 3 + 1))", "/run/x7"},
		{"n=2; ((n += 5)); exec 9>/run/x$n", "/run/x7"},
		{"n=2; ((n > 1)) && n=3; exec 9>/run/x$n", "/run/x3"},
		{"p=/run/a.b.lock; exec 9>${p%%.*}", "/run/a"},
		{"p=/run/a.b.lock; exec 9>${p%.*}.x", "/run/a.b.x"},
		{"p=/run/a.lock; exec 9>${p/a/b}", "/run/b.lock"},
		{"p=/run/a.lock; exec 9>${p:0:6}", "/run/a"},
		{"p=abc; exec 9>/run/x${#p}", "/run/x3"},
		{": ${p=/run/a}; exec 9>$p", "/run/a"},
		{"p=; : ${p:=/run/a}; exec 9>$p", "/run/a"},
		{"p=/run/b; : ${p:=/run/a}; exec 9>$p", "/run/b"},
		{"m=ab; case $m in b*) p=/run/b ;; ?b) p=/run/a ;; *) p=/run/c ;; esac; exec 9>$p", "/run/a"},
		{"m=ab; case $m in \"?b\") p=/run/b ;; *) p=/run/c ;; esac; exec 9>$p", "/run/c"},
		{"m=1.$(date); case $m in 0.*) p=/run/b ;; *) p=/run/c ;; esac; exec 9>$p", "/run/c"},
		{"m=ab; [[ $m == a* ]] && p=/run/a || p=/run/b; exec 9>$p", "/run/a"},
		{"m=ab; [[ $m != *b ]] && p=/run/a || p=/run/b; exec 9>$p", "/run/b"},
		{"f() { return 0; }; command -v f >/dev/null && p=/run/a || p=/run/b; exec 9>$p", "/run/a"},
		{"false || { case x in x) ;; esac && p=/run/a || p=/run/b; }; exec 9>$p", "/run/a"},
		{"f() { exec 9>/run/${10}; }; f 1 2 3 4 5 6 7 8 9 a", "/run/a"},
		{"exec 9>/run/x$((n + 1))", "/run/x$((n + 1))"},
	} {
		f, err := source.New("x.sh", []byte(c.text+"\nflock 9\nwork\n"))
		if err != nil {
			t.Fatal(err)
		}
		p, err := Script(f, source.Bash, Options{Exact: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Paths) != 1 || p.Paths[0].Text != c.path {
			t.Errorf("%s\nopens %+v, want %s", c.text, p.Paths, c.path)
		}
	}
}
