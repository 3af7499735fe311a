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
	if isA(name, closesInherited) {
		return false
	}
	if strings.HasPrefix(name, "php-fpm") {
		name = "php-fpm"
	}
	if dir := path.Dir(args[0].text); strings.HasSuffix(dir, "/init.d") || strings.HasSuffix(dir, "/rc.d") {
		name = "service"
	}
	s := commands()[name].stays
	if s == nil {
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
