//go:build linux && (amd64 || arm64)

package rehearse

import (
	"fmt"
	"os/exec"
	"sync"
	"testing"
)

// unable says why this machine gives nobody a world of his own, or nothing. It asks
// unshare(1), mount(8) and the kernel and not the code under test: where those can and
// a rehearsal cannot, its tests fail.
var unable = sync.OnceValue(func() string {
	if abi := landlockABI(); abi < leastLandlock {
		return fmt.Sprintf("Landlock is of version %d", abi)
	}
	const world = `mount -t tmpfs none /mnt && mkdir /mnt/u /mnt/w /mnt/o && mount -t overlay -o lowerdir=/usr,upperdir=/mnt/u,workdir=/mnt/w none /mnt/o`
	out, err := exec.Command("unshare", "--user", "--map-root-user", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "sh", "-c", world).CombinedOutput()
	if err != nil {
		return fmt.Sprintf("unshare: %v: %s", err, out)
	}
	return ""
})

// needsWorld skips a test where no world can be had.
func needsWorld(t *testing.T) {
	t.Helper()
	if why := unable(); why != "" {
		t.Skip("nothing can be rehearsed on this machine: ", why)
	}
}
