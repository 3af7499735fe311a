//go:build linux && (amd64 || arm64)

package rehearse

import (
	"strings"
	"testing"
)

// What is open is opened again under the names that the kernel has for it, where it is of
// the world, a pipe or the null device.
func TestOpenedAgain(t *testing.T) {
	needsWorld(t)
	for _, shell := range []string{"bash", "dash"} {
		out := hostile(t, shell+` -c 'set -e
echo to stderr >/dev/stderr
echo to stdout >/dev/stdout; echo by number >/dev/fd/1; echo by the kernel >/proc/self/fd/2
ln -s /dev/stderr /way; echo by a link >/way
exec 3</dev/null 4>/dev/null
cat /dev/fd/3; echo nowhere >/dev/fd/4
exec 5>/srv-file; echo first >&5; echo second >>/dev/fd/5; exec 6</srv-file; cat /dev/fd/6
exec 7</proc/self/status; read -r x </dev/fd/7; echo "$x"
rm /srv-file; exec 8</dev/fd/6; echo end'`, walls{}, "")
		for _, want := range []string{"to stderr\n", "to stdout\n", "by number\n", "by the kernel\n", "by a link\n", "first\nsecond\n", "Name:", "end\n"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s: %q is missing: %q", shell, want, out)
			}
		}
		if strings.Contains(out, "nowhere") {
			t.Errorf("%s: printed %q", shell, out)
		}
	}
}
