package truth

import (
	"context"
	"errors"
	"slices"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/rehearse"
)

// mostForced is how many violations of one promise are forced until one is to be had.
const mostForced = 3

// byItsTrace is the schedule of what was forced.
const byItsTrace = "the trace of prove"

// byKill is why a trace does not show that such a lock stays behind: it stays there after
// kill -9 whatever the script does, and a signal or an end has to show it.
const byKill = "a kill -9 leaves it behind"

// force plays the verdict's own schedules on the script: what was violated is seen where
// one of them is met step by step.
func (s *Seen) force(ctx context.Context, o *Said, script rehearse.Script) error {
	cast, protocols := []rehearse.Script{script}, []*protocol.Protocol{o.Protocol}
	if o.Beside != nil {
		other := rehearse.Script{Path: besideOf(script.Path), Dir: script.Dir}
		cast, protocols = append(cast, other), append(protocols, o.Beside)
	}
	for i := range o.Needs {
		need := &o.Needs[i]
		for _, v := range need.found {
			if need.Promise == prove.Stale && o.Script.Lasts() && killed(v) {
				s.Left = append(s.Left, byKill)
				continue
			}
			forced, err := rehearse.Force(ctx, cast, protocols, v, rehearse.Options{Seed: o.Script.Seed, Only: true})
			switch {
			case errors.Is(err, rehearse.ErrCannot):
				s.Left = append(s.Left, err.Error())
				continue
			case err != nil:
				return err
			case !forced.Confirmed:
				s.Left = append(s.Left, forced.Why)
				continue
			}
			s.Breaches = append(s.Breaches, Breach{need.Promise, v.Lock, forced.Why, byItsTrace})
			break
		}
	}
	return nil
}

func killed(v *prove.Violation) bool {
	return slices.ContainsFunc(v.Events, func(e prove.Event) bool { return e.Kind == prove.Kill })
}
