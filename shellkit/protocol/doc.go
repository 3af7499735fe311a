// Package protocol is the one picture of a script that everything else reads:
// only what the script does to locks, on every path it can take.
//
// A [Protocol] is a graph. A [Node] is one operation of one process; its edge
// Next is taken when the operation succeeds, Else when it fails. Operations on
// locks are few ([Op]); all other commands are [Work]. Functions stand inlined
// where they are called, so one place in the script may be several nodes, each
// with what is known there: nodes never have to be told apart by history.
//
// What could not be understood is explicit: an [Unknown] in the list and, where
// it stands on a path, a node [Opaque]. Readers stay silent behind it.
//
// # Processes and frames
//
// A run of the script is one process. `( … )`, `$( … )`, a part of a pipeline
// and the command under `flock FILE COMMAND` are children that the shell waits
// for: they are drawn in line between [Sub] and [EndSub] and called a frame.
// In a frame the descriptor table is a copy; what the child opened is closed at
// EndSub, and the locks on it end there. A background child is a graph of its
// own that begins at the Body of [Spawn] and ends in [End].
//
// # Signals
//
// Every node names the [Handlers] in force while it runs: for HUP, INT and TERM
// whether the process dies, goes on, or runs the handler graph that begins at
// Entry. What the dialect makes of an EXIT trap on a fatal signal is settled
// there already: a handler graph ends in [End] or, where the shell would go on
// with the script, in [Resume]. On the script's own exits the EXIT trap stands
// inlined before End.
//
// # Sites
//
// Every place in the script where a lock operation may stand is a [Site] with a
// [Fate]: it is modelled, dead code, no lock, or unclear. An unclear one is among the
// Unknowns as well, so that nobody who reads a protocol passes it over.
//
// # Text
//
// [Protocol.String] prints a protocol and [Parse] reads the same text back;
// [Sanity] says what is wrong with one. Tests of rules and of the prover may be
// written in that text.
package protocol
