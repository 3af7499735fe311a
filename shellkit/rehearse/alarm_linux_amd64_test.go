package rehearse

import (
	"testing"

	"golang.org/x/sys/unix"
)

// Who sleeps in a call of which nobody expects it is found out, and not waited for: where
// it wakes it would not stand. One in a call that is met at its end is asleep.
func TestSleepThatNobodyForesees(t *testing.T) {
	needsWorld(t)
	a := attack{do(unix.SYS_FUTEX, []byte{0, 0, 0, 0}, 0, 0, 0, 0, 0)} // it waits until somebody wakes it
	for foreseen, want := range map[bool]error{true: nil, false: errUnmet} {
		var on *scene
		var at standing
		_, err := assault{begin: start{Path: "/attack", Argv: []string{"attack"}, Dir: "/"}, file: worldFile{"/attack", 0o755, a.program()}, walls: walls{NoMeeting: !foreseen},
			change: func(s *scene) { on, s.stage.unmet = s, false }, during: func() { at = on.mains[0].at }}.try()
		if err != want || foreseen && at != asleep {
			t.Errorf("foreseen %v: it is %d, %v", foreseen, at, err)
		}
	}
}
