package shell

import "strings"

// OtherLockers are such programs of which that is known, whatever they are called.
var OtherLockers = SetOf(`run-one run-this-one run-one-constantly keep-one-running run-one-until-success run-one-until-failure solo flom sem singleton`)

// LockersOfOther lock a screen, an account or a session, or list locks.
var LockersOfOther = SetOf(`i3lock swaylock vlock physlock xlock xtrlock xsecurelock light-locker waylock hyprlock faillock pam_faillock lslocks
	lockdown`)

// SetOf is the set of the words in a text.
func SetOf(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// lockWords are what locks are called.
var lockWords = []string{"lock", "lck", "pid", "mutex", "semaphore", "running", "busy", "inuse", "in_use", "in-use", "in_progress", "inprogress"}

// lockWordsBy has them by the letters that they begin with.
var lockWordsBy = func() (by [256][]string) {
	for _, w := range lockWords {
		by[w[0]] = append(by[w[0]], w)
		by[w[0]-'a'+'A'] = append(by[w[0]-'a'+'A'], w)
	}
	return by
}()

// Lockish tells whether a name says that it is a lock. Reading a script, a person
// goes by such words too: `mkdir /srv/out || exit` is no lock, `mkdir $LOCK || exit` is.
func Lockish(s string) bool {
	if len(s) < 3 {
		return false
	}
	s = strings.TrimPrefix(s, "/var/lock/")
	s = strings.TrimPrefix(s, "/run/lock/")
	for i := range len(s) {
		w := lockWordAt(s[i:])
		if w == "" {
			continue
		}
		var before byte = ' '
		if i > 0 {
			before = Lower(s[i-1])
		}
		if w == "lock" && strings.IndexByte("bcs", before) >= 0 {
			continue // block, clock
		}
		if w == "pid" && i+3 < len(s) {
			behind := Lower(s[i+3])
			if before >= 'a' && before <= 'z' && behind >= 'a' && behind <= 'z' {
				continue // rapidly
			}
			if behind == 'e' || behind == 'l' {
				continue // spider
			}
		}
		return true
	}
	return false
}

// lockWordAt is the word of locks that a text begins with, or "". No two of them begin
// so that both fit.
func lockWordAt(s string) string {
	for _, w := range lockWordsBy[s[0]] {
		if len(s) < len(w) {
			continue
		}
		i := 0
		for i < len(w) && Lower(s[i]) == w[i] {
			i++
		}
		if i == len(w) {
			return w
		}
	}
	return ""
}

// Lower is a letter without its size; other bytes stay what they are.
func Lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c |= 0x20
	}
	return c
}
