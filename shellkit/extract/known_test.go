package extract

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/source"
)

// opening is the exact protocol of a text behind which descriptor 9 is locked.
func opening(t *testing.T, d source.Dialect, text string) *protocol.Protocol {
	t.Helper()
	f, err := source.New("x.sh", []byte(text+"\nflock 9\nwork\n"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := Script(f, d, Options{Exact: true})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What is made of known values is known: each text opens a lock file, and its path
// must be the one that the shell would open.
func TestKnownValues(t *testing.T) {
	for _, c := range []struct{ text, path string }{
		{"n=2; exec 9>/run/x$((n * 3 + 1))", "/run/x7"},
		{"n=2; ((n += 5)); exec 9>/run/x$n", "/run/x7"},
		{"p=/run/b; case ab in a*) : ;;& *) p=/run/a ;; esac; exec 9>$p", "/run/a"},
		{"n=6; ((n &= m)); exec 9>/run/x$n", "/run/x$n"},
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
		{"case x in '*') p=/run/b ;; *) p=/run/c ;; esac; exec 9>$p", "/run/c"},
		{"m='1 + 1'; exec 9>/run/x$((m))", "/run/x$((m))"},
		{"m=010; exec 9>/run/x$((m))", "/run/x$((m))"},
		{"m=; exec 9>/run/x$((m + 1))", "/run/x1"},
		{"m=ab; case $m in \"?b\") p=/run/b ;; *) p=/run/c ;; esac; exec 9>$p", "/run/c"},
		{"m=1.$(date); case $m in 0.*) p=/run/b ;; *) p=/run/c ;; esac; exec 9>$p", "/run/c"},
		{"m=ab; [[ $m == a* ]] && p=/run/a || p=/run/b; exec 9>$p", "/run/a"},
		{"m=ab; [[ $m != *b ]] && p=/run/a || p=/run/b; exec 9>$p", "/run/b"},
		{"f() { return 0; }; command -v f >/dev/null && p=/run/a || p=/run/b; exec 9>$p", "/run/a"},
		{"false || { case x in x) ;; esac && p=/run/a || p=/run/b; }; exec 9>$p", "/run/a"},
		{"f() { exec 9>/run/${10}; }; f 1 2 3 4 5 6 7 8 9 a", "/run/a"},
		{"exec 9>/run/x$((n + 1))", "/run/x$((n + 1))"},
	} {
		p := opening(t, source.Bash, c.text)
		if len(p.Paths) != 1 || p.Paths[0].Text != c.path {
			t.Errorf("%s\nopens %+v, want %s", c.text, p.Paths, c.path)
		}
	}
}

// What the shell does and is not worked out makes the protocol one with an unknown.
func TestNotWorkedOut(t *testing.T) {
	for _, text := range []string{
		"n=1; : $((n += 4)); exec 9>/run/x$n",
		"n=1; m=$((n++)); exec 9>/run/x$n",
		"f() { declare -n r=$1; r=/run/b; }; p=/run/a; f p; exec 9>$p",
		"f() { declare p=/run/b; declare -g p=/run/c; }; p=/run/a; f; exec 9>$p",
	} {
		p := opening(t, source.Bash, text)
		if len(p.Unknowns) == 0 {
			t.Errorf("%s\nopens %+v", text, p.Paths)
		}
	}
}

// Letters are compared otherwise than numbers; and what a variable holds is no pattern
// to zsh.
func TestEitherWay(t *testing.T) {
	for _, c := range []struct {
		dialect source.Dialect
		text    string
		paths   int
	}{
		{source.Bash, "[[ 10 < 9 ]] && p=/run/a || p=/run/b; exec 9>$p", 2},
		{source.Zsh, "m='a*'; case ab in $m) p=/run/a ;; *) p=/run/b ;; esac; exec 9>$p", 1},
	} {
		p := opening(t, c.dialect, c.text)
		if len(p.Paths) != c.paths || p.Paths[len(p.Paths)-1].Text != "/run/b" {
			t.Errorf("%s\nopens %+v", c.text, p.Paths)
		}
	}
}
