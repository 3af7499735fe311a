//go:build unix && !linux

package flockcmd

func endWithParent() {}
