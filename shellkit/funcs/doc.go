// Package funcs holds the functions that users source: with_lock, lock_fd and
// unlock, as real shell files, and makes of them what `lockkit init` prints.
//
// The files below bash, zsh and sh are complete shell: each can be sourced,
// checked and read as it stands. What Init adds is a prelude with the settings,
// another name where one is asked for, and a backslash before each command word,
// which keeps a user's aliases out. Names and backslashes are put in at places
// that the syntax tree gives, so everything else stays as it was written.
package funcs
