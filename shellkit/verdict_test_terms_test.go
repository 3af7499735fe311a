package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// In [[ ]] a ! belongs to the next term alone, and && binds tighter than ||: every shell that
// has it reads it so.
func TestTermsOfConditions(t *testing.T) {
	const lock, work = "exec 9>/srv/app/lock\nflock -n 9 && got=yes\n", "./work\n"
	for _, c := range []struct {
		name, shell, text string
		want              prove.Verdict
		of                prove.Property
	}{
		{"! and &&", "bash", lock + "[[ ! $got = yes && -n x ]] && exit 1\n" + work, prove.Holds, ""},
		{"! and ||", "bash", lock + "[[ ! $got = yes || -z x ]] && exit 1\n" + work, prove.Holds, ""},
		{"! and || of what is true", "zsh", lock + "[[ ! $got = yes || -n x ]] || exit 1\n" + work, prove.Violated, prove.Exclusion},
		{"! before parentheses", "zsh", lock + "[[ ! ( $got = yes && -n x ) ]] && exit 1\n" + work, prove.Holds, ""},
		{"&& before ||", "bash", lock + "[[ $got != yes && -z x || $got != yes ]] && exit 1\n" + work, prove.Holds, ""},
		{"&& before ||, always true", "bash", lock + "[[ $got = yes && -z x || -n x ]] || exit 1\n" + work, prove.Violated, prove.Exclusion},
		{"|| before &&", "yash", lock + "[[ -n x || $got = yes && -z x ]] || exit 1\n" + work, prove.Violated, prove.Exclusion},
		{"twice", "bash", lock + "[[ ! ! $got = yes ]] || exit 1\n" + work, prove.Holds, ""},
		{"who refuses a link keeps off no file", "bash", "a=/srv/app/list\n[[ ! -e $a || -f $a && ! -L $a ]] || exit 1\n(\nflock 9\n./work\necho x >>$a\n) 9>$a.lock\n", prove.Holds, ""},
	} {
		t.Run(c.name, func(t *testing.T) { askFor(t, c.shell, c.text, c.want, c.of) })
	}
}
