package shellkit

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// What stays behind and keeps a lock is what inherits it: no child of a service, nothing
// that is told to stay in front, and nothing that only has a daemon's name.
func TestWhatStaysBehind(t *testing.T) {
	const take = "exec 9>/srv/app/lock\nflock -n 9 || exit\n"
	for _, c := range []struct {
		text string
		want prove.Verdict
	}{
		{"docker run -d --name app app:latest\n:\n", prove.Holds},
		{"docker container run --detach app:latest\n:\n", prove.Holds},
		{"podman run -d app:latest\n:\n", prove.Violated},
		{"redis-server /etc/redis.conf --daemonize no\n:\n", prove.Holds},
		{"redis-server /etc/redis.conf --daemonize yes\n:\n", prove.Violated},
		{"app-server --daemonize\n:\n", prove.Violated},
		{"/opt/d/daemon --port 80\n:\n", prove.Holds},
		{"./daemon start\n:\n", prove.Holds},
		{"daemon --foreground app\n:\n", prove.Holds},
		{"daemon -r -- app serve\n:\n", prove.Violated},
		{"ssh -N host &\nwork\n", prove.Holds},
		{"nohup ssh -N host >/dev/null &\nwork\n", prove.Holds},
		{"( ssh -N host ) &\nwork\n", prove.Holds},
		{"{ ssh host make; publish; } &\nwork\n", prove.Violated},
		{"f() { ssh host make; }\nf &\nwork\n", prove.Violated},
		{"/usr/sbin/daemon app serve\n:\n", prove.Violated},
	} {
		t.Run(c.text, func(t *testing.T) { ask(t, "bash", take+c.text, c.want) })
	}
}
