package rules

// all is every rule in the order of codes.
var all = []*Rule{
	truncatingOpen,
	privateLockPath,
	multiDigitFD,
	uncheckedAcquire,
	wrongFD,
	flockWithoutCommand,
	unlinkWhileLocked,
	unlinkAfterUnlock,
	fdLeakBackground,
	checkThenCreate,
	loserRemovesLock,
	staleOnCrash,
	signalTrapContinues,
}
