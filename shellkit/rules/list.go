package rules

// all is every rule in the order of codes.
var all = []*Rule{
	// opening
	truncatingOpen,
	sharedTmpLock,
	unquotedLockPath,
	scriptAsLock,
	privateLockPath,
	multiDigitFD,
	kshCloexecFD,
	fdNotOpen,
	openFailureExits,
	execMutesStderr,
	// acquiring
	uncheckedAcquire,
	wrongFD,
	flockWithoutCommand,
	fdTakenAsFile,
	lostInSubshell,
	reopenedLockFD,
	upgradeNotAtomic,
	pollingLoop,
	openFailureAsBusy,
	failsOpen,
	// holding and releasing
	unlinkWhileLocked,
	unlinkAfterUnlock,
	unlockedWork,
	unlockByChild,
	removedTwice,
	lostLease,
	// processes
	fdLeakBackground,
	fdLeakDaemon,
	// several locks
	lockOrder,
	selfDeadlock,
	sameFDTwoLocks,
	mixedLockKinds,
	// home-made locks, and what no other rule explains
	brokenPromise,
	checkThenCreate,
	staleBreakRace,
	loserRemovesLock,
	staleOnCrash,
	pidIsNotIdentity,
	expiringLock,
	removedElsewhere,
	// traps
	trapTooLate,
	trapOverwritten,
	trapMissesSignals,
	signalTrapContinues,
	trapBeforeChildEnds,
	// what a tool refuses
	badFlockCall,
	// about the check itself
	unusedDirective,
	notUnderstood,
}
