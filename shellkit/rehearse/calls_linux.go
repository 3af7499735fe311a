//go:build linux && (amd64 || arm64)

package rehearse

import "golang.org/x/sys/unix"

// op says what a judged system call is about.
type op uint8

const (
	opOpen op = iota + 1
	opUnlink
	opRmdir
	opRename
	opMkdir
	opMknod
	opLink
	opSymlink
	opLook // stat, access, readlink
	opMeta // mode, owner, times, size by name
	opMetaFd
	opFlock
	opRange // fcntl locks
	opExec
	opWait
	opRead
	opWrite
	opSleep
	opPoll
	opPause
	opKill
	opTimerMake
	opTimerSet
	opAlarm
	opClock
	opRandom
	opChdir
	opFutex
	opMap  // of what may be shared
	opFake // answered with success, nothing is done
)

// A shape says at which argument of a call what stands; -1 where there is none.
type shape struct {
	op                     op
	dir, path, dir2, path2 int8
	flags, fd              int8
	fixed                  uint64 // flags of a call that has none of its own
	name                   string
}

func byPath(o op, name string, dir, path, flags int8) shape {
	return shape{op: o, name: name, dir: dir, path: path, dir2: -1, path2: -1, flags: flags, fd: -1}
}

func byPaths(o op, name string, dir, path, dir2, path2, flags int8) shape {
	return shape{op: o, name: name, dir: dir, path: path, dir2: dir2, path2: path2, flags: flags, fd: -1}
}

func byFd(o op, name string, fd, flags int8) shape {
	return shape{op: o, name: name, dir: -1, path: -1, dir2: -1, path2: -1, flags: flags, fd: fd}
}

func other(o op, name string) shape { return byFd(o, name, -1, -1) }

// judgedCalls are the calls that stop for the supervisor on every architecture; the
// older ones of amd64 are added in calls_amd64.go.
var judgedCalls = map[uintptr]shape{
	unix.SYS_OPENAT:     byPath(opOpen, "open", 0, 1, 2),
	unix.SYS_UNLINKAT:   byPath(opUnlink, "unlink", 0, 1, 2),
	unix.SYS_RENAMEAT:   byPaths(opRename, "rename", 0, 1, 2, 3, -1),
	unix.SYS_RENAMEAT2:  byPaths(opRename, "rename", 0, 1, 2, 3, 4),
	unix.SYS_MKDIRAT:    byPath(opMkdir, "mkdir", 0, 1, -1),
	unix.SYS_MKNODAT:    byPath(opMknod, "mknod", 0, 1, 2),
	unix.SYS_LINKAT:     byPaths(opLink, "link", 0, 1, 2, 3, 4),
	unix.SYS_SYMLINKAT:  byPath(opSymlink, "symlink", 1, 2, -1),
	unix.SYS_NEWFSTATAT: byPath(opLook, "stat", 0, 1, 3),
	unix.SYS_STATX:      byPath(opLook, "stat", 0, 1, 2),
	unix.SYS_FACCESSAT:  byPath(opLook, "access", 0, 1, -1),
	unix.SYS_FACCESSAT2: byPath(opLook, "access", 0, 1, 3),
	unix.SYS_READLINKAT: byPath(opLook, "readlink", 0, 1, -1),
	unix.SYS_FCHMODAT:   byPath(opMeta, "chmod", 0, 1, -1),
	unix.SYS_FCHMODAT2:  byPath(opMeta, "chmod", 0, 1, 3),
	unix.SYS_FCHOWNAT:   byPath(opMeta, "chown", 0, 1, 4),
	unix.SYS_UTIMENSAT:  byPath(opMeta, "utime", 0, 1, 3),
	unix.SYS_CHDIR:      byPath(opChdir, "chdir", -1, 0, -1),
	unix.SYS_TRUNCATE:   byPath(opMeta, "truncate", -1, 0, -1),
	unix.SYS_FCHMOD:     byFd(opMetaFd, "chmod", 0, -1),
	unix.SYS_FCHOWN:     byFd(opMetaFd, "chown", 0, -1),
	unix.SYS_FTRUNCATE:  byFd(opMetaFd, "truncate", 0, -1),
	unix.SYS_FALLOCATE:  byFd(opMetaFd, "allocate", 0, -1),
	unix.SYS_FLOCK:      byFd(opFlock, "flock", 0, 1),
	unix.SYS_FCNTL:      byFd(opRange, "fcntl", 0, 1),
	unix.SYS_EXECVE:     byPath(opExec, "exec", -1, 0, -1),

	unix.SYS_WAIT4:           other(opWait, "wait"),
	unix.SYS_WAITID:          other(opWait, "wait"),
	unix.SYS_RECVFROM:        other(opWait, "receive"),
	unix.SYS_RESTART_SYSCALL: other(opWait, "wait again"),
	unix.SYS_FUTEX:           other(opFutex, "futex"),
	unix.SYS_MMAP:            other(opMap, "map"),
	unix.SYS_READ:            byFd(opRead, "read", 0, -1),
	unix.SYS_READV:           byFd(opRead, "read", 0, -1),
	unix.SYS_WRITE:           byFd(opWrite, "write", 0, -1),
	unix.SYS_WRITEV:          byFd(opWrite, "write", 0, -1),
	unix.SYS_PPOLL:           other(opPoll, "poll"),
	unix.SYS_PSELECT6:        other(opPoll, "select"),
	unix.SYS_RT_SIGSUSPEND:   other(opPause, "sigsuspend"),
	unix.SYS_RT_SIGTIMEDWAIT: other(opPause, "sigwait"),
	unix.SYS_NANOSLEEP:       other(opSleep, "sleep"),
	unix.SYS_CLOCK_NANOSLEEP: other(opSleep, "sleep"),
	unix.SYS_KILL:            other(opKill, "kill"),
	unix.SYS_TKILL:           other(opKill, "tkill"),
	unix.SYS_TGKILL:          other(opKill, "tgkill"),
	unix.SYS_TIMER_CREATE:    other(opTimerMake, "timer"),
	unix.SYS_TIMER_SETTIME:   other(opTimerSet, "timer"),
	unix.SYS_SETITIMER:       other(opTimerSet, "timer"),
	unix.SYS_CLOCK_GETTIME:   other(opClock, "clock"),
	unix.SYS_GETTIMEOFDAY:    other(opClock, "clock"),
	unix.SYS_GETRANDOM:       other(opRandom, "random"),

	unix.SYS_SYNC: other(opFake, "sync"), unix.SYS_SYNCFS: other(opFake, "sync"),
	unix.SYS_SETPRIORITY: other(opFake, "nice"), unix.SYS_IOPRIO_SET: other(opFake, "nice"),
	unix.SYS_SCHED_SETAFFINITY: other(opFake, "nice"), unix.SYS_SCHED_SETSCHEDULER: other(opFake, "nice"),
	unix.SYS_FADVISE64: other(opFake, "advise"),
}

// plainCalls change nothing that anybody outside the run, or another run, can see, and
// nobody sleeps in them until somebody else does something.
var plainCalls = append([]uintptr{
	unix.SYS_CLOSE, unix.SYS_FSTAT, unix.SYS_LSEEK, unix.SYS_MUNMAP, unix.SYS_MPROTECT,
	unix.SYS_BRK, unix.SYS_MREMAP, unix.SYS_MADVISE, unix.SYS_MINCORE, unix.SYS_MSYNC,
	unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_RT_SIGPENDING, unix.SYS_SIGALTSTACK,
	unix.SYS_PREAD64, unix.SYS_PREADV, unix.SYS_DUP, unix.SYS_DUP3, unix.SYS_PIPE2, unix.SYS_CLOSE_RANGE,
	unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
	unix.SYS_GETPID, unix.SYS_GETPPID, unix.SYS_GETTID, unix.SYS_GETUID, unix.SYS_GETEUID, unix.SYS_GETGID,
	unix.SYS_GETEGID, unix.SYS_GETRESUID, unix.SYS_GETRESGID, unix.SYS_GETGROUPS, unix.SYS_GETPGID, unix.SYS_GETSID,
	unix.SYS_SETUID, unix.SYS_SETGID, unix.SYS_SETREUID, unix.SYS_SETREGID, unix.SYS_SETRESUID, unix.SYS_SETRESGID,
	unix.SYS_SETFSUID, unix.SYS_SETFSGID, unix.SYS_SETSID, unix.SYS_SETPGID, unix.SYS_UMASK, unix.SYS_FCHDIR, unix.SYS_GETCWD,
	unix.SYS_GETDENTS64, unix.SYS_STATFS, unix.SYS_FSTATFS, unix.SYS_UNAME, unix.SYS_SYSINFO, unix.SYS_GETRUSAGE,
	unix.SYS_TIMES, unix.SYS_GETCPU, unix.SYS_GETRLIMIT, unix.SYS_GETPRIORITY, unix.SYS_IOPRIO_GET,
	unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY, unix.SYS_SCHED_GETPARAM, unix.SYS_SCHED_GETSCHEDULER,
	unix.SYS_SET_TID_ADDRESS, unix.SYS_SET_ROBUST_LIST, unix.SYS_GET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_MEMBARRIER,
	unix.SYS_FSYNC, unix.SYS_FDATASYNC, unix.SYS_CAPGET, unix.SYS_GETITIMER, unix.SYS_TIMER_DELETE, unix.SYS_TIMER_GETTIME,
	unix.SYS_CLOCK_GETRES, unix.SYS_GETXATTR, unix.SYS_LGETXATTR, unix.SYS_FGETXATTR, unix.SYS_LISTXATTR,
	unix.SYS_LLISTXATTR, unix.SYS_FLISTXATTR, unix.SYS_SHUTDOWN, unix.SYS_GETSOCKNAME,
	unix.SYS_GETPEERNAME, unix.SYS_GETSOCKOPT, unix.SYS_READAHEAD,
}, oldPlainCalls...)
