package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// EXIT traps of functions, and fcntl locks, which end with any descriptor of the file.
func TestTrapsOfFunctionsAndFcntl(t *testing.T) {
	const (
		holds, violated = prove.Holds, prove.Violated
		take            = "take() { mkdir /srv/app/lock.d || exit 75; trap 'rmdir /srv/app/lock.d' EXIT; trap 'exit 1' HUP INT TERM; }\n"
		word            = "function take { mkdir /srv/app/lock.d || exit 75; trap 'rmdir /srv/app/lock.d' EXIT; trap 'exit 1' HUP INT TERM; }\n"
		inside          = "run() { mkdir /srv/app/lock.d || exit 75; trap 'rmdir /srv/app/lock.d' EXIT; trap 'exit 1' HUP INT TERM; work; }\n"
		fcntl           = "zmodload zsh/system\n: >>/srv/app/lock\nzsystem flock -t 0 /srv/app/lock || exit 75\n"
	)
	for _, c := range []struct {
		shell, text string
		want        prove.Verdict
	}{
		{"zsh", take + "take\nwork\n", violated},
		{"zsh", "setopt posix_traps\n" + take + "take\nwork\n", holds},
		{"bash", take + "take\nwork\n", holds},
		{"ksh", take + "take\nwork\nexit\n", holds},
		{"ksh", word + "take\nwork\nexit\n", violated},
		{"mksh", word + "take\nwork\n", holds},
		{"zsh", inside + "run\nreport\n", holds},
		{"zsh", inside + "run || exit 3\nreport\n", holds},
		{"zsh", "take() { mkdir /srv/app/lock.d || exit 75; }\ntake\ntrap 'rmdir /srv/app/lock.d' EXIT; trap 'exit 1' HUP INT TERM\nwork\n", holds},

		{"zsh", fcntl + "work\n", holds},
		{"zsh", fcntl + "print $$ >/srv/app/lock\nwork\n", violated},
		{"zsh", fcntl + "print $$ >/srv/app/pid\nwork\n", holds},
		{"zsh", fcntl + "date >/srv/app/lock\nwork\n", holds}, // a program of its own opens and closes it
		{"zsh", fcntl + "read old </srv/app/lock\nwork\n", violated},
		{"zsh", fcntl + "exec 8</srv/app/lock\nexec 8<&-\nwork\n", violated},
		{"zsh", fcntl + "{ work; more; } >>/srv/app/lock\nagain\n", violated},

		// What is in a module is there once that is loaded.
		{"zsh", "zsystem flock -t 0 /srv/app/lock || exit 75\nwork\n", prove.Unknown},
		{"zsh", "load() { builtin zmodload zsh/system; }\nload\nzsystem flock -t 0 /srv/app/lock || exit 75\nwork\n", holds},
		{"zsh", "eval \"$setup\"\nzsystem flock -t 0 /srv/app/lock || exit 75\nwork\n", prove.Unknown},
		{"zsh", "work\nzsystem supports flock\n", prove.Nothing},
	} {
		t.Run(c.shell+" "+c.text, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
