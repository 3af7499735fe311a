package oracle

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Scripts of which some walk has once said what is not so. @ is the folder, and P x stands
// for a probe of x.
var pinned = []struct {
	name, shells, text string
}{
	{"an EXIT trap of a subshell in a function", "zsh ksh", "function f {\n( trap 'P 1' EXIT\nP 2\n)\nP 3\n}\nf\nP 4\n"},
	{"and one that leaves by return", "zsh ksh", "function f {\ntrap 'P 1' EXIT\n( trap 'P 2' EXIT\nP 3\nreturn )\nP 4\n}\nf\nP 5\n"},
	{"a subshell that exits runs none of the function's", "zsh ksh", "function f {\ntrap 'P 1' EXIT\n( P 2; exit 0 )\nP 3\n}\nf\nP 4\n"},
	{"words of an array that may be none", "bash zsh ksh mksh", "c=$1\nm=(${c} foo bar)\nP 1.${#m[@]}\nP 2.${m[1]}\nP 3.${m[2]}\nP 4.${m[*]}\n"},
	{"a list that is made longer", "bash zsh ksh mksh", "m=($c foo)\nm+=(bar)\nP 1.${#m[@]}\nfor i in \"${m[@]}\"; do\nP 2.$i\ndone\n"},
	{"parameters that may be none", "bash dash zsh ksh mksh yash", "c=$1\nf() {\nP 1.$1\nP 2.$2\nP 3.$#\n}\nf $c b\nf $c\nset -- $c d\nP 4.$#.$1\n"},
	{"NAME=VALUE as a word", "dash yash bash", "export b=\"$2\"\nif [ \"$b\" = '' ]; then\nP 1\nelse\nP 2\nfi\n"},
	{"what stands behind $# in zsh", "zsh", "set -- x yy\nfalse\nP 1.$#?\nP 2.$##\nP 3.$#!\nP 4.$#*$#@$#2\nx=abc\nP 5.$#x$#$x\nP 6.$#-\n"},
	{"loops of functions", "yash bash dash", "a=out\nf() { for a in x y; do\nP 1.$a\ndone\n}\nf\nP 2.$a\nn() { for a in $1 $2; do :; done; a=7; }\nn\nP 3.$a\nn x\nP 4.$a\nset +o for-local 2>/dev/null || exit 9\nf\nP 5.$a\n"},
	{"what is left of a line", "bash dash ksh mksh yash", "read -r y a <<END\none two three\nEND\nf() {\nfor y in \"$@\"; do\nP 1.$y\ndone\n}\nf $a'4' 5\nP 2.$y\n"},
	{"words of echo", "bash dash zsh ksh mksh yash", "a='k  l'\nP 1.$(echo $a)\nP 2.$(echo \"$a\")\nP 3.$(printf 'a%sb')\nP 4.$(echo -n)\nP 5.$(printf '%s' $a)\n"},
}

func TestPinned(t *testing.T) {
	here, _ := Shells()
	for _, tt := range pinned {
		for _, d := range here {
			if !slices.Contains(strings.Fields(tt.shells), string(d)) {
				continue
			}
			folder := filepath.Join(t.TempDir(), "run", "lock")
			if err := Lay(folder); err != nil {
				t.Fatal(err)
			}
			s := &Script{Shell: d, folder: folder, Text: "mkdir " + folder + "/first.lock || exit 9\n" + probed(tt.text, folder) + "work\n"}
			seen, slow, err := s.Run()
			if err != nil || slow {
				t.Fatalf("%s, %s: slow %v: %v", tt.name, d, slow, err)
			}
			for _, walk := range Walks {
				if a := s.Hold(seen, walk); a.Wrong != "" {
					t.Errorf("%s, %s, %s walk: %s", tt.name, d, walk.Name, a.Wrong)
				}
			}
		}
	}
}

// probed writes the probes of a script out.
func probed(text, folder string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		before, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "P ")
		if !ok {
			out.WriteString(line)
			continue
		}
		end := ""
		if i := strings.IndexAny(name, "';"); i >= 0 && !strings.Contains(name, "$(") {
			name, end = name[:i], name[i:]
		}
		out.WriteString(before + `p="` + folder + "/" + name + `.lock"; mkdir "$p" || exit 9; work; rmdir "$p"` + end + "\n")
	}
	return out.String()
}
