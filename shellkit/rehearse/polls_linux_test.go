//go:build linux && (amd64 || arm64)

package rehearse

import (
	"slices"
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// Who polls looks a bounded number of times where nothing changes, whatever a turn of its
// loop leaves no trace of.
func TestPollingIsWaiting(t *testing.T) {
	needsWorld(t)
	const take = "until mkdir /srv/app/l; do "
	const work = "; done\n./work\nrmdir /srv/app/l\n"
	tests := []struct {
		name, shell, text string
		want              []prove.Property
	}{
		{"sleeps", "bash", take + "sleep 1" + work, nil},
		{"does not sleep", "dash", take + ":" + work, nil},
		{"tells somebody", "bash", take + "./tell busy; sleep 1" + work, nil},
		{"writes where it is", "bash", take + "date >/srv/app/state; sleep 1" + work, nil},
		{"makes a file and removes it", "dash", take + "t=/srv/app/t.$(date +%N); : >$t; rm -f $t; sleep 1" + work, []prove.Property{prove.Stale}},
		{"by a link", "bash", "until { t=/srv/app/t.$RANDOM; : >$t; ln $t /srv/app/l; got=$?; rm -f $t; test $got = 0; }; do sleep 1; done\n./work\nrm -f /srv/app/l\n", nil},
		{"takes a guard to look", "bash", "exec 8>/srv/app/guard\nfor (( ;; )); do flock 8; mkdir /srv/app/l; got=$?; flock -u 8; test $got = 0 && break; sleep 1" + work, nil},
		{"looks whether its job lives", "bash", "exec 9>/srv/app/l; flock -n 9 || exit 75\n./work &\nwhile kill -0 $!; do sleep 1; done\n./more\n", nil},
		{"gives up and goes on", "bash", "n=0\n" + take + "sleep 1; (( n++ < 9 )) || break" + work, []prove.Property{prove.Exclusion}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			few := []string{"before-creation-0", "second-before-removal", "random-0"}
			if tt.name == "makes a file and removes it" {
				few = append(few, "SIGTERM-at-work-0") // its lock stays behind: the others look for ever
			}
			choose := func(name string, _ *Report) bool { return slices.Contains(few, name) }
			opt := Options{Signals: true, Schedules: 1, Choose: choose, watch: func(p *played) {
				looks := 0
				for i := range p.log {
					if e := &p.log[i]; e.op == "sleep" || exclusive(e) && e.result < 0 {
						looks++
					}
				}
				if looks > 2*(mostPatience+3*mostLooks) { // one that fails, and a sleep
					t.Errorf("%s: %d looks", p.name, looks)
				}
			}}
			r, kinds := rehearsed(t, tt.shell, tt.text, opt)
			if !slices.Equal(kinds, tt.want) || len(r.Unjudged) > 0 {
				t.Errorf("seen %v, right is %v\n%+v\nunjudged %v\n%v", kinds, tt.want, r.Breaches, r.Unjudged, r.Alone)
			}
		})
	}
}
