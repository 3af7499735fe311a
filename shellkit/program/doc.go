// Package program is shell, compiled: a script becomes instructions that a machine can run
// without ever looking at the text.
//
// A [Program] is a [Code], a row of instructions, and the codes that those name: the body
// of a function, of a subshell, of a substitution, of a background command. Compound
// commands are jumps within one code; what runs in a process of its own, or is kept to be
// run later, is a code of its own. An [Ins] does one thing: it expands one word, opens what
// a redirect names, runs the command whose words are there, asks how that has ended. What a
// word, a condition or an arithmetic expression is made of stands in its own small tree,
// which the machine evaluates.
//
// Nothing of it knows values, and nothing asks which shell it is: where shells differ in
// what a text means, the lowering reads the table of dialects, and where they differ in
// what an instruction does, the machine reads it.
//
// Reading order: program.go and word.go (what there is), then lower.go (how syntax becomes
// that), with compound.go, words.go, conditions.go and arithmetic.go beside it, and place.go
// (where a text stands that is run later).
package program
