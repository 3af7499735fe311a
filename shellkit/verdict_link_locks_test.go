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
