//go:build unix && !linux

package flockcmd

import "os"

// holdingAncestor cannot be answered here.
func holdingAncestor(os.FileInfo, bool) (ancestor int, forEver bool) { return 0, false }
