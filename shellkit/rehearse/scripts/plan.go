package scripts

import (
	"slices"

	"github.com/lockkit/lockkit/shellkit/source"
)

// way is how a lock is taken.
type way string

const (
	byDescriptor way = "flock on a descriptor"
	byCommand    way = "flock with a command"
	byExistence  way = "a name that is there"
	byFunctions  way = "with_lock and lock_fd"
	byZsystem    way = "zsystem flock"
	byApplet     way = "lock of OpenWrt"
	noLock       way = "none"
)

// plan is what was drawn for one script. A recipe sets what it is about; what it
// leaves empty is drawn. The zero of a part means that it is not there.
type plan struct {
	seed   uint64
	dice   *dice
	shell  source.Dialect
	recipe string
	words  vocabulary
	plain  bool  // without garnishes: for tests
	told   *told // of a script that is told as a whole

	way       way
	tool      string // byExistence: "mkdir", "noclobber", …; byCommand: "program", "-c", "shell", "itself"
	opening   string // byDescriptor: "exec", "scope" (a redirect of a compound), "brace"
	fd        string
	mode      string // how the file is opened: ">", ">>", "<", "<>"
	patience  string // "try", "timed", "wait"
	shared    bool
	heed      string
	leave     string // how the lock is given up
	traps     string
	shape     string
	child     string
	input     string
	twist     string
	does      string // what the work looks like
	errexit   bool
	nounset   bool
	unquoted  bool
	gate      string // what is asked before the lock
	prefix    string // stands before flock
	mute      string // stands behind flock
	counted   bool   // tries are counted by hand
	listed    bool   // signals stand in a variable
	trapping  string // how traps are written: "plain", "function", "numbers", "long names"
	numbered  bool   // the process number is written to the lock's file
	openFails bool   // what is done when the file cannot be opened is written down
	wiped     bool   // the lock goes with all that is in it
	idle      string // a directive for which there is no use
}

// right and wrong are the ways of heeding a result.
var (
	rightHeeds = []string{"or", "or-braces", "if-not", "if", "status", "saved", "printed", "case", "own-number", "arithmetic", "pipestatus", "errexit", "flag", "not-and", "retry", "retry", "tries", "substitution"}
	wrongHeeds = []string{"ignored", "or-true", "message", "if-message", "pipe", "local", "inverted", "wrong-number", "other-number", "suspended", "tries-go-on", "in-background"}
)

// draw makes the plan of a seed.
func draw(seed uint64) *plan {
	if seed >= Tales {
		return drawTale(seed)
	}
	deck := deck()
	block, place := seed/uint64(len(deck)), seed%uint64(len(deck))
	order := (&dice{state: block ^ 0x6c6f636b}).shuffled(len(deck))
	r := deck[order[place]]
	p := &plan{seed: seed, dice: &dice{state: seed*0x9e3779b97f4a7c15 + 1}, recipe: r.name}
	p.words = p.dice.vocabulary()
	shells := r.shells
	if shells == nil {
		shells = everyShell
	}
	p.shell = pick(p.dice, shells...)
	if r.shells == nil && p.dice.chance(20) {
		p.shell = source.Bash
	}
	r.set(p)
	p.complete()
	return p
}

// complete draws what the recipe has left open.
func (p *plan) complete() {
	d := p.dice
	if p.way == byDescriptor && p.opening == "" {
		p.opening = pick(d, "exec", "exec", "scope", "scope", "brace", "brace")
	}
	if p.opening == "brace" && !braceDescriptor.has(p.shell) {
		p.opening = "exec"
	}
	if p.fd == "" {
		p.fd = pick(d, "9", "9", "9", "8", "7", "3")
		if manyDigits.has(p.shell) && d.chance(30) {
			p.fd = pick(d, "200", "99")
		}
		if p.opening == "brace" {
			p.fd = pick(d, "fd", "LOCKFD", "handle")
		}
	}
	if p.mode == "" {
		p.mode = pick(d, ">", ">", ">>", "<>")
		if p.opening == "brace" {
			p.mode = pick(d, ">", ">>")
		}
	}
	if p.patience == "" {
		p.patience = pick(d, "try", "try", "timed", "wait")
	}
	if p.shape == "" {
		p.shape = pick(d, "straight", "straight", "function", "nested", "subshell", "group", "loop", "branch", "text", "here-document", "sourced")
	}
	if p.input == "" {
		p.input = pick(d, "literal", "constant", "assigned", "assigned", "argument", "argument", "default", "default", "environment", "environment", "tmp")
		if p.way == byDescriptor && p.opening != "brace" && d.chance(5) {
			p.input, p.mode = "itself", "<"
		}
	}
	if p.does == "" {
		p.does = pick(d, "plain", "plain", "asked", "looped", "logged", "captured")
	}
	if p.heed == "" {
		p.heed = pick(d, rightHeeds...)
	}
	if p.leave == "" {
		p.leave = pick(d, "end", "end", "close", "unlock")
	}
	if p.traps == "" {
		p.traps = pick(d, "none", "none", "tidy", "ignore", "errtrap")
	}
	if p.child == "" {
		p.child = pick(d, "none", "none", "none", "waited", "pipeline", "substitution", "closed", "closed-subshell", "closed-group", "closed-function", "workers-waited")
	}
	p.gate = pick(d, "", "", "", "", "program", "quiet", "argument", "home", "version", "printed", "told", "options", "tool", "mode", "unset", "guarded")
	p.prefix = pick(d, "", "", "", "", "", "", "env ", "nice -n 5 ", "command ", "timeout 60 ")
	if p.mute == "" {
		p.mute = pick(d, "", "", "", "", " 2>/dev/null", " >/dev/null 2>&1", " &>/dev/null")
	}
	p.counted, p.listed = d.chance(50), d.chance(25)
	p.trapping = pick(d, "plain", "plain", "plain", "function", "numbers", "long names", "trap functions")
	p.nounset = d.chance(15)
	p.unquoted = d.chance(25)
	p.numbered, p.openFails = d.chance(35), d.chance(50)
	if d.chance(5) {
		p.idle = pick(d, "LK504", "LK110", "LK503")
		if slices.Contains(recipeOf(p.recipe).codes, p.idle) {
			p.idle = "LK207"
		}
	}
	p.fit()
}

// parts says what was drawn.
func (p *plan) parts() []string {
	var out []string
	for _, part := range []struct{ name, value string }{
		{"way", string(p.way)}, {"tool", p.tool}, {"opening", p.opening}, {"patience", p.patience}, {"heed", p.heed},
		{"leave", p.leave}, {"traps", p.traps}, {"shape", p.shape}, {"child", p.child}, {"input", p.input},
		{"twist", p.twist}, {"does", p.does}, {"gate", p.gate}, {"prefix", p.prefix}, {"mute", p.mute}, {"trapping", p.trapping},
	} {
		if part.value != "" {
			out = append(out, part.name+"="+part.value)
		}
	}
	if p.errexit {
		out = append(out, "errexit")
	}
	return out
}
