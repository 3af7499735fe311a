//go:build linux && (amd64 || arm64)

package rehearse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// looksFor is how many random schedules look for what could not be forced.
const looksFor = 4

func force(ctx context.Context, scripts []Script, c *course, opt Options) (*Forced, error) {
	runs := c.runs()
	if len(runs) > mostRuns {
		return nil, cannot("the trace has %d runs", len(runs))
	}
	r := &rehearsal{opt: opt, know: newKnowledge(), report: &Report{}}
	for _, run := range runs {
		s := scripts[run.script]
		s.Args = run.args
		if c.apart {
			s.Dir = fmt.Sprintf("%s/.run%d", s.Dir, len(r.cast)+1)
		}
		at := slices.IndexFunc(r.scripts, func(o Script) bool {
			return o.Path == s.Path && o.Dir == s.Dir && slices.Equal(o.Args, s.Args)
		})
		if at < 0 {
			at = len(r.scripts)
			r.scripts = append(r.scripts, s)
		}
		r.cast = append(r.cast, at)
	}
	if err := r.prepare(); err != nil {
		return nil, err
	}
	for i := range r.starts {
		r.facts.dirs = append(r.facts.dirs, r.starts[i].Dir)
	}
	var out *Forced
	err := traced(func() (err error) {
		out, err = r.force(ctx, c)
		return err
	})
	return out, err
}

func (r *rehearsal) force(ctx context.Context, c *course) (*Forced, error) {
	ctx, stop := timed(ctx, &r.opt)
	defer stop()
	r.before(c)
	var lone []event
	for script := range r.scripts {
		alone, err := r.learnScript(ctx, script)
		if err != nil {
			return nil, err
		}
		lone = append(lone, alone...)
	}
	out, err := r.forceOnce(ctx, c, lone, func(*follower) {})
	if err != nil || out.Confirmed {
		return out, err
	}
	for _, another := range c.others() {
		if found, err := r.forceOnce(ctx, c, lone, another); err != nil || found.Confirmed {
			return found, err
		}
	}
	return out, r.look(ctx, c, out)
}

// others are the other ways to play a course: what a tool finds in files hangs on what is
// in them, which may be something else; and a signal may come in another turn of a loop.
func (c *course) others() []func(*follower) {
	list := []func(*follower){func(f *follower) { f.s.standsIn = f.answers }}
	if slices.ContainsFunc(c.marks, func(m mark) bool { return m.deed == deedSignal && m.work != "" }) {
		list = append(list, func(f *follower) { f.later = true })
	}
	return list
}

// before tells what the lone runs need to know: which names matter, what must not be
// there, and which files the script takes to be older than itself.
func (r *rehearsal) before(c *course) {
	lay := r.layOut(c)
	for _, at := range lay.Hidden {
		r.facts.interest(at)
	}
	for _, f := range lay.Files {
		r.facts.interest(f.Path)
	}
	for _, l := range lay.Links {
		r.facts.interest(l.Path)
	}
	for _, at := range lay.Dirs {
		r.facts.interest(at)
	}
	r.facts.hidden = append(r.facts.hidden, lay.Hidden...)
	for n := range c.names {
		name := &c.names[n]
		text := name.place()
		if name.older && name.there && strings.HasPrefix(text, "/") {
			r.orders.World.Files = append(r.orders.World.Files, worldFile{text, 0o644, nil})
		}
	}
}

// learnScript plays the lone run of a script, and returns what it has done.
func (r *rehearsal) learnScript(ctx context.Context, script int) ([]event, error) {
	cast := r.cast
	defer func() { r.cast = cast }()
	r.cast = []int{script, script}
	return r.learn(ctx)
}

// forceOnce plays the course in one of the ways in which that may be done.
func (r *rehearsal) forceOnce(ctx context.Context, c *course, lone []event, how func(*follower)) (*Forced, error) {
	if err := context.Cause(ctx); errors.Is(err, errNoTime) {
		return &Forced{Why: err.Error()}, nil
	} else if err != nil {
		return nil, err
	}
	lay := r.layOut(c)
	st, err := r.open(len(r.cast), lay)
	if err != nil {
		return nil, err
	}
	defer st.close()
	s := newScene(ctx, st, r.facts, r.opt.Seed)
	f := newFollower(s, c, r.starts[r.cast[0]].Dir)
	f.bindAll(r.know.names())
	how(f)
	out := &Forced{}
	err = f.follow()
	if err == nil {
		out.Why, err = f.claim(lone)
		out.Why += f.arranged()
	}
	out.Steps = steps(s.log)
	var left *departure
	var not *claimFailure
	switch {
	case err == nil:
		out.Confirmed = true
	case errors.As(err, &left):
		out.Why = left.Error()
	case errors.As(err, &not):
		out.Why = not.Error()
	case cutOff(err), errors.Is(err, errNoTime):
		out.Why = err.Error()
	default:
		return nil, err
	}
	return out, nil
}

// layOut lays out what the trace finds there when it begins, and takes away what it does
// not find.
func (r *rehearsal) layOut(c *course) worldPlan {
	var plan worldPlan
	for n := 1; n < len(c.names); n++ {
		name := &c.names[n]
		if !name.relates || name.text == "" || name.private {
			continue
		}
		var places []string
		if text := name.place(); text != "" {
			if !strings.HasPrefix(text, "/") {
				text = r.starts[r.cast[0]].Dir + "/" + text
			}
			places = append(places, text)
		} else {
			for _, lock := range r.know.names() {
				if !strings.Contains(lock, "$$") && name.fits(lock, r.starts[r.cast[0]].Dir) {
					places = append(places, lock)
				}
			}
		}
		for _, at := range places {
			switch {
			case r.facts.files[at]:
			case !name.there:
				plan.Hidden = append(plan.Hidden, at)
			case name.folder:
				plan.Dirs = append(plan.Dirs, at)
			case name.link:
				plan.Links = append(plan.Links, worldLink{at, name.leadsTo()})
			default:
				plan.Files = append(plan.Files, worldFile{at, 0o644, name.content()})
			}
		}
	}
	return plan
}

// look looks for the broken promise in other schedules.
func (r *rehearsal) look(ctx context.Context, c *course, out *Forced) error {
	if r.opt.Only {
		return nil
	}
	for _, script := range r.cast {
		if script != r.cast[0] {
			return nil // the plain schedules are of one script
		}
	}
	kills := slices.ContainsFunc(c.marks, func(m mark) bool { return m.deed == deedKill })
	signals := slices.ContainsFunc(c.marks, func(m mark) bool { return m.deed == deedSignal })
	again := &rehearsal{scripts: []Script{r.scripts[r.cast[0]]}, opt: r.opt, know: newKnowledge(), report: &Report{}}
	again.opt.Schedules, again.opt.Kill, again.opt.Signals = looksFor, kills, signals
	again.opt.Runs = max(len(r.cast), 2)
	again.opt.Choose = func(_ string, seen *Report) bool { return c.seen(seen) == nil }
	if err := again.prepare(); err != nil {
		return err
	}
	report, err := again.all(ctx)
	if errors.Is(err, ErrCannot) {
		return nil // the script runs on and on alone: nothing more is to be seen
	}
	if err != nil {
		return err
	}
	out.Other, out.Schedules = c.seen(report), report.Schedules
	return nil
}

// seen is the breach in a report that is the one of the course.
func (c *course) seen(report *Report) *Breach {
	for i := range report.Breaches {
		b := &report.Breaches[i]
		if b.Kind == c.property && (b.Kind == prove.Entry || c.mayBe(b.Lock)) {
			return b
		}
	}
	return nil
}

// mayBe tells whether a path may be the lock of the course.
func (c *course) mayBe(lock string) bool {
	n := namePlan{text: c.lock}
	return n.fits(lock, "/") || !n.fixed() || strings.HasSuffix(lock, "/"+c.lock)
}
