//go:build linux && (amd64 || arm64)

package rehearse

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// rehearsed runs a script's text and says which promises were seen broken.
func rehearsed(t *testing.T, shell, text string, opt Options) (*Report, []Kind) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := Run(context.Background(), Script{Path: file, Shell: shell}, opt)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []Kind
	for _, b := range r.Breaches {
		if !slices.Contains(kinds, b.Kind) {
			kinds = append(kinds, b.Kind)
		}
	}
	slices.Sort(kinds)
	return r, kinds
}

func TestSeen(t *testing.T) {
	tests := []struct {
		name, shell, text string
		want              []Kind
	}{
		{"flock", "bash", "exec 9>/srv/app/lock\nflock -n 9 || exit 75\n./work\n", nil},
		{"removed while others wait", "bash", "exec 9>/srv/app/lock\nflock 9 || exit 75\n./work\nrm -f /srv/app/lock\n", []Kind{Exclusion}},
		{"unheeded", "dash", "exec 9>/srv/app/lock\nflock -n 9\n./work\n", []Kind{Exclusion}},
		{"mkdir", "dash", "mkdir /srv/app/lock.d || exit 75\ntrap 'rmdir /srv/app/lock.d' EXIT\n./work\n", nil},
		{"check then create", "dash", "[ -e /run/app.lock ] && exit 75\ntouch /run/app.lock\n./work\nrm -f /run/app.lock\n", []Kind{Exclusion}},
		{"never removed", "dash", "mkdir /srv/app/lock.d || exit 75\n./work\n", []Kind{Stale}},
		{"kept by a job", "bash", "exec 9>/srv/app/lock\nflock -n 9 || exit 75\n./watch &\n./work\n", []Kind{Leak}},
		{"job without it", "bash", "exec 9>/srv/app/lock\nflock -n 9 || exit 75\nnohup ./watch 9>&- &\n./work\n", nil},
		{"locked twice", "bash", "exec 8>/srv/app/lock 9>/srv/app/lock\nflock 8\nflock 9\n./work\n", []Kind{Deadlock}},
		{"lets go first", "bash", "exec 9>/srv/app/lock\nflock -n 9 || exit 75\nexec 9>&-\n./work\n", []Kind{Exclusion}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, kinds := rehearsed(t, tt.shell, tt.text, Options{})
			if !slices.Equal(kinds, tt.want) {
				t.Errorf("seen %v, right is %v\n%+v\nunjudged %v\n%v", kinds, tt.want, r.Breaches, r.Unjudged, r.Alone)
			}
		})
	}
}
