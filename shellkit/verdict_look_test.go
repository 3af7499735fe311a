package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
)

// A lock that is looked at once more before any work: by its inode, or by whose number
// stands in it. Who links a file of his own to the lock's name learns so whether he has
// it. The look is for nothing where who fails it works all the same.
func TestSecondLook(t *testing.T) {
	const own = "L=/srv/app/lock\nt=$L.$$\necho $$ >$t\n"
	const made = "L=/srv/app/lock\nt=$(mktemp /srv/app/lock.XXXXXX)\necho $$ >\"$t\"\n"
	const open = "exec 9>/srv/app/lock\nflock 9 || exit\n"
	const work = "work\nrm -f $L\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"what a substitution reads", own + "ln $t $L\nrm -f $t\n[ \"$(cat $L)\" = $$ ] || exit\n" + work, prove.Holds},
		{"and it is not heeded", own + "ln $t $L\nrm -f $t\n[ \"$(cat $L)\" = $$ ] || echo busy\n" + work, prove.Violated},
		{"what a variable holds", own + "ln $t $L 2>/dev/null\nowner=`cat $L`\nif [ \"$owner\" != \"$$\" ]; then exit; fi\nrm -f $t\n" + work, prove.Holds},
		{"what a variable holds, the wrong way round", own + "ln $t $L 2>/dev/null\nowner=`cat $L`\nif [ \"$owner\" = \"$$\" ]; then exit; fi\nrm -f $t\n" + work, prove.Violated},
		{"what read reads, a file of mktemp's", made + "ln \"$t\" $L\nrm -f \"$t\"\nread -r owner <$L\n[ \"$owner\" -eq $$ ] || exit\n" + work, prove.Holds},
		{"what was read before", made + "read -r owner <$L\nln \"$t\" $L\n[ \"$owner\" -eq $$ ] && exit\n" + work, prove.Violated},
		{"a word that all write", "L=/srv/app/lock\nt=$L.$$\necho me >$t\nln $t $L\nrm -f $t\n[ \"$(cat $L)\" = me ] || exit\n" + work, prove.Violated},
		{"work before the look", own + "ln $t $L\nwork\n[ \"$(cat $L)\" = $$ ] || exit\n" + work, prove.Violated},
		{"a look at the name that is heeded", open + "[ /srv/app/lock -ef /dev/fd/9 ] || exit\nwork\nrm /srv/app/lock\n", prove.Holds},
		{"a look behind which he tries once more", open + "[ /srv/app/lock -ef /dev/fd/9 ] || {\n exec 9>/srv/app/lock\n flock 9 || exit\n [ /srv/app/lock -ef /dev/fd/9 ] || exit\n}\nwork\nrm /srv/app/lock\n", prove.Holds},
		{"a look behind which he opens once more", open + "[ /srv/app/lock -ef /dev/fd/9 ] || {\n exec 9>/srv/app/lock\n [ /srv/app/lock -ef /dev/fd/9 ] || exit\n}\nwork\nrm /srv/app/lock\n", prove.Violated},
		{"a look at the name that nobody heeds", open + "[ /srv/app/lock -ef /dev/fd/9 ] || echo stale\nwork\nrm /srv/app/lock\n", prove.Violated},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := loaded(t, c.text).Protocol
			got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 3, Properties: []prove.Property{prove.Exclusion}})
			if got.Verdict != c.want {
				t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, c.want, got.Doubts, c.text, p)
			}
		})
	}
}

// Who owns a lock is read from its file in many ways.
func TestWaysToReadAnOwner(t *testing.T) {
	const rest = "\necho $$ >\"$P\"\ntrap 'rm -f \"$P\"' EXIT\nwork\n"
	for shell, looks := range map[string][]string{
		"bash": {`kill -0 "$(<"$P")"`, `kill -0 "$(< $P)"`, "kill -0 \"$(cat \"$P\")\"", `pid=$(<"$P") && kill -0 "$pid"`, `ps -p "$(<"$P")" >/dev/null`, "read -r pid <\"$P\" && kill -0 \"$pid\""},
		"zsh":  {`kill -0 $(<$P)`, "kill -0 $(head -1 $P)"},
		"mksh": {`kill -0 "$(<"$P")"`},
	} {
		for _, look := range looks {
			t.Run(shell+" "+look, func(t *testing.T) {
				ask(t, shell, "P=/run/job.pid\nif [ -f \"$P\" ] && "+look+"; then exit 1; fi"+rest, prove.Violated)
			})
		}
	}
}
