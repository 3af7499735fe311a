// Package source holds what is read before anything is understood: a script's
// bytes, the dialect it is written in, and places in it.
//
// Everything above speaks of a place as a [Span] in a [File]; only this package
// knows how bytes, lines and columns hang together.
package source
