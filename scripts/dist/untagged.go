//go:build !tool

// Package dist is a program for those who build lockkit: with the tag tool. Without it
// there is nothing here that `go install ./...` could install.
package dist
