//go:build unix && !linux

package flockcmd

import "syscall"

func endWithParent(syscall.Signal) {}
