//go:build unix && !linux

package lockfile

import "os"

// Keeps cannot be answered here, so nobody is named.
func Keeps(int, os.FileInfo, Request) bool { return false }

func findKeeper(os.FileInfo, Request) (Holder, bool) { return Holder{}, false }
