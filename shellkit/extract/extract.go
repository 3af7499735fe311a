package extract

import (
	"fmt"
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Options says what extraction may use beside the script's text.
type Options struct {
	// Open returns a file that the script sources, by its path. nil, or an
	// error from it, leaves what that file does unknown.
	Open func(path string) (*source.File, error)
	// Exact keeps apart all walks that differ in anything, and follows every
	// variable and descriptor: for code that is to be proved and not only read. Its
	// shell begins without a descriptor but 0, 1 and 2. What is too much for that is
	// an Unknown of the protocol.
	Exact bool
	// Others are the locks of scripts that run beside this one.
	Others []protocol.Path
	// Beside are the names of those scripts, without their folders: where this one runs
	// one of them is not drawn together with other work.
	Beside []string

	apart bool   // scripts that this one runs are not looked into
	least effort // how careful the first walk is at most; exact: as the script asks for
}

// Script returns the protocol of a script that is written in dialect d. The
// error is a [*SyntaxError] when the script does not parse in that dialect;
// everything else that is not understood stands in the protocol's Unknowns.
//
// A script that has nothing to do with locks gives a protocol without nodes.
func Script(f *source.File, d source.Dialect, opt Options) (*protocol.Protocol, error) {
	p := &protocol.Protocol{File: f.Name, Dialect: d, Shell: Traits(d), Handlers: []protocol.Handlers{protocol.NoHandlers()}}
	if len(f.Data) == 0 {
		return p, nil
	}
	file, err := shell.Parse(f.Name, f.Data, d)
	if err != nil {
		return nil, err
	}
	signs := shell.SignsIn(f.Data)
	if len(opt.Others) > 0 {
		signs = shell.AllSigns
	}
	if !signs.Any() {
		return p, nil
	}
	in := survey(file, f.Data)
	root := text{file, &src{name: f.Name, text: f.Data}, signs}
	sites, calls := sitesIn(d, root)
	related := in.relate(file, opt.Others)
	if !in.locks && !related && len(sites) == 0 && in.callers["."] == nil && in.callers["source"] == nil && !in.helped {
		return p, nil
	}
	looks := !in.locks && !related && len(sites) == 0 // only a file that is sourced can have locks
	in.force(sites)
	effort, preset, relearnt := max(thorough, opt.least), false, false
	switch {
	case opt.Exact:
		effort = exact
	case looks:
		effort = coarse
		in.anchorSources()
	}
	var before []source.Span
	texts := newShelf(opt.Open)
	for ; ; effort++ {
		x := newWalker(p, opt, in, texts)
		x.src = &src{name: f.Name, text: f.Data}
		x.effort, x.preset = effort, preset
		x.marks.sites, x.marks.calls = slices.Clone(sites), slices.Clone(calls)
		x.run(file)
		x.lookTogether(root)
		again := x.full && effort.yields()
		if looks && x.marks.locks {
			again, looks, effort = true, false, thorough-1
		}
		if !again && !preset && !x.full && x.missesSites() {
			again, preset, effort = true, true, effort-1 // there are more ways than before: no room for them where there was none
		}
		if !again && x.late && !relearnt {
			again, relearnt = true, true
			effort--
		}
		if x.full && again {
			before = append(before, x.foundSoFar()...)
		}
		if again {
			*p = protocol.Protocol{File: f.Name, Dialect: d, Shell: p.Shell, Handlers: p.Handlers[:1], Nodes: p.Nodes[:0]}
			in = in.again(file, opt.Others, sites)
			continue
		}
		x.marks.stood, x.marks.unknowns, x.marks.excuses = lockSpans(p), p.Unknowns, excuses(p, x.marks.sites)
		x.use()
		x.meet(opt.Others)
		settle(p, x.about, x.swept, opt)
		doubtForeign(p, x.foreign)
		if x.full {
			p.Unknowns = x.marks.unknowns // what lies beyond the bound may be a lock
		}
		x.settleFates()
		x.missing(before)
		x.overlooked()
		return p, nil
	}
}

// effort says how many walks are kept apart. A script with so many paths that the
// careful walk does not end is walked again, less carefully.
type effort uint8

const (
	exact    effort = iota // all that differ in anything; asked for
	thorough               // those that differ in any variable that is asked for
	careful                // those that differ in flags of locks
	plain                  // no flags are told apart
	coarse                 // and only functions with locks in them are followed
)

// room is how many nodes a walk may make; most is how many flows it keeps apart
// at one point of the script.
func (e effort) room() int { return [...]int{30_000, 1_000, 2_500, 8_000, 20_000}[e] }
func (e effort) most() int { return [...]int{500, 12, 6, 2, 1}[e] }

// stmtsPerNode bounds the statements that a walk may come to, as room does its nodes:
// most make none or few.
const stmtsPerNode = 8

// yields tells whether a less careful walk takes its place when there is no room.
func (e effort) yields() bool { return e >= thorough && e < coarse }

// Bounds of a walk. What lies beyond becomes an Unknown.
const (
	maxDepth = 24 // nested calls and sourced files
	maxTurns = 6  // of one loop, each with another state
)

// src is the text that is being walked: the script, a sourced file, or a string
// that is run as a script.
type src struct {
	name  string
	text  []byte
	depth int

	number int // of the file among those of the script, which is 0

	base  source.Pos   // where text begins in the file called name
	whole string       // text once more, once a piece of it was asked for
	fixed *source.Span // when set, every node stands there

	pieces []piece // of which the text is made, where it is not the file itself
}

// origin is where a piece of script comes from, kept for later (traps).
type origin struct{ src *src }

type walker struct {
	p    *protocol.Protocol
	opt  Options
	in   *interest
	src  *src
	here point // the statement at hand
	at   value // the working directory, where it is not the one in which the script began

	funcs   map[string]function
	root    *syntax.File          // the script
	helping []string              // the scripts of other files that are being walked
	nested  int                   // how often the script is being run by itself
	every   map[string][]function // all that a name may stand for
	paths   map[string]int
	seen    map[string][]string
	facts   *shell.Dialect
	dialect source.Dialect // of the text that is being walked
	marks   marks
	foreign []foreignText
	about   []about // by path
	swept   []sweep
	given   map[string]bool // keys of what programs are given
	start   protocol.ID

	ctx       context
	late      bool // another text said what this walk should have known before
	calls     []string
	readers   []*syntax.FuncDecl // functions of which it is asked at the moment what they read
	been      map[point]bool     // where the walk was
	touching  map[syntax.Node]bool
	goingOn   map[*syntax.Stmt][]*syntax.ProcSubst // what asides has found out
	shelf     *shelf
	deepest   map[string][]deep // calls of a function in itself that were not followed
	handled   map[handled]int   // handlers by state
	exits     map[string]protocol.ID
	graphs    map[string]protocol.ID // handler graphs
	quiet     int                    // index of the handlers that ignore every signal
	unknown   map[string]bool
	sameCalls map[string]int // by the words of a command
	full      bool
	taken     int // statements that were walked
	effort    effort
	live      liveness
	questions int // how many nodes were made whose outcome is open
	changes   map[syntax.Node][]string
	literals  map[*syntax.Word]value // words in which nothing is expanded
	asks      map[*syntax.Stmt]bool
	split     []uint64 // the places of the flags in in.split
	ends      map[*syntax.FuncDecl]shellEnd
	quietly   map[*syntax.FuncDecl]protocol.Mode
	said      map[syntax.Node]protocol.Mode // what says has found out
	perLoop   map[sweepAsked]fateOfFile     // what doneToEach has found out
	texts     map[*syntax.Stmt]int          // the numbers of compound commands
	naps      map[syntax.Node]bool          // what onlySleeps has found out
	walked    map[string]bool               // functions that were followed somewhere
	depth     int                           // of with_lock
	others    map[string]bool               // signals, other than those that are counted, for which some trap is armed
	world     string                        // the machine that runs the text at hand; "" is this one
	isText    bool                          // a command has handed the text at hand to its shell
	preset    bool                          // variables that nothing sets are given by the environment
	strange   bool                          // what calls a function is not in the script
	sourced   bool                          // a file that was sourced could not be read
	linked    map[string]int                // the path that a file of this run alone was linked to, by its key
	signed    map[string]bool               // files of this run alone, by their keys, in which its number stands
	dicts     map[string]*[]item            // the arrays with keys, by theirs
	lists     map[string]*[]value           // the arrays that there are, by what is in them
	holes     []value                       // what the runes in generated texts stand for
	holeOf    map[value]rune
}

type function struct {
	decl *syntax.FuncDecl
	src  *src
}

// context is what the constructs around a command mean for it.
type context struct {
	sub     *subshell      // the innermost frame, nil in the shell itself
	want    bool           // somebody asks for the status
	assigns bool           // the statement at hand is nothing but assignments: it ends as its last substitution does
	lost    nodes          // statements whose end nobody can ask for: their output is in the words of a command
	checked bool           // errexit is suspended: a condition, a part of && and ||, after !
	negated bool           // that is after !
	ends    bool           // whoever asks only exits when it fails
	trap    *trapped       // the trap that runs, or nil
	handler bool           // in a signal handler
	exiting bool           // in an EXIT trap
	dies    bool           // in the EXIT trap that runs at a signal which nothing catches
	child   bool           // in a background child
	job     *job           // the background child, or nil
	reads   int            // the path that standard input comes from, plus 1: { read x; } <FILE
	loops   int            // around the command, in this process, that it may leave
	parents int            // around this process
	floor   int            // how many functions are around this process
	ending  ending         // of the command at hand
	closing bool           // nothing stands behind the command at hand in this subshell
	input   fateOfFile     // what is done to the files whose names the command at hand prints
	fed     *feed          // what the command at hand reads, where that is written down
	hides   bool           // a redirect of a compound command of this process hides a descriptor
	owner   syntax.Command // the program that looks for a process in a list of them
	exec    bool           // the program at hand takes the place of the shell, whose descriptors of its own end
}

// subshell is a frame that is being walked.
type subshell struct {
	what   string // as the frame is called
	begin  protocol.ID
	parent *subshell
}

func newWalker(p *protocol.Protocol, opt Options, in *interest, texts *shelf) *walker {
	x := &walker{
		p: p, opt: opt, in: in, shelf: texts, marks: newMarks(), start: protocol.None, quiet: -1, dialect: p.Dialect, facts: shell.Of(p.Dialect), seen: map[string][]string{},
		funcs: map[string]function{}, paths: map[string]int{}, lists: map[string]*[]value{}, dicts: map[string]*[]item{}, signed: map[string]bool{}, linked: map[string]int{}, every: map[string][]function{}, given: map[string]bool{}, holeOf: map[value]rune{}, others: map[string]bool{}, touching: map[syntax.Node]bool{}, goingOn: map[*syntax.Stmt][]*syntax.ProcSubst{}, been: map[point]bool{},
		deepest: map[string][]deep{}, handled: map[handled]int{}, exits: map[string]protocol.ID{}, graphs: map[string]protocol.ID{}, unknown: map[string]bool{}, sameCalls: map[string]int{}, changes: map[syntax.Node][]string{}, literals: map[*syntax.Word]value{}, asks: map[*syntax.Stmt]bool{}, walked: map[string]bool{}, ends: map[*syntax.FuncDecl]shellEnd{}, quietly: map[*syntax.FuncDecl]protocol.Mode{}, said: map[syntax.Node]protocol.Mode{}, perLoop: map[sweepAsked]fateOfFile{}, texts: map[*syntax.Stmt]int{}, naps: map[syntax.Node]bool{},
		live: liveness{numbers: map[string]int{}, bases: map[string][]int{}, tails: map[*syntax.Stmt]tail{}, around: make([]tail, 1)},
	}
	return x
}

// run walks the whole script.
func (x *walker) run(file *syntax.File) {
	switch {
	case x.effort == exact:
		x.in.all = true
	case x.effort == thorough:
		x.in.split, x.in.wide = x.in.widely(), x.in.everything()
	case x.effort > careful:
		x.in.split = nil
	}
	x.split = ordersOf(x.in.split)
	x.root = file
	for name, decl := range x.in.funcs {
		if x.callable(name) {
			x.funcs[name] = function{decl, x.src}
		}
	}
	for _, one := range x.in.decls {
		x.alternatives(one.name, function{one.decl, x.src})
	}
	s := &state{armed: noTraps, status: &success, params: given, nextFD: 10, fds: 1<<0 | 1<<1 | 1<<2}
	s.opts.errexit = shebangErrexit(x.src.text)
	begin := protocol.NewNode(protocol.Work)
	begin.Text, begin.Mode = "begin", protocol.Quiet
	begin.Span = source.Span{File: x.src.name, Start: source.Pos{Line: 1, Column: 1}, End: source.Pos{Line: 1, Column: 1}}
	f := x.then(flow{st: s}, begin)
	x.ctx.ending = x.atEnd(file, x.src.text)
	out := x.script(file.Stmts, []flow{f})
	x.ctx.ending = notLast
	if x.effort != exact { // what is proved calls what it is proved for
		out = x.library(file, out)
	}
	x.finish(out)
}

// finish ends every flow of a process.
func (x *walker) finish(flows []flow) {
	for _, f := range flows {
		if f.how != leaving {
			x.exit(f, source.Span{})
		}
	}
}

// give up on something: it is listed once, with its place.
func (x *walker) dunno(n syntax.Node, format string, args ...any) {
	why := fmt.Sprintf(format, args...)
	span := x.span(n)
	if key := span.String() + why; !x.unknown[key] {
		x.unknown[key] = true
		x.p.Unknowns = append(x.p.Unknowns, protocol.Unknown{Span: span, Why: why})
	}
}

func (x *walker) span(n syntax.Node) source.Span {
	if w, ok := n.(*syntax.Word); ok && len(w.Parts) == 0 {
		return source.Span{} // a word that is not written down
	}
	return x.between(n.Pos(), n.End())
}

func (x *walker) between(a, b syntax.Pos) source.Span {
	return x.src.between(a, b)
}

func (s *src) between(a, b syntax.Pos) source.Span {
	if s.fixed != nil {
		return *s.fixed
	}
	return source.Span{File: s.name, Start: s.pos(a), End: s.pos(b)}
}

// place is where a piece of the text begins in its file.
func (s *src) place(n syntax.Node) place {
	return place{s.name, s.between(n.Pos(), n.End()).Start.Offset}
}

// pos maps a place in the text that is walked to one in its file.
func (s *src) pos(p syntax.Pos) source.Pos {
	q := source.Pos{Offset: int(p.Offset()), Line: int(p.Line()), Column: int(p.Col())}
	switch {
	case len(s.pieces) > 1:
		return s.position(q.Offset)
	case !s.base.Known():
		return q
	case q.Line == 1:
		q.Column += s.base.Column - 1
	}
	q.Line += s.base.Line - 1
	q.Offset += s.base.Offset
	return q
}

func (x *walker) raw(n syntax.Node) string { return x.shown(x.src.raw(n)) }

// raw is a piece of a text as it is written.
func (s *src) raw(n syntax.Node) string {
	if s.whole == "" {
		s.whole = string(s.text)
	}
	return pieceOf(s.whole, n)
}

func pieceOf(text string, n syntax.Node) string {
	a, b := int(n.Pos().Offset()), int(n.End().Offset())
	if a > b || b > len(text) {
		return ""
	}
	return text[a:b]
}

// shebangErrexit tells whether the first line asks for set -e.
func shebangErrexit(text []byte) bool {
	if len(text) < 2 || text[0] != '#' || text[1] != '!' {
		return false
	}
	word := 0
	for i := 2; i < len(text) && text[i] != '\n'; i++ {
		if text[i-1] == ' ' && text[i] == '-' {
			for word = i + 1; word < len(text) && text[word] > ' '; word++ {
				if text[word] == 'e' {
					return true
				}
				if text[word] == 'o' || text[word] == '-' {
					break
				}
			}
		}
	}
	return false
}
