// Package etcd takes locks of several machines in etcd.
//
// A lock is a folder of keys. Who wants it puts a key of his own into the folder, bound to a
// lease; the key that was created first is the holder's, and the revision at which it was
// created is the fence. `etcdctl lock` does the same (clientv3/concurrency, Mutex), so the
// two exclude each other and share one queue. What they do not share: readers (-s), which
// etcdctl does not know and takes for holders as it should, and the notes on who a holder is.
//
// Three things are done otherwise than by clientv3:
//
//   - The members are asked by us, not by a balancer: one that does not answer costs a moment
//     and no more (members.go).
//   - A lease counts as renewed only if the member that said so was led, before and after, by
//     a leader whom a majority followed (renew.go): one who was left behind renews leases that
//     the others let expire. He may also revoke what the others renew (etcd issue 15247), so
//     the holder watches its key as well.
//   - A lease ends by the holder's own clock, counted from before the request was sent.
package etcd
