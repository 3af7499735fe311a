package machine

import (
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/program"
	"github.com/lockkit/lockkit/shellkit/source"
)

// ran is what $r may be at the end of a script that was given a and "b c"; a value that is
// not known stands in < >. Behind ! stands what was not understood, behind ? what was asked.
func ran(t *testing.T, d source.Dialect, script string, given *params) string {
	t.Helper()
	m := newMachine("t", d)
	low, err := program.Lower(program.FileSource("t", []byte(script)), d, 0)
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	m.parts = low.Parts
	s := m.start(low.Main, []byte(script))
	if given != nil {
		s.params = given
	}
	m.explore(s)
	var out []string
	for _, st := range m.steps {
		if n := st.node; n != nil && n.Text != "" && st.otherwise >= 0 {
			out = append(out, "?"+n.Text)
		}
		if s := st.state; s.code == low.Main && s.ins() == nil && s.stack == nil && s.fate.how == onward {
			v, _ := s.vars.get("r")
			text := v.Value.Text
			if !v.Value.Known {
				text = "<" + text + ">"
			}
			if v.Value.Key == "" && v.Value.Unset {
				text = "-"
			}
			out = append(out, text)
		}
	}
	for _, u := range m.p.Unknowns {
		out = append(out, "!"+u.Why)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), "  ")
}

func two() *params {
	return &params{list: []Value{Literal("a"), Literal("b c")}, name: Literal("t")}
}

type wordCase struct {
	script, want string
	in           []source.Dialect // nil: bash
}

func check(t *testing.T, tests []wordCase, given func() *params) {
	t.Helper()
	for _, tt := range tests {
		in := tt.in
		if in == nil {
			in = []source.Dialect{source.Bash}
		}
		for _, d := range in {
			var p *params
			if given != nil {
				p = given()
			}
			if got := ran(t, d, tt.script+"\n", p); got != tt.want {
				t.Errorf("%s: %s\n gives %q\n want  %q", d, tt.script, got, tt.want)
			}
		}
	}
}

var (
	all     = []source.Dialect{source.Bash, source.Dash, source.Zsh, source.Mksh, source.Ksh, source.Yash, source.Ash, source.Sh}
	korn    = []source.Dialect{source.Bash, source.Mksh, source.Ksh}
	inZsh   = []source.Dialect{source.Zsh}
	inDash  = []source.Dialect{source.Dash}
	inYash  = []source.Dialect{source.Yash}
	inMksh  = []source.Dialect{source.Mksh}
	octals  = []source.Dialect{source.Bash, source.Dash, source.Ash, source.Yash}
	decimal = []source.Dialect{source.Zsh, source.Mksh, source.Ksh}
)

// TestExpansions holds what expansions come to against what the shells say.
func TestExpansions(t *testing.T) {
	check(t, []wordCase{
		{`r="${x-none}${x:-none}"; x=; r="$r${x-none}${x:-none}${x+set}${x:+full}"`, "nonenonenoneset", all},
		{`r=${x:=new}$x`, "newnew", all},
		{`x=; r=${x=new}.${x:=new}.$x`, ".new.new", all},
		{`x=a/b/c; r=${x%/*}.${x%%/*}.${x#*/}.${x##*/}.${x%"/*"}.${x#/}`, "a/b.a.b/c.c.a/b/c.a/b/c", all},
		{`x=a/b/c; p='*/'; r=${x##$p}.${x##"$p"}`, "c.a/b/c", nil},
		{`x=a/b/c; p='*/'; r=${x##$p}.${x##"$p"}`, "a/b/c.a/b/c", inZsh},
		{`a=out; f() { for a in x y; do :; done; }; f; r=$a`, "y", []source.Dialect{source.Bash, source.Dash, source.Zsh, source.Mksh, source.Ksh, source.Ash}},
		{`r=$(echo -n a).$(echo -n)`, "a.", []source.Dialect{source.Bash, source.Dash, source.Zsh, source.Mksh, source.Ksh, source.Ash}},
		{`r=$(echo -n a).$(echo -n)`, "-n a.-n", inYash},
		{`a=out; f() { for a in x y; do :; done; }; f; r=$a`, "out", inYash},
		{`a=out; f() { for a in x y; do :; done; a=7; r=$a; }; f; r=$r.$a`, "7.out", inYash},
		{`a=out; f() { for a in; do :; done; a=7; }; f; r=$a`, "7", inYash},
		{`a=out; f() { for a in x; do :; done; }; set +o forlocal; f; r=$a`, "x", inYash},
		{`false; r="$?.$(echo x).$?"`, "1.x.0", []source.Dialect{source.Bash, source.Zsh, source.Ksh}},
		{`false; r="$?.$(echo x).$?"`, "1.x.1", []source.Dialect{source.Dash, source.Mksh, source.Yash, source.Ash}},
		{`set -- $(echo a b) c; r=$#`, "3", all},
		{`set -- x yy; r="$##.$#!.$#*.$#@.$#2.$#"`, "2#.2!.2.2.2.2", inZsh},
		{`false; r=$#?; r=$r.$#?b`, "1.1b", inZsh},
		{`set -- x yy; r="$#-a$#?"`, "2-a2?", korn},
		{`x=abcabc; r=${x#*b}.${x##*b}.${x%b*}.${x%%b*}.${x#?}.${x%[bc]}`, "cabc.c.abca.a.bcabc.abcab", all},
		{`x='a*b'; r=${x#a\*}.${x%\*b}`, "b.a", all},
		{`x=aXbXc; r=${x/X/-}.${x//X/-}.${x//X}.${x/#a/-}.${x/%c/-}.${x/#b/-}`, "a-bXc.a-b-c.abc.-XbXc.aXbX-.aXbXc", korn},
		{`x=aaa; r=${x//a/b}.${x/a*/b}.${x//?/b}`, "bbb.b.bbb", korn},
		{`x=abcdef; r=${x:1:2}.${x: -2}.${x:1}`, "bc.ef.bcdef", korn},
		{`x=abcdef; r=${x:2:-1}`, "cde", nil},
		{`x=abc; r=${x^}${x^^}${x,}`, "AbcABCabc", nil},
		{`r=${#x}; x=abc; r=$r${#x}.${#}.$#.$1.$2.$3.`, "03.2.2.a.b c..", all},
		{`x=y; y=7; r=${!x}`, "7", nil},
		{`x=y; y=7; r=${!x}`, "x", inMksh},
		{`ab1=; ab2=; r="${!ab*}"`, "ab1 ab2", nil},
		{`r="${9-'x y'}"`, "'x y'", all},
		{`r=${9-'x y'}`, "x y", all},
		{`x=1; r=$x${y:=$x}$((x=2))$(echo c)$x$y`, "112c21", nil},
		{`r=${nope?gone}; r=on`, "", all},
		{`set -u; r=${nope-x}${nope+y}`, "x", all},
	}, two)
}

// TestLists is TestExpansions for what several words come of.
func TestLists(t *testing.T) {
	loop := func(words string) string { return `r=; for i in ` + words + `; do r="$r<$i>"; done` }
	check(t, []wordCase{
		{loop(`"$@"`), "<a><b c>", all},
		{loop(`$@`), "<a><b><c>", korn},
		{loop(`$@`), "<a><b c>", inZsh},
		{loop(`"$*"`), "<a b c>", all},
		{`IFS=:; r="$*"`, "a:b c", all},
		{`IFS=; r="$*"`, "ab c", all},
		{loop(`${1+"$@"}`), "<a><b c>", all},
		{loop(`${9-"$2" x y}`), "<b c><x><y>", korn},
		{loop(`${9-$2 x}`), "<b><c><x>", korn},
		{loop(`${9-$2 x}`), "<b c x>", inZsh},
		{loop(`"${9-$2 x}"`), "<b c x>", all},
		{loop(`x"$@"y`), "<xa><b cy>", all},
		{`set --; ` + loop(`"$@"`), "", all},
		{loop(`"${@:2}"`), "<b c>", nil},
		{`a=(p 'q r' s); ` + loop(`"${a[@]}"`), "<p><q r><s>", nil},
		{`a=(p 'q r' s); ` + loop(`"${a[@]:1:1}" ${#a[@]} "${a[*]}" ${a[-1]} ${#a[1]}`), "<q r><3><p q r s><s><3>", nil},
		{`a=(p 'q r' s); ` + loop(`$a "$a" ${a[1]}`), "<p><q r><s><p q r s><p>", inZsh},
		{`a=(p q s); ` + loop(`"${a[@]/q/z}" "${a[@]%s}"`), "<p><z><s><p><q><>", nil},
		{`a=(p q); i=1; r=${a[i]}${a[$i]}${a[i-1]}${a[$((i-1))]}`, "qqpp", korn},
		{`a=(p q); a+=(r); a[5]=z; r="${#a[@]}.${a[*]}.${a[5]}.${a[4]-none}.${!a[*]}"`, "4.p q r z.z.none.0 1 2 5", nil},
	}, two)
}

// TestOpenWords asks for what hangs on what the script is given.
func TestOpenWords(t *testing.T) {
	check(t, []wordCase{
		{`r=${NOBODY_SET_THIS:-w}`, "w", all},
		{`r=${1:-w}`, "<${1:-w}>", all},
		{`r="${1:+x y}"`, "<${1:+x y}>", all},
		{`r=${1:?gone}`, "<$1>  ?${1:?gone}", all},
		{`[ -n "$1" ] || exit; r=${1:+x}`, `?[ -n "$1" ]  x`, korn},
		{`x=$1/f.lock; r=${x##*/}`, "f.lock", all},
		{`x=$1/f.lock; r=${x%/*}; [ "$r" = "$1" ] && r=same || r=other`, "same", all},
		{`x=/run/$1; r=${x#/run}`, "</$1>", all},
		{`x=/run/$1; case $x in /run/*) r=1;; *) r=2;; esac`, "1", all},
		{`x=/run/$1; case $x in /tmp/*) r=1;; *) r=2;; esac`, "2", all},
		{`x=$1; case $x in "$1") r=1;; *) r=2;; esac`, "1", all},
		{`case $1 in *) r=1;; esac`, "1", all},
		{`case $# in abc) r=1;; *) r=2;; esac`, "2", all},
		{`case $1 in a) r=1;; *) r=2;; esac; case $1 in a) r=$r.1;; *) r=$r.2;; esac`, "1.1  2.2  ?a", all},
	}, nil)
}
