package protocol

import "regexp"

// askForLocker is what people write to find out whether a locking program is installed.
var askForLocker = regexp.MustCompile(`(command -v|which|type|hash|-x)\b.*\b(flock|lockf\b|lockfile|lockrun|shlock|setlock|dotlock|lckdo|with-lock|lockkit)|command -v lock$`)

// AsksForLocker tells whether the node is the question whether a program that locks
// is installed: `command -v flock`, `[ -x /usr/bin/flock ]`.
func (n *Node) AsksForLocker() bool {
	return (n.Op == Choose || n.Op == Work) && askForLocker.MatchString(n.Text)
}
