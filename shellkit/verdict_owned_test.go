package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A name whose content says who has it is a lock, whatever it is called: who asks for his
// own number stays away where another one stands there.
func TestOwnersByContent(t *testing.T) {
	const (
		own   = "T=/srv/app/who.$$\nL=/srv/app/who\necho $$ >$T\n"
		mine  = "[ \"$(cat $L)\" = $$ ] || { rm -f $T; exit 1; }\n"
		clean = "trap 'rm -f $L $T' EXIT\ntrap 'exit 1' HUP INT TERM\nwork\n"
	)
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{own + "ln $T $L 2>/dev/null\n" + mine + clean, prove.Holds},
		{own + "ln $T $L 2>/dev/null\nread -r who <$L\nif [ \"$who\" != $$ ]; then rm -f $T; exit; fi\n" + clean, prove.Holds},
		{own + "ln $T $L 2>/dev/null\n[ $T -ef $L ] || { rm -f $T; exit 1; }\n" + clean, prove.Holds},
		{own + "ln $T $L 2>/dev/null\nn=$(stat -c %h $T)\n[ \"$n\" = 2 ] || { rm -f $T; exit 1; }\n" + clean, prove.Holds},
		{own + "mv -n $T $L\n" + mine + clean, prove.Holds},
		{own + "cp -n $T $L\n" + mine + clean, prove.Holds},
		{"echo $$ >own.$$\nln own.$$ /srv/app/who 2>/dev/null\nif [ \"$(cat /srv/app/who)\" = $$ ]; then\nwork\nrm -f /srv/app/who\nfi\nrm -f own.$$\n", prove.Violated}, // no trap
		{own + "ln $T $L 2>/dev/null\n[ \"$(cat $L)\" = $$ ] || exit 1\nwork\n", prove.Violated},                                                                         // never given up

		// Who writes over what is there takes it from the run that works.
		{own + "mv -f $T $L\nsleep 1\n" + mine + clean, prove.Violated},
		{own + "cp $T $L\nsleep 1\n" + mine + clean, prove.Violated},
		{"L=/srv/app/who\necho $$ >$L\nsleep 2\n[ \"$(cat $L)\" = \"$$\" ] || exit 0\nwork\nrm -f $L\n", prove.Violated},
		{"L=/srv/app/who\nln -sf $$ $L\n[ \"$(readlink $L)\" = $$ ] || exit 1\nwork\nrm -f $L\n", prove.Violated},

		// It is somebody's own file, and nobody asks whose.
		{"echo $$ >/run/app/me.pid\nwork\n", prove.Nothing},
		{"T=/srv/app/out.$$\nwork >$T\nmv $T /srv/app/out\n", prove.Nothing},
		{"ln -sfn /srv/app/releases/$1 /srv/app/current\nsystemctl reload app\n", prove.Nothing},
	} {
		t.Run(c.text, func(t *testing.T) {
			if c.want != prove.Holds {
				ask(t, "bash", c.text, c.want)
				return
			}
			// A signal while cat runs leaves it behind: the trap comes later.
			p := loadedAs(t, source.Bash, c.text).Protocol
			if got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Properties: []prove.Property{prove.Exclusion, prove.Entry}}); got.Verdict != c.want {
				t.Errorf("%s, want %s; %v\n%s", got.Verdict, c.want, got.Doubts, p)
			}
		})
	}
}

// ln -s FOLDER L makes a link in the folder where L is a link to it already.
func TestLinksToFolders(t *testing.T) {
	const clean = "trap 'rm -f /srv/app/busy' EXIT\ntrap 'exit 1' HUP INT TERM\nwork\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{"ln -s . /srv/app/busy || exit 1\n" + clean, prove.Violated},
		{"ln -s \"$PWD\" /srv/app/busy || exit 1\n" + clean, prove.Violated},
		{"cd /srv/app/data || exit\nln -s /srv/app/data /srv/app/busy || exit 1\n" + clean, prove.Violated},
		{"[ -d \"$D\" ] || exit\nif ! ln -s \"$D\" /srv/app/busy; then exit 1; fi\n" + clean, prove.Violated},
		{"ln -sn . /srv/app/busy || exit 1\n" + clean, prove.Holds},
		{"ln -sT \"$PWD\" /srv/app/busy || exit 1\n" + clean, prove.Holds},
		{"ln -s $$ /srv/app/busy || exit 1\n" + clean, prove.Holds},
		{"ln -s /proc/$$ /srv/app/busy || exit 1\n" + clean, prove.Holds},
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}

// A token that is moved away and back is had by one run at a time: how is not followed.
func TestTokensThatAreMoved(t *testing.T) {
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{"mv /srv/app/free /srv/app/taken || exit 1\nwork\nmv /srv/app/taken /srv/app/free\n", prove.Unknown},
		{"if mv /srv/app/free /srv/app/taken 2>/dev/null; then\nwork\nmv /srv/app/taken /srv/app/free\nfi\n", prove.Unknown},
		{"mv /srv/app/new /srv/app/old || exit 1\nwork\n", prove.Nothing},
		{"mv /srv/app/log /srv/app/log.1\nwork\nmv /srv/app/log.1 /srv/app/log\n", prove.Nothing},
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}

// Which of several slots was got is kept in a variable, and given up by that.
func TestSlotsThatAreNames(t *testing.T) {
	const clean = "trap 'exit 1' HUP INT TERM\nwork\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{"got=0\nfor i in 1 2 3; do if mkdir /run/slot.$i 2>/dev/null; then got=$i; break; fi; done\n[ $got -eq 0 ] && exit 1\ntrap 'rmdir /run/slot.$got' EXIT\n" + clean, prove.Holds},
		{"slot=\nfor i in 1 2; do\nif ( set -C; echo $$ >/run/app/slot.$i ) 2>/dev/null; then slot=$i; break; fi\ndone\n[ -z \"$slot\" ] && exit 75\ntrap 'rm -f /run/app/slot.$slot' EXIT\n" + clean, prove.Holds},
		{"for i in 1 2; do\nmkdir /run/app/slot.$i 2>/dev/null || continue\nmine=/run/app/slot.$i\nbreak\ndone\n[ -n \"$mine\" ] || exit 1\ntrap 'rmdir \"$mine\"' EXIT\n" + clean, prove.Holds},
		{"got=0\nfor i in 1 2 3; do if mkdir /run/slot.$i 2>/dev/null; then got=$i; break; fi; done\n[ $got -eq 0 ] && exit 1\nwork\nrmdir /run/slot.$got\n", prove.Violated},
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
