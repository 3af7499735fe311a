package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A clean-up that ends before it comes to the lock, or is not there yet when the script
// ends, leaves the lock behind.
func TestCleanUpsThatDoNotComeToTheLock(t *testing.T) {
	const (
		holds, violated = prove.Holds, prove.Violated

		make    = "mkdir /srv/app/lock.d || exit 1\ntrap 'exit 1' HUP INT TERM\n"
		arms    = make + "trap cleanup EXIT\n"
		checks  = "[ -r /etc/app.conf ] || exit 2\n"
		cleanup = "cleanup() { rm -rf \"$tmp\"; rmdir /srv/app/lock.d; }\n"
		ends    = "trap 'kill \"$mon\"; rmdir /srv/app/lock.d' EXIT\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"bash", "set -u\n" + cleanup + arms + checks + "tmp=$(mktemp -d)\nwork\n", violated},
		{"dash", "set -eu\n" + arms + cleanup + "tmp=/srv/app/tmp\nwork\n", holds},
		{"bash", "set -o nounset\n" + cleanup + arms + "tmp=\n" + checks + "tmp=$(mktemp -d)\nwork\n", holds},
		{"bash", cleanup + arms + checks + "tmp=$(mktemp -d)\nwork\n", holds},
		{"ksh", "set -u\n" + make + "trap 'rm -rf \"${tmp:-}\"; rmdir /srv/app/lock.d' EXIT\n" + checks + "tmp=$(mktemp -d)\nwork\nexit\n", holds},
		{"bash", "set -u\n" + make + "trap 'rm -f $temp; rmdir /srv/app/lock.d' EXIT\ntmp=$(mktemp)\nwork\n", violated}, // misspelt
		{"bash", "set -u\n" + make + "trap 'rmdir /srv/app/lock.d; rm -f $temp' EXIT\ntmp=$(mktemp)\nwork\n", holds},

		{"bash", "set -e\n" + make + "watch /srv/app &\nmon=$!\n" + ends + "work\n", violated},
		{"bash", make + "watch /srv/app &\nmon=$!\n" + ends + "work\n", holds},
		{"dash", "set -e\n" + make + "trap 'umount /srv/app/mnt; rmdir /srv/app/lock.d' EXIT\nwork\n", violated},
		{"bash", "set -e\n" + make + "trap 'umount /srv/app/mnt || :; rmdir /srv/app/lock.d' EXIT\nwork\n", holds},
		{"bash", "set -e\n" + make + "trap 'rm -rf /srv/app/tmp; echo done >&2; rmdir /srv/app/lock.d' EXIT\nwork\n", holds},
		{"bash", "set -e\n" + make + "trap '[ -d /srv/app/tmp ] && rm -rf /srv/app/tmp; rmdir /srv/app/lock.d' EXIT\nwork\n", holds},
		{"bash", "set -e\n" + make + "trap 'rmdir /srv/app/lock.d; umount /srv/app/mnt' EXIT\nwork\n", holds},

		// A kill that fails says that the job is over.
		{"bash", "set -e\nexec 9>/srv/app/lock\nflock -n 9 || exit 1\n(sleep 60) &\nsrv=$!\ntrap 'kill \"$srv\"; wait \"$srv\"' EXIT\nwork\n", holds},
		{"bash", "exec 9>/srv/app/lock\nflock -n 9 || exit 1\nsleep 60 &\nsrv=$!\nwork\nkill $srv && wait $srv\n", holds},

		{"bash", arms + checks + "cleanup() { rmdir /srv/app/lock.d; }\nwork\n", violated},
		{"dash", make + "trap 'cleanup; exit' EXIT\nif missing; then\n exit 3\nfi\ncleanup() { rmdir /srv/app/lock.d; }\nwork\n", violated},
		{"bash", arms + "cleanup() { rmdir /srv/app/lock.d; }\n" + checks + "work\n", holds},

		// In which order trap is told its signals makes no difference.
		{"bash", make + "trap 'rmdir /srv/app/lock.d; trap - EXIT ERR; exit 1' EXIT ERR\nwork\n", holds},
		{"bash", make + "trap 'rmdir /srv/app/lock.d; trap - EXIT ERR; exit 1' ERR EXIT\nwork\n", holds},
		{"zsh", make + "trap 'rmdir /srv/app/lock.d; trap - EXIT ZERR; exit 1' EXIT ZERR\nwork\n", holds},
		{"ksh", "mkdir /srv/app/lock.d || exit 1\ntrap 'rmdir /srv/app/lock.d; trap - EXIT; exit 1' EXIT INT ERR TERM HUP\nwork\n", holds},
		{"bash", "cleanup() { rmdir /srv/app/lock.d; }\n" + arms + checks + "work\n", holds},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
