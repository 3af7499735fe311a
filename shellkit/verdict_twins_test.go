package shellkit

import (
	"slices"
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Any number of children of one kind is followed: those that keep the lock and are waited
// for, those that each take one, and those that let their parent's lock go.
func TestChildrenOfOneKind(t *testing.T) {
	const take = "exec 9>/srv/app/lock\nflock -n 9 9<&9 || exit\n"
	for _, c := range []struct {
		name, shell, text string
		want              prove.Verdict
	}{
		{"lines", "dash", take + "while read -r h; do rsync /a \"$h:/a\" & done </etc/hosts\nwait\nreport\n", prove.Holds},
		{"a batch", "zsh", take + "for f in /in/*; do gzip $f & p=\"$p $!\"; done\nwait\n", prove.Holds},
		{"steps", "bash", take + "for ((i = 0; i < 9; i++)); do { fetch $i; load $i; } & done\nwait\n", prove.Holds},
		{"not waited for", "bash", take + "for i in 1 2 3; do fetch $i & done\n", prove.Violated},
		{"each its lock", "bash", "for i in 1 2 3; do ( flock 9 || exit; append $i ) 9>/srv/app/lock & done\nwait\n", prove.Holds},
		{"each tries its lock", "dash", "for i in \"$@\"; do ( flock -n 9 || exit; append $i ) 9>/srv/app/lock & done\nwait\n", prove.Holds},
		{"each its folder", "bash", "job() { mkdir /srv/app/l.d || return; trap 'rmdir /srv/app/l.d' EXIT; trap 'exit 1' HUP TERM; append; }\nfor i in 1 2 3; do job & done\nwait\n", prove.Holds},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}

// Where there is no room for what a script does, both lint and prove say where.
func TestNoRoomHasAPlace(t *testing.T) {
	var text strings.Builder
	for _, name := range strings.Fields("a b c d e f g h i j k") {
		text.WriteString("exec 9>/srv/app/" + name + "\nflock 9\nwork\nexec 9>&-\n")
	}
	f, err := source.New("room.sh", []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Load(f, source.Bash, nil)
	if err != nil {
		t.Fatal(err)
	}
	const line = 41 // where the eleventh is opened
	r := prove.Explore([]*protocol.Protocol{s.Protocol}, prove.Options{Processes: 1})
	if !slices.ContainsFunc(r.Doubts, func(d prove.Doubt) bool { return d.Why == prove.NoRoom && d.Span.Start.Line == line }) {
		t.Errorf("prove does not say it: %v", r.Doubts)
	}
	found := Check(s)
	if !slices.ContainsFunc(found, func(f diag.Finding) bool { return f.Rule.Code == "LK902" && f.Span.Start.Line == line }) {
		t.Errorf("lint does not say it: %v", found)
	}
}
