package rehearse

import "golang.org/x/sys/unix"

const auditArch = unix.AUDIT_ARCH_AARCH64

// oldPlainCalls is empty: arm64 never had the older calls.
var oldPlainCalls []uintptr

// Calls that arm64 does not have: no number is theirs.
const (
	sysPoll   = ^uintptr(0)
	sysSelect = ^uintptr(0) - 1
	sysPause  = ^uintptr(0) - 2
)
