// Package shellkit is the front door of lockkit for Go programs, and this page is
// the map of the house.
//
// A script's path leads from cli to shellkit, which has it taken out of the file that
// hosts it and extracted into a protocol, lets the rules look at that, lets prove
// confirm what they say, and hands findings and fixes to report. Nothing calls back: an
// import goes down at least one floor, and layers_test.go holds the table of floors.
//
// In reading order:
//
//   - cmd/lockkit hands arguments and streams to cli and exits with what it says.
//   - cmd/lockkit/direct runs flock and run before the rest is initialised.
//   - cmd/lockkit-etcd is what lockkit becomes for a lock of several machines: a module of its own, beside lockkit.
//   - cmd/lockkit-etcd/etcd takes such locks in etcd, renews their leases, and says who has them.
//   - shellkit/cli has one file per subcommand: options to library call to report to exit code.
//   - shellkit/lsp is the language server: what lint says, in an editor.
//   - shellkit/diag says what a finding is: rule, level, places, edit, trace.
//   - shellkit/protocol is the one picture of a script that everything else reads: its lock operations, on every path.
//   - shellkit/shell is the only reader of scripts: text to syntax tree with its repairs, the prefilter, directives, and the table of what each shell does where shells differ.
//   - shellkit/program is shell, compiled: a script as instructions that can be run without looking at its text.
//   - shellkit/machine runs them in every way in which they can go. It is what extract is to become: judged beside it, and used by nobody yet.
//   - shellkit/extract turns shell into a protocol: it walks a script the way the shell would.
//   - shellkit/extract/oracle asks the shells themselves for the values and descriptors that extract works out, with small scripts that are made.
//   - shellkit/extract/conformance scores extract on other people's test suites of shells: what really runs, and with which status.
//   - shellkit/hosts finds the shell that stands in crontabs, units, workflows and the like, and knows where each byte of it stands there.
//   - shellkit/rules finds faults in a protocol: one rule, one .go and one .md of the same stem.
//   - shellkit/prove walks through all interleavings of a protocol's runs: properties, verdicts, the shortest counterexample.
//   - shellkit/verdicts holds small scripts whose verdict is known, a text file a kind: every fault that was cured stays there with its siblings.
//   - shellkit/fix carries repairs out: edits made, the unified diff, the exchange of a file.
//   - shellkit/rehearse runs the very script against itself in a private world, one visible step at a time: it forces what prove has found, and says which promise it has seen broken.
//   - shellkit/rehearse/inclusion holds what a rehearsed run has done against the protocol of its script, step by step.
//   - shellkit/rehearse/scripts makes small locking scripts, right and wrong ones, of which it is known what is right.
//   - shellkit/rehearse/reworded writes the scripts of verdicts in other ways that mean the same.
//   - shellkit/rehearse/truth holds what is said of such scripts against what is known of them.
//   - shellkit/report writes all text that a user sees about results: one file per format.
//   - shellkit/manual is the manual: pages as text, and what man(1) and a terminal get of them.
//   - shellkit/flockcmd is lockkit flock, the drop-in for flock(1), and lockkit run.
//   - shellkit/funcs holds with_lock, lock_fd and unlock as real shell, and makes what init prints and embed writes, and checks it.
//   - shellkit/doctor tries by experiment whether locks work here: engines, the lock directory, file systems; and clears lock files away that nobody holds.
//   - shellkit/lockfile takes and releases locks: names to paths, flock(2) with a time-out, the inode check, the holder line.
//   - shellkit/source reads scripts and knows how bytes, lines and columns hang together.
//   - shellkit/changes asks git which lines have changed.
//   - shellkit/ignore knows which files of a folder git, or a pattern like git's, leaves out.
//   - shellkit/regex keeps regular expressions uncompiled until they are asked for.
//   - shellkit/holders reads /proc: who keeps a lock alive, who waits, which of them for ever.
package shellkit
