// Package oracle asks shells whether what extract says of values is so.
//
// A generator of its own makes small scripts: assignments, expansions, loops, functions,
// subshells, traps, descriptors. Every so often stands a probe: mkdir of a name that is
// made of what is asked, or flock of a descriptor. The very script is run by its shell, where
// two programs of ours answer these two names and note what they were given; and it is
// extracted, where the probes are claims and locks of the protocol. The law:
//
//   - what was noted is a path through the protocol;
//   - where the protocol gives a name, or says what a descriptor has open, it is the one
//     that was noted. A name that it does not give is never wrong, and counted.
//
// The scripts are harmless: they write nothing but descriptors of files below the folder
// that they are run in, and run no program but those two and what prints.
//
// Reading order: draw.go and words.go (the scripts), run.go (the shell's answer), hold.go
// (the protocol against it).
package oracle
