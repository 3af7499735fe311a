// Package shell is the only reader of scripts: it turns text into a syntax tree, and
// says of a piece of that tree what can be said without running anything.
//
// What it promises. [Parse] reads a text once, with the repairs that real scripts need;
// offsets in the tree are those of the text that was given. It fails with a [*SyntaxError]
// and never for want of stack, however deep a script nests. [SignsIn] may say yes about
// anything, and says no only where a look through the tree would find nothing.
// [Directives] finds the comments that speak to lockkit.
//
// [Of] is the table of dialects: one row a shell, one column a fact, each of them asked of
// the real shells by a test. Nobody anywhere asks which shell it is.
//
// Nothing in here knows a value: what a variable holds, which function stands behind a
// name and what a command does are the business of package extract.
//
// Reading order: parse.go, mended.go (the repairs), depth.go; dialect.go (the
// columns) and dialects.go (the rows); prefilter.go; directives.go;
// words.go, names.go, substitutions.go, redirects.go, arithmetic.go (what is written
// down); lockwords.go (what locks are called); own.go (what lockkit printed itself).
package shell
