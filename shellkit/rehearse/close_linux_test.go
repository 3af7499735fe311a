//go:build linux && (amd64 || arm64)

package rehearse

import (
	"context"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// TestCloseEndsWhoWasLeftStanding closes a stage while a task stands where its end was
// already taken note of: nobody would let it go but who closes.
func TestCloseEndsWhoWasLeftStanding(t *testing.T) {
	needsWorld(t)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	run := start{Path: "/bin/sh", Argv: []string{"sh", "-c", "exit 0"}, Env: []string{"PATH=/usr/bin:/bin"}, Dir: "/"}
	o := &orders{Runs: []start{run, run}}
	st, err := openStage("/proc/self/exe", o)
	if err != nil {
		t.Fatal(err)
	}
	s := newScene(context.Background(), st, newFacts("/script"), 1)
	if err := unix.Kill(st.runs[0], unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for len(s.events[st.runs[0]]) == 0 {
		if _, err := s.gather(true); err != nil {
			t.Fatal(err)
		}
	}
	st.close() // waits for ever where it goes wrong
	if err := unix.Kill(st.keeper, 0); err != unix.ESRCH {
		t.Errorf("the keeper is still there: %v", err)
	}
}
