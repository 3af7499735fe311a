package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A loop over words that are written down is what its turns are one after the other, and
// one that gives back the descriptors that it was given comes to where it began.
func TestWordsThatAreWrittenDown(t *testing.T) {
	const three = "exec 7>/srv/app/a 8>/srv/app/b 9>/srv/app/c\n"
	const chosen = "exec {fd}>/srv/app/lock\n  flock \"$fd\" || exit 1\n  ./work\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"descriptors", three + "for fd in 7 8 9; do\n  flock -w 10 $fd || exit 1\ndone\n./work\n", prove.Holds},
		{"descriptors in an array", three + "all=(7 8)\nfor fd in \"${all[@]}\"; do flock -n $fd || exit 1; done\n./work\n", prove.Holds},
		{"descriptors made by braces, and one too many", three + "for fd in {7..10}; do flock -n \"$fd\" || exit 1; done\n./work\n", prove.Violated},
		{"descriptors, and the loser leaves only the loop", three + "for fd in 7 8 9; do flock -w 10 $fd || break; done\n./work\n", prove.Violated},
		{"descriptors in another order", three + "case $1 in a) l=\"7 8\" ;; *) l=\"8 7\" ;; esac\nfor fd in $l; do flock $fd || exit 1; done\n./work\n", prove.Violated},
		{"descriptors copied", three + "for fd in 7 8; do flock -n 0 <&$fd || exit 1; done\n./work\n", prove.Holds},
		{"one turn works without", "exec 9>/srv/app/lock\nfor part in a b; do\n  [ $part = b ] || flock -n 9 || exit 1\n  flock -u 9\n  ./work $part\ndone\n", prove.Violated},
		{"a descriptor that is chosen and closed", "for i in a b c d e f g h i j k l; do\n  " + chosen + "  exec {fd}>&-\ndone\n", prove.Holds},
		{"a descriptor that is chosen and closed without end", "while :; do\n  " + chosen + "  exec {fd}>&-\n  sleep 60\ndone\n", prove.Holds},
		{"two that are chosen, closed the other way round", "while :; do\n  exec {log}>/srv/app/log\n  " + chosen + "  exec {fd}>&- {log}>&-\ndone\n", prove.Holds},
		{"chosen and closed before the work", "for i in a b c; do\n  exec {fd}>/srv/app/lock\n  flock \"$fd\" || exit 1\n  exec {fd}>&-\n  ./work\ndone\n", prove.Violated},
		{"a number above ten is taken already", "exec 10>/srv/app/lock\nflock -n 10 || exit 1\nexec {fd}>/srv/app/log\nexec {fd}>&-\n./work\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
