// Package lockfile takes and releases advisory file locks: it turns the name of
// a lock into a path, opens that path so that nothing of the user's is damaged,
// locks it, and makes sure that the path still leads to what was locked.
//
// Three promises hold for every function here:
//
//   - A nil error from Acquire or Lock means that the lock is held, by the open
//     file description of the descriptor, until Unlock or until the last
//     descriptor of that description is closed. Nothing else means that.
//   - A lock file is never truncated. Only Write, on a named lock that is held,
//     changes one.
//   - Every error says what was being done (Error.Op), so that a caller can tell
//     a wrong name from a missing directory from a kernel that refuses.
//
// Locks are flock(2) locks unless Request.Range asks for an open file description
// lock of fcntl(2); the two kinds do not see each other on a local file system.
package lockfile
