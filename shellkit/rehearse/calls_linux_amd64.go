package rehearse

import "golang.org/x/sys/unix"

const auditArch = unix.AUDIT_ARCH_X86_64

// oldPlainCalls exist on amd64 only.
var oldPlainCalls = []uintptr{
	unix.SYS_FORK, unix.SYS_VFORK, unix.SYS_PIPE, unix.SYS_DUP2, unix.SYS_GETPGRP, unix.SYS_ARCH_PRCTL, unix.SYS_GETDENTS,
}

func init() {
	for nr, s := range map[uintptr]shape{
		unix.SYS_OPEN:     byPath(opOpen, "open", -1, 0, 1),
		unix.SYS_CREAT:    {op: opOpen, name: "open", dir: -1, path: 0, dir2: -1, path2: -1, flags: -1, fd: -1, fixed: unix.O_CREAT | unix.O_WRONLY | unix.O_TRUNC},
		unix.SYS_UNLINK:   byPath(opUnlink, "unlink", -1, 0, -1),
		unix.SYS_RMDIR:    byPath(opRmdir, "rmdir", -1, 0, -1),
		unix.SYS_RENAME:   byPaths(opRename, "rename", -1, 0, -1, 1, -1),
		unix.SYS_MKDIR:    byPath(opMkdir, "mkdir", -1, 0, -1),
		unix.SYS_MKNOD:    byPath(opMknod, "mknod", -1, 0, 1),
		unix.SYS_LINK:     byPaths(opLink, "link", -1, 0, -1, 1, -1),
		unix.SYS_SYMLINK:  byPath(opSymlink, "symlink", -1, 1, -1),
		unix.SYS_STAT:     byPath(opLook, "stat", -1, 0, -1),
		unix.SYS_LSTAT:    byPath(opLook, "stat", -1, 0, -1),
		unix.SYS_ACCESS:   byPath(opLook, "access", -1, 0, -1),
		unix.SYS_READLINK: byPath(opLook, "readlink", -1, 0, -1),
		unix.SYS_CHMOD:    byPath(opMeta, "chmod", -1, 0, -1),
		unix.SYS_CHOWN:    byPath(opMeta, "chown", -1, 0, -1),
		unix.SYS_LCHOWN:   byPath(opMeta, "chown", -1, 0, -1),
		unix.SYS_UTIME:    byPath(opMeta, "utime", -1, 0, -1),
		unix.SYS_UTIMES:   byPath(opMeta, "utime", -1, 0, -1),
		unix.SYS_POLL:     other(opPoll, "poll"),
		unix.SYS_SELECT:   other(opPoll, "select"),
		unix.SYS_PAUSE:    other(opPause, "pause"),
		unix.SYS_ALARM:    other(opAlarm, "alarm"),
		unix.SYS_TIME:     other(opClock, "clock"),
	} {
		judgedCalls[nr] = s
	}
}

const (
	sysPoll   = unix.SYS_POLL
	sysSelect = unix.SYS_SELECT
	sysPause  = unix.SYS_PAUSE
)
