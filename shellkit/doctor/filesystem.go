package doctor

import (
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/holders"
)

// fileSystem is what is known of flock(2) on a type of file system. From the
// kernel's documentation and manual pages: nfs(5), mount.cifs(8), mount.lustre(8),
// Documentation/filesystems/{9p,afs,fuse-io,ocfs2,gfs2,virtiofs}.rst, virtiofsd(1).
type fileSystem struct {
	shared bool // other machines, guests or the host see the same files
	level  Level
	text   string
	hint   string
	// options that change the judgement; the first that is set decides.
	options []mountOption
}

type mountOption struct {
	option string // as in mountinfo, or its beginning up to and with `=`
	level  Level
	text   string
}

const (
	onlyThis = "locks exclude processes on this machine only, not other machines that use the same files"
	onlySeen = "locks exclude processes inside this guest only, not the host or other guests"
)

var fileSystems = map[string]fileSystem{
	"nfs":  nfs,
	"nfs4": nfs,
	"cifs": smb,
	"smb3": smb,
	"ceph": {shared: true, text: "locks are kept by the servers and exclude other machines"},
	"9p":   {true, Problem, onlySeen + "; many servers grant every lock", elsewhere, nil},
	"virtiofs": {true, Problem, onlySeen + ", unless the daemon was started with remote locks",
		"lock a file inside the guest, or let one side alone do the locking", nil},
	"vboxsf": {true, Problem, onlySeen, elsewhere, nil},
	"prl_fs": {true, Problem, onlySeen, elsewhere, nil},
	"lustre": {shared: true, level: Problem, text: "flock(2) is not offered unless the mount has the option flock", hint: "mount with -o flock",
		options: []mountOption{
			{"localflock", Problem, onlyThis + " (localflock)"},
			{"noflock", Problem, "every flock(2) is refused (noflock)"},
			{"flock", Fine, "locks exclude other machines (flock)"},
		}},
	"ocfs2": {shared: true, text: "locks exclude other machines where the cluster stack offers that",
		hint:    "mount without localflocks",
		options: []mountOption{{"localflocks", Problem, onlyThis + " (localflocks)"}}},
	"gfs2": {shared: true, text: "locks exclude other machines",
		hint:    "mount without localflocks",
		options: []mountOption{{"localflocks", Problem, onlyThis + " (localflocks)"}}},
	"afs": {shared: true, text: "locks are whole-file locks of the server",
		hint:    "mount with flock=openafs or flock=strict",
		options: []mountOption{{"flock=local", Problem, onlyThis + " (flock=local)"}}},
	"overlay": {text: "locks exclude within this overlay; two overlays on the same lower directory do not see each other"},
	"fuse":    fuse,
	"fuseblk": {text: "locks are kept by the kernel, as on any local disk"},
}

var nfs = fileSystem{shared: true, text: "flock(2) becomes a lock of the server and excludes other machines",
	options: []mountOption{
		{"local_lock=all", Problem, onlyThis + " (local_lock=all)"},
		{"local_lock=flock", Problem, onlyThis + " (local_lock=flock)"},
		{"nolock", Problem, onlyThis + " (nolock)"},
	},
	hint: "mount without nolock and local_lock, or with NFS 4",
}

var smb = fileSystem{shared: true, text: "locks become mandatory locks of the server: who reads the file without locking it gets errors",
	options: []mountOption{{"nobrl", Problem, onlyThis + " (nobrl)"}},
	hint:    "mount without nobrl, and lock a file that nobody reads",
}

var fuse = fileSystem{shared: true, level: Note,
	text: "whether locks exclude other machines hangs on the program behind it; where it does not care, the kernel keeps them for this machine",
	hint: "ask its manual for flock"}

// known finds the judgement for a type such as fuse.sshfs.
func known(fsType string) (fileSystem, bool) {
	k, ok := fileSystems[fsType]
	if ok || !strings.HasPrefix(fsType, "fuse.") {
		return k, ok
	}
	if fsType == "fuse.sshfs" {
		return fileSystem{true, Problem, onlyThis + " (sshfs has no locks)", elsewhere, nil}, true
	}
	return fuse, true
}

// IsShared says whether other machines may hold locks on that type of file system
// that this kernel does not know of.
func IsShared(fsType string) bool {
	k, ok := known(fsType)
	return ok && k.shared
}

// judge says what the type and the options of a mount mean for locks.
func judge(m holders.Mount) Finding {
	about := m.FSType + " on " + m.Point
	k, ok := known(m.FSType)
	if !ok {
		return Finding{Fine, about, "a local file system: the kernel keeps its locks", ""}
	}
	for _, o := range k.options {
		if slices.ContainsFunc(m.Options, func(set string) bool { return set == o.option }) {
			hint := k.hint
			if o.level == Fine {
				hint = ""
			}
			return Finding{o.level, about, o.text, hint}
		}
	}
	hint := k.hint
	if k.level == Fine {
		hint = ""
	}
	return Finding{k.level, about, k.text, hint}
}
