package rehearse

import (
	"testing"

	"golang.org/x/sys/unix"
)

// Who sleeps in a call of which nobody expects it is found asleep, and not waited for.
func TestSleepThatNobodyForesees(t *testing.T) {
	needsWorld(t)
	var on *scene
	var at standing
	a := attack{do(unix.SYS_FUTEX, []byte{0, 0, 0, 0}, 0, 0, 0, 0, 0)} // it waits until somebody wakes it
	_, err := assault{begin: start{Path: "/attack", Argv: []string{"attack"}, Dir: "/"}, file: worldFile{"/attack", 0o755, a.program()},
		change: func(s *scene) { on = s }, during: func() { at = on.mains[0].at }}.try()
	if err != nil || at != asleep {
		t.Errorf("it is %d, %v", at, err)
	}
}
