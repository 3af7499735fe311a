package funcs

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// A use is a script in which the bodies of the functions are explored, with PREFIX
// where the public names have one, and TOLD for the question how a call has ended. Its
// programs say what it has come to: job is what the lock is for, left is left behind,
// and the others are the words of a ledger.
type use struct {
	text   string
	shared bool    // the lock is shared
	by     who     // which engines are proved in it
	finds  who     // which of them are looked for in it; the others were found by an earlier call
	in     string  // the only one of Shells in which it is looked at, "" for each
	does   []thing // what the functions must come to, or the proof is none
}

// who is the engines that a use is about.
type who uint8

const (
	nobody who = iota
	first      // the first engine that waits by itself: engines differ in how they lock alone
	every      // every engine
	trap       // the first engine, of the shells that are called sh in that whose traps differ most
)

// A thing is what is done to the lock, or a program that is run.
type thing string

const (
	locks   thing = "lock"
	unlocks thing = "unlock"
	removes thing = "remove"
	job     thing = "job"
	left    thing = "left"
	did     thing = "did"
	busy    thing = "busy"
	gone    thing = "gone"
)

// told asks how a call has ended: with the status of its command, which is 3, or with a
// code for a lock that is busy, or otherwise, by a signal too, without having run the
// command.
const told = "s=$?; if [ $s -gt 128 ]; then cannot; else case $s in 3) did ;; BUSY) busy ;; 66 | 69 | 70 | 71 | 73) cannot ;; *) never ;; esac; fi"

// Where lockkit takes the lock, for a function under -j, --fcntl or --on, or watches over it, under
// --max, no shell does, and no use here goes that way. Nor does one of bash or zsh in which
// nothing but the shell itself tells a program from a function.
var uses = []use{
	{text: "PREFIXwith_lock -n -E 0 /run/x work\nTOLD 0", by: every, finds: first, does: []thing{locks, job, unlocks, did, busy}},
	{text: "PREFIXwith_lock -n /run/x leave\nTOLD 75", by: every, does: []thing{locks, left, unlocks, did, busy}},
	{text: "PREFIXwith_lock /run/x work", by: first, does: []thing{locks, job, unlocks}},
	{text: "PREFIXwith_lock -o -w 2 -E 9 /run/x work\nTOLD 9", in: "bash", by: first, does: []thing{locks, job, unlocks, did, busy}},
	{text: "PREFIXwith_lock -no /run/x work\nTOLD 75", by: first, does: []thing{locks, job, unlocks, did, busy}},
	{text: "PREFIXwith_lock -n -k -- /run/x -- work\nTOLD 75", by: first, does: []thing{locks, job, did, busy}},
	{text: "PREFIXwith_lock -sn /run/x work\nTOLD 75", by: first, shared: true, does: []thing{locks, job, unlocks, did, busy}},
	{text: "PREFIXwith_lock -n -j1 --max 5 /run/x /usr/bin/job && did", in: "sh", by: first, does: []thing{locks, job, unlocks, did}},
	{text: "set -e\nPREFIXwith_lock -n -E 9 /run/x fine\ndid", by: first, finds: first, does: []thing{locks, job, unlocks, did}},
	{text: "if PREFIXwith_lock -n /run/x work; then never; else TOLD 75; fi", by: first, does: []thing{locks, job, unlocks, did, busy}},
	{text: "inner() { PREFIXwith_lock -n /run/x work; }\nPREFIXwith_lock -n -E 73 /run/y inner\nTOLD 75", in: "bash", by: first, does: []thing{locks, job, unlocks, did, busy}},
	{text: "trap 'PREFIXwith_lock -n -E 5 /run/x work; TOLD 5' EXIT\nexit 0", by: trap, does: []thing{locks, job, unlocks, did, busy}},
	{text: "trap 'PREFIXlock_fd -n 9 /run/x && { job; PREFIXunlock 9; gone; }' EXIT\nexit 0", by: trap, finds: first, does: []thing{locks, job, unlocks, gone}},
	{text: "trap 'PREFIXwith_lock -n /run/x work; TOLD 75; exit' TERM\nidle", by: trap, does: []thing{locks, job, unlocks, did, busy}},
	{text: "PREFIXlock_fd 9 /run/x || exit\njob", in: "bash", by: first, does: []thing{locks, job}},
	{text: "PREFIXlock_fd -n 9 /run/x || exit\njob\nPREFIXunlock -r 9 && gone", by: first, does: []thing{locks, job, unlocks, removes, gone}},
	{text: "PREFIXlock_fd -sn 9 /run/x || exit\njob\nPREFIXunlock -r 9 && gone", by: first, shared: true, does: []thing{locks, job, unlocks, removes, gone}},
	{text: "exec 9>/run/x\nPREFIXunlock 9 && gone", by: every, finds: every, does: []thing{unlocks, gone}},
	{text: "exec 9>/run/x\nPREFIXlock_fd -n 9 || exit\nleft &\njob\nPREFIXunlock 9 && gone", by: first, does: []thing{locks, left, job, unlocks, gone}},
}

// commands are what the functions run in the uses.
const commands = "work() { job; return 3; }\nfine() { job; }\nleave() { left & job; return 3; }\n"

// found is what an earlier call of functions with a prefix leaves: an engine that was
// proved, and its program.
func found(engine, prefix string) string {
	program := engine
	if engine == "busybox" {
		program = "flock"
	}
	before := internal + prefix
	return before + "engine=" + engine + " " + before + "engine_for=" + engine + " " + before + "program=/usr/bin/" + program + "\n"
}

// script is the text of a use of functions with a prefix.
func (u *use) script(prefix string) string {
	text := strings.ReplaceAll(u.text, "PREFIX", prefix)
	for {
		before, after, found := strings.Cut(text, "TOLD ")
		if !found {
			return text
		}
		end := strings.IndexFunc(after, func(c rune) bool { return c < '0' || c > '9' })
		if end < 0 {
			end = len(after)
		}
		text = before + strings.Replace(told, "BUSY", after[:end], 1) + after[end:]
	}
}

// short is a use as a person reads it.
func (u *use) short(prefix string) string {
	return strings.ReplaceAll(strings.ReplaceAll(u.text, "PREFIX", prefix), "\n", "; ")
}

// missing returns what the functions do not come to in a use, or "".
func (u *use) missing(p *protocol.Protocol) thing {
	done := map[thing]bool{}
	for i := range p.Nodes {
		switch n := &p.Nodes[i]; {
		case n.Op == protocol.Flock && n.Mode.Has(protocol.Unlock):
			done[unlocks] = true
		case n.Op == protocol.Flock:
			done[locks] = true
		case n.Op == protocol.Remove:
			done[removes] = true
		case n.Op == protocol.Work:
			done[thing(n.Text)] = true
		}
	}
	for _, thing := range u.does {
		if !done[thing] {
			return thing
		}
	}
	return ""
}
