//go:build tool

package main

import "os"

// product is a program that is handed out by itself.
type product struct {
	name, summary, more string
	module, program     string   // the folder of its module, and that of the program in it
	whole               bool     // it has the manual and what belongs to shells
	needs               []string // packages that it is nothing without
	only                string   // the system that it is for, or "" for each
}

var products = []product{
	{
		name: "lockkit", module: ".", program: "./cmd/lockkit", whole: true,
		summary: "locks for shell scripts: written, checked and proved",
		more: "with_lock, lock_fd and unlock for bash, zsh and sh; lint and prove for the\n" +
			"locks that scripts have already; a drop-in for flock(1).",
	},
	{
		name: "lockkit-etcd", module: "cmd/lockkit-etcd", program: ".", needs: []string{"lockkit"}, only: "linux",
		summary: "lockkit's locks for many machines, in etcd",
		more:    "What lockkit run --on etcd://HOST:PORT becomes; it is not for people to call.",
	},
}

// known are the products whose source is here.
func known() (list []product) {
	for _, p := range products {
		if _, err := os.Stat(p.module + "/go.mod"); err == nil {
			list = append(list, p)
		}
	}
	return list
}
