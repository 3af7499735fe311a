package extract

import (
	"path"
	"strings"
)

// Beside the tools for locks there are programs of which only the name says that they
// may take one: my-lock-helper /run/x, run-one CMD. What they do is not known, so that
// nothing is promised of what they are for; that there is no lock is not said either.

// otherLockers are such programs of which that is known, whatever they are called.
var otherLockers = setOf(`run-one run-this-one run-one-constantly keep-one-running run-one-until-success run-one-until-failure solo flom sem singleton`)

// lockersOfOther lock a screen, an account or a session, or list locks.
var lockersOfOther = setOf(`i3lock swaylock vlock physlock xlock xtrlock xsecurelock light-locker waylock hyprlock faillock pam_faillock lslocks
	lockdown`)

// maySpeakOfLock tells whether the name of a program that is not known says that it may
// take or give up a lock. It is asked where nothing better is known, and decides no proof.
func (c *sites) maySpeakOfLock(word string) bool {
	name := path.Base(word)
	if strings.ContainsAny(name, "$`*?[=(){}") || c.funcs[name] || lockersOfOther[name] || strings.Contains(name, "lockkit") {
		return false
	}
	if otherLockers[name] {
		return true
	}
	if _, known := commands[name]; known || ofShell[name] {
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
