package source_test

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
)

// A file that says nothing of its shell but by its name is for bash where it has what only
// bash has.
func TestBeyondSh(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       source.Dialect
	}{
		{"lib.sh", "f() { [[ -d x ]] || return; }\n", source.Bash},
		{"lib.sh", "f=\"${1// /-}\"\n", source.Bash},
		{"lib.sh", "list=(a b)\n", source.Bash},
		{"lib.sh", "read -r x <<<\"$1\"\n", source.Bash},
		{"lib.sh", "work &>log\n", source.Bash},
		{"lib.sh", "n=${name:0:3}\n", source.Bash},
		{"lib.sh", "shopt -s nullglob\n", source.Bash},
		{"lib.sh", "# [[ is not here\nf=${1:-x}\n", source.Sh},
		{"lib.sh", "x=$((a + (b)))\ny=$(cmd)\nz=${x%/*}\n", source.Sh},
		{"lib.sh", "case $x in a=*) ;; esac\n", source.Sh},
		{"lib.sh", "#!/bin/sh\n[[ -d x ]]\n", source.Sh},
		{"lib.sh", "[ -n \"$BASH_VERSION\" ] && . ~/.bashrc\n", source.Sh},
		{"lib.sh", "here=${BASH_SOURCE[0]}\n", source.Bash},
		{".profile", "[[ -d x ]]\n", source.Sh},
		{"lib.ksh", "[[ -d x ]]\n", source.Ksh},
		{"lib", "f=1\n", source.Bash},
	} {
		if got := source.DialectOf(&source.File{Name: tt.name, Data: []byte(tt.text)}); got != tt.want {
			t.Errorf("%s %q: %s, want %s", tt.name, tt.text, got, tt.want)
		}
	}
}
