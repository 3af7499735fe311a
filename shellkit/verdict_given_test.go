package shellkit

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// Every run has arguments and an environment of its own: where one has a and b, another
// one has b and a.
func TestGiven(t *testing.T) {
	const take = "exec 8>>\"/srv/acc/$1\" 9>>\"/srv/acc/$2\"\nflock 8 || exit\nflock 9 || exit\n./transfer\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"two arguments", take, prove.Violated},
		{"two variables that are the arguments", "a=$1 b=$2\n" + strings.NewReplacer("$1", "$a", "$2", "$b").Replace(take), prove.Violated},
		{"two variables of the environment", strings.NewReplacer("$1", "$FROM", "$2", "$TO").Replace(take), prove.Violated},
		{"one of them is tried only", strings.Replace(take, "flock 9", "flock -n 9", 1), prove.Holds},
		{"under a common lock", "exec 7>/srv/acc.lock\nflock 7 || exit\n" + take, prove.Holds},
		{"two kinds of names", strings.NewReplacer("/$1", "/in.$1", "/$2", "/out.$2").Replace(take), prove.Holds},
		{"in the order of their names", "if [ \"$1\" \\< \"$2\" ]; then a=$1 b=$2; else a=$2 b=$1; fi\n" + strings.NewReplacer("$1", "$a", "$2", "$b").Replace(take), prove.Holds},
		{"only those that are in order go on", "[ \"$1\" \\< \"$2\" ] || exit\n" + take, prove.Unknown},
		{"another lock in every turn", "for a in $(printf '%s\\n' \"$@\" | sort -u); do\n  exec {fd}>>\"/srv/acc/$a\"\n  flock \"$fd\" || exit\ndone\n./transfer\n", prove.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := loaded(t, c.text).Protocol
			got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 2})
			if got.Verdict != c.want {
				t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, c.want, got.Doubts, c.text, p)
			}
			for _, v := range got.Violations {
				if v.Property != prove.Deadlock || !strings.Contains(v.Trace.Sentence(), " of the other run") {
					t.Errorf("not told: %s", v.Trace.Sentence())
				}
			}
		})
	}
}
