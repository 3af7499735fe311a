package extract

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// interest is what a first, cheap look at a whole script says about it: whether
// it has to do with locks at all, which functions it defines, and which variables
// are worth telling apart.
type interest struct {
	name   string
	text   []byte
	whole  string // text once more, once a piece of it was asked for
	funcs  map[string]*syntax.FuncDecl
	locks  bool            // there is something that may be a lock
	walked bool            // the script is to be walked all the same
	helped bool            // it may run scripts that lie beside it
	wide   map[string]bool // variables whose values a thorough walk follows besides
	core   map[string]bool // variables that locks hang on: their values are followed
	split  map[string]bool // flags of locks: walks that differ in them are kept apart
	found  map[string]bool // flags that are set where a lock is
	all    bool            // every variable is all of that

	anchored        map[string]bool // scopes in which a lock may be
	claims          []claim
	releasing       map[string]bool            // scopes that remove what may be a lock
	giving          map[string]bool            // scopes that remove what noclobber or a claim may have made
	noclobber       map[string]bool            // scopes in which > may fail on what is there
	clobbering      clobbering                 // and for which names
	written         []question                 // variables that are printed into files
	assigned        map[string][]assignment    // by variable
	tested          map[string]map[string]bool // variable → scopes in which a condition asks for it
	seeds           map[string]bool
	probed          map[string]bool            // words tested for existence
	made            map[string]bool            // words created
	removed         map[string]bool            // words removed
	opened          map[string]bool            // words opened on a descriptor of their own
	callers         map[string]map[string]bool // function → scopes that call it
	locking         map[string]bool
	holding         map[string]bool
	probes          map[string]map[string]bool // word → scopes that test for it or make it
	steps           map[string]*steps          // word → where it is tested for, made, removed
	fresh           map[string]bool            // variables that mktemp gave a value
	entered         map[string]bool            // variables in operands of cd
	pipes           bool                       // it is asked how the parts of a pipeline have ended
	numbers         bool                       // it is asked with which number a command has ended
	defs            map[string]int             // how often a function is defined
	decls           []declared                 // all functions
	learnt          map[*interest]bool         // other texts of the script that were looked at
	texts           []*interest                // those looks
	inner           []*interest                // looks at texts that stand in the script for other shells
	own             map[string]bool            // variables that the script's first text sets
	surely          map[string]bool            // functions that are defined at the top
	undefined       map[string]bool            // functions that are taken back
	late            map[string]bool            // functions that a trap may call before they are defined
	madeUp          bool                       // variables are set whose names are not written down
	asks            map[string]int             // by program: how often it is asked whether that is there
	countsArguments bool                       // it is asked how many arguments there are
	compares        bool                       // it is asked which of two inputs comes first
	dicts           map[string]bool            // associative arrays
	integers        map[string]bool            // variables that are numbers
	unsets          map[string]bool            // variables that are taken back
	byValue         []*syntax.Word             // commands whose names are values
	handed          map[string]bool            // words in texts that other shells run, which may be names of functions
	exports         map[string]bool            // variables that are put into the environment
	exportsAll      bool                       // every variable may be
	consulted       map[string]bool            // words that name a file of which somebody asks what is in it, or whether it is there
	uses            uses
	mentions        mentions
	sweeps          bool                // what is done hangs on the working directory
	parents         map[string]bool     // folders in which there may be locks
	claimed         map[string]bool     // words that are claimed
	owners          bool                // somebody asks whether a process lives
	moved           []claim             // what mv, cp and touch give a name, and the variables in all their words
	folders         map[string]bool     // words that surely name folders
	ownAsked        []string            // what is compared with the number of the process
	guards          map[string]bool     // variables that tell a script which runs itself under a lock whether it has done so
	modules         bool                // modules of zsh are loaded, or may be by what is sourced or run as a text
	onOutput        bool                // a lock is asked for on what standard output or error has open
	placing         map[string][]string // command → variables before its last word of which perhaps no word comes
	others          *resemblance        // words that may name the locks of other scripts
	answers         map[asked]bool      // about what is assigned, once everything was looked at
	shapes          map[string]string   // words in which every variable is called alike
	values          map[valued][]string // what variables come to, until more is assigned
	ofJobs          map[valued]bool     // whether that is numbers of jobs

	takings
}

// declared is a definition of a function.
type declared struct {
	name string
	decl *syntax.FuncDecl
}

// claim is a place where a name is made that may be a lock.
type claim struct {
	word, raw string // without quotes and braces, and as it is written
	scope     string
	vars      []string
}

type assignment struct {
	scope string
	vars  []string // that the value is made of
	text  string   // as it stands in the script

	ifUnset bool // only where nothing was given: ${NAME:=value}
}

func survey(file *syntax.File, text []byte) *interest {
	in := &interest{
		name: file.Name, defs: map[string]int{}, surely: map[string]bool{}, learnt: map[*interest]bool{}, undefined: map[string]bool{}, late: map[string]bool{}, text: text, funcs: map[string]*syntax.FuncDecl{}, core: map[string]bool{}, split: map[string]bool{}, found: map[string]bool{},
		anchored: map[string]bool{}, releasing: map[string]bool{}, giving: map[string]bool{}, noclobber: map[string]bool{}, assigned: map[string][]assignment{}, tested: map[string]map[string]bool{},
		seeds: map[string]bool{}, probed: map[string]bool{}, made: map[string]bool{}, removed: map[string]bool{}, opened: map[string]bool{}, callers: map[string]map[string]bool{}, probes: map[string]map[string]bool{},
		steps: map[string]*steps{}, fresh: map[string]bool{}, entered: map[string]bool{}, asks: map[string]int{}, consulted: map[string]bool{}, exports: map[string]bool{}, handed: map[string]bool{}, dicts: map[string]bool{}, unsets: map[string]bool{}, integers: map[string]bool{},
		parents: map[string]bool{}, claimed: map[string]bool{}, placing: map[string][]string{}, clobbering: newClobbering(), takings: takings{linked: map[string]bool{}}, answers: map[asked]bool{}, mentions: mentions{all: []string{string(text)}}, uses: uses{words: map[string]bool{}, folders: map[string]bool{}, pids: map[string]bool{}},
	}
	in.countsArguments = bytes.Contains(text, []byte("$#")) || bytes.Contains(text, []byte("${#}"))
	in.folders = map[string]bool{}
	in.definitions(file)
	in.findGuards(file)
	for i, s := range shell.Ungrouped(file.Stmts) {
		in.look(s, "#"+itoa(i)) // a statement of the script itself is a scope
	}
	in.settleUses()
	for _, q := range in.written {
		if in.isStatus(q.name) {
			in.asked([]string{q.name}, q.scope)
		}
	}
	in.conclude()
	for _, lib := range in.inner {
		in.learn(lib)
	}
	return in
}

// look walks one scope; functions are scopes of their own.
func (in *interest) look(n syntax.Node, scope string) {
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FuncDecl:
			for _, name := range append(n.Names, n.Name) {
				if name != nil {
					in.funcs[name.Value] = n
					in.decls = append(in.decls, declared{name.Value, n})
					in.look(n.Body, name.Value)
				}
			}
			return false
		case *syntax.CallExpr:
			in.call(n, scope)
			if len(n.Args) == 1 && shell.ParamOf(n.Args[0]) != "" {
				in.condition(n.Args[0], scope) // $quiet || say it; until $done
			}
		case *syntax.DeclClause:
			marked := n.Variant != nil && n.Variant.Value == "export"
			keyed, counts := false, false
			for _, a := range n.Args {
				in.assign(a, scope)
				if counts = counts || isOption(a, "i"); counts && a.Name != nil {
					in.integers[a.Name.Value] = true
				}
				option := ""
				if a.Name == nil && a.Value != nil {
					option = a.Value.Lit()
				}
				if keyed = keyed || strings.HasPrefix(option, "-") && strings.Contains(option, "A"); keyed && a.Name != nil {
					in.dicts[a.Name.Value] = true
				}
				in.madeUp = in.madeUp || strings.HasPrefix(option, "-") && strings.Contains(option, "n") // another name for a variable
				marked = marked || a.Name == nil && a.Value != nil && strings.HasPrefix(a.Value.Lit(), "-") && strings.Contains(a.Value.Lit(), "x")
				if marked && a.Name != nil {
					in.exports[a.Name.Value] = true
				}
			}
		case *syntax.Stmt:
			in.clobbering.enter(n)
			in.writesDown(n, scope)
			in.read(n, scope)
			in.use(n, scope)
			if c, ok := n.Cmd.(*syntax.CallExpr); ok && len(c.Args) > 0 {
				in.bodies(c, n, scope)
			}
		case *syntax.Redirect:
			in.redirect(n, scope)
		case *syntax.CmdSubst:
			in.uses.within = max(in.uses.within, n.End().Offset())
			in.clobbering.enter(n)
			in.reads(n, scope)
		case *syntax.ForClause:
			if it, ok := n.Loop.(*syntax.WordIter); ok {
				var vars, items []string
				for _, w := range it.Items {
					vars, items = append(vars, shell.VarsOf(in.raw(w))...), append(items, in.raw(w))
					in.sweeps = in.sweeps || in.sweepsHere("rm", []*syntax.Word{w}) && slices.ContainsFunc(n.Do, func(s *syntax.Stmt) bool { return strings.Contains(in.raw(s), "rm ") })
				}
				if doneToVariable(it.Name.Value, n.Do, in.raw) == takenAway {
					for _, w := range it.Items {
						in.remove(in.bare(w), scope, n)
						in.mentions.plain = append(in.mentions.plain, nameOf(in.raw(w)))
					}
				}
				text := strings.Join(items, " ")
				if slices.ContainsFunc(it.Items, func(w *syntax.Word) bool { return printsJobs(in.raw(w)) }) {
					text = "jobs -p"
				}
				in.note(it.Name.Value, assignment{scope: scope, vars: vars, text: text})
			}
		case *syntax.BinaryCmd:
			switch n.Op {
			case syntax.AndStmt, syntax.OrStmt:
				in.decides(n.X, scope)
			case syntax.Pipe:
				in.fed(n, scope)
			}
		case *syntax.IfClause:
			in.decidesLast(n.Cond, scope)
		case *syntax.WhileClause:
			in.decidesLast(n.Cond, scope)
		case *syntax.CaseClause:
			in.condition(n.Word, scope)
		case *syntax.TestClause:
			in.condition(n.X, scope)
		case *syntax.ArithmCmd:
			in.condition(n.X, scope)
			in.asked(shell.Identifiers(in.raw(n.X)), scope)
		case *syntax.LetClause:
			in.asked(shell.Identifiers(in.raw(n)), scope)
		case *syntax.BinaryTest:
			in.compare(n.Op.String(), in.raw(n.X), in.raw(n.Y))
			for _, side := range []syntax.TestExpr{n.X, n.Y} {
				if w, ok := side.(*syntax.Word); ok {
					in.consulted[in.bare(w)] = true
				}
			}
		case *syntax.BinaryArithm:
			if name := shell.AssignedName(n); name != "" {
				vars := append(shell.VarsOf(in.raw(n.Y)), shell.Identifiers(in.raw(n.Y))...)
				if n.Op != syntax.Assgn {
					vars = append(vars, name)
				}
				in.note(name, assignment{scope: scope, vars: vars, text: "$((" + in.raw(n.Y) + "))"})
			}
		case *syntax.UnaryArithm:
			if name := shell.AssignedName(n); name != "" {
				in.note(name, assignment{scope: scope, vars: []string{name}, text: "$((" + name + "+1))"})
			}
		case *syntax.ParamExp:
			if n.Param != nil && (n.Param.Value == "?" || n.Param.Value == "status") {
				in.numbers = true
			}
			if n.Param != nil && (n.Param.Value == "PIPESTATUS" || n.Param.Value == "pipestatus") {
				in.pipes, in.core[n.Param.Value], in.split[n.Param.Value] = true, true, true
			}
			if n.Param != nil && choosesBySet(n.Exp) {
				in.asked([]string{n.Param.Value}, scope)
			}
			if n.Param != nil && n.Exp != nil && (n.Exp.Op == syntax.AssignUnset || n.Exp.Op == syntax.AssignUnsetOrNull) {
				text := ""
				if n.Exp.Word != nil {
					text = in.raw(n.Exp.Word)
				}
				in.note(n.Param.Value, assignment{scope: scope, vars: shell.VarsOf(text), text: text, ifUnset: true})
			}
		case *syntax.CoprocClause:
			if n.Name != nil {
				in.note(in.bare(n.Name), assignment{scope: scope, text: "$(coproc)"})
			}
			in.note("COPROC", assignment{scope: scope, text: "$(coproc)"})
		case *syntax.UnaryTest:
			in.onlyReads(n)
			if w, ok := n.X.(*syntax.Word); ok {
				in.consulted[in.bare(w)] = true
			}
			if w, ok := n.X.(*syntax.Word); ok && n.Op == syntax.TsVarSet {
				in.asked([]string{in.bare(w)}, scope)
			}
			if w, ok := n.X.(*syntax.Word); ok && isExistenceTest(n.Op.String()) {
				in.probe(w, scope)
			} else if ok && n.Op == syntax.TsExec {
				in.asks[path.Base(in.bare(w))]++
			}
		}
		return true
	})
}

func (in *interest) raw(n syntax.Node) string {
	if in.whole == "" {
		in.whole = string(in.text)
	}
	return pieceOf(in.whole, n)
}

// bare is a word's text without quotes and braces, so that "$L", ${L} and $L agree.
func (in *interest) bare(w *syntax.Word) string {
	if len(w.Parts) == 1 {
		if l, ok := w.Parts[0].(*syntax.Lit); ok && strings.IndexByte(l.Value, shell.ForeignByte) < 0 {
			return l.Value
		}
	}
	return shell.UnquoteText(in.raw(w))
}

// A resemblance is something that a word can be called like.
type resemblance struct{ is func(string) bool }

var (
	likeLock         = &resemblance{shell.Lockish}
	likeRunDirectory = &resemblance{runDirectory}
	amongOthers      = &resemblance{amongLocks}
)

// asked is a question about all that is assigned to a variable: each is answered once,
// however many words lead to it.
type asked struct {
	variable string
	so       *resemblance // nil: whether it is temporary
	depth    int
}

// says tells whether a word, or what stands in its variables, is called so.
func (in *interest) says(word string, so *resemblance, depth int) bool {
	if so.is(strings.Trim(word, `"'`)) {
		return true
	}
	return depth > 0 && slices.ContainsFunc(shell.VarsOf(word), func(v string) bool { return in.holds(v, so, depth-1) })
}

// holds tells whether something that is assigned to a variable is called so.
func (in *interest) holds(v string, so *resemblance, depth int) bool {
	q := asked{v, so, depth}
	if known, ok := in.answers[q]; ok {
		return known
	}
	found := slices.ContainsFunc(in.assigned[v], func(a assignment) bool { return in.says(a.text, so, depth) })
	in.answers[q] = found
	return found
}

// temporary tells whether a word names a file that no other run can meet, and that
// is not called a lock: mktemp made it, or $$ is in it.
func (in *interest) temporary(word string) bool { return in.isTemporary(word, 3) }

func (in *interest) isTemporary(word string, depth int) bool {
	switch {
	case depth == 0 || in.says(word, likeLock, depth):
		return false
	case strings.Contains(word, "$$") || strings.Contains(word, "mktemp"):
		return true
	}
	return slices.ContainsFunc(shell.VarsOf(word), func(v string) bool { return in.holdsTemporary(v, depth-1) })
}

// holdsTemporary tells whether all that is assigned to a variable is temporary.
func (in *interest) holdsTemporary(v string, depth int) bool {
	q := asked{v, nil, depth}
	if known, ok := in.answers[q]; ok {
		return known
	}
	some, all := false, true
	for _, a := range in.assigned[v] {
		if strings.Trim(a.text, `"'`) == "" {
			continue
		}
		some = true
		all = all && in.isTemporary(a.text, depth)
	}
	in.answers[q] = some && all
	return some && all
}

func (in *interest) anchor(scope string, vars ...string) {
	in.locks = true
	in.anchored[scope] = true
	for _, v := range vars {
		in.seeds[v] = true
	}
}

func (in *interest) make(w *syntax.Word, scope string) {
	word := in.bare(w)
	in.made[word] = true
	in.clobbering.make(word, w)
	in.at(w, scope)
	in.of(word).makes = append(in.of(word).makes, step{scope, int(w.Pos().Offset())})
}

func (in *interest) probe(w *syntax.Word, scope string) {
	word := in.bare(w)
	in.probed[word] = true
	in.at(w, scope)
	in.of(word).tests = append(in.of(word).tests, step{scope, int(w.Pos().Offset())})
}

func (in *interest) remove(word, scope string, at syntax.Node) {
	in.removed[word] = true
	in.of(word).removals = append(in.of(word).removals, step{scope, int(at.Pos().Offset())})
}

func (in *interest) at(w *syntax.Word, scope string) {
	word := in.bare(w)
	if in.probes[word] == nil {
		in.probes[word] = map[string]bool{}
	}
	in.probes[word][scope] = true
}

func (in *interest) condition(n syntax.Node, scope string) { in.asked(shell.VarsOf(in.raw(n)), scope) }

// asked notes the variables that a condition asks for.
func (in *interest) asked(vars []string, scope string) {
	for _, v := range vars {
		if in.tested[v] == nil {
			in.tested[v] = map[string]bool{}
		}
		in.tested[v][scope] = true
	}
}

func (in *interest) assign(a *syntax.Assign, scope string) {
	if a.Name == nil {
		in.madeUp = in.madeUp || a.Value != nil && strings.Contains(in.raw(a.Value), "=") // declare "$name=value"
		return
	}
	x := assignment{scope: scope}
	if a.Value != nil {
		x.text = in.raw(a.Value)
		x.vars = shell.VarsOf(x.text)
		in.fresh[a.Name.Value] = in.fresh[a.Name.Value] || strings.Contains(x.text, "mktemp") || strings.Contains(x.text, "BATS_")
	}
	if a.Array != nil {
		x.text = in.raw(a.Array)
		x.vars = shell.VarsOf(x.text)
	}
	in.note(a.Name.Value, x)
}

// read takes read VAR <FILE for the assignment that it is.
func (in *interest) read(s *syntax.Stmt, scope string) {
	if in.asksOwners(s) {
		in.probe(shell.InputOf(s.Redirs), scope)
		syntax.Walk(s.Cmd, func(n syntax.Node) bool {
			if c, ok := n.(*syntax.CallExpr); ok {
				in.readsInto(c, shell.InputOf(s.Redirs), scope)
			}
			return true
		})
	}
	for _, r := range s.Redirs {
		if onlyOpens(s, r) {
			in.probe(r.Word, scope)
		}
	}
	c, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(c.Args) < 2 || !isA(c.Args[0].Lit(), readsLines) {
		return
	}
	for _, r := range s.Redirs {
		if r.Op == syntax.RdrIn {
			in.probe(r.Word, scope)
			in.readsInto(c, r.Word, scope)
		}
	}
}

// readsInto notes what read NAME... puts into variables out of a file.
func (in *interest) readsInto(c *syntax.CallExpr, from *syntax.Word, scope string) {
	if len(c.Args) == 0 || !isA(c.Args[0].Lit(), readsLines) {
		return
	}
	file := in.raw(from)
	for _, w := range c.Args[1:] {
		if name := w.Lit(); syntax.ValidName(name) {
			in.note(name, assignment{scope: scope, vars: shell.VarsOf(file), text: "$(<" + file + ")"})
		}
	}
}

func (in *interest) call(c *syntax.CallExpr, scope string) {
	for _, a := range c.Assigns {
		in.assign(a, scope)
	}
	if len(c.Args) == 0 {
		return
	}
	if c.Args[0].Lit() == "unset" {
		for _, w := range c.Args[1:] {
			in.unsets[w.Lit()] = true
		}
	}
	raw := in.raw(c)
	name := path.Base(strings.TrimPrefix(in.bare(c.Args[0]), `\`))
	lower := strings.ToLower(name)
	if in.callers[name] == nil {
		in.callers[name] = map[string]bool{}
	}
	in.callers[name][scope] = true
	if _, ok := helperAt(in.bares(c.Args)); ok {
		in.helped = true
	}
	in.clobbering.call(name, c)
	in.sets(name, c, scope)
	in.asksFor(name, c.Args[1:])
	in.consult(name, c.Args[1:])
	in.sweeps = in.sweeps || in.sweepsHere(name, c.Args[1:])
	in.export(name, c.Args[1:])
	in.hand(c.Args[1:])
	in.plainly(name, c)
	in.place(name, c.Args)
	if reading[name] {
		in.onlyReads(c)
	}
	in.take(c, scope)
	for i, w := range c.Args[:len(c.Args)-1] {
		if w.Lit() == "-C" { // make, git and tar go there first
			in.folders[in.bare(c.Args[i+1])] = true
		}
	}
	in.makesOrRemoves(c, scope)
	in.callsByValue(c.Args[0])
	if name == "eval" {
		for _, w := range c.Args[1:] {
			in.callsByValue(w)
		}
	}
	in.modules = in.modules || strings.Contains(raw, "zmodload") || name == "autoload" || name == "source" || name == "." || name == "eval"
	in.owners = in.owners || in.readsOwners(name, c)
	if last := in.bare(c.Args[len(c.Args)-1]); name == "flock" && (last == "1" || last == "2") {
		in.onOutput = true
	}
	switch {
	case isA(name, takesLocks), name == "lock" && in.defs[name] == 0, strings.Contains(lower, "flock"), strings.HasPrefix(lower, "$") && strings.Contains(lower, "lock"):
		in.anchor(scope, shell.VarsOf(raw)...)
		in.lockFiles(c, scope)
	case leases(name, in.barely(c.Args[1:])):
		in.anchor(scope, shell.VarsOf(raw)...)
	case shell.SetsNoclobber(c):
		in.noclobber[scope] = true
		in.clobbering.set(c)
	case name == "cd" || name == "pushd":
		for _, w := range c.Args[1:] {
			in.folders[in.bare(w)] = true
		}
		for _, v := range shell.VarsOf(raw) {
			in.entered[v] = true
		}
	case name == "touch" || name == "tee":
		for _, w := range c.Args[1:] {
			in.make(w, scope)
			if name == "touch" {
				in.moved = append(in.moved, claim{in.bare(w), in.raw(w), scope, shell.VarsOf(raw)})
			}
		}
	case name == "mv" || name == "cp" || name == "install":
		in.make(c.Args[len(c.Args)-1], scope)
		in.moved = append(in.moved, claim{in.bare(c.Args[len(c.Args)-1]), in.raw(c.Args[len(c.Args)-1]), scope, shell.VarsOf(raw)})
	case name == "return" || name == "exit": // how it ended is asked by somebody
		for _, w := range c.Args[1:] {
			in.condition(w, scope)
		}
	case name == "[" || name == "test" || name == "[[":
		for i := 2; i+1 < len(c.Args); i++ {
			in.compare(in.bare(c.Args[i]), in.raw(c.Args[i-1]), in.raw(c.Args[i+1]))
		}
		for _, w := range c.Args[1:] {
			in.condition(w, scope)
		}
		for i, w := range c.Args[:len(c.Args)-1] {
			if isExistenceTest(in.bare(w)) {
				in.probe(c.Args[i+1], scope)
			}
			if in.bare(w) == "-v" {
				in.asked([]string{in.bare(c.Args[i+1])}, scope)
			}
			if in.bare(w) == "-d" {
				in.folders[in.bare(c.Args[i+1])] = true
			}
		}
	case isA(name, declares):
		for _, w := range c.Args[1:] {
			if target, text, ok := strings.Cut(in.raw(w), "="); ok && syntax.ValidName(target) {
				in.note(target, assignment{scope: scope, vars: shell.VarsOf(text), text: text})
			}
		}
	case lookedAt(name, c.Args) != nil:
		in.probe(lookedAt(name, c.Args), scope)
	case name == "pgrep" || name == "pkill":
		for i, w := range c.Args[:len(c.Args)-1] {
			if text := w.Lit(); text == "-F" || text == "--pidfile" {
				in.probe(c.Args[i+1], scope)
			}
		}
	case name == "trap" && len(c.Args) > 1 && len(c.Args) > handlerAt(in.bare(c.Args[1])):
		handler := c.Args[handlerAt(in.bare(c.Args[1]))]
		if strings.Contains(in.bare(handler), "cd ") {
			for _, v := range shell.VarsOf(in.raw(handler)) {
				in.entered[v] = true
			}
		}
		for _, v := range strings.Fields(in.bare(handler)) {
			in.remove(strings.Trim(v, `\";`), "trap", c)
			in.gone = append(in.gone, strings.Trim(v, `\";`))
		}
	case name == "eval" || isA(name, runsWords|isShell):
		if shell.Lockish(raw) {
			in.anchor(scope, shell.VarsOf(raw)...)
		}
	}
	if name == "trap" && shell.Lockish(raw) {
		in.anchor(scope, shell.VarsOf(raw)...)
	}
	// A word of a command that is itself a lock command: sudo flock, xargs flock, "$nice" flock.
	for _, w := range c.Args[1:] {
		if isA(path.Base(in.bare(w)), takesLocks) && name != "command" && name != "type" && name != "which" {
			in.anchor(scope, shell.VarsOf(raw)...)
			break
		}
	}
}

func (in *interest) redirect(r *syntax.Redirect, scope string) {
	switch r.Op {
	case syntax.RdrOut, syntax.RdrClob, syntax.AppOut, syntax.RdrInOut:
		if r.N == nil {
			in.make(r.Word, scope)
		}
	case syntax.RdrIn:
		in.consulted[in.bare(r.Word)] = true
	}
	if shell.IsBraced(r) {
		name, _ := shell.VariableOf(r.N.Value)
		in.note(name, assignment{scope: scope, text: "$(exec)"})
	}
	if r.N != nil && r.Word != nil && r.N.Value != "1" && r.N.Value != "2" {
		in.opened[in.bare(r.Word)] = true
		for _, v := range shell.VarsOf(in.raw(r)) {
			in.seeds[v] = true
		}
	}
}

// isExistenceTest tells the operators of test that ask whether a name is there.
func isExistenceTest(op string) bool {
	switch op {
	case "-e", "-f", "-d", "-L", "-h", "-s", "-r", "-w", "-a", "-p":
		return true
	}
	return false
}
