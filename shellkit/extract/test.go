package extract

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// test is a condition as [ ], test and [[ ]] have it.
type test struct {
	op      string // "!", "&&", "||", a unary or binary operator, or "" for a word alone
	l, r    *test
	x, y    *syntax.Word
	pattern bool // y is a pattern: [[ x == y ]]
	at      syntax.Node
}

func testCommand(x *walker, c *call, f flow) []flow {
	words := c.words[1:]
	if len(words) > 0 && c.name() == "[" && words[len(words)-1].Lit() == "]" {
		words = words[:len(words)-1]
	}
	if c.name() == "[[" {
		switch last := len(words) - 1; {
		case x.facts.Brackets == shell.BracketsMissing:
			return []flow{f.with(f.st.withStatus(statusValue(127)))}
		case x.facts.Brackets != shell.BracketsTest || last < 0 || words[last].Lit() != "]]" || slices.ContainsFunc(words, shell.IsPattern):
			return x.choice(c.at, f)
		default:
			words = words[:last]
		}
	}
	p := &testParser{words: words, x: x}
	t := p.or()
	if t == nil || p.i != len(words) {
		return x.choice(c.at, f)
	}
	var wrong []flow
	if !x.facts.DoubledEqual && t.doubled() {
		if x.facts.Brackets != shell.BracketsOpen {
			return []flow{x.refusesTest(f)}
		}
		either := x.chance(c.at, protocol.Free, f) // nobody knows by which shell
		f, wrong = either[0], []flow{x.refusesTest(either[1])}
	}
	yes, no := x.condition(t, f)
	return append(append(yes, no...), wrong...)
}

// refusesTest is how a condition ends that is an error.
func (x *walker) refusesTest(f flow) flow {
	return f.with(f.st.withStatus(x.numbered(statusValue(2))))
}

// choice is a condition of which nothing is known.
func (x *walker) choice(at syntax.Node, f flow) []flow { return x.chance(at, x.unasked(at, f.st), f) }

// unasked is the mode of a question that was not understood: blind where it is about
// something that the script has found out, and differs from way to way.
func (x *walker) unasked(at syntax.Node, s *state) protocol.Mode {
	names := shell.VarsOf(x.raw(at))
	if slices.ContainsFunc(names, func(name string) bool {
		return name == "?" || x.in.flag(name) && x.whose(x.variable(name, s)) != protocol.Free
	}) {
		return protocol.Blind | x.lost(names, s)
	}
	return 0
}

// chance is a condition of which the mode may say that both outcomes happen, and why.
func (x *walker) chance(at syntax.Node, mode protocol.Mode, f flow) []flow {
	n := x.node(protocol.Choose, at)
	n.Text, n.Mode = short(x.raw(at)), mode
	yes, no := x.fork(f, n)
	return []flow{yes, no}
}

type testParser struct {
	words []*syntax.Word
	i     int
	x     *walker
}

func (p *testParser) op(i int) string {
	if i < len(p.words) {
		return shell.Unescape(p.words[i].Lit())
	}
	return ""
}

func (p *testParser) or() *test {
	l := p.and()
	for l != nil && p.op(p.i) == "-o" {
		p.i++
		l = &test{op: "||", l: l, r: p.and(), at: l.at}
		if l.r == nil {
			return nil
		}
	}
	return l
}

func (p *testParser) and() *test {
	l := p.not()
	for l != nil && p.op(p.i) == "-a" {
		p.i++
		l = &test{op: "&&", l: l, r: p.not(), at: l.at}
		if l.r == nil {
			return nil
		}
	}
	return l
}

func (p *testParser) not() *test {
	if p.op(p.i) == "!" && p.i+1 < len(p.words) && !isBinary(p.op(p.i+1)) {
		p.i++
		t := p.not()
		if t == nil {
			return nil
		}
		return &test{op: "!", l: t, at: t.at}
	}
	return p.primary()
}

func (p *testParser) primary() *test {
	if p.i >= len(p.words) {
		return nil
	}
	w := p.words[p.i]
	switch op := p.op(p.i); {
	case op == "(":
		p.i++
		t := p.or()
		if p.op(p.i) != ")" {
			return nil
		}
		p.i++
		return t
	case p.i+2 < len(p.words) && isBinary(p.op(p.i+1)):
		t := &test{op: p.op(p.i + 1), x: w, y: p.words[p.i+2], at: w}
		p.i += 3
		return t
	case len(op) == 2 && op[0] == '-' && p.i+1 < len(p.words) && op != "-a" && op != "-o":
		t := &test{op: op, x: p.words[p.i+1], at: w}
		p.i += 2
		return t
	}
	p.i++
	return &test{x: w, at: w}
}

func isBinary(op string) bool {
	switch op {
	case "=", "==", "!=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-ef", "-nt", "-ot", "<", ">", "=~":
		return true
	}
	return false
}

// doubled tells whether a == stands in a condition, and is come to.
func (t *test) doubled() bool {
	if t.l == nil {
		return t.op == "=="
	}
	return t.l.doubled() || t.r != nil && t.r.doubled()
}

// condition walks a test and returns where it is true and where it is not.
func (x *walker) condition(t *test, f flow) (yes, no []flow) {
	switch t.op {
	case "!":
		yes, no = x.condition(t.l, f)
		return statuses(no, yes)
	case "&&":
		yes, no = x.condition(t.l, f)
		var both []flow
		for _, g := range x.merge(yes, true) {
			a, b := x.condition(t.r, g)
			both, no = append(both, a...), append(no, b...)
		}
		return statuses(x.merge(both, true), x.merge(no, true))
	case "||":
		yes, no = x.condition(t.l, f)
		var neither []flow
		for _, g := range x.merge(no, true) {
			a, b := x.condition(t.r, g)
			yes, neither = append(yes, a...), append(neither, b...)
		}
		return statuses(x.merge(yes, true), x.merge(neither, true))
	case "":
		return x.nonempty(t, f, true)
	case "-n":
		return x.nonempty(t, f, true)
	case "-z":
		return x.nonempty(t, f, false)
	case "?":
		return sides(x.choice(t.at, f))
	}
	if t.y == nil {
		return x.unary(t, f)
	}
	return x.compared(t, f)
}

func statuses(yes, no []flow) ([]flow, []flow) {
	for i := range yes {
		yes[i].st = yes[i].st.ok()
	}
	for i := range no {
		no[i].st = no[i].st.fail()
	}
	return yes, no
}

func sides(two []flow) (yes, no []flow) { return two[:1], two[1:] }

func decided(truth bool, f flow) (yes, no []flow) {
	if truth {
		return []flow{f.with(f.st.ok())}, nil
	}
	return nil, []flow{f.with(f.st.fail())}
}

// nonempty asks whether a word is empty, and remembers the answer.
func (x *walker) nonempty(t *test, f flow, want bool) (yes, no []flow) {
	v := x.word(t.x, f.st)
	if v.known && (!v.input || v.text != "") || v.empty {
		return decided((v.text != "" && !v.empty) == want, f)
	}
	if v.private || v.spawn != 0 || v.nonzero || v.counted || v.filled {
		return decided(want, f)
	}
	if v.age.old || v.age.young {
		fresh, dead := x.ownerByAge(v.age.of, t.at, f)
		if v.age.young == want {
			return statuses(fresh, dead)
		}
		return statuses(dead, fresh)
	}
	fact := notEmpty + v.key
	if truth, ok := f.st.facts[fact]; ok {
		return decided(truth == want, f)
	}
	var full, empty []flow
	switch {
	case v.content != 0 && x.asksContent():
		full, empty = x.holding(v.content, "-s", t.at, f)
	case v.age.of != 0 && x.asksContent(): // nothing has no age
		full, empty = x.holding(v.age.of, "-e", t.at, f)
	case v.command != "":
		full, empty = sides(x.plain(t.at, "command -v "+v.command, f))
	default:
		full, empty = sides(x.chance(t.at, x.openness(t, f.st, v), f))
	}
	if x.relevant(t.x) {
		full[0].st, empty[0].st = full[0].st.answer(fact, true), empty[0].st.answer(fact, false)
	}
	if name := shell.ParamOf(t.x); name != "" {
		empty[0].st = x.learn(name, literal(""), empty[0].st)
	}
	if !want {
		return statuses(empty, full)
	}
	return full, empty
}

// learn is the state in which a variable turned out to have a value.
func (x *walker) learn(name string, v value, s *state) *state {
	if v.blank() {
		v = x.variable(name, s).foundEmpty()
	}
	if shell.IsParameter(name) {
		i, _ := shell.Number(name)
		return s.withParam(i, v)
	}
	if x.effort == exact && x.in.counts(name) {
		return s // it would count on from there
	}
	if syntax.ValidName(name) && x.in.follows(name) {
		return s.set(name, v)
	}
	return s
}

// learnMore is the state in which an exit status turned out to be more than a number.
func (x *walker) learnMore(name, op string, a, b value, s *state) *state {
	n, ok := shell.Number(b.text)
	if (op != "-gt" && op != ">") || !ok || !b.known || !a.nonzero || a.known {
		return s
	}
	return x.learn(name, moreThan(n), s)
}

func (x *walker) unary(t *test, f flow) (yes, no []flow) {
	v := x.word(t.x, f.st)
	switch {
	case strings.HasPrefix(v.text, "/proc/") && isExistenceTest(t.op):
		if !isDescriptor(v.text) && !isSystemFile(v) {
			return sides(x.alive(x.pidIn(t.x, f.st), 0, t.at, f))
		}
	case x.effort == exact && isDescriptor(v.text):
		fd, _ := fdPath(v.text)
		return decided(f.st.fds.has(fd), f)
	case t.op == "-x":
		return x.executable(t, v, f)
	case t.op == "-v" && x.facts.AsksForValue && v.sure() && syntax.ValidName(v.text):
		return x.hasValue(v.text, t, f)
	case isDescriptor(v.text) && x.asksOpen(t.op, v.text):
		return sides(x.isOpen(t, v, f))
	case !isExistenceTest(t.op), v.known && v.text == "":
		return sides(x.choice(t.at, f))
	}
	n := x.node(protocol.Test, t.at)
	n.Path, n.Text = x.path(v), t.op
	n.Span = x.between(t.at.Pos(), t.x.End())
	n.Word = x.span(t.x)
	if !v.quoted {
		n.Mode |= protocol.Unquoted
	}
	return x.ofMachine(t, v, f, func() (flow, flow) { return x.fork(f, n) })
}

// hasValue asks whether a variable is set.
func (x *walker) hasValue(name string, t *test, f flow) (yes, no []flow) {
	switch v := x.variable(name, f.st); {
	case v == unset:
		return decided(false, f)
	case v.sure() && v.list == nil && v.dict == nil && !v.mayBeUnset():
		return decided(true, f)
	case x.in.flag(name):
		return sides(x.chance(t.at, x.whose(v)|x.lost([]string{name}, f.st), f))
	}
	return sides(x.choice(t.at, f))
}

// asksOpen tells whether a test of /dev/fd/N asks whether a descriptor is open on which
// the script opens files.
func (x *walker) asksOpen(op, file string) bool {
	fd, _ := fdPath(file)
	switch op {
	case "-e", "-r", "-w", "-a", "-L", "-h":
		return fd > 2 && !x.facts.ExecCloexec && slices.ContainsFunc(x.p.Nodes, func(n protocol.Node) bool { return n.Op == protocol.Open && n.FD == fd })
	}
	return false
}

// isOpen asks whether a descriptor is open: as a copy onto itself does, which fails where
// it is not.
func (x *walker) isOpen(t *test, v value, f flow) []flow {
	n := x.node(protocol.Dup, t.at)
	n.FD, _ = fdPath(v.text)
	n.From, n.Text = n.FD, t.op
	n.Span = x.between(t.at.Pos(), t.x.End())
	yes, no := x.fork(f, n)
	return []flow{yes, no}
}

// isSystemFile tells of a name in /proc that is no process's: /proc/uptime.
func isSystemFile(v value) bool {
	name, _, _ := strings.Cut(strings.TrimPrefix(v.text, "/proc/"), "/")
	_, isNumber := shell.Number(name)
	return v.known && !isNumber
}

// pidIn is the process number in a word such as /proc/$pid.
func (x *walker) pidIn(w *syntax.Word, s *state) value {
	var v value
	syntax.Walk(w, func(n syntax.Node) bool {
		if p, ok := n.(*syntax.ParamExp); ok && p.Param != nil {
			v = x.variable(p.Param.Value, s)
		}
		if c, ok := n.(*syntax.CmdSubst); ok {
			v = x.substitution(c, s)
			return false
		}
		return true
	})
	if v.text == "" {
		v = x.word(w, s)
	}
	return v
}

func (x *walker) compared(t *test, f flow) (yes, no []flow) {
	a, b := x.word(t.x, f.st).orNothing(), x.word(t.y, f.st).orNothing()
	if t.op == "-ef" {
		return x.sameFile(a, b, t, f)
	}
	equal := t.op == "=" || t.op == "==" || t.op == "-eq"
	if equal || t.op == "!=" || t.op == "-ne" {
		if same, other, ok := x.identity(a, b, t.at, f); ok {
			if !equal {
				return statuses(other, same)
			}
			return same, other
		}
	}
	if t.pattern {
		if fits, ok := x.fits(a, t.y, f.st); ok {
			return decided(fits == equal, f)
		}
	}
	if t.op == "=~" {
		if fits, ok := x.matchesRegexp(a, t.y, f.st); ok {
			return decided(fits, f)
		}
	}
	if truth, known := compare(t.op, a, b); known && t.op != "<" && t.op != ">" { // these go by the letters of the locale
		return decided(truth, f)
	}
	switch ordered := strings.ContainsAny(t.op, "gl<>"); {
	case ordered && a.age.of != 0:
		return x.older(a.age, t.op, t.at, f)
	case ordered && b.age.of != 0:
		return x.older(b.age, flipped(t.op), t.at, f)
	}
	fact, positive := factOf(t.op, a, b)
	if a.moves() || b.moves() {
		fact = "" // it is another one the next time
	}
	if truth, ok := f.st.facts[fact]; ok && fact != "" {
		return decided(truth == positive, f)
	}
	if equals, known := x.ranOut(t.op, a, b, shell.VarsOf(x.raw(t.x)), f.st); known {
		return decided(equals, f)
	}
	mode := x.openness(t, f.st, a, b)
	if mode == 0 && (x.relevant(t.x) || x.relevant(t.y)) { // what the script has found out decides it, in a way that was not understood
		mode = protocol.Blind | x.lost(x.namesIn(t), f.st)
	}
	if question := asksMachine(a, x.raw(t.y)); question != "" && (equal || t.op == "!=") {
		n := x.node(protocol.Choose, t.at)
		n.Text = question
		is, other := x.fork(f, n)
		if yes, no = []flow{is}, []flow{other}; !equal {
			yes, no = statuses(no, yes)
		}
	} else {
		yes, no = sides(x.chance(t.at, mode, f))
	}
	if fact != "" && (x.relevant(t.x) || x.relevant(t.y)) {
		yes[0].st, no[0].st = yes[0].st.answer(fact, positive), no[0].st.answer(fact, !positive)
	}
	yes[0].st = x.learnMore(shell.ParamOf(t.x), t.op, a, b, yes[0].st)
	if b.sure() && !strings.ContainsAny(b.text, "*?[") {
		if name := shell.ParamOf(t.x); name != "" && equal {
			yes[0].st = x.learn(name, b, yes[0].st)
		} else if name != "" && (t.op == "!=" || t.op == "-ne") {
			no[0].st = x.learn(name, b, no[0].st)
		}
	}
	return yes, no
}

// identity walks the question whether two values are the same where that is more than a
// comparison of texts: it asks whose a file is, or whether it is still the one that is open.
func (x *walker) identity(a, b value, at syntax.Node, f flow) (same, other []flow, ok bool) {
	if fd, path, ok := inodes(a, b); ok {
		same, other = sides(x.sameInode(fd, path, at, f))
		return same, other, true
	}
	if a.isOwnName() && b.isOwnName() {
		same, other = decided(true, f)
		return same, other, true
	}
	if a.isNothing() && (b.isOwnPid() || b.isOwnName()) || b.isNothing() && (a.isOwnPid() || a.isOwnName()) {
		same, other = decided(false, f)
		return same, other, true
	}
	if path := ownership(a, b); path != 0 {
		n := x.node(protocol.Own, at)
		n.Path = path - 1
		own, foreign := x.fork(f, n)
		return []flow{own}, []flow{foreign}, true
	}
	return nil, nil, false
}

// factOf names a comparison so that it and its opposite have one name.
func factOf(op string, a, b value) (fact string, positive bool) {
	switch op {
	case "=", "==":
		return "=" + a.key + "\x01" + b.key, true
	case "!=":
		return "=" + a.key + "\x01" + b.key, false
	case "-eq":
		return "-eq" + a.key + "\x01" + b.key, true
	case "-ne":
		return "-eq" + a.key + "\x01" + b.key, false
	case "-lt", "<":
		return "-lt" + a.key + "\x01" + b.key, true
	case "-ge", ">=":
		return "-lt" + a.key + "\x01" + b.key, false
	case "-gt", ">":
		return "-lt" + b.key + "\x01" + a.key, true
	case "-le", "<=":
		return "-lt" + b.key + "\x01" + a.key, false
	}
	return "", false
}

// ranOut decides about a counter that stands at its bound, or has passed it by one: it was
// compared with that before, and goes step by step.
func (x *walker) ranOut(op string, a, b value, names []string, s *state) (truth, known bool) {
	if _, isNumber := shell.Number(b.text); !isNumber || !b.known || a.known || !strings.Contains(a.key, "@") {
		return false, false
	}
	if slices.ContainsFunc(names, func(name string) bool { return !x.in.byOne(name) }) {
		return false, false
	}
	for fact, less := range s.facts {
		rest, upper := strings.CutPrefix(fact, "-lt"+a.key+"\x01")
		if !upper {
			var lower bool
			if rest, lower = strings.CutSuffix(strings.TrimPrefix(fact, "-lt"), "\x01"+a.key); !lower {
				continue
			}
		}
		if n, ok := shell.Number(rest); ok && !less {
			return compare(op, literal(itoa(n)), b)
		} else if equal, asked := map[string]bool{"=": true, "==": true, "-eq": true, "!=": false, "-ne": false}[op]; ok && asked && itoa(n) == b.text {
			return !equal, true
		}
	}
	return false, false
}

// counting tells whether a word is a counter of the script, or what a clock or chance
// says: no input decides what comes of it.
func (x *walker) counting(v value, w *syntax.Word) bool {
	return v.counted || v.private && v.spawn == 0 || slices.ContainsFunc(shell.VarsOf(x.raw(w)), x.in.recurs)
}

// moves tells whether a value is what a clock or chance says: it is another one whenever it is
// asked for.
func (v value) moves() bool { return v.private && !v.fresh && v.spawn == 0 }

// relevant tells whether a word is about a flag of a lock.
func (x *walker) relevant(w *syntax.Word) bool {
	if len(x.in.guards) > 0 { // its second life asks once more
		return true
	}
	for _, v := range shell.VarsOf(x.raw(w)) {
		if x.in.flag(v) {
			return true
		}
	}
	return false
}

// compare decides a comparison where both sides are known well enough.
func compare(op string, a, b value) (truth, known bool) {
	if b.nonzero && !b.known {
		a, b = b, a
		switch op {
		case "-gt", ">", "-ge", ">=", "-lt", "<", "-le", "<=":
			return false, false
		}
	}
	if a.nonzero && !a.known {
		if n, ok := shell.Number(b.text); !ok || !b.sure() || n > a.over {
			return false, false
		}
		switch op {
		case "=", "==", "-eq", "-le", "<=", "-lt", "<":
			return false, true
		case "!=", "-ne", "-gt", ">", "-ge", ">=":
			return true, true
		}
		return false, false
	}
	if !a.sure() || !b.sure() {
		return false, false
	}
	m, okM := shell.Number(a.text)
	n, okN := shell.Number(b.text)
	switch op {
	case "=", "==":
		return a.text == b.text, !strings.ContainsAny(b.text, "*?[") || okM && okN
	case "!=":
		return a.text != b.text, !strings.ContainsAny(b.text, "*?[")
	}
	if !okM || !okN {
		return false, false
	}
	switch op {
	case "-eq":
		return m == n, true
	case "-ne":
		return m != n, true
	case "-lt", "<":
		return m < n, true
	case "-le", "<=":
		return m <= n, true
	case "-gt", ">":
		return m > n, true
	case "-ge", ">=":
		return m >= n, true
	}
	return false, false
}

// inodes recognises a comparison of a path's inode with a descriptor's.
func inodes(a, b value) (fd, path int, ok bool) {
	switch {
	case a.inode != 0 && b.inodeFD != 0:
		return b.inodeFD - 1, a.inode - 1, true
	case a.inodeFD != 0 && b.inode != 0:
		return a.inodeFD - 1, b.inode - 1, true
	}
	return 0, 0, false
}

// ownership recognises a comparison of a file's content with what only this
// process has, its number; or of the links of a file that it has linked there.
func ownership(a, b value) int {
	switch {
	case a.links != 0 && b.text == "2":
		return a.links
	case b.links != 0 && a.text == "2":
		return b.links
	}
	if a.content != 0 && b.private {
		return a.content
	}
	if b.content != 0 && a.private {
		return b.content
	}
	return 0
}

func (x *walker) sameFile(a, b value, t *test, f flow) (yes, no []flow) {
	if fd, ok := fdPath(a.text); ok {
		return sides(x.sameInode(fd, x.path(b), t.at, f))
	}
	if fd, ok := fdPath(b.text); ok {
		return sides(x.sameInode(fd, x.path(a), t.at, f))
	}
	for _, two := range [][2]value{{a, b}, {b, a}} { // what he has linked there is his
		if x.signed[two[0].key] && !two[1].private {
			n := x.node(protocol.Own, t.at)
			n.Path = x.path(two[1])
			own, other := x.fork(f, n)
			return []flow{own}, []flow{other}
		}
	}
	return sides(x.choice(t.at, f))
}

func (x *walker) sameInode(fd, path int, at syntax.Node, f flow) []flow {
	n := x.node(protocol.SameInode, at)
	n.FD, n.Path = fd, path
	yes, no := x.fork(f, n)
	return []flow{yes, no}
}

// caseClause walks case: the first pattern that matches, where that is known.
func (x *walker) caseClause(c *syntax.CaseClause, f flow) []flow {
	x.expandsPatterns(c)
	v := x.word(c.Word, f.st)
	f.st = x.computedIn(c.Word, f.st)
	name := shell.ParamOf(c.Word)
	var out, through []flow // through comes from the item before, which ends in ;&
	pending := []flow{f}
	var resumed []flow // they have matched, and their item ends in ;;&
	for _, item := range c.Items {
		begin := through
		through = nil
		ask := func(flows []flow) (next []flow) {
			for _, g := range x.merge(flows, true) {
				matched, missed := x.matches(item, v, name, g)
				next = append(next, missed...)
				begin = append(begin, matched...)
			}
			return next
		}
		pending, resumed = ask(pending), ask(resumed)
		for _, h := range begin {
			if len(item.Stmts) == 0 {
				h.st = h.st.ok()
			}
			for _, b := range x.stmts(item.Stmts, []flow{h}) {
				switch {
				case b.how == onward && item.Op == syntax.Fallthrough:
					through = append(through, b)
				case b.how == onward && (item.Op == syntax.Resume || item.Op == syntax.ResumeKorn):
					resumed = append(resumed, b)
				default:
					out = append(out, b)
				}
			}
		}
	}
	out = append(append(out, through...), resumed...)
	for _, g := range pending {
		out = append(out, g.with(g.st.ok()))
	}
	return x.merge(out, true)
}

// expandsPatterns says that it cannot be told which substitutions in patterns run: a pattern
// behind one that has matched is not expanded.
func (x *walker) expandsPatterns(c *syntax.CaseClause) {
	first := true
	for _, item := range c.Items {
		for _, p := range item.Patterns {
			if !first && slices.ContainsFunc(x.substsIn(p), x.touchesSubst) {
				x.dunno(p, "whether a pattern is expanded that stands behind another one")
			}
			first = false
		}
	}
}

// touchesSubst tells whether there is something in a substitution that matters.
func (x *walker) touchesSubst(c *syntax.CmdSubst) bool {
	return slices.ContainsFunc(c.Stmts, func(s *syntax.Stmt) bool { return x.touchesInside(s) })
}

// matches splits a flow at one item of a case.
func (x *walker) matches(item *syntax.CaseItem, v value, name string, f flow) (matched, missed []flow) {
	for _, p := range item.Patterns {
		pattern := x.word(p, f.st)
		if p.Lit() == "*" {
			return []flow{f}, nil
		}
		if fits, ok := x.fits(v, p, f.st); ok {
			if fits {
				return append(matched, f), nil
			}
			continue
		}
		plain := pattern.sure() && !strings.ContainsAny(pattern.text, "*?[|")
		if n, ok := shell.Number(pattern.text); plain && ok && v.nonzero && n <= v.over {
			continue
		}
		n := x.node(protocol.Choose, p)
		n.Text = short(x.raw(p))
		if question := asksMachine(v, n.Text); question != "" {
			n.Text = question
		}
		n.Mode = x.whose(v) | x.lost([]string{name}, f.st)
		yes, no := x.fork(f, n)
		yes.st, no.st = yes.st.endedWith(f.st.status), no.st.withStatus(*f.st.status)
		if plain && name != "" && len(item.Patterns) == 1 {
			yes.st = x.learn(name, pattern, yes.st)
		}
		matched = append(matched, yes)
		f = no
	}
	return x.merge(matched, true), []flow{f}
}
