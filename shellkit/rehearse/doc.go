// Package rehearse runs a script against itself: the file that the user has, unmodified,
// by its own shell, several runs at once, one visible step at a time, with none of its
// work done, in a world that nothing gets out of.
//
//	r, err := rehearse.Run(ctx, rehearse.Script{Path: "backup.sh"}, rehearse.Options{Schedules: 20, Seed: 7})
//
// A Breach in the report is something that the script did. A report without one says
// that nothing was seen in so many schedules. A program that calls Run calls Serve first
// of all, for Run starts the program again as the keeper of the private world.
//
// How a schedule is played:
//
//   - stage: a keeper process makes namespaces (user, process numbers, mounts, network,
//     IPC, host name), builds the world, and starts the runs in it; the supervisor traces
//     them. When the keeper ends, the kernel ends all that lives there. Nothing of a world
//     has a name outside it, so nothing can be left behind.
//   - world: one tmpfs, and an overlay for each folder of the real tree. The script reads
//     its real surroundings; what it writes, creates, removes or locks is the overlay's,
//     and a lock on a file of an overlay is none on the file beneath.
//   - launch, filter, landlock: what a run is fenced by before it becomes the shell:
//     limits, no capability but over its own files, a Landlock domain, and an allow-list of
//     system calls. Foreign architectures are refused, and so are threads and memory that
//     others could write: nobody changes what is being judged.
//   - scene, judge, answer, exec: one task moves at a time, from one visible call to the
//     next (open that may create or truncate, locks, removal, renaming, looks at names that
//     somebody changes, kill, exec, exit). A call that waits is noticed by where the kernel
//     has the task, never by how long it takes. Sleeps return at once, timers go off when
//     nobody else can move, the clock is virtual, random numbers come from the seed.
//   - times: files are as old as that clock says: what a run makes or changes is stamped with
//     its time, and what the world shows from the beginning is no younger than the world.
//   - stand-ins: at execve every program but shells and the tools about locks and text
//     becomes a tiny one that ends when the schedule says so, with the status it says.
//     Programs and folders that are not there are taken to exist; of tools it is said that
//     they are not here. Where a lone run meets
//     nothing that another could meet, a command of it is taken to fail, or what it wants to
//     read to be there.
//   - signal: what is sent ends those who do not ignore it, and finds begun what was started.
//   - polls: a run that looks again and again where nothing has changed waits, and moves on
//     when nobody else can; how often is bounded by looks, not by time.
//   - schedule, wander: the fixed schedules and the random ones.
//   - kernel: what there is at a step, for a page: names, files, descriptors, locks.
//   - verdict, overlap, belief, asking, others: what a log shows, judged by what the lone run and the
//     plainest schedules have shown: pure functions of logs.
//
// What a rehearsal does not see, and therefore says nothing about: what happens between
// two steps of the shell that no call shows; a signal at another moment than work or a
// wait for a lock; arguments and environments other than those given, which are the same
// for each run; what the output of a stand-in would have been, which is empty; a daemon
// that a program would have started; locks of a program that is a stand-in; a run that
// polls longer than the bounds. Such a schedule is left out or named in Unjudged. A log
// has no lines of the script: inclusion knows them by its protocol.
//
// What a rehearsal uses is bounded (bounds): steps, processes, what is printed, the memory
// of all processes together, and the time of all schedules together. The kernel's own
// limits bound one process, and one moves at a time: so much more it is at most.
//
// Kernels without unprivileged user namespaces, overlays or Landlock 3 have no such
// world: Run answers ErrCannot and why.
package rehearse
