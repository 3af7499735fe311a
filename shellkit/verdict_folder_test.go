package shellkit

import (
	"strings"
	"testing"

	"github.com/lockkit/lockkit/shellkit/source"
	"github.com/lockkit/lockkit/shellkit/verdicts"
)

// TestNoFolderTells holds that a script is understood alike in whatever folder it lies, and
// whenever it is asked for: the folder is known from the command line alone.
func TestNoFolderTells(t *testing.T) {
	rows, err := verdicts.Rows()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		t.Run(r.String(), func(t *testing.T) {
			t.Parallel()
			here := understood(t, &r, "job.sh")
			for _, elsewhere := range []string{"job.sh", "some folder/of/mine/job.sh", strings.Repeat("/deep", 40) + "/job.sh"} {
				if there := understood(t, &r, elsewhere); there != here {
					t.Errorf("%s.txt:%d: as job.sh\n%s\nand as %s\n%s", r.Kind, r.Line, here, elsewhere, there)
				}
			}
		})
	}
}

// understood is what is made of a script that lies at a path, without that path.
func understood(t *testing.T, r *verdicts.Row, path string) string {
	t.Helper()
	f, err := source.New(path, []byte(r.Text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Load(f, r.Shell, nil)
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(s.Protocol.String(), path, "job.sh")
}
