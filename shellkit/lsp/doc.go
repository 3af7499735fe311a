// Package lsp is the language server: what lint says, in an editor, while a script is
// written. It speaks the Language Server Protocol 3.17 over one pair of streams.
//
// An editor hands over the text of a document; the server says what is wrong with it, shows
// the page of a rule, offers the repairs that lint offers, and proves a script on demand.
// Positions count UTF-16 units, as every client can.
//
// One goroutine looks at documents, one after the other; a text that has changed meanwhile
// is looked at again, and nothing is said of the older one.
package lsp
