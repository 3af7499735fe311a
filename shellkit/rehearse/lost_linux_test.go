//go:build linux && (amd64 || arm64)

package rehearse

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

// Who ends the keeper of a world, or kills a run from outside, ends the schedule, and it is
// said by what; runs cannot end the keeper, and may kill each other.
func TestKeeperIsEnded(t *testing.T) {
	needsWorld(t)
	end := func(text string, change func(*scene)) error {
		begin := start{Path: "/bin/bash", Argv: []string{"bash", "/hostile"}, Dir: "/", Env: []string{"PATH=/usr/bin:/bin"}}
		_, err := assault{begin: begin, file: worldFile{"/hostile", 0o755, []byte(text)}, walls: walls{NoLandlock: true}, change: change}.try()
		return err
	}
	err := end("while :; do : >/f; done", func(s *scene) { _ = unix.Kill(s.stage.keeper, unix.SIGKILL) }) // it is there until it is reaped
	if !errors.Is(err, errLost) {
		t.Errorf("ended from outside: %v", err)
	}
	err = end("while :; do : >/f; done", func(s *scene) { _ = unix.Kill(s.stage.runs[0], unix.SIGKILL) })
	if !errors.Is(err, errKilled) || !cutOff(err) {
		t.Errorf("a run is killed from outside: %v", err)
	}
	for _, own := range []string{"kill -9 $$", "bash -c 'kill -9 $PPID'", "kill -KILL 0", "sleep 9 & kill -9 $!; wait"} {
		if err := end(own, func(*scene) {}); err != nil {
			t.Errorf("%s: %v", own, err)
		}
	}
	if err := end("for s in {1..64}; do kill -$s 1; done; : >/f", func(*scene) {}); err != nil {
		t.Errorf("from within: %v", err)
	}
}
