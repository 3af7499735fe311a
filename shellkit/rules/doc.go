// Package rules finds faults in a script's use of locks, by reading its
// protocol. It knows no shell syntax and never explores schedules: what it says
// is confirmed, or not, by whoever runs the prover.
//
// A rule is a value and a pure function in a file of its own, and a page of the
// same stem beside it. The page is what `lockkit explain` prints and what the
// tests run: every script under Bad gives exactly the findings that its
// `# want` comments name, every script under Good gives none, under all rules.
//
// The rules share one idea of a script, [Script], with the few questions that
// they all ask: what is reached from here without the lock, what runs first
// under it, what a signal would do.
//
// # Promises
//
// A rule that says that a promise of a lock is broken names it in Breaks, and its page
// names it below the first sentence. Such a finding is an error or a warning where
// prove finds that promise of that lock broken, and else no more than info; what prove
// finds beyond that is LK600. Whoever runs the prover sees to it.
//
// # A new rule
//
// scripts/newrule CODE SLUG makes the two files, which fail their test until
// they are written. The new value goes into the list in list.go, in the order of
// codes. A rule that is in doubt stays silent: nodes that the extraction could
// not read are a wall for every walk.
package rules
