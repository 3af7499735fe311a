package scripts

import "github.com/lockkit/lockkit/shellkit/source"

// recipe is a kind of script. The rest of its parts is drawn.
type recipe struct {
	name   string
	cards  int // how often it is in the deck
	shells []source.Dialect
	codes  []string // rules that are meant to speak
	set    func(*plan)
}

// deck holds each recipe as often as it has cards. Seeds go through the deck in an
// order of their own, so that every recipe comes in its share in every stretch.
func deck() []*recipe {
	var out []*recipe
	for i := range recipes {
		for range recipes[i].cards {
			out = append(out, &recipes[i])
		}
	}
	return out
}

func recipeOf(name string) *recipe {
	for i := range recipes {
		if recipes[i].name == name {
			return &recipes[i]
		}
	}
	return nil
}

// onDescriptor sets a lock by flock on a descriptor.
func onDescriptor(twist string, more ...func(*plan)) func(*plan) {
	return func(p *plan) {
		p.way, p.twist = byDescriptor, twist
		for _, f := range more {
			f(p)
		}
	}
}

// withCommand lets flock run the work.
func withCommand(twist string, more ...func(*plan)) func(*plan) {
	return func(p *plan) {
		p.way, p.twist, p.shape, p.child, p.traps, p.leave = byCommand, twist, "straight", "none", "none", "end"
		p.tool = pick(p.dice, "program", "program", "-c", "shell")
		for _, f := range more {
			f(p)
		}
	}
}

// existing sets a lock whose existence is the lock.
func existing(twist string, more ...func(*plan)) func(*plan) {
	return func(p *plan) {
		p.way, p.twist, p.patience = byExistence, twist, "try"
		p.leave = pick(p.dice, "end", "disarmed", "disarmed")
		p.tool = pick(p.dice, "mkdir", "noclobber", "ln", "ln -s", "lockfile", "dotlockfile", "lockfile-create", "shlock")
		p.traps = pick(p.dice, "exit-signals", "exit-signals", "signals-first", "flagged")
		p.child = pick(p.dice, "none", "none", "none", "waited", "pipeline", "substitution", "workers-waited")
		for _, f := range more {
			f(p)
		}
		if p.heed == "" {
			for p.heed = "errexit"; p.heed == "errexit" || p.heed == "retry" && p.tool == "shlock"; {
				p.heed = pick(p.dice, rightHeeds...)
			}
		}
	}
}

func traps(list ...string) func(*plan)    { return func(p *plan) { p.traps = pick(p.dice, list...) } }
func tools(list ...string) func(*plan)    { return func(p *plan) { p.tool = pick(p.dice, list...) } }
func heeds(list ...string) func(*plan)    { return func(p *plan) { p.heed = pick(p.dice, list...) } }
func leaves(list ...string) func(*plan)   { return func(p *plan) { p.leave = pick(p.dice, list...) } }
func shapes(list ...string) func(*plan)   { return func(p *plan) { p.shape = pick(p.dice, list...) } }
func children(list ...string) func(*plan) { return func(p *plan) { p.child = pick(p.dice, list...) } }
func inputs(list ...string) func(*plan)   { return func(p *plan) { p.input = pick(p.dice, list...) } }
func patience(list ...string) func(*plan) {
	return func(p *plan) { p.patience = pick(p.dice, list...) }
}
func opening(list ...string) func(*plan) { return func(p *plan) { p.opening = pick(p.dice, list...) } }
func does(list ...string) func(*plan)    { return func(p *plan) { p.does = pick(p.dice, list...) } }
func fd(list ...string) func(*plan)      { return func(p *plan) { p.fd = pick(p.dice, list...) } }
func mode(list ...string) func(*plan)    { return func(p *plan) { p.mode = pick(p.dice, list...) } }

var (
	plainTry   = patience("try", "timed")
	byExec     = opening("exec")
	noChild    = children("none")
	noTrap     = traps("none")
	toTheEnd   = leaves("end")
	inOnePiece = shapes("straight", "function", "branch", "text")
	plainHeed  = heeds("or", "or-braces", "if-not", "status", "saved", "case", "flag", "not-and")
	// Traps that are a fault of their own, beside another one.
	wrongTraps = func(p *plan) {
		if p.dice.chance(85) {
			traps("none", "late", "overwritten", "overwritten", "overwritten", "exit-only", "exit-only", "exit-only", "exit-only", "goes-on", "twice", "combined")(p)
		}
	}
	deadSignals = []source.Dialect{source.Dash, source.Zsh, source.Yash, source.Ash}
)

var recipes = []recipe{
	// flock on a descriptor
	{"descriptor", 7, nil, nil, onDescriptor("")},
	{"descriptor shared", 1, nil, nil, onDescriptor("", func(p *plan) { p.shared = true }, children("none", "waited"))},
	{"private", 5, nil, []string{"LK105"}, onDescriptor("", inputs("private"), noChild, plainHeed)},
	{"too many digits", 5, []source.Dialect{source.Dash, source.Zsh, source.Mksh, source.Ksh}, []string{"LK106"}, onDescriptor("many-digits", fd("200", "99", "10"), byExec, noChild, noTrap, toTheEnd, inOnePiece)},
	{"closed for programs", 5, []source.Dialect{source.Mksh, source.Ksh}, []string{"LK107"}, onDescriptor("closed-for-programs", byExec, noChild, noTrap, toTheEnd, inOnePiece, plainTry, plainHeed)},
	{"not open", 5, nil, []string{"LK108"}, onDescriptor("not-open", byExec, noChild, noTrap, toTheEnd, inOnePiece, plainTry, plainHeed)},
	{"muted", 5, []source.Dialect{source.Bash, source.Zsh}, []string{"LK110"}, onDescriptor("muted", opening("brace"), inOnePiece)},
	{"unheeded", 4, nil, []string{"LK201"}, onDescriptor("", plainTry, heeds(wrongHeeds...), noChild, noTrap)},
	{"ampersand before a redirect", 2, []source.Dialect{source.Dash, source.Yash}, []string{"LK201"}, onDescriptor("ampersand", plainTry, heeds("or", "or-braces", "status"), noChild, noTrap, func(p *plan) { p.mute = " &>/dev/null" })},
	{"last without it", 2, nil, []string{"LK206"}, onDescriptor("last-closed", opening("scope"), shapes("subshell"), plainHeed, noChild, noTrap, toTheEnd, does("plain", "looped"))},
	{"wrong descriptor", 5, nil, []string{"LK202"}, onDescriptor("wrong-descriptor", opening("exec", "scope"), plainTry, plainHeed, fd("9", "8", "7"), noChild, noTrap, toTheEnd)},
	{"no command", 5, nil, []string{"LK203"}, withCommand("no-command", plainTry, heeds("or", "or-braces", "if-not", "saved"))},
	{"number as file", 5, nil, []string{"LK204"}, withCommand("number-as-file", plainTry)},
	{"lost in a child", 2, nil, []string{"LK205"}, onDescriptor("in-child", func(p *plan) { p.twist = pick(p.dice, "in-child", "of-function") }, plainTry, byExec, heeds("or", "or-braces", "if-not", "status", "saved", "case", "flag"), inOnePiece, noChild, noTrap, toTheEnd)},
	{"lost with its command", 2, nil, []string{"LK205"}, withCommand("lost", plainTry, heeds("or", "or-braces", "if-not", "if", "saved", "not-and"))},
	{"reopened", 2, nil, []string{"LK206"}, onDescriptor("reopened", byExec, inOnePiece, noChild, noTrap, toTheEnd)},
	{"early", 3, nil, []string{"LK206"}, onDescriptor("early", plainTry, opening("exec", "scope"), noChild, noTrap, toTheEnd, plainHeed)},
	{"midway", 1, nil, []string{"LK206"}, onDescriptor("midway", opening("exec", "scope"), noChild, noTrap, toTheEnd, plainHeed)},
	{"upgrade", 5, nil, []string{"LK207"}, onDescriptor("upgrade", func(p *plan) { p.shared = true }, opening("exec", "scope"), patience("wait"), noChild, noTrap, toTheEnd, heeds("or", "if-not"), inOnePiece)},
	{"said busy", 5, nil, []string{"LK209"}, withCommand("said-busy")},
	{"probed", 2, nil, []string{"LK210"}, onDescriptor("probe", byExec, plainTry, heeds("or", "if-not"), noChild, noTrap, toTheEnd, inOnePiece)},
	{"warned only", 3, nil, []string{"LK210"}, onDescriptor("", patience("timed"), heeds("if-message", "message"), noChild, noTrap)},
	{"removed under it", 1, nil, []string{"LK301"}, onDescriptor("", leaves("removed", "removed-then-closed"), opening("exec"), plainHeed, noChild, inputs("constant", "literal"), inOnePiece)},
	{"rechecked", 5, []source.Dialect{source.Bash, source.Dash, source.Zsh, source.Yash, source.Ash}, nil, onDescriptor("recheck", leaves("removed"), byExec, heeds("or", "if-not"), noChild, inputs("constant"), inOnePiece, fd("9", "8"), mode(">", ">>"))},
	{"removed after it", 3, nil, []string{"LK302"}, onDescriptor("", leaves("closed-then-removed"), opening("exec", "scope"), plainHeed, noChild, inputs("constant", "literal"), shapes("straight", "function", "branch", "text"))},
	{"removed before it", 1, nil, []string{"LK302"}, onDescriptor("removed-first", byExec, toTheEnd, plainHeed, noChild, inputs("constant", "literal"), inOnePiece)},
	{"workers without it", 4, nil, []string{"LK303"}, onDescriptor("", children("workers-closed"), opening("exec", "scope"), toTheEnd, plainHeed, shapes("straight", "function", "branch", "subshell", "group"))},
	{"unlocked by a child", 5, nil, []string{"LK304"}, onDescriptor("child-unlock", opening("exec", "scope"), toTheEnd, plainHeed, noChild, noTrap)},
	{"unlocked by a signal", 2, nil, []string{"LK704"}, onDescriptor("signal-unlock", byExec, toTheEnd, plainHeed, noChild, noTrap, inOnePiece, does("twice"), fd("9", "8"))},
	{"child left", 3, nil, []string{"LK401"}, onDescriptor("", children("left", "left-subshell", "left-nohup", "left-both", "left-both", "left-both"), opening("exec", "scope"), toTheEnd, plainHeed, shapes("straight", "function", "nested", "subshell", "group", "branch"))},
	{"daemon left", 4, nil, []string{"LK402"}, onDescriptor("", children("left-setsid"), opening("exec", "scope"), toTheEnd, plainHeed, shapes("straight", "function", "nested", "subshell", "group", "branch"))},
	{"daemon closed", 1, freesBackground.without(source.Zsh), nil, onDescriptor("", children("closed-nohup"), opening("exec", "scope"), toTheEnd, plainHeed, shapes("straight", "function", "nested", "subshell", "group", "branch"))},
	{"two orders", 5, nil, []string{"LK501"}, onDescriptor("order", byExec, noChild, noTrap, toTheEnd, inputs("constant", "pair"), shapes("two"), heeds("or"), patience("wait"), fd("8"))},
	{"one order", 1, nil, nil, onDescriptor("in-order", byExec, noChild, noTrap, toTheEnd, inputs("constant"), shapes("two"), heeds("or"), patience("wait"), fd("8"))},
	{"waits for itself", 2, nil, []string{"LK502"}, onDescriptor("nested-wait", opening("exec", "scope"), noChild, noTrap, toTheEnd, heeds("or", "if-not"))},
	{"waits for itself inside", 1, nil, []string{"LK502"}, withCommand("nested-wait", inputs("constant", "literal"))},
	{"two on one descriptor", 5, nil, []string{"LK503"}, onDescriptor("same-descriptor", byExec, noChild, noTrap, toTheEnd, plainHeed, inOnePiece, inputs("constant"))},
	{"two kinds", 5, nil, []string{"LK504"}, onDescriptor("mixed", byExec, noChild, noTrap, toTheEnd, inputs("constant", "literal"), shapes("kinds"), heeds("or"), patience("wait"), tools("noclobber", "fcntl"))},
	{"copied", 1, nil, nil, onDescriptor("copied", byExec, fd("9", "8"), noTrap, toTheEnd, inOnePiece, children("none", "waited"))},
	{"slots", 5, nil, nil, onDescriptor("slots", byExec, fd("9", "8"), noChild, noTrap, toTheEnd, inputs("constant", "literal"), shapes("slots"), heeds("or"), patience("try"))},
	{"entries", 5, nil, nil, onDescriptor("entries", byExec, fd("9"), noChild, noTrap, toTheEnd, inputs("constant", "literal"), shapes("entries"), heeds("or"), patience("try"))},
	{"folder removed", 1, nil, []string{"LK301"}, onDescriptor("folder-removed", byExec, noChild, noTrap, toTheEnd, plainHeed, inOnePiece, inputs("constant", "literal"), mode(">", ">>"), func(p *plan) { p.words.folder = "/srv/stage/area" })},
	{"file replaced", 2, nil, []string{"LK301"}, onDescriptor("replaced-file", opening("exec", "scope"), noChild, noTrap, toTheEnd, plainHeed, inputs("constant", "literal"), mode(">>", "<>"))},
	{"runs itself again", 2, nil, []string{"LK502"}, onDescriptor("itself-again", byExec, patience("wait"), noChild, noTrap, toTheEnd, heeds("or", "if-not"), shapes("straight", "branch"), inputs("constant", "literal", "environment"))},
	{"text that is run", 5, nil, []string{"LK902"}, onDescriptor("dynamic", toTheEnd, noTrap)},

	// flock runs the work
	{"command", 3, nil, nil, withCommand("")},
	{"command closed inside", 4, nil, nil, withCommand("closed-inside")},
	{"command leaves a child", 2, nil, []string{"LK401"}, withCommand("left-inside")},
	{"script runs itself", 5, nil, []string{"LK104"}, withCommand("", tools("itself"), inputs("literal"))},
	{"removed inside", 1, nil, []string{"LK301"}, withCommand("removed-inside", inputs("constant", "literal"))},
	{"removed after the command", 1, nil, []string{"LK302"}, withCommand("removed-after", inputs("constant", "literal"))},

	// a name that is there
	{"existence", 5, nil, nil, existing("")},
	{"existence unheeded", 2, nil, []string{"LK201"}, existing("", tools("mkdir", "noclobber", "ln", "ln", "ln -s"), heeds(wrongHeeds...), noChild, wrongTraps)},
	{"asked first", 1, nil, []string{"LK601"}, existing("asked-first", tools("touch", "mkdir -p"), noChild, wrongTraps)},
	{"moved onto a name", 5, nil, []string{"LK601"}, existing("moved-onto", tools("touch"), noChild, wrongTraps)},
	{"asked whether it lives", 2, nil, []string{"LK601"}, existing("asked-living", tools("pid"), noChild, wrongTraps)},
	{"creates what may be there", 2, nil, []string{"LK601"}, existing("", tools("mv", "mkdir -p", "mv", "late noclobber", "mv", "mv", "ln -sf"), plainHeed, noChild, wrongTraps)},
	{"taken over", 5, nil, []string{"LK602"}, existing("taken-over", tools("noclobber", "noclobber", "noclobber", "ln -s", "ln -s", "mkdir"), noChild, wrongTraps)},
	{"armed before", 3, nil, []string{"LK603"}, existing("", traps("before"), plainHeed, noChild)},
	{"loser cleans", 1, nil, []string{"LK603"}, existing("loser-cleans", noChild, wrongTraps)},
	{"existence removed first", 1, nil, []string{"LK603"}, existing("removed-first", plainHeed, noChild, tools("mkdir", "noclobber"))},
	{"no trap", 3, nil, []string{"LK604"}, existing("", traps("none"), noChild)},
	{"armed late", 2, nil, []string{"LK701"}, existing("", traps("late"), noChild)},
	{"trap overwritten", 1, nil, []string{"LK702"}, existing("", traps("overwritten"), noChild)},
	{"trap misses signals", 3, deadSignals, []string{"LK703"}, existing("", traps("exit-only"), noChild)},
	{"trap misses one signal", 1, nil, nil, existing("", traps("int-term"), noChild)},
	{"handler cleans", 1, nil, nil, existing("", traps("handler"), noChild)},
	{"handler goes on", 2, nil, []string{"LK704"}, existing("", traps("goes-on"), noChild, does("twice"))},
	{"removed twice", 1, nil, []string{"LK305"}, existing("", traps("twice"), noChild)},
	{"one trap for all", 2, nil, []string{"LK305"}, existing("", traps("combined"), noChild)},
	{"trap on errors", 1, hasErr, []string{"LK604"}, existing("", traps("error"), noChild)},
	{"trap while a child works", 3, []source.Dialect{source.Bash, source.Ksh}, []string{"LK705"}, existing("", traps("exit-only"), noChild)},
	{"existence, workers left", 1, nil, []string{"LK303"}, existing("", children("workers-closed"))},
	{"replaced at the end", 5, nil, []string{"LK600"}, existing("replaced", traps("exit-signals", "signals-first", "late"), noChild)},
	{"signals itself", 5, nil, nil, existing("signals-itself", traps("exit-signals", "exit-signals", "late", "overwritten", "twice"), leaves("end", "disarmed"), noChild, shapes("straight", "branch", "group"))},
	{"expires", 3, nil, nil, existing("", tools("lockfile -l", "lockfile-create", "dotlockfile", "dotlockfile", "shlock"), noChild)},

	// others
	{"functions", 4, nil, nil, func(p *plan) { p.functions("") }},
	{"functions on a descriptor", 4, nil, nil, func(p *plan) { p.functions("descriptor") }},
	{"functions unheeded", 1, nil, []string{"LK201"}, func(p *plan) { p.functions("descriptor"); heeds("ignored", "or-true", "message")(p); plainTry(p) }},
	{"functions, lost", 1, nil, []string{"LK205"}, func(p *plan) { p.functions("lost"); plainTry(p) }},
	{"zsystem", 3, []source.Dialect{source.Zsh}, nil, onZsystem("")},
	{"zsystem unheeded", 1, []source.Dialect{source.Zsh}, []string{"LK201"}, onZsystem("", heeds("ignored", "or-true", "message"))},
	{"zsystem, written to", 1, []source.Dialect{source.Zsh}, nil, onZsystem("rewritten")},
	{"applet", 4, []source.Dialect{source.Ash}, nil, onApplet("exit-signals", "exit-signals", "late", "exit-only")},
	{"applet without a trap", 1, []source.Dialect{source.Ash}, []string{"LK604"}, onApplet("none")},
	{"nothing", 3, nil, nil, func(p *plan) {
		p.way, p.shape, p.heed, p.traps, p.leave, p.patience, p.child, p.input = noLock, "straight", "or", "none", "end", "try", "none", "literal"
	}},
}

// functions sets a lock by lockkit's functions.
func (p *plan) functions(twist string) {
	p.way, p.twist, p.traps, p.leave, p.child = byFunctions, twist, "none", "end", "none"
	p.fd = pick(p.dice, "9", "8")
	p.shape = pick(p.dice, "straight", "function", "branch", "group")
	p.heed = pick(p.dice, "or", "or-braces", "if-not", "if", "saved")
}

func onZsystem(twist string, more ...func(*plan)) func(*plan) {
	return func(p *plan) {
		p.way, p.tool, p.twist, p.traps, p.leave, p.patience, p.child = byZsystem, "zsystem", twist, "none", "end", "try", "none"
		p.shape = pick(p.dice, "straight", "group", "branch", "function")
		plainHeed(p)
		for _, f := range more {
			f(p)
		}
	}
}

func onApplet(list ...string) func(*plan) {
	return func(p *plan) {
		p.way, p.tool, p.leave, p.patience, p.child = byApplet, "lock", "end", "try", "none"
		traps(list...)(p)
		p.shape = pick(p.dice, "straight", "group", "branch", "function")
		plainHeed(p)
	}
}
