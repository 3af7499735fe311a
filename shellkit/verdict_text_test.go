package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A tool that was looked up, and a text that somebody else runs, are seen for what they
// are; a text that is only shown is none.
func TestVerdictsOfToolsAndTexts(t *testing.T) {
	const inner = "exec 9>/run/j\nflock -n 9\nwork\nEOF\n"
	for _, c := range []struct {
		name, text string
		want       prove.Verdict
	}{
		{"type -p", "b=$(type -p flock)\nexec 9>/run/j\n\"$b\" -n 9\nwork\n", prove.Violated},
		{"type -p, heeded", "b=$(type -p flock)\nexec 9>/run/j\n\"$b\" -n 9 || exit\nwork\n", prove.Holds},
		{"which, and something else", "b=$(which flock || echo /bin/flock)\nexec 9>/run/j\n$b -n 9\nwork\n", prove.Violated},
		{"command -v in its place", "exec 9>/run/j\n\"$(command -v flock)\" -n 9\nwork\n", prove.Violated},
		{"a default", "exec 9>/run/j\n${TOOL:-flock} -n 9\nwork\n", prove.Violated},
		{"a default that is kept", "T=${TOOL:-/usr/bin/flock}\nexec 9>/run/j\n$T -n 9 || exit\nwork\n", prove.Holds},
		{"another tool", "b=$(type -p rsync)\n\"$b\" -a /a /b\n", prove.Nothing},
		{"a tool that is asked for in silence", "if ! `which lockfile-create >/dev/null 2>&1`; then exit; fi\nlockfile-create --use-pid /run/j || exit\nwork\nlockfile-remove /run/j\n", prove.Holds},
		{"the same, while a job keeps the lock fresh", "if ! $(which lockfile-create >/dev/null); then exit; fi\nlockfile-create /run/j || exit\nlockfile-touch /run/j &\ntrap 'kill $!; lockfile-remove /run/j' EXIT\ntrap 'exit 1' HUP INT TERM\nwork\n", prove.Holds},
		{"a lock that its tool takes over when it is old", "lockfile-create /run/j || exit\nwork\nlockfile-touch -o /run/j\nwork\nlockfile-remove /run/j\n", prove.Violated},
		{"and one that a job keeps fresh", "lockfile-create /run/j || exit\nlockfile-touch /run/j &\nwork\nkill $!\nlockfile-remove /run/j\n", prove.Violated},
		{"a substitution that says nothing", "$(mkdir /run/j >/dev/null 2>&1) || exit\ntrap 'rmdir /run/j' EXIT\ntrap 'exit 1' HUP INT TERM\nwork\n", prove.Holds},
		{"a question about a process that says nothing", "$(kill -0 \"${pid:-}\" 2>/dev/null) && exit\nexec 9>/run/j\nflock -n 9 || exit\nwork\n", prove.Holds},
		{"a question about a file", "`test -e \"$conf\"` || exit\nexec 9>/run/j\nflock -n 9\nwork\n", prove.Violated},
		{"a removal that says nothing", "$(rm -f \"$lockfile\")\nexec 9>/run/j\nflock -n 9 || exit\nwork\n", prove.Holds},
		{"what kill says of signals is a word", "$(kill -l \"$lock\")\nexec 9>/run/j\nflock -n 9 || exit\nwork\n", prove.Unknown},
		{"and what is complained of", "$(kill -0 \"$lock\" 2>&1)\nexec 9>/run/j\nflock -n 9 || exit\nwork\n", prove.Unknown},
		{"and is not heeded", "exec 9>/run/j\n$(flock -n 9 >/dev/null 2>&1)\nwork\n", prove.Violated},
		{"an answer that goes where it went", "exec 9>/run/j\nr=$(flock -n 9 || echo busy >/dev/stdout)\n[ \"$r\" = busy ] && exit\nwork\n", prove.Holds},
		{"an answer that goes by a number in a variable", "exec 9>/run/j\nout=1\nr=$(flock -n 9 || echo busy >&$out)\n[ \"$r\" = busy ] && exit\nwork\n", prove.Holds},
		{"an answer that is led away", "exec 9>/run/j\nr=$(flock -n 9 || echo busy >/dev/null)\n[ \"$r\" = busy ] && exit\nwork\n", prove.Violated},
		{"su", "su - app <<'EOF'\n" + inner, prove.Violated},
		{"a shell elsewhere", "kubectl exec -i pod -- sh <<'EOF'\n" + inner, prove.Unknown},
		{"a shell elsewhere through a pipe", "cat <<'EOF' | ssh db bash\n" + inner, prove.Unknown},
		{"what is only kept elsewhere", "cat <<'EOF' | ssh db 'cat >notes'\n" + inner, prove.Nothing},
		{"a shell elsewhere that runs a file", "docker exec -i x sh /job <<'EOF'\n" + inner, prove.Nothing},
		{"later", "at now <<'EOF'\n" + inner, prove.Unknown},
		{"later, from a pipe", "echo 'flock -n /run/j work' | sudo at now\n", prove.Unknown},
		{"a table of jobs", "crontab - <<'EOF'\n" + inner, prove.Unknown},
		{"a file that is run", "cat >/tmp/j.$$ <<'EOF'\n" + inner + "sh /tmp/j.$$\n", prove.Unknown},
		{"a file that is not run", "cat >/tmp/j.$$ <<'EOF'\n" + inner + "mail root </tmp/j.$$\n", prove.Nothing},
		{"what is printed", "cat <<'EOF'\n" + inner, prove.Nothing},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := loadedAs(t, source.Bash, c.text).Protocol
			got := prove.Explore([]*protocol.Protocol{p}, prove.Options{Processes: 3})
			if got.Verdict != c.want {
				t.Errorf("%s, want %s; %v\n%s\n%s", got.Verdict, c.want, got.Doubts, c.text, p)
			}
		})
	}
}
