package flockcmd

import (
	"os"
	"path/filepath"
	"syscall"
)

// etcdProgram is the client for etcd. It is a program of its own, so that this one stays
// small and quick to start, and it is installed beside this one.
const etcdProgram = "lockkit-etcd"

// HandOn makes this process lockkit-etcd, with args. It returns where that cannot be, with an
// *Unable: whoever asks for a lock of etcd's gets no other.
func HandOn(args []string) error {
	self, err := os.Executable()
	if err == nil {
		self, err = filepath.EvalSymlinks(self)
	}
	if err != nil {
		return &Unable{Status: exitUnavailable, Why: "cannot tell where lockkit is, and so where " + etcdProgram + " is: " + err.Error()}
	}
	program := filepath.Join(filepath.Dir(self), etcdProgram)
	err = syscall.Exec(program, append([]string{etcdProgram}, args...), syscall.Environ())
	if err == syscall.ENOENT {
		return &Unable{
			Status: exitUnavailable,
			Why:    "a lock in etcd needs " + etcdProgram + ", which is not in " + filepath.Dir(self),
			Hint:   "it is a package of its own; everything else works without it",
		}
	}
	return &Unable{Status: exitUnavailable, Why: "a lock in etcd needs " + etcdProgram + ", and " + program + " cannot be run: " + err.Error()}
}
