package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A function that the script's text does not call: in a library its caller will, in a
// program nobody does, unless a command stands there whose name is a value; and a
// command that is given its name may call it under a lock.
func TestUncalled(t *testing.T) {
	const old = "old_lock() {\n [ -f /srv/app/lock ] && exit 1\n touch /srv/app/lock\n ./more\n}\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"a library", old, prove.Violated},
		{"a library that does something at once", old + "./prepare\n", prove.Violated},
		{"a program", "#!/bin/sh\n" + old + "./work\n", prove.Nothing},
		{"a program with another lock", "#!/bin/sh\n" + old + "exec 9>/srv/app/l2\nflock -n 9 || exit\n./work\n", prove.Holds},
		{"a program with its own caller", "#!/bin/sh\n" + old + "./work\nold_lock\n", prove.Violated},
		{"a program that runs what it is given", "#!/bin/sh\n" + old + "./work\n\"$@\"\n", prove.Violated},
		{"a program that makes names up", "#!/bin/sh\n" + old + "./work\n\"old_$1\"\n", prove.Violated},
		{"a program that evaluates a text", "#!/bin/sh\n" + old + "./work\neval \"$1\"\n", prove.Violated},
		{"a program that evaluates words that are written down", "#!/bin/sh\n" + old + "./work\neval 'x=1'\n", prove.Nothing},
		{"a program with a tool in a variable", "#!/bin/sh\n" + old + "SED=sed\n$SED s/x/y/ z\n./work\n", prove.Nothing},
		{"a script that is both", "#!/bin/bash\n" + old + "./prepare\n[[ ${BASH_SOURCE[0]} != \"$0\" ]] || ./work\n", prove.Violated},
		{"a name that is handed to another shell", "#!/bin/bash\n" + old + "export -f old_lock\nflock /srv/app/l2 bash -c old_lock\n./work\n", prove.Unknown},
		{"a name that is handed to another shell by a library", old + "export -f old_lock\nsafe() { flock /srv/app/l2 bash -c old_lock; }\n", prove.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, "bash", c.text, c.want) })
	}
}
