// Package replay forces a schedule that prove has found with real processes of the
// script's own shell, and looks from outside whether what it claims is so.
//
// [Confirm] takes a violation. For each process of the trace it writes a script of
// its lock operations, in their order and nothing else: the commands of the user's
// script never run, and its paths become names in a private folder. Before each
// operation the shell waits at a gate (a read from its standard input), after it the
// shell reports the status, so exactly one operation is under way at any time. kill
// -9 and signals are sent where the trace has them.
//
// After each step the world is compared with what the model says of it: exit
// status, the inodes behind names and descriptors, the locks that the kernel shows
// in fdinfo. A difference is "not reproduced", with the step. When the last step is
// done the claim itself is observed: two processes inside, a newcomer that stays
// outside, a lock that outlives its script, waiters that wait for each other.
//
// Where the trace has an open or a flock fail though nothing stands in its way, as
// --strict does, the shell is given a path that is not there, or in place of flock a
// program that fails like it (status 71: no locks left, no flock). The outcome says so.
//
// Nothing stays behind: every process is killed and waited for, and the folder is
// removed, also after an error and when the user interrupts. A shell killed in the
// middle of it all ends by itself: its gate reads end of file.
//
// Not forced, and said to be so: fcntl locks, descriptors from outside, more than seven
// locked descriptors, a signal that both a frame and a shell around it catch, and in
// ksh93 and mksh a signal under set -e.
//
// Reading order: shell.go (which shell), plan.go and caught.go (what is known
// beforehand), script.go and command.go (what it runs), stage.go, process.go and
// reports.go (processes, gates and what they say), drive.go (the schedule), world.go and
// claim.go (what is seen from outside).
package replay
