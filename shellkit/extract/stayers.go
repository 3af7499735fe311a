package extract

import (
	"path"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// stayer says when a program leaves a process behind that inherits what it has open.
type stayer struct {
	words   []string // one of these must be among its words: options, subcommands; none: always
	unless  []string // one of these keeps it in front, or has it do something else
	letters string   // options of one letter that may stand together with others: -dm
}

// stayers is every program of which that is known. It is data: what is not in it is
// taken to end by itself, apart from the options in detaches.
var stayers = map[string]stayer{
	"ssh-agent": {unless: []string{"-k", "-d", "-D"}}, "gpg-agent": {words: []string{"--daemon"}}, "dbus-launch": {}, "dbus-daemon": {words: []string{"--fork"}},
	"autossh": {letters: "f"}, "daemonize": {}, "daemon": {unless: []string{"-f", "--foreground", "--stop", "--restart", "--running", "--list"}}, "setsid": {words: []string{"-f", "--fork"}},

	"httpd": {words: []string{"start", "restart", "graceful"}}, "apache2": {words: []string{"start", "restart", "graceful"}},
	"apachectl": {words: []string{"start", "restart", "graceful"}}, "apache2ctl": {words: []string{"start", "restart", "graceful"}},
	"nginx": {unless: []string{"-s", "-t", "-T", "-v", "-V", "-h", "daemon off;"}}, "lighttpd": {unless: []string{"-D", "-t", "-tt"}},
	"haproxy": {letters: "D"}, "varnishd": {unless: []string{"-F", "-C"}}, "squid": {unless: []string{"-N", "-k"}},
	"php-fpm": {letters: "D", words: []string{"--daemonize"}}, "uwsgi": {letters: "d", words: []string{"--daemonize"}},
	"gunicorn": {letters: "D"}, "unicorn": {letters: "D"}, "supervisord": {unless: []string{"-n", "--nodaemon"}},

	"pg_ctl": {words: []string{"start", "restart"}}, "pg_ctlcluster": {words: []string{"start", "restart"}}, "mongod": {words: []string{"--fork"}},
	"memcached": {letters: "d"}, "slapd": {unless: []string{"-d", "-T"}},
	"rsync": {words: []string{"--daemon"}, unless: []string{"--no-detach"}}, "smbd": {letters: "D"}, "nmbd": {letters: "D"}, "winbindd": {letters: "D"},
	"vsftpd": {unless: []string{"-obackground=NO"}},

	"sshd": {unless: []string{"-D", "-d", "-t", "-T"}}, "crond": {unless: []string{"-f", "-n"}}, "rsyslogd": {unless: []string{"-n", "-N"}},
	"syslogd": {unless: []string{"-n"}}, "klogd": {unless: []string{"-n"}}, "inetd": {unless: []string{"-f", "-d"}}, "xinetd": {unless: []string{"-dontfork", "-d"}},
	"named": {unless: []string{"-f", "-g", "-v"}}, "dnsmasq": {unless: []string{"-d", "-k", "--no-daemon", "--keep-in-foreground", "--test"}},
	"dhclient": {unless: []string{"-d", "-r", "-x", "-1"}}, "udhcpc": {letters: "b"}, "wpa_supplicant": {letters: "B"}, "hostapd": {letters: "B"},
	"openvpn": {words: []string{"--daemon"}}, "stunnel": {unless: []string{"-fd"}}, "ntpd": {unless: []string{"-n", "-q", "-d"}}, "chronyd": {unless: []string{"-d", "-n", "-q", "-Q"}},

	"podman": {words: []string{"run"}},
	"tmux":   {words: []string{"new-session", "new"}}, "screen": {letters: "dD"}, "aria2c": {letters: "D"}, "emacs": {words: []string{"--daemon", "--bg-daemon"}},

	"service": {words: []string{"start", "restart", "reload", "force-reload"}}, "invoke-rc.d": {words: []string{"start", "restart", "force-reload"}},
	"rc-service": {words: []string{"start", "restart"}},
}

// detaches are options by which many programs say that they go on in the background.
var detaches = []string{"--daemon", "--daemonize", "--detach", "--background"}

// isDetached tells whether one of them is given, and not with a word that takes it back:
// --daemonize no.
func isDetached(words []string) bool {
	for i, w := range words {
		if slices.Contains(detaches, w) && !(i+1 < len(words) && slices.Contains([]string{"no", "off", "false", "0"}, words[i+1])) {
			return true
		}
	}
	return false
}

// closesInherited are programs that close what they inherit before they go on, or have a
// service start what stays.
var closesInherited = map[string]bool{
	"start-stop-daemon": true, "ssh": true, "systemctl": true, "systemd-run": true, "git": true,
	"docker": true, "docker-compose": true, "nerdctl": true,
}

// closesAtStart are those that themselves close every descriptor above 2 as the first
// thing that they do.
var closesAtStart = map[string]bool{"ssh": true}

// closesAll closes what a process has open that becomes such a program.
func (x *walker) closesAll(c *call, f flow) flow {
	closed := map[int]bool{}
	for i := range x.p.Nodes {
		fd := x.p.Nodes[i].FD
		if op := x.p.Nodes[i].Op; op != protocol.Open && op != protocol.Dup || fd <= 2 || closed[fd] {
			continue
		}
		closed[fd] = true
		n := x.node(protocol.Close, c.at)
		n.FD = fd
		f = x.then(f, n)
		f = f.with(x.withFD(f.st, fd, false))
	}
	return f
}

// stays tells whether a program is known to leave a process behind.
func stays(name string, args []value) bool {
	words := texts(args[1:])
	if closesInherited[name] {
		return false
	}
	if strings.HasPrefix(name, "php-fpm") {
		name = "php-fpm"
	}
	if dir := path.Dir(args[0].text); strings.HasSuffix(dir, "/init.d") || strings.HasSuffix(dir, "/rc.d") {
		name = "service"
	}
	s, ok := stayers[name]
	if !ok {
		return isDetached(words)
	}
	if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(s.unless, w) }) {
		return false
	}
	switch name {
	case "daemon": // many a program is called so: this one is the system's, and has a command to run
		system := slices.Contains([]string{"daemon", "/usr/bin/daemon", "/usr/sbin/daemon"}, args[0].text)
		return isDetached(words) || system && slices.ContainsFunc(words, func(w string) bool { return !strings.HasPrefix(w, "-") })
	case "podman", "tmux":
		return has(words, s.words) && (hasLetter(words, "d") || slices.Contains(words, "--detach"))
	case "ssh-agent": // with a command it lives as long as that
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.HasPrefix(w, "-") && !strings.Contains(w, "/") })
	}
	return len(s.words) == 0 && s.letters == "" || has(words, s.words) || s.letters != "" && hasLetter(words, s.letters) || isDetached(words)
}

// has tells whether one of the words is among those that are looked for.
func has(words, list []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, w) })
}

// hasLetter tells whether an option of one letter is given, alone or with others.
func hasLetter(words []string, letters string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return len(w) > 1 && w[0] == '-' && w[1] != '-' && strings.ContainsAny(w[1:], letters)
	})
}

// mayStay tells it of words as they are written.
func mayStay(words []string) bool {
	args := make([]value, len(words))
	for i, w := range words {
		args[i] = literal(w)
	}
	return stays(path.Base(words[0]), args)
}
