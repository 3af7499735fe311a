// Package conformance scores the extraction on other people's test suites of shells:
// what really runs in a case, and with which status, against what its protocol says.
//
// A case becomes two scripts, which are one but for their probes. Every command of the
// case that prints gets a last argument, a command substitution that prints nothing, so
// that the command does what it did before. In the script that really runs, the probe
// notes its number, the status of the command before and the process that it was in. In
// the one that is extracted it removes a lock, at a place that says which probe it is
// and whether that status was 0, 1 or another. Before the case stands the acquisition of that
// lock, so that the extraction has to keep all of it.
//
// Each case is judged twice: as it is, and as a subshell behind which one more probe asks
// for the status of the whole.
//
//   - Right: what was seen is a path of the protocol, which has no Unknown.
//   - Unknown: the protocol says that something was not understood, or the case does not parse.
//   - Wrong: what was seen is no path, and nothing is said to be unknown.
//
// A protocol that allows everything would be right everywhere; so it is counted as well
// in how many cases what was seen is the only path.
//
// What this cannot see: commands that print nothing; which of the statuses that are
// neither 0 nor 1 it was; the order between the processes of a pipeline and of background
// commands, of which each is held to its own order alone; when a signal arrives in a
// case that sends some, for there one may arrive anywhere, and which subshell it ends, so that
// such a case is never wrong; text that the case puts
// together and runs. A case that ends differently when it is run twice is not judged,
// nor one that takes longer than [Patience].
//
// Reading order: suite.go and the reader of each format; probe.go (one script from
// another); play_linux.go (the real run); judge.go with paths.go (alone) and strands.go (side by
// side); score.go.
package conformance
