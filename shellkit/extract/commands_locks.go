package extract

import "github.com/lockkit/lockkit/shellkit/protocol"

// withPid is the option by which a lock is that of the process whose number is in it: none
// that grows old.
var withPid = toolOption{names: []string{"-p", "--use-pid"}, mode: protocol.Pid, not: protocol.Expires}

// lockfileOptions are those of lockfile-create and its like: what was not touched for five
// minutes is taken over.
var lockfileOptions = []toolOption{withPid, {names: []string{"-r", "--retry"}, takes: true}, {names: []string{"-l", "--lock-name"}, does: namesAll}}

// lockCommands are commands that take locks, or give them up.
func lockCommands() family {
	return family{
		"dotlockfile":     {walk: toolCommand, always: true, is: takesLocks | meansTool | silent, tool: &lockTool{mode: protocol.Timed | protocol.Expires, first: true, options: []toolOption{withPid, {names: []string{"-r", "-i"}, takes: true}, {names: []string{"-u"}, does: removes}, {names: []string{"-t"}, does: keeps}, {names: []string{"-c"}, does: looksAt}}}},
		"flock":           {walk: flockCommand, always: true, locks: true, is: takesLocks | meansTool | runsText | silent | isEverywhere | weighsWords},
		"lock":            {walk: lockCommand, always: true},
		"lock_fd":         {walk: lockFDCommand, always: true, locks: true, is: isBuiltin | takesLocks},
		"lockf":           {walk: lockfCommand, always: true, locks: true, is: takesLocks | meansTool},
		"lockfile":        {walk: toolCommand, always: true, is: takesLocks | silent, tool: &lockTool{mode: protocol.Waits, options: []toolOption{{names: []string{"-r"}, takes: true, mode: protocol.Timed, not: protocol.Waits}, {names: []string{"-l"}, takes: true, mode: protocol.Expires}, {names: []string{"-s"}, takes: true}, {names: []string{"-!"}, does: inverts}}}},
		"lockfile-check":  {walk: toolCommand, always: true, is: takesLocks | silent, tool: &lockTool{mode: protocol.Expires, does: looksAt, suffix: ".lock", options: lockfileOptions}},
		"lockfile-create": {walk: toolCommand, always: true, is: takesLocks | meansTool | silent, tool: &lockTool{mode: protocol.Timed | protocol.Expires, suffix: ".lock", options: lockfileOptions}},
		"lockfile-remove": {walk: toolCommand, always: true, is: takesLocks | silent, tool: &lockTool{does: removes, suffix: ".lock", options: lockfileOptions}},
		"lockfile-touch":  {walk: toolCommand, always: true, is: takesLocks, tool: &lockTool{does: keepsOn, suffix: ".lock", options: append(lockfileOptions, toolOption{names: []string{"-o", "--oneshot"}, does: keeps})}},
		"pmlock":          {walk: toolCommand, always: true, is: takesLocks, tool: &lockTool{}},
		"shlock":          {walk: toolCommand, always: true, is: takesLocks | meansTool | silent, tool: &lockTool{mode: protocol.Pid, options: []toolOption{{names: []string{"-f"}, takes: true, does: namesLock}, {names: []string{"-p"}, takes: true}}}},
		"unlock":          {walk: unlockCommand, always: true, is: isBuiltin | takesLocks},
		"with_lock":       {walk: withLockCommand, always: true, locks: true, is: isBuiltin | takesLocks},
		"zsystem":         {walk: zsystemCommand, always: true, locks: true, is: isBuiltin | setsOperands | takesLocks | silent},
	}.
		each(command{walk: leaseCommand, always: true}, `consul etcdctl`).
		each(command{walk: lockRunner, always: true, is: takesLocks | meansTool}, `lckdo runlock setlock with-lock-ex`)
}
