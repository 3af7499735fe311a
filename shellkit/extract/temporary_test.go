package extract

import (
	"testing"

	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// A folder that no other run can make is no lock, and for it alone no script is walked.
// What is called a lock is one, however private its name is, and so is a name that only
// may be of this run alone.
func TestClaimsOfTemporaryNames(t *testing.T) {
	for text, locks := range map[string]bool{
		"D=/tmp/job.$$\nmkdir $D || exit 1\nwork\nrmdir $D\n":                             false,
		"D=`mktemp -d`\nmkdir \"$D\"/a || exit 1\nwork\nrmdir \"${D}\"/a\n":               false,
		"D=/tmp/job.$$\nE=$D/out\nif mkdir $E; then work; fi\nrm -r $E\n":                 false,
		"D=/tmp/lock.$$\nmkdir $D || exit 1\nwork\nrmdir $D\n":                            true,
		"D=/tmp/job.$$\n[ $# = 0 ] || D=$1\nmkdir $D || exit 1\nwork\nrmdir $D\n":         true,
		"D=/srv/job.d\nmkdir $D || exit 1\nwork\nrmdir $D\n":                              true,
		"mkdir /srv/$USER.d || exit 1\ntrap 'rmdir /srv/$USER.d' EXIT\nwork\n":            true,
		"f() { mkdir $1 || exit 1; }\nf /srv/job.d\nwork\nrmdir $1\n":                     true,
		"D=/tmp/job.$$\nmkdir $D || exit 1\nrmdir $D\nmkdir /srv/l || exit\nrmdir /srv/l": true,
	} {
		file, err := shell.Parse("job.sh", []byte(text), source.Bash)
		if err != nil {
			t.Fatal(err)
		}
		if in := survey(file, []byte(text)); in.locks != locks {
			t.Errorf("%v, not %v:\n%s", in.locks, locks, text)
		}
	}
}
