package extract

import (
	"path"
	"strings"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// Beside the tools for locks there are programs of which only the name says that they
// may take one: my-lock-helper /run/x, run-one CMD. What they do is not known, so that
// nothing is promised of what they are for; that there is no lock is not said either.

// maySpeakOfLock tells whether the name of a program that is not known says that it may
// take or give up a lock. It is asked where nothing better is known, and decides no proof.
func (c *sites) maySpeakOfLock(word string) bool {
	name := path.Base(word)
	if strings.ContainsAny(name, "$`*?[=(){}") || c.funcs[name] || shell.LockersOfOther[name] || strings.Contains(name, "lockkit") {
		return false
	}
	if shell.OtherLockers[name] {
		return true
	}
	if commands()[name].walk != nil || ofShell(name) {
		return false
	}
	lower := strings.ToLower(name)
	for i := 0; ; {
		at := strings.Index(lower[i:], "lock")
		if at < 0 {
			return false
		}
		if i += at; i == 0 || !strings.ContainsRune("bcs", rune(lower[i-1])) {
			return true
		}
		i += len("lock")
	}
}
