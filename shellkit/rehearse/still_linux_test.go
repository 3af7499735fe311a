//go:build linux && (amd64 || arm64)

package rehearse

import "testing"

// The time of a run stands still while one of its tasks is held within a step: no limit is
// over because the schedule has not let somebody go on who was just about to end.
func TestTimeStandsStill(t *testing.T) {
	needsWorld(t)
	for name, text := range map[string]string{
		"a limit around it": "exec 9>/srv/app/lock\ntimeout 60 flock -n 9 || exit 75\n./work\n",
		"one of several":    "exec 9>/srv/app/lock\nfor try in 1 2 3; do\n  if timeout 5 flock -n 9; then ./work; exit; fi\n  ./other\ndone\n",
	} {
		t.Run(name, func(t *testing.T) {
			played := 0
			rehearsed(t, "bash", text, Options{Choose: func(name string, _ *Report) bool { return name == "just-inside" }, Watch: func(schedule string, log []Deed) {
				if schedule != "just-inside" {
					return
				}
				played++
				for _, d := range log {
					if d.Op == "timer" {
						t.Errorf("the time of %q is over", d.Words)
					}
				}
			}})
			if played == 0 {
				t.Error("it was not played")
			}
		})
	}
}
