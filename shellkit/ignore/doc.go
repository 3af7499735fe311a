// Package ignore says which files of a folder are not meant to be looked at: by .gitignore
// files, as git reads them, and by patterns of the same form that stand elsewhere.
//
// Only patterns count. What git has in its index although a pattern names it is git's, but
// ignored here.
package ignore
