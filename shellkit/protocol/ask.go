package protocol

import (
	"path"
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// askForLocker is what people write to find out whether a locking program is installed.
var askForLocker = regex.Of(`(command -v|which|type|hash|-x)\b.*\b(flock|lockf\b|lockfile|lockrun|shlock|setlock|dotlock|lckdo|with-lock|lockkit)|command -v lock$`)

// AsksForLocker tells whether the node is the question whether a program that locks
// is installed: `command -v flock`, `[ -x /usr/bin/flock ]`.
func (n *Node) AsksForLocker() bool {
	return (n.Op == Choose || n.Op == Work) && askForLocker().MatchString(n.Text)
}

// ItsAge is the text of an Alive that takes a file for its owner's life: what is young is in use.
const ItsAge = "its age"

// AsksAge tells whether the node asks how old a file is, and for no number.
func (n *Node) AsksAge() bool { return n.Op == Alive && n.Text == ItsAge }

// OfMachine is what the text of a Choose begins with that asks what kind of machine it is.
const OfMachine = "of the machine: "

// AsksMachine returns what a node asks of the machine, in words that are the same for
// everybody who asks it: whether a locking program is installed, what kind of machine it is.
// "" where it asks nothing of the kind.
func (n *Node) AsksMachine() string {
	if kind, ok := strings.CutPrefix(n.Text, OfMachine); ok && n.Op == Choose {
		return kind
	}
	if !n.AsksForLocker() {
		return ""
	}
	words := strings.Fields(n.Text)
	return path.Base(words[len(words)-1]) + " is installed"
}
