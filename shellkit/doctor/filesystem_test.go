package doctor

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/holders"
)

func TestJudge(t *testing.T) {
	for _, tt := range []struct {
		fsType, options string
		level           Level
		text            string
		shared          bool
	}{
		{"ext4", "rw,relatime", Fine, "a local file system", false},
		{"overlay", "rw", Fine, "exclude within this overlay", false},
		{"fuseblk", "rw", Fine, "kept by the kernel", false},
		{"nfs", "rw,vers=3,local_lock=none", Fine, "excludes other machines", true},
		{"nfs", "rw,vers=3,nolock", Problem, "on this machine only", true},
		{"nfs4", "rw,local_lock=flock", Problem, "local_lock=flock", true},
		{"nfs4", "rw,local_lock=all", Problem, "local_lock=all", true},
		{"nfs4", "rw,local_lock=posix", Fine, "excludes other machines", true},
		{"virtiofs", "rw", Problem, "inside this guest only", true},
		{"9p", "rw,trans=virtio", Problem, "inside this guest only", true},
		{"cifs", "rw,nobrl", Problem, "nobrl", true},
		{"smb3", "rw", Fine, "mandatory locks", true},
		{"fuse.sshfs", "rw", Problem, "sshfs has no locks", true},
		{"fuse.glusterfs", "rw", Note, "hangs on the program", true},
		{"lustre", "rw", Problem, "not offered", true},
		{"lustre", "rw,flock", Fine, "exclude other machines", true},
		{"lustre", "rw,localflock", Problem, "on this machine only", true},
		{"ocfs2", "rw,localflocks", Problem, "localflocks", true},
		{"gfs2", "rw", Fine, "exclude other machines", true},
		{"afs", "rw,flock=local", Problem, "flock=local", true},
		{"ceph", "rw", Fine, "servers", true},
	} {
		m := holders.Mount{FSType: tt.fsType, Point: "/mnt", Options: strings.Split(tt.options, ",")}
		f := judge(m)
		if f.Level != tt.level || !strings.Contains(f.Text, tt.text) || f.About != tt.fsType+" on /mnt" {
			t.Errorf("%s %s: got %+v", tt.fsType, tt.options, f)
		}
		if (f.Level == Fine) != (f.Hint == "") {
			t.Errorf("%s %s: hint %q at level %d", tt.fsType, tt.options, f.Hint, f.Level)
		}
		if IsShared(tt.fsType) != tt.shared {
			t.Errorf("%s: shared is %v", tt.fsType, !tt.shared)
		}
	}
}
