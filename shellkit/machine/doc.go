// Package machine runs compiled shell in every way in which it can go, and returns what it
// does to locks as a protocol.
//
// A [State] is one process of the script at one point: which instruction is next, what the
// variables, functions, descriptors, traps and options are, and what the process is in. A
// step takes a state to the states behind it, and makes at most one node of the protocol:
// what nobody can see makes none. Equal states are one, so a loop that comes to where it
// began is a loop of the graph, and the graph of the states, without the steps that nobody
// sees, is the graph of the protocol.
//
// A value that the script does not fix is a symbol: equal symbols are equal values. A
// question about one has two answers, which are kept until the value changes. What the
// machine has no rule for is an Unknown of the protocol, never silence.
//
// Where a shell differs from others, a column of shell's table says how.
//
// Reading order: value.go, vars.go, state.go and frame.go (what a state is), machine.go (how
// states become a protocol), step.go (the instructions), expand.go with variables.go, params.go,
// pattern.go and arithmetic.go (words), call.go, dispatch.go, invoke.go and redirect.go
// (commands), process.go, leaving.go, running.go and loops.go (where a process goes),
// live.go and facts.go (what tells states apart), then table.go and the rows of commands:
// builtins*.go, signals.go, test.go with conditions.go, tools_*.go, prefixes.go.
package machine
