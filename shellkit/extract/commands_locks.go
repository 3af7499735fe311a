package extract

// lockCommands are commands that take locks, or give them up.
func lockCommands() family {
	return family{
		"dotlockfile":     {walk: lockTool("dotlockfile"), always: true, is: takesLocks | meansTool | silent},
		"flock":           {walk: flockCommand, always: true, locks: true, is: takesLocks | meansTool | runsText | silent | isEverywhere},
		"lock":            {walk: lockCommand, always: true},
		"lock_fd":         {walk: lockFDCommand, always: true, locks: true, is: isBuiltin | takesLocks},
		"lockf":           {walk: lockfCommand, always: true, locks: true, is: takesLocks | meansTool},
		"lockfile":        {walk: lockTool("lockfile"), always: true, is: takesLocks | silent},
		"lockfile-create": {walk: lockTool("lockfile-create"), always: true, is: takesLocks | meansTool | silent},
		"lockfile-remove": {walk: lockTool("lockfile-remove"), always: true, is: takesLocks | silent},
		"lockfile-touch":  {walk: lockTool("lockfile-touch"), always: true, is: takesLocks},
		"pmlock":          {walk: lockTool("pmlock"), always: true, is: takesLocks},
		"shlock":          {walk: lockTool("shlock"), always: true, is: takesLocks | meansTool | silent},
		"unlock":          {walk: unlockCommand, always: true, is: isBuiltin | takesLocks},
		"with_lock":       {walk: withLockCommand, always: true, locks: true, is: isBuiltin | takesLocks},
		"zsystem":         {walk: zsystemCommand, always: true, locks: true, is: isBuiltin | setsOperands | takesLocks | silent},
	}.
		each(command{walk: lockRunner, always: true, is: takesLocks | meansTool}, `lckdo runlock setlock with-lock-ex`)
}
