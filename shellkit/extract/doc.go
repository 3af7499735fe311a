// Package extract turns a shell script into its lock protocol: shell in, package
// protocol's graph out.
//
// Package shell reads the script. Here it is walked the way the shell would walk it, with
// an abstract state: what variables are known to be, which traps are armed, which options
// are set, how the last command ended. Where the outcome of a command is open the walk splits
// in two; where two walks arrive with equal states they join. Functions and
// sourced files are walked where they are called. So a flag that is set in one
// branch and tested later, a path built from three variables, or an error helper
// that exits, need no special treatment: they are what the walk sees.
//
// Everything is bounded: depth of calls, rounds of loops, number of nodes. What
// lies beyond a bound, and what cannot be known at all, becomes an Unknown.
//
// An exact walk, for code that is to be proved, keeps apart all that differs in
// anything and forgets only what nobody can read any more.
//
// Reading order: extract.go (the steps), interest.go (what matters in this script),
// value.go, expand.go and known.go (what words mean), state.go and flow.go (the walk's
// bookkeeping), walk.go and the files beside it (the shell's constructs), command.go and
// commands_*.go (the table of commands: a name, a row), settle.go (from walk to graph); for
// the exact walk live.go, reads.go, turns.go and fds.go.
package extract
