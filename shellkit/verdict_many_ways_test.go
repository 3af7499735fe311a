package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A script that comes to its lock on many ways knows on each of them whether it has got it:
// when there are too many to be told apart, those that differ in other things are joined.
func TestFlagsOnManyWays(t *testing.T) {
	const (
		options  = "while [ $# -gt 0 ]; do\n  case \"$1\" in\n    -q) quiet=1 ;;\n    -v) verbose=1 ;;\n    -*) exit 64 ;;\n    *) break ;;\n  esac\n  shift\ndone\n"
		switches = "[ -n \"$A\" ] && set -- \"$@\" -a\n[ -n \"$B\" ] && set -- \"$@\" -b\n[ -n \"$C\" ] && set -- \"$@\" -c\n[ -n \"$D\" ] && set -- \"$@\" -d\n"
		flag     = "got=\nmkdir /srv/app/lock.d && got=1\n[ -n \"$got\" ] || exit 0\n"
		piped    = "mkdir /srv/app/lock.d 2>&1 | cat\n[ \"${PIPESTATUS[0]}\" -eq 0 ] || exit 75\n"
		work     = "trap 'rmdir /srv/app/lock.d' EXIT\ntrap 'exit 1' HUP INT TERM\n./work \"$@\"\n"
		inner    = "bash -s -- \"$0\" \"$@\" <<'END'\n"
	)
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"a flag behind options", options + flag + work, prove.Holds},
		{"in an inner shell", inner + options + flag + work + "END\n", prove.Holds},
		{"a pipeline behind options, in an inner shell", inner + options + piped + work + "END\n", prove.Holds},
		{"arguments that are added", switches + flag + work, prove.Holds},
		{"the flag the wrong way round", inner + options + "got=\nmkdir /srv/app/lock.d && got=1\n[ -z \"$got\" ] || exit 0\n" + work + "END\n", prove.Violated},
		{"the path is an argument behind them", inner + options + "mkdir \"/srv/app/$1.d\" || exit 0\ntrap 'rmdir \"/srv/app/$1.d\"' EXIT\ntrap 'exit 1' HUP INT TERM\n./work\nEND\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
