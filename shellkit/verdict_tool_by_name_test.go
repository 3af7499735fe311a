package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// Which command a variable holds is said by what it is set to, not by what it is called.
func TestToolsByTheirVariables(t *testing.T) {
	const before, after = "exec 7>/run/x\n", " -n 7 || exit\nwork\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{before + "FLOCK=/usr/bin/flock\n$FLOCK" + after, prove.Holds},
		{before + "FLOCK=$(which flock)\n\"$FLOCK\"" + after, prove.Holds},
		{before + "${FLOCK:-flock}" + after, prove.Holds},
		{before + "$FLOCK" + after, prove.Unknown},
		{before + "\"$FLOCK_BIN\"" + after, prove.Unknown},
		{". /etc/default/tool\n" + before + "${FLOCK}" + after, prove.Unknown},
		{"$FLOCK -n /run/x work\n", prove.Unknown},
		{before + "$FLOCK 7\nwork\n$FLOCK -u 7\nmore\n", prove.Unknown},
		{before + "FLOCK=/usr/bin/flock\n$FLOCK -n 7 || exit\n$FLOCK -u 7\nwork\n", prove.Violated},
	} {
		ask(t, "bash", c.text, c.want)
	}
}
