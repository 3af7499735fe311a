package inclusion

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

func TestNames(t *testing.T) {
	real := t.TempDir()
	if folder, err := filepath.EvalSymlinks(real); err == nil {
		real = folder
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		text, log string
		opaque    bool
		fits      bool
	}{
		{"/run/x.lock", "/run/x.lock", false, true},
		{"/run/x.lock", "/run/y.lock", false, false},
		{"/run//a/../x.lock", "/run/x.lock", false, true},
		{link + "/x", real + "/x", false, true},
		{link + "/new/x", real + "/new/x", false, true},
		{"./x.lock", "/srv/app/x.lock", false, true},
		{"../x.lock", "/srv/x.lock", false, true},
		{"x.lock", "/srv/ax.lock", false, false},
		{"/run/$NAME.lock", "/run/a.lock", true, true},
		{"/run/$NAME.lock", "/run/.lock", true, true},
		{"/run/$NAME.lock", "/var/a.lock", true, false},
		{"/run/$NAME.lock", "/run/a.pid", true, false},
		{link + "/$NAME.lock", real + "/a.lock", true, true},
		{"/srv/$1/db", "/srv/db", true, true},
		{"/srv/$1/db", "/srv/a/b/db", true, true},
		{"/srv/$1/db", "/srv/adb", true, false},
		{"$(dirname \"$0\")/x (1)", "/opt/x (1)", true, true},
		{"${dir%/}/x", "/opt/x", true, true},
		{"`pwd`/x", "/opt/y", true, false},
		{"~/x", "/root/x", true, true},
		{"$$", "/opt/123", true, true},
	} {
		n := nameOf(&protocol.Path{Text: tt.text, Opaque: tt.opaque})
		if n.fits(tt.log) != tt.fits {
			t.Errorf("%q and %q: %v, right is %v", tt.text, tt.log, !tt.fits, tt.fits)
		}
	}
}
