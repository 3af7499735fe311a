//go:build linux && (amd64 || arm64)

package rehearse

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A rehearsal is one call of Run.
type rehearsal struct {
	scripts []Script
	starts  []start // of each script
	cast    []int   // which script a run runs; none: the first
	opt     Options
	orders  orders
	facts   *scriptFacts
	know    *knowledge
	report  *Report
	length  int             // moves of the lone run
	met     [classCount]int // how many calls of each class a run has made that met most
}

func run(ctx context.Context, script Script, opt Options) (*Report, error) {
	r := &rehearsal{scripts: []Script{script}, opt: opt, know: newKnowledge(), report: &Report{}}
	if err := r.prepare(); err != nil {
		return nil, err
	}
	var report *Report
	err := traced(func() (err error) {
		report, err = r.all(ctx)
		return err
	})
	return report, err
}

// traced calls do on a thread of its own, which traces and ends with it.
func traced(do func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		done <- do()
	}()
	return <-done
}

// prepare reads the scripts and works out how each is started in its world.
func (r *rehearsal) prepare() error {
	if landlockABI() < leastLandlock {
		return cannot("this kernel has no Landlock of version %d, so content has one wall only", leastLandlock)
	}
	r.facts = newFacts()
	r.orders = orders{Walls: r.opt.walls}
	for i := range r.scripts {
		if err := r.prepareScript(&r.scripts[i]); err != nil {
			return err
		}
	}
	if r.opt.Helper == "" {
		r.opt.Helper = "/proc/self/exe"
	}
	return nil
}

// all learns the script, plays the fixed schedules, then the random ones, as long as
// there is time.
func (r *rehearsal) all(ctx context.Context) (*Report, error) {
	ctx, stop := timed(ctx, &r.opt)
	defer stop()
	if _, err := r.learn(ctx); err != nil {
		return nil, err
	}
	if err := r.schedules(ctx); errors.Is(err, errNoTime) {
		r.report.Cut = err.Error()
		r.report.Unjudged = append(r.report.Unjudged, "all that were left: "+r.report.Cut)
	} else if err != nil {
		return nil, err
	}
	return r.finish(), nil
}

func (r *rehearsal) schedules(ctx context.Context) error {
	works := len(r.know.alone)
	for _, s := range append(justInside(), inside(works)...) {
		if err := r.schedule(ctx, s); err != nil {
			return err
		}
	}
	list := append(thirds(r.met), races(r.met)...)
	if r.opt.Kill {
		list = append(list, crashes(works)...)
	}
	if r.opt.Signals {
		list = append(list, interrupted(works)...)
	}
	for _, s := range list {
		if !r.chosen(s.name) {
			continue
		}
		if err := r.schedule(ctx, s); err != nil {
			return err
		}
	}
	seeds := rand.New(rand.NewPCG(r.opt.Seed, 1))
	for i := range r.opt.Schedules {
		s := schedule{name: fmt.Sprintf("random-%d", i), random: seeds.Uint64() | 1, alone: -1}
		if !r.chosen(s.name) {
			continue
		}
		if err := r.schedule(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (r *rehearsal) chosen(name string) bool {
	return r.opt.Choose == nil || r.opt.Choose(name, r.report)
}

// lessons plays the lone run until it teaches nothing more.
func (r *rehearsal) lessons(ctx context.Context) (*played, error) {
	before := -1
	var last *played
	for range mostLessons {
		if r.facts.count() == before {
			break
		}
		before = r.facts.count()
		p, err := r.play(ctx, plan("alone", phase{runs: []int{0}}), 1)
		if cutOff(err) || errors.Is(err, errNoTime) {
			return nil, cannot("%s", err)
		}
		if err != nil {
			return nil, err
		}
		last = p
	}
	return last, nil
}

// mostOtherwise is how many commands are tried.
const mostOtherwise = 3

// otherwise looks whether a lone run that has done nothing but work does more where one
// of its commands fails, for "is there nothing to do?" had the answer yes, or where the
// files are there that it wants to read. So it is from then on, wherever no schedule says
// something else.
func (r *rehearsal) otherwise(ctx context.Context, last *played) (*played, error) {
	for n, command := range commandsOf(last.log) {
		if n == mostOtherwise {
			break
		}
		r.facts.fails[command] = true
		more, err := r.lessons(ctx)
		if err != nil {
			return nil, err
		}
		if !onlyWorks(more.log) {
			r.report.Notes = append(r.report.Notes, command+" is taken to fail: where it succeeds the script does nothing that others meet")
			return more, nil
		}
		delete(r.facts.fails, command)
	}
	if len(r.facts.unread) == 0 {
		return last, nil
	}
	files := len(r.orders.World.Files)
	for _, name := range r.facts.unread {
		r.orders.World.Files = append(r.orders.World.Files, worldFile{name, 0o644, nil})
	}
	more, err := r.lessons(ctx)
	if err != nil {
		return nil, err
	}
	if !onlyWorks(more.log) || asksForLock(more.log) && !asksForLock(last.log) {
		r.report.Notes = append(r.report.Notes, strings.Join(r.facts.unread, " ")+" is taken to be there: without it the script does nothing that others meet")
		return more, nil
	}
	r.orders.World.Files = r.orders.World.Files[:files]
	return last, nil
}

// mostLessons is how often the lone run is played to learn which names matter, what is
// missing and which folders there have to be.
const mostLessons = 6

// learn plays the lone run until it teaches nothing more, and returns what it has done.
func (r *rehearsal) learn(ctx context.Context) ([]event, error) {
	last, err := r.lessons(ctx)
	if err == nil && onlyWorks(last.log) {
		last, err = r.otherwise(ctx, last)
	}
	if err != nil {
		return nil, err
	}
	r.report.Alone = steps(last.log[:last.newcomerOr()])
	alone := *last
	alone.log = last.log[:last.newcomerOr()]
	r.know.learnAlone(&alone, last.log[last.newcomerOr():])
	r.length = max(20, len(alone.log))
	r.judge(last, 1)
	return alone.log, nil
}

func (p *played) newcomerOr() int {
	if p.newcomerFrom > 0 {
		return p.newcomerFrom
	}
	return len(p.log)
}

// schedule plays one schedule and judges it. One that was cut off is named and shows
// nothing.
func (r *rehearsal) schedule(ctx context.Context, s schedule) error {
	p, err := r.play(ctx, s, r.opt.Runs)
	if cutOff(err) {
		r.report.Unjudged = append(r.report.Unjudged, s.name+": "+err.Error())
		return nil
	}
	if err != nil {
		return err
	}
	if p.alone >= 0 && p.aloneUntil > 0 {
		r.know.learnInside(p)
	}
	r.judge(p, r.opt.Runs)
	return nil
}

func (r *rehearsal) judge(p *played, runs int) {
	r.report.Schedules++
	if r.opt.Watch != nil {
		r.opt.Watch(p.name, deeds(p.log))
	}
	r.know.asks.follow(p.log)
	r.know.learnTaken(p.log)
	r.know.learnLosers(p, runs)
	r.report.collect(r.know.overlaps(p, runs))
	found, note := r.know.others(p)
	r.report.collect(found)
	if note != "" && !slices.Contains(r.report.Notes, note) {
		r.report.Notes = append(r.report.Notes, note)
	}
	for i := range p.log {
		if e := &p.log[i]; e.op == "work" && !slices.Contains(r.report.StoodIn, e.work()) {
			r.report.StoodIn = append(r.report.StoodIn, e.work())
		}
	}
}

// play builds a world, plays one schedule in it with the given number of runs and a
// newcomer, and takes the world away.
func (r *rehearsal) play(ctx context.Context, sch schedule, runs int) (*played, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	st, err := r.open(runs+1, worldPlan{})
	if err != nil {
		return nil, err
	}
	defer st.close()
	s := newScene(ctx, st, r.facts, r.opt.Seed)
	s.length = max(s.length, r.length)
	s.tables = r.opt.Tables
	if r.facts.endless {
		s.patience = mostLooks
	}
	err = s.play(sch, runs)
	r.facts.endless = r.facts.endless || s.endless
	if err != nil {
		return nil, err
	}
	for _, passed := range s.passedBy {
		for c, n := range passed {
			r.met[c] = max(r.met[c], n)
		}
	}
	p := &played{name: sch.name, log: s.log, alone: sch.alone, aloneUntil: s.aloneUntil, newcomerFrom: s.newcomerFrom,
		newcomer: runs, stuck: s.stuck, lookers: s.lookers}
	for _, ph := range sch.phases {
		p.killed = p.killed || ph.signal == unix.SIGKILL
	}
	if r.opt.watch != nil {
		r.opt.watch(p)
	}
	return p, nil
}

// open builds a world with a number of runs in it, and with what lay says beside what
// was learnt.
func (r *rehearsal) open(runs int, lay worldPlan) (*stage, error) {
	o := r.orders
	for i := range runs {
		script := 0
		if i < len(r.cast) {
			script = r.cast[i]
		}
		o.Runs = append(o.Runs, r.starts[script])
	}
	o.World.Dirs = slices.Concat(o.World.Dirs, r.facts.dirs, lay.Dirs)
	o.World.Hidden = slices.Concat(o.World.Hidden, r.facts.hidden, lay.Hidden)
	o.World.Files = slices.Concat(o.World.Files, r.facts.absent(), lay.Files)
	o.World.Links = slices.Concat(o.World.Links, lay.Links)
	if os.Getuid() != 0 {
		o.World.Own = r.facts.folders()
	}
	st, err := openStage(r.opt.Helper, &o)
	if err != nil {
		return nil, cannot("%s", err)
	}
	return st, nil
}

// finish completes the report.
func (r *rehearsal) finish() *Report {
	if r.know.asks.neverIn() {
		r.report.collect([]Breach{{Kind: prove.Entry, Why: "no run ever gets the lock that it asks for", Schedule: "alone", Steps: r.report.Alone}})
	}
	r.report.Locks = r.know.names()
	for _, f := range r.facts.absent() {
		r.report.Missing = append(r.report.Missing, f.Path)
	}
	r.report.Lacking = r.facts.tools
	return r.report
}
