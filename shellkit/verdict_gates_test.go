package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// Whether the lock was got may be asked by something else than a test of the status. What
// is understood of it holds, or is violated where it asks wrongly; what is not is unknown
// and neither.
func TestResultIsAskedOtherwise(t *testing.T) {
	const status = "exec 9>/run/lock/new\nflock -n 9; st=$?\n"
	const flag = "exec 9>/run/lock/new\nflock -n 9 && got=yes\n"
	const folder = "mkdir /run/lock/new.d; st=$?\n"
	for _, c := range []struct {
		name, shell, text string
		want              prove.Verdict
	}{
		{"an expansion that ends the shell", "bash", flag + ": \"${got:?busy}\"\n/opt/x\n", prove.Holds},
		{"an expansion that ends it where nothing is set", "dash", flag + ": \"${got?busy}\"\n/opt/x\n", prove.Holds},
		{"but an argument is asked for", "bash", flag + ": \"${1:?usage}\"\n/opt/x\n", prove.Violated},
		{"a command in an expansion", "bash", "exec 9>/run/lock/new\nflock -n 9 || busy=1\n${busy:+exit 1}\n/opt/x\n", prove.Holds},
		{"the wrong way round", "bash", flag + "${got:+exit 1}\n/opt/x\n", prove.Violated},
		{"a regular expression", "bash", status + "[[ $st =~ ^0$ ]] || exit 1\n/opt/x\n", prove.Holds},
		{"a regular expression that all failures fit", "bash", folder + "[[ $st =~ ^[1-9] ]] && exit 1\ntrap 'rmdir /run/lock/new.d' EXIT\n/opt/x\n", prove.Holds},
		{"a regular expression that fits everything", "bash", status + "[[ $st =~ [0-9] ]] || exit 1\n/opt/x\n", prove.Violated},
		{"what is quoted stands for itself", "bash", status + "[[ $st =~ \"^0\" ]] && exit 1\n/opt/x\n", prove.Violated},
		{"and is an expression in zsh", "zsh", status + "[[ $st =~ \"^0\" ]] || exit 1\n/opt/x\n", prove.Unknown},
		{"expr", "sh", status + "expr $st = 0 >/dev/null || exit 1\n/opt/x\n", prove.Holds},
		{"expr, the wrong way round", "sh", status + "expr $st != 0 >/dev/null || exit 1\n/opt/x\n", prove.Violated},
		{"whether a variable is set", "bash", flag + "[ -v got ] || exit 1\n/opt/x\n", prove.Holds},
		{"whether another one is set", "bash", "cfg=1\n" + flag + "[[ -v cfg ]] || exit 1\n/opt/x\n", prove.Violated},
		{"whether the descriptor is open", "bash", "exec 9>/run/lock/new\nflock -n 9 || exec 9>&-\n[ -e /dev/fd/9 ] || exit 75\n/opt/x\n", prove.Holds},
		{"whether it is open, and it is", "bash", "exec 9>/run/lock/new\nflock -n 9\n[ -e /proc/self/fd/9 ] || exit 75\n/opt/x\n", prove.Violated},
		{"a program that looks", "bash", status + "grep -q '^0$' <<< \"$st\" || exit 1\n/opt/x\n", prove.Unknown},
		{"a program that looks at a pipe", "sh", status + "echo \"$st\" | grep -q '^0$' || exit 1\n/opt/x\n", prove.Unknown},
		{"a program that looks at a flag", "bash", flag + "if ! grep -q yes <<< \"$got\"; then exit 1; fi\n/opt/x\n", prove.Unknown},
		{"a program that looks at something else", "bash", "conf=/etc/x\n" + status + "grep -q yes \"$conf\" || exit 1\n/opt/x\n", prove.Violated},
		{"a count of something else", "bash", flag + "n=$(ls /in | wc -l)\n[ \"$n\" -gt 0 ] || exit 1\n/opt/x\n", prove.Violated},
		{"what mkdir complains of", "bash", "[[ $(mkdir /run/lock/new.d 2>&1) ]] && exit 1\ntrap 'rmdir /run/lock/new.d' EXIT\n/opt/x\n", prove.Unknown},
		{"the variable of the loop", "bash", "for n in 1 2 3; do\n  mkdir \"/run/lock/s$n\" 2>/dev/null && break\n  n=\ndone\n[ -n \"$n\" ] || exit 75\ntrap 'rmdir \"/run/lock/s$n\"' EXIT\n/opt/x\n", prove.Unknown},
		{"whether to remove it", "bash", "trap '' HUP INT TERM\n" + folder + "[ $st -eq 0 ] && /opt/x\ngrep -q '^0$' <<< \"$st\" && rmdir /run/lock/new.d\nexit 0\n", prove.Unknown},
		{"whether to remove it, for another reason", "bash", "trap '' HUP INT TERM\n" + folder + "[ $st -eq 0 ] && /opt/x\ngrep -q '^0$' \"$1\" && rmdir /run/lock/new.d\nexit 0\n", prove.Violated},
		{"a loser that says so and removes", "bash", "trap 'rmdir /run/lock/new.d' EXIT\nmkdir /run/lock/new.d || { echo \"busy $1\"; exit 1; }\n/opt/x\n", prove.Violated},
	} {
		t.Run(c.name, func(t *testing.T) { ask(t, c.shell, c.text, c.want) })
	}
}
