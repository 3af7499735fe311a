//go:build linux && (amd64 || arm64)

package rehearse

import (
	"os"
	"testing"
)

// What a script puts in the place of a tool is a program of its own, and a stand-in does its
// work; the tools that it has left alone are run.
func TestProgramsInPlaceOfTools(t *testing.T) {
	needsWorld(t)
	if os.Getuid() != 0 {
		t.Skip("nobody else writes to /usr/bin")
	}
	for name, text := range map[string]string{
		"a copy":           "cp /usr/bin/seq /usr/bin/rm; rm 3",
		"as old as before": "mv /usr/bin/cut /usr/bin/kept; cp -p /usr/bin/seq /usr/bin/cut; touch -r /usr/bin/kept /usr/bin/cut; cut 3",
		"a script":         "printf '#!/bin/sh\necho ran\n' >/usr/bin/ln; chmod 755 /usr/bin/ln; ln",
		"added to":         "echo x >>/usr/bin/seq; seq 3",
		"a link":           "ln -sf /usr/bin/seq /srv/rm; printf '#!/bin/sh\necho ran\n' >/srv/own; chmod 755 /srv/own; ln -sf /srv/own /usr/bin/rm; rm",
	} {
		if out := hostile(t, text+"\nexpr 1 + 1\n", walls{}, ""); out != "2\n" {
			t.Errorf("%s: printed %q", name, out)
		}
	}
}
