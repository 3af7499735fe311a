// Package holders says who keeps a file lock alive and who waits for it.
//
// The kernel's own list, /proc/locks, names the process that *took* a lock. For
// `flock 9` in a shell that is a flock(1) which ended long ago, while the lock
// lives on in the open file description that the shell and its children share.
// The other half of the truth is in /proc/PID/fdinfo/N: a `lock:` line there says
// that descriptor N of PID keeps that lock alive (proc_pid_fdinfo(5)). Read joins
// the two:
//
//	file (inode) ← lock (open file description) ← keeper (process, descriptor)
//	             ← waiter (process)
//
// What the kernel hides is said, never guessed: Picture.Hidden counts processes
// that this user may not look into, and in a pid namespace below the first one
// /proc/locks leaves out every lock whose taker has ended, with its waiters; Read
// then finds the locks through fdinfo and the waiters by the system call that they
// are in.
//
// A picture is not a photograph: processes and locks come and go while it is made. A
// lock that is held all the while is in it, one that was released before is not. A
// process that vanishes is left out; nothing that vanishes is an error.
//
// Only Linux shows all this. Ask is what the BSDs and macOS can answer without
// extra tools: whether a file is locked at all, and by whom if it is a POSIX lock.
package holders
