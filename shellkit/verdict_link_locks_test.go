package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A symbolic link that is asked for, made and given up may be a lock like a folder or a
// file, also where nobody heeds whether it could be made. A link that is kept is none.
func TestLinksLikeLocks(t *testing.T) {
	for text, want := range map[string]prove.Verdict{
		"[ -h /run/L ] && exit\nln -s $$ /run/L\ntrap 'rm -f /run/L' EXIT\nwork":             prove.Unknown,
		"if [ -L /run/L ]; then exit; fi\nln -s x /run/L\nwork\nrm /run/L":                   prove.Unknown,
		"readlink /run/L >/dev/null && exit\nln -s x /run/L\nwork\nrm /run/L":                prove.Unknown,
		"[ -L /etc/x ] || ln -s /a /etc/x\nwork":                                             prove.Nothing,
		"[ -L /srv/current ] && rm /srv/current\nln -s /srv/v2 /srv/current":                 prove.Nothing,
		"old=$(readlink /srv/x)\nln -s /srv/v2 /srv/y\nmv -T /srv/y /srv/x\nrm -rf \"$old\"": prove.Nothing,
	} {
		p := loadedAs(t, source.Other, "#!/bin/bash\n"+text+"\n").Protocol
		if got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 2}); got.Verdict != want {
			t.Errorf("%s: %s, want %s; %v\n%s", text, got.Verdict, want, got.Doubts, p)
		}
	}
}

// A symbolic link that is made, asked for and given up is a lock whatever it leads to,
// where nobody else is told its name.
func TestLinkToAnything(t *testing.T) {
	const rest = " 2>/dev/null; then\n  trap 'rm -f \"$f\"' EXIT\n  trap 'exit 1' INT TERM HUP\n  ./job\nfi\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{"f=/srv/gate\nif ln -s \"$0\" \"$f\"" + rest, prove.Holds},
		{"f=/srv/gate\nif ln -s job.$$ \"$f\"" + rest, prove.Holds},
		{"f=/srv/gate\nif ln -sn /opt/app/current \"$f\"" + rest, prove.Holds},
		{"f=/srv/gate\nif ln -s /opt/app/current \"$f\"" + rest, prove.Unknown},                                    // it may be a folder
		{"f=/srv/gate\nif ln -sn /opt/app/current \"$f\"; then ./job \"$f\"\n  rm -f \"$f\"\nfi\n", prove.Nothing}, // it is for the job
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
