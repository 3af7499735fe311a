package rehearse

import "testing"

// Who makes a name has met somebody where it is there, unless his command says that it may be.
func TestExclusive(t *testing.T) {
	for _, tt := range []struct {
		op, words string
		flag      uint64
		want      bool
	}{
		{"mkdir", "mkdir /run/x", 0, true}, {"mkdir", "mkdir -m 755 /run/x", 0, true}, {"mkdir", "mkdir -p /run/x", 0, false},
		{"mkdir", "mkdir -vp /run/x", 0, false}, {"mkdir", "mkdir --parents /run/x", 0, false}, {"mkdir", "mkdir --verbose /run/x", 0, true},
		{"mkdir", "mkdir -- -p", 0, true}, {"mkdir", "", 0, true}, {"mkdir", "install -d /run/x", 0, false}, {"mkdir", "busybox mkdir -p /run/x", 0, false},
		{"mkdir", "busybox mkdir /run/x", 0, true},
		{"link", "ln /run/a /run/x", 0, true}, {"link", "ln -f /run/a /run/x", 0, false}, {"link", "ln -nsf /run/a /run/x", 0, false}, {"symlink", "ln -s /run/a /run/x", 0, true},
		{"symlink", "ln --force -s /run/a /run/x", 0, false}, {"symlink", "ln -s 100 /run/job-for", 0, true},
		{"link", "shlock -f /run/x -p 100", 0, true}, {"link", "lockfile-create --use-pid /run/x", 0, true},
		{"mknod", "mkfifo /run/x", 0, true}, {"create", "", flagExclusive, true}, {"create", "", 0, false}, {"rename", "mv a b", 0, false},
	} {
		if got := exclusive(&event{op: tt.op, words: tt.words, flag: tt.flag}); got != tt.want {
			t.Errorf("%s by %q: %v", tt.op, tt.words, got)
		}
	}
}
