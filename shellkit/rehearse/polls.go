package rehearse

// polls tells who only waits: a run that has slept, looked, and slept again, while
// neither it nor anybody else has changed anything, waits as one does that sleeps for a
// lock. It moves on when nobody else can.
type polls struct {
	runs  []turns
	looks int // how often somebody has looked in vain since something last changed
	count int
}

// turns are what a run does between one look in vain and the next: from sleep to sleep,
// or from one try that fails to the same again.
type turns struct {
	done    map[string]bool // what it has ever done
	made    map[string]bool // names that it has made in this turn, and not removed again
	failed  string          // the try of this turn that has failed
	slept   bool            // it has slept before
	anew    bool            // in this turn it has done something for the first time
	same    bool            // in its last turn it has not
	changed bool            // this turn has changed something
	waits   bool
	at      int // when it last looked
}

func newPolls(runs int) polls {
	p := polls{runs: make([]turns, runs)}
	for i := range p.runs {
		p.runs[i] = turns{done: map[string]bool{}, made: map[string]bool{}}
	}
	return p
}

// waits tells whether a run only waits.
func (p *polls) waits(run int) bool { return p.runs[run].waits }

// longer tells which of two runs has looked less lately.
func (p *polls) longer(run, than int) bool { return p.runs[run].at < p.runs[than].at }

// follow takes an event in. What a turn makes and removes again changes nothing, and
// neither does what a run that goes in circles does once more.
func (p *polls) follow(e *event) {
	t := &p.runs[e.run]
	name := e.normal(e.made())
	switch {
	case e.op == "sleep":
		p.looked(t)
		t.failed = ""
	case e.op == "work":
		p.keep(t)
		p.does(t, e.work())
	case (e.op == "end" || e.op == "killed") && e.task == 0, e.op == "signal", e.op == "timer":
		p.change(t)
	case e.op == "lock" && e.result == 0, e.op == "truncate":
		p.does(t, e.op+" "+name)
	case e.result < 0:
		if exclusive(e) || e.op == "lock" {
			if t.failed == name {
				p.looked(t)
			}
			t.failed = name
		}
	case e.op == "create", e.op == "mkdir", e.op == "symlink", e.op == "link", e.op == "mknod":
		t.made[name] = true
	case e.op == "rename":
		delete(t.made, e.normal(e.name))
		p.does(t, "rename "+name)
	case (e.op == "unlink" || e.op == "rmdir") && t.made[name]:
		delete(t.made, name)
	case e.op == "unlink", e.op == "rmdir":
		p.does(t, e.op+" "+name)
	}
}

// looked ends a turn.
func (p *polls) looked(t *turns) {
	p.keep(t)
	p.count++
	t.at = p.count
	if t.waits = t.slept && !t.changed; t.waits {
		p.looks++
	}
	t.slept, t.same = true, !t.anew
	t.anew, t.changed = false, false
}

// keep takes the names that a run has made in this turn for ones that stay.
func (p *polls) keep(t *turns) {
	for name := range t.made {
		p.does(t, "make "+name)
	}
	clear(t.made)
}

func (p *polls) does(t *turns, what string) {
	anew := !t.done[what]
	t.done[what] = true
	t.anew = t.anew || anew
	if anew || !t.same {
		p.change(t)
	}
}

// change lets everybody look again.
func (p *polls) change(t *turns) {
	t.changed = true
	p.looks = 0
	for i := range p.runs {
		p.runs[i].waits = false
	}
}
