// Package fix carries repairs out: which of several can be made at once, what a
// file is with them, how that differs from what it was, and the exchange of the
// one for the other. Whether a repair is right is for its caller to find out.
package fix
