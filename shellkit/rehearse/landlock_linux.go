//go:build linux && (amd64 || arm64)

package rehearse

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// leastLandlock is the version that covers truncation; before it content is not fenced.
const leastLandlock = 3

// landlockABI is the version of Landlock that the kernel offers, 0 where there is none.
func landlockABI() int {
	v, _, e := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if e != 0 {
		return 0
	}
	return int(v)
}

// rulesetAttr is struct landlock_ruleset_attr.
type rulesetAttr struct{ Fs, Net, Scoped uint64 }

// fence is a Landlock ruleset under which a process may do with files what it likes
// beneath root, but make or use devices, and nothing anywhere else; it may connect to
// nothing and signal only those who live under the same ruleset.
func fence(root string) (fd int, err error) {
	abi := landlockABI()
	files := uint64(unix.LANDLOCK_ACCESS_FS_REFER<<1 - 1)
	attr := rulesetAttr{}
	if abi >= 3 {
		files |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if abi >= 4 {
		attr.Net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if abi >= 5 {
		files |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	if abi >= 6 {
		attr.Scoped = unix.LANDLOCK_SCOPE_SIGNAL | unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET
	}
	attr.Fs = files
	size := unsafe.Sizeof(attr)
	if abi < 6 {
		size = unsafe.Offsetof(attr.Scoped)
	}
	if abi < 4 {
		size = unsafe.Offsetof(attr.Net)
	}
	rules, _, e := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), size, 0)
	if e != 0 {
		return -1, fmt.Errorf("landlock: %w", e)
	}
	dir, err := unix.Open(root, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, fmt.Errorf("%s: %w", root, err)
	}
	defer unix.Close(dir)
	devices := uint64(unix.LANDLOCK_ACCESS_FS_MAKE_CHAR | unix.LANDLOCK_ACCESS_FS_MAKE_BLOCK)
	beneath := unix.LandlockPathBeneathAttr{Allowed_access: files &^ devices, Parent_fd: int32(dir)}
	_, _, e = unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, rules, unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&beneath)), 0, 0, 0)
	if e != 0 {
		return -1, fmt.Errorf("landlock: %w", e)
	}
	return int(rules), nil
}
