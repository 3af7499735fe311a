package extract

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// What may fail because it is there: all that is made where noclobber is set.
func TestMayFail(t *testing.T) {
	for text, want := range map[string][2]bool{ // of $L, and of $other
		"( set -C; date > \"$L\" ) || exit\ndate > $other\n":           {true, false},
		"date > $other\n( set -o noclobber; date > $L ) || exit\n":     {true, false},
		"( set -C; date ) > $L || exit\ndate > $other\n":               {true, false},
		"x=$(set -C; date > $L) || exit\ndate > $other\n":              {true, false},
		"take() ( set -C; date > $L; )\ntake || exit\ndate > $other\n": {true, false},
		"set -C\ndate > $L || exit\ndate > $other\n":                   {true, true},
		"set -C; ( date > $L ) || exit\ndate > $other\n":               {true, true},
		"make() { date > $other; }\n( set -C; date > $L; make )\n":     {true, true},
		"( set -C; eval \"$text\"; date > $L )\ndate > $other\n":       {true, true},
		"date > $L\ndate > $other\n":                                   {false, false},
	} {
		file, err := shell.Parse("x", []byte(text), source.Bash)
		if err != nil {
			t.Fatal(err)
		}
		in := survey(file, []byte(text))
		if got := [2]bool{in.mayFail("$L"), in.mayFail("$other")}; got != want {
			t.Errorf("%v, want %v\n%s", got, want, text)
		}
	}
}
