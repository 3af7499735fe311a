//go:build unix && !linux

package flockcmd

import (
	"os"

	"github.com/lockkit/lockkit/shellkit/lockfile"
)

// holdingAncestor cannot be answered here.
func holdingAncestor(os.FileInfo, lockfile.Request) (ancestor int, forEver bool) { return 0, false }
