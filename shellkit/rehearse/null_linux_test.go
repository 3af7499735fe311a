//go:build linux && (amd64 || arm64)

package rehearse

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The null device of a world is the real one: its mode, owner and times stay, by the
// supervisor and by its mount, each alone. What the script sets is what there is already,
// so that a failure of this test shows in the time of the last change and harms nobody.
func TestNullDeviceStays(t *testing.T) {
	needsWorld(t)
	look := func() unix.Stat_t {
		var st unix.Stat_t
		if err := unix.Stat("/dev/null", &st); err != nil {
			t.Fatal(err)
		}
		return st
	}
	before := look()
	text := fmt.Sprintf("for n in /dev/null /proc/self/fd/9 /dev/fd/../../../dev/null; do exec 9>/dev/null; chmod %o $n; chown %d:%d $n; touch $n; done; echo $?",
		before.Mode&0o7777, before.Uid, before.Gid)
	for _, w := range []walls{{}, {NoLandlock: true}, {NoSeccomp: true, NoLandlock: true}} {
		out := hostile(t, text, w, "")
		if after := look(); after.Ctim != before.Ctim || after.Mtim != before.Mtim {
			t.Errorf("walls left out: %+v; it was changed; printed %q", w, out)
		}
		if !strings.HasSuffix(out, "1\n") {
			t.Errorf("walls left out: %+v; nothing was refused: %q", w, out)
		}
	}
}

// A lock on the real null device is not taken, whole or in part.
func TestNullDeviceIsNotLocked(t *testing.T) {
	needsWorld(t)
	out := hostile(t, "exec 9</dev/null 8>/dev/null; for fd in 9 8; do flock -n $fd && echo locked; flock -ns $fd && echo shared; done; flock -n /dev/null echo by name; echo end", walls{}, "")
	if strings.Contains(out, "locked") || strings.Contains(out, "shared\n") || strings.Contains(out, "by name") || !strings.HasSuffix(out, "end\n") {
		t.Errorf("printed %q", out)
	}
}
