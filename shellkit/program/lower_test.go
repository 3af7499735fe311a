package program

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// A script becomes these instructions; where shells differ in what a text means, so do they.
func TestLower(t *testing.T) {
	for _, tt := range []struct{ name, shell, text, want string }{
		{"a simple command", "dash", `a=$x mkdir "$L" >f`, `
0 begin
1 expand mkdir
2 expand "$L"
3 target f
4 assign a before the command
5 run
6 check`},
		{"assignments come first in bash", "bash", `a=$x mkdir "$L" >f`, `
0 begin
1 expand mkdir
2 expand "$L"
3 assign a before the command
4 target f
5 run
6 check`},
		{"a list", "dash", `a || ! b`, `
0 ask
1 begin
2 expand a
3 run
4 check
5 answered
6 if to 14
7 ask !
8 begin
9 expand b
10 run
11 check
12 answered !
13 not`},
		{"a condition", "dash", "if a; then b; fi", `
0 ask
1 begin
2 expand a
3 run
4 check
5 answered
6 unless to 12
7 begin
8 expand b
9 run
10 check
11 jump to 13
12 well`},
		{"a loop", "dash", "until a; do b; done", `
0 loop again 1 to 16
1 head
2 ask
3 begin
4 expand a
5 run
6 check
7 answered
8 if to 15
9 begin
10 expand b
11 run
12 check
13 turn
14 jump to 1
15 endloop`},
		{"the last part of a pipeline runs in the shell itself in zsh", "zsh", "a | b", `
0 begin
1 sub |
  0 begin
  1 expand a
  2 run
  3 check
2 here
  0 begin
  1 expand b
  2 run
  3 check
3 piped
4 check`},
		{"a subshell under a redirect", "dash", "( a ) 9>f", `
0 begin
1 target f
2 scope to 5
3 sub ( )
  0 begin
  1 expand a
  2 run
  3 check
4 endscope
5 check`},
		{"braces are spelt out where the shell does that", "bash", "a {b,c}", `
0 begin
1 expand a
2 expand {b,c}
3 expand {b,c}
4 run
5 check`},
		{"a case", "dash", "case $x in a|b) c ;; esac", `
0 subject $x
1 match a to 3
2 jump to 6
3 match b to 5
4 jump to 6
5 jump to 11
6 begin
7 expand c
8 run
9 check
10 jump to 12
11 well`},
	} {
		low, err := Lower(FileSource("s", []byte(tt.text)), source.Dialect(tt.shell), 0)
		if err != nil {
			t.Fatal(tt.name, err)
		}
		if got := strings.TrimSpace(low.Main.String()); got != strings.TrimSpace(tt.want) {
			t.Errorf("%s: %s\n%s", tt.name, tt.text, got)
		}
	}
}

// A text that a word brings stands where the word says it, piece by piece.
func TestPlaces(t *testing.T) {
	text := `trap 'rm -f '"\$L"' x' EXIT`
	low, err := Lower(FileSource("s", []byte(text)), source.Dash, 0)
	if err != nil {
		t.Fatal(err)
	}
	w := low.Main.Ins[2].Word
	said, ok := w.Literal()
	if !ok || said != "rm -f $L x" {
		t.Fatalf("%q %v", said, ok)
	}
	src := WordSource("s", w, said)
	for _, piece := range []string{"rm", "$L", "x"} {
		at := src.Pos(strings.Index(said, piece))
		if !strings.HasPrefix(text[at.Offset:], piece) || at.Column != at.Offset+1 {
			t.Errorf("%q stands at %v", piece, at)
		}
	}
	if fixed := WordSource("s", w, "another text"); fixed.Pos(3) != w.Span.Start {
		t.Errorf("a text that the word does not say stands at %v", fixed.Pos(3))
	}
}
