package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// Who waits for one of several jobs has not waited for the others, and who asks a job
// whether it lives until it does not has waited for it.
func TestWaitsForOne(t *testing.T) {
	const open = "exec 9>/srv/app/lock\nflock -n 9 || exit 1\n"
	const folder = "mkdir /srv/app/l || exit 1\ntrap 'rmdir /srv/app/l' EXIT\n"
	const jobs = "for i in 1 2 3; do ./work $i & done\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"any of two", open + "./a & ./b &\nwait -n\n", prove.Violated},
		{"any, twice", open + "./a & ./b &\nwait -n\nwait\n", prove.Holds},
		{"any of one", open + "./a &\nwait -n\n", prove.Holds},
		{"one after the other", open + "./a &\nwait -n\n./b &\nwait -n\n", prove.Holds},
		{"any of many, then all", open + "for i in 1 2 3; do\n  ./work $i &\n  wait -n\ndone\nwait\n", prove.Holds},
		{"the last of many", open + jobs + "wait $!\n", prove.Violated},
		{"the last of many, in quotes", open + jobs + "wait \"${!}\"\n", prove.Violated},
		{"the last, of one", open + "./a &\nwait $!\n", prove.Holds},
		{"the last, of either", open + "if ./ask; then ./a & else ./b & fi\nwait $!\n", prove.Holds},
		{"one that may be another", open + "for i in 1 2 3; do ./work $i & p=$!; done\nwait $p\n", prove.Unknown},
		{"a list of them", open + "for i in 1 2 3; do ./work $i & p=\"$p $!\"; done\nwait $p\n", prove.Holds},
		{"an array of them", open + "for i in 1 2 3; do ./work $i & p+=($!); done\nwait \"${p[@]}\"\n", prove.Holds},
		{"waits as long as it lives", folder + "trap 'kill $p 2>/dev/null' HUP INT TERM\n./work & p=$!\nwhile kill -0 $p 2>/dev/null; do wait $p; done\n", prove.Holds},
		{"sleeps as long as it lives", open + "./work & p=$!\nuntil ! kill -0 $p; do sleep 1; done\n", prove.Holds},
		{"asks once whether it lives", open + "./work & p=$!\nkill -0 $p && echo running\n", prove.Violated},
		{"sleeps as long as another one lives", open + "./work & ./other & p=$!\nwhile kill -0 $p; do sleep 1; done\n", prove.Violated},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
