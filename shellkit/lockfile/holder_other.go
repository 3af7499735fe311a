//go:build unix && !linux

package lockfile

import "os"

// Keeps cannot be answered here, so nobody is named.
func Keeps(int, os.FileInfo, bool) bool { return false }

func findKeeper(os.FileInfo, bool) (Holder, bool) { return Holder{}, false }
