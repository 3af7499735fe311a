package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A substitution that takes a lock and says so is a subshell: what it arms fires at its
// end, whatever asks for what it says.
func TestLocksTakenInSubstitutions(t *testing.T) {
	const (
		holds, violated, unknown = prove.Holds, prove.Violated, prove.Unknown

		lock  = "take() { mkdir /srv/app/lock.d 2>/dev/null || { echo busy; return; }; trap 'rmdir /srv/app/lock.d' EXIT; echo ok; }\n"
		quote = "L=/srv/app/lock.d\ntake() { mkdir $L 2>/dev/null && { trap \"rmdir $L\" EXIT; echo ok; }; }\n"
		keep  = "take() { mkdir /srv/app/lock.d 2>/dev/null || { echo busy; return; }; echo ok; }\n"
		clean = "trap 'rmdir /srv/app/lock.d' EXIT\ntrap 'exit 1' HUP INT TERM\n"
		made  = "take() { mkdir /srv/app/lock.d 2>/dev/null || return; trap 'rmdir /srv/app/lock.d' EXIT; date; }\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", lock + "[ \"$(take)\" = ok ] || exit 1\nwork\n", violated},
		{"bash", lock + "if [[ $(take) == busy ]]; then exit 1; fi\nwork\n", violated},
		{"dash", quote + "case `take` in ok) ;; *) exit 1 ;; esac\nwork\n", violated},
		{"bash", quote + "set -- $(take)\n[ $# = 1 ] || exit 1\nwork\n", violated},
		{"ksh", lock + "said=$(take)\n[ \"$said\" != ok ] && exit 1\nwork\n", violated},
		{"bash", keep + "[ \"$(take)\" = ok ] || exit 1\n" + clean + "work\n", holds},
		{"bash", keep + "case $(take) in busy) exit 1 ;; esac\n" + clean + "work\n", holds},
		// What else it says is not known, nor whether a loser says the same.
		{"bash", made + "[ \"$(take)\" ] || exit 1\nwork\n", unknown},
		{"bash", made + "case $(take) in '') exit 1 ;; esac\nwork\n", unknown},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
