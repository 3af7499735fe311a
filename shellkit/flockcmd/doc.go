// Package flockcmd is the two commands that stand where a C program would:
// `lockkit flock`, a drop-in for flock(1) of util-linux, and `lockkit run`, which
// is with_lock where there is no shell.
//
// Both are started as often as the commands that they guard, so nothing here is
// initialised before it is needed, and options are parsed without a library.
//
// Neither ever runs a command without the lock that was asked for.
package flockcmd
