package cli

import (
	"math"
	"strconv"
	"time"

	"github.com/lockkit/lockkit/shellkit/holders"
	"github.com/lockkit/lockkit/shellkit/report"
)

// Exit codes of who --older, for monitoring.
const (
	whoYoung   = 0 // no lock has been held for so long
	whoOld     = 1 // a lock has
	whoAgeless = 2 // of none is that known, and of one it cannot be told
)

// readOlder reads a number of seconds, which may have a fraction.
func (o *whoOptions) readOlder() error {
	n, err := strconv.ParseFloat(o.older, 64)
	switch {
	case err != nil || math.IsNaN(n) || n < 0:
		return fail(exitUsage, "who: --older needs a number of seconds, not %q", o.older)
	case o.watch:
		return fail(exitUsage, "who: --watch shows all, and --older only some")
	case n >= math.MaxInt64/float64(time.Second):
		o.limit = math.MaxInt64
	default:
		o.limit = time.Duration(n * float64(time.Second))
	}
	return nil
}

// onlyOlder leaves the files whose lock has been held for longer than limit, and those of
// which that cannot be told, which the verdict names. Where nobody was asked for, that is
// looked at for locks that were given by name.
//
// How long a lock is held is known of one that was given by name, because its holder has
// noted it. Another one is taken to be younger than the eldest process that keeps it.
func (v *verdict) onlyOlder(w *report.Who, limit time.Duration, asked bool) {
	now := w.Picture.At
	var some []*holders.File
	old := false
	for _, f := range w.Files {
		if len(f.Locks) == 0 || !asked && !w.Named[f] {
			continue
		}
		if noted, ok := w.Noted[f]; ok {
			if now.Sub(noted.Since) > limit {
				some, old = append(some, f), true
			}
			continue
		}
		if why := ageless(f, now, limit); why != "" {
			some = append(some, f)
			v.unknown = append(v.unknown, fail(whoAgeless, "who: cannot tell how long %s has been held: %s", report.PathOf(f), why))
		}
	}
	switch {
	case old:
		v.code = whoOld
	case len(v.unknown) > 0:
		v.code = whoAgeless
	default:
		v.code = whoYoung
	}
	w.Files, w.Free = some, nil
}

// ageless says why a lock without a note may be older than limit; empty when it is not.
func ageless(f *holders.File, now time.Time, limit time.Duration) string {
	for _, l := range f.Locks {
		if len(l.Keepers) == 0 && !l.KeptAbove() {
			return "it cannot be seen who keeps it"
		}
		for _, k := range l.Keepers {
			if k.Process.Started.IsZero() || now.Sub(k.Process.Started) > limit {
				return "nobody has noted it, and pid " + strconv.Itoa(k.Process.PID) + ", which keeps it, has run for longer than that"
			}
		}
	}
	return ""
}
