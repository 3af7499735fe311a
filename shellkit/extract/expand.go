package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// word returns what a word is known to expand to.
func (x *walker) word(w *syntax.Word, s *state) value {
	if w == nil {
		return literal("")
	}
	if v, known := x.literals[w]; known {
		return v
	}
	v := value{known: true, quoted: true}
	for i, part := range w.Parts {
		v = v.join(x.part(part, s, i == 0))
	}
	if len(x.holes) == 0 && shell.IsWritten(w) && !shell.BeginsWithTilde(w) {
		x.literals[w] = v
	}
	return v
}

func (x *walker) part(part syntax.WordPart, s *state, first bool) value {
	switch part := part.(type) {
	case *syntax.Lit:
		text := shell.Unescape(x.bytes(part, part.Value))
		v := x.filled(text)
		if first && (text == "~" || strings.HasPrefix(text, "~/")) {
			v = x.variable("HOME", s).join(literal(text[1:]))
			v.quoted = true
		}
		return v
	case *syntax.SglQuoted:
		v := x.filled(shell.QuotedText(part, x.bytes(part, part.Value)))
		v.quoted = true
		return v
	case *syntax.DblQuoted:
		v := value{known: true, quoted: true}
		for _, p := range part.Parts {
			v = v.join(x.part(p, s, false))
		}
		v.quoted = true
		return v
	case *syntax.ParamExp:
		v := x.param(part, s)
		v.quoted = false
		return v
	case *syntax.CmdSubst:
		return x.substitution(part, s)
	case *syntax.ArithmExp:
		if x.effort == exact && shell.Assigns(part.X, whatever) {
			x.dunno(part, "an assignment within a word")
		}
		if n, _, ok := x.computed(part.X, s); ok {
			return literal(itoa(n))
		}
		v := symbol(x.raw(part), x.raw(part)+"@"+x.here.key())
		v.age, v.counted = x.ageIn(part.X, s), true
		return v
	case *syntax.ProcSubst:
		return symbol(x.raw(part), x.raw(part)+"@"+x.here.key())
	case *syntax.ExtGlob:
		return symbol(x.raw(part), x.raw(part))
	case *syntax.BraceExp:
		return symbol(x.raw(part), x.raw(part))
	}
	return symbol("?", x.here.key())
}

// bytes is a literal with the bytes that the parser was not shown, because they are
// no UTF-8: two names that differ in one of them are two.
func (x *walker) bytes(part syntax.Node, value string) string {
	if strings.IndexByte(value, shell.ForeignByte) < 0 {
		return value
	}
	a, b := int(part.Pos().Offset()), int(part.End().Offset())
	if a > b || b > len(x.src.text) {
		return value
	}
	raw, shown := x.src.text[a:b], shell.WithoutForeignBytes(x.src.text[a:b])
	out := []byte(value)
	for i, at := 0, 0; i < len(out); i++ {
		if out[i] != shell.ForeignByte {
			continue
		}
		for at < len(shown) && shown[at] != shell.ForeignByte {
			at++
		}
		if at < len(raw) {
			out[i] = raw[at]
			at++
		}
	}
	return string(out)
}

// variable is the value of a variable or positional parameter.
func (x *walker) variable(name string, s *state) value {
	name, ok := s.referent(name)
	if !ok {
		return x.fresh(name)
	}
	if v, ok := s.vars.get(name); ok && !(v.known && x.facts.IsPrivate(name)) { // SECONDS=0 goes on from there
		return v
	}
	switch {
	case name == "?":
		return *s.status
	case name == "PWD":
		return s.currentDirectory()
	case name == "0":
		return value{text: "$0", key: "\x000\x00"}
	case name == "HOSTNAME":
		return symbol("$HOSTNAME", "HOSTNAME")
	case x.facts.IsPrivate(name):
		v := symbol("$"+name, name)
		v.private, v.fresh = true, name == "$" || name == "BASHPID"
		return v
	case name == "BASH_SOURCE" && x.src.depth == 0:
		return value{text: "$0", key: "\x000\x00"}
	case shell.IsParameter(name):
		i, _ := shell.Number(name)
		return s.params.at(i)
	case name == "#":
		return s.params.count()
	case name == "@" || name == "*":
		return s.params.all()
	}
	if len(x.in.assigned[name]) > 0 && !x.in.follows(name) {
		return x.fresh(name) // its value is not followed: it is never the same twice
	}
	v := x.atStart(name)
	if v.known {
		return v
	}
	v.private, v.fresh = batsFolders[name], batsFolders[name]
	if lower := strings.ToLower(name); lower == "lockkit" {
		v.command = lower
	}
	return v
}

// batsFolders are the directories that bats makes anew for every run.
var batsFolders = map[string]bool{
	"BATS_TEST_TMPDIR": true, "BATS_FILE_TMPDIR": true, "BATS_SUITE_TMPDIR": true, "BATS_RUN_TMPDIR": true,
}

func (x *walker) param(p *syntax.ParamExp, s *state) value {
	raw := x.raw(p)
	if p.Param == nil {
		return symbol(raw, raw)
	}
	name := p.Param.Value
	v := x.variable(name, s)
	isSet := v.known
	if (isSet || v.empty) && (p.Length || p.Slice != nil || p.Repl != nil) && p.Index == nil {
		if v, ok := x.expanded(p, s); ok {
			return v
		}
	}
	chosen := false
	if e, ok := x.entry(p, v, s); ok && !p.Length && !p.Excl {
		chosen = true
		v = e
		isSet = v.known
		if p.Exp == nil && p.Slice == nil && p.Repl == nil {
			return v
		}
	} else if e, ok := x.element(p, v, s); v.list != nil && !ok {
		return x.derived(raw, v)
	} else if ok && !p.Length && !p.Excl {
		v = e
		isSet = v.known
		if p.Exp == nil && p.Slice == nil && p.Repl == nil {
			return v
		}
	} else if ok && p.Length && p.Index != nil && sized(*v.list, len(*v.list)) {
		if w, isWord := p.Index.(*syntax.Word); isWord && (w.Lit() == "@" || w.Lit() == "*") {
			return literal(itoa(len(*v.list)))
		}
	}
	switch {
	case p.Length, p.Excl, p.Width, p.IsSet, p.Slice != nil, p.Names != 0:
		return x.derived(raw, v)
	case p.Index != nil && x.effort == exact:
		n, _, ok := x.computed(p.Index, s)
		if !ok {
			return x.derived(raw, v)
		}
		name += "[" + itoa(n) + "]"
		v = x.variable(name, s)
		isSet = v.known
	case p.Index != nil && name != "BASH_SOURCE" && !chosen:
		if raw := x.raw(p.Index); raw != "0" && raw != "@" && raw != "*" {
			return x.derived(x.raw(p), v)
		}
	case p.Repl != nil:
		return x.derived(raw, v)
	}
	if p.Exp == nil {
		return v
	}
	alt := x.word(p.Exp.Word, s)
	_, set := s.vars.get(name)
	set = set || s.params.has(name)
	if s.params.lacks(name) {
		v, isSet = unset, false
	}
	if v.mayBeUnset() && choosesByNull(p.Exp.Op) {
		return x.derived(raw, v)
	}
	orNull := p.Exp.Op == syntax.DefaultUnsetOrNull || p.Exp.Op == syntax.AssignUnsetOrNull || p.Exp.Op == syntax.AlternateUnsetOrNull
	switch p.Exp.Op {
	case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull:
		switch {
		case v == unset, v.empty, v.blank() && orNull:
			alt.lockish = alt.lockish || shell.Lockish(name)
			return alt
		case isSet, set, shell.IsParameter(name) && !alt.known:
			return v
		case !x.isPassed(v): // the script has put something there, or has not
			return x.derived(raw, v)
		case x.effort == exact: // in what is proved, nothing is given but arguments
			alt.lockish = alt.lockish || shell.Lockish(name)
			return alt
		}
		alt.lockish = alt.lockish || shell.Lockish(name)
		return alt.orGiven(name, v)
	case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		return v
	case syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
		switch {
		case v == unset, v.empty, v.blank() && orNull:
			return literal("")
		case v.sure():
			return alt
		}
		return x.derived(raw, v)
	case syntax.RemSmallPrefix, syntax.RemLargePrefix, syntax.RemSmallSuffix, syntax.RemLargeSuffix:
		return x.trimmed(p, v, alt, s)
	}
	return x.derived(raw, v)
}

// choosesByNull tells of ${NAME-…}, ${NAME=…} and ${NAME+…}, to which an empty variable is
// another thing than one that is not set.
func choosesByNull(op syntax.ParExpOperator) bool {
	return op == syntax.DefaultUnset || op == syntax.AssignUnset || op == syntax.AlternateUnset
}

// derived is something made from v in a way that is not worked out: the same
// expression of the same value is the same.
func (x *walker) derived(raw string, v value) value {
	d := symbol(raw, raw+"<"+v.key)
	d.private, d.lockish = v.private, v.lockish || d.lockish
	return d
}

// trimmed handles ${v##*/}, ${v%/*} and other patterns of known values.
func (x *walker) trimmed(p *syntax.ParamExp, v, pattern value, s *state) value {
	switch raw := x.raw(p); {
	case v.known || v.empty:
		if t, ok := x.expanded(p, s); ok && !x.quotesPattern(p.Exp.Word, s, `*?[\`) {
			t.lockish = t.lockish || v.lockish
			return t
		}
		return x.derived(raw, v)
	case pattern.text == "*/" && p.Exp.Op == syntax.RemLargePrefix:
		return x.base(v, raw)
	case pattern.text == "/*" && p.Exp.Op == syntax.RemSmallSuffix:
		return x.dir(v, raw)
	default:
		return x.derived(raw, v)
	}
}

func (x *walker) base(v value, raw string) value {
	if v.known {
		return literal(path.Base(v.text)).as(v)
	}
	d := x.derived("$(basename "+v.text+")", v)
	d.key = lastPart + v.key
	return d
}

func (x *walker) dir(v value, raw string) value {
	if v.known {
		return literal(path.Dir(v.text)).as(v)
	}
	if i := strings.LastIndexByte(v.key, '/'); i > 0 && !v.inside && !strings.Contains(v.key[i:], "\x00") && strings.HasSuffix(v.text, v.key[i:]) {
		d := symbol(strings.TrimSuffix(v.text, v.key[i:]), "")
		d.key, d.private, d.fresh, d.lockish = v.key[:i], v.private, v.fresh, false
		return d
	}
	d := x.derived("$(dirname "+v.text+")", v)
	d.key, d.lockish = "\x00dir\x00"+v.key, false // where a lock lies is no lock
	return d
}

// says tells whether options make flock print something.
func says(args []value) bool {
	return slices.ContainsFunc(args, func(v value) bool {
		return !v.known || strings.HasPrefix(v.text, "--v") || v.text == "-c" || strings.HasPrefix(v.text, "--c") || strings.HasPrefix(v.text, "--h")
	})
}

// first is the part of A || B that prints, where B prints nothing: $(cat F || true).
func (x *walker) first(s *syntax.Stmt) *syntax.Stmt {
	if b, ok := s.Cmd.(*syntax.BinaryCmd); ok && b.Op == syntax.OrStmt && len(s.Redirs) == 0 && !s.Negated && x.printsNothing(b.Y) {
		return x.first(b.X)
	}
	return s
}

// substitution is the value of a command's output.
func (x *walker) substitution(c *syntax.CmdSubst, s *state) value {
	switch text, known := s.toldBy(c); {
	case known && text.key == somethingThere.key:
		v := x.output(c, s)
		v.filled = true
		return v
	case known:
		return text
	}
	return x.output(c, s)
}

// output is the value of a command's output, by the command alone.
func (x *walker) output(c *syntax.CmdSubst, s *state) value {
	raw := strings.TrimSpace(x.raw(c))
	v := symbol(raw, raw+"@"+x.here.key())
	v.quoted = false
	if len(c.Stmts) != 1 {
		v.private = strings.Contains(raw, "mktemp")
		v.fresh = v.private
		return v
	}
	stmt := x.first(c.Stmts[0])
	if file := shell.ContentOf(stmt); file != nil {
		v.content = x.path(x.word(file, s)) + 1
		return v
	}
	if x.saysNothing(stmt.Redirs, s) || x.printsNothing(stmt) {
		nothing := literal("")
		nothing.quoted = false
		return nothing
	}
	if file := readBy(stmt); file != nil && isA(nameIn(stmt), readsFiles) {
		if of := x.word(file, s); of.key != "" {
			v.content = x.path(of) + 1
		}
	}
	if b, ok := stmt.Cmd.(*syntax.BinaryCmd); ok && b.Op == syntax.OrStmt { // $(stat … || echo 0)
		if call, ok := b.X.Cmd.(*syntax.CallExpr); ok && len(call.Args) > 0 {
			args := x.all(call.Args, s)
			v.age, v.command = x.ageAsked(args), looksUp(args)
		}
	}
	call, ok := stmt.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return v
	}
	args := x.all(call.Args, s)
	if _, isNumber := shell.Number(args[len(args)-1].text); isNumber && args[0].text == "flock" && len(stmt.Redirs) == 0 && !says(args) {
		return literal("") // it says nothing of a descriptor, busy or not
	}
	last := args[len(args)-1]
	v.age = x.ageAsked(args)
	switch args[0].text {
	case "mktemp", "tempfile":
		v.private, v.fresh = true, true
	case "date":
		if isDay(args[1:]) {
			return symbol(raw, raw)
		}
		v.private = true
	case "uuidgen", "od":
		v.private = true
	case "basename":
		if len(args) == 2 {
			return x.base(last, raw)
		}
	case "dirname":
		if len(args) == 2 {
			return x.dir(last, raw)
		}
	case "readlink", "realpath":
		v = last
		if !last.known {
			v.quoted = false
		}
		if args[0].text == "readlink" && !follows(args[1:len(args)-1]) { // what the link says is its content
			v.content = x.path(last) + 1
		}
		return v
	case "pwd":
		return s.currentDirectory()
	case "hostname", "id", "whoami", "uname", "tty", "logname":
		v := symbol(raw, raw)
		if args[0].text == "uname" || args[0].text == "hostname" {
			v.machine = strings.Join(texts(args), " ")
		}
		return v
	case "cd":
		// $(cd "$(dirname "$0")" && pwd) is one statement of another kind.
	case "which", "type", "whence", "hash", "command", "builtin":
		v.command = looksUp(args)
	case "stat":
		if len(args) >= 3 {
			x.inode(&v, last, strings.Join(texts(args), " "))
			if to, ok := x.linked[last.key]; ok && strings.Contains(strings.Join(texts(args), " "), "%h") {
				v.links = to + 1
			}
		}
	case "echo", "printf":
		if len(args) == 2 && last.known && x.saysAsIs(args[0].text, last) {
			return last
		}
		v.private = slices.ContainsFunc(args[1:], func(a value) bool { return a.private })
	default:
		if text := strings.Join(texts(args), " "); isA(args[0].text, isShell) {
			v.private = strings.Contains(text, "$PPID") || strings.Contains(text, "$$") || strings.Contains(text, "$BASHPID")
		}
	}
	return v
}

// saysAsIs tells whether echo or printf with one known word prints just that: it stays one
// word, and nothing in it is an option or means something else.
func (x *walker) saysAsIs(command string, word value) bool {
	if strings.Contains(word.text, `\`) || strings.HasPrefix(word.text, "-") || command == "printf" && strings.Contains(word.text, "%") {
		return false
	}
	separators := ""
	if x.facts.SplitsWords {
		separators = x.separators()
	}
	return word.quoted || !strings.ContainsAny(word.text, "*?["+separators)
}

// follows tells whether readlink has an option by which it follows links to the end.
func follows(options []value) bool {
	return slices.ContainsFunc(options, func(o value) bool {
		return strings.HasPrefix(o.text, "--canon") || !strings.HasPrefix(o.text, "--") && strings.ContainsAny(o.text, "fem")
	})
}

func (x *walker) all(words []*syntax.Word, s *state) []value {
	out := make([]value, len(words))
	for i, w := range words {
		out[i] = x.word(w, s)
	}
	return out
}

func texts(vs []value) []string {
	var out []string
	for _, v := range vs {
		out = append(out, v.text)
	}
	return out
}

// inode notes that v is the inode number of a file: of a path, or of what a
// descriptor has open.
func (x *walker) inode(v *value, of value, command string) {
	if !strings.Contains(command, "%i") && !strings.Contains(command, "inode") {
		return
	}
	if fd, ok := fdPath(of.text); ok {
		v.inodeFD = fd + 1
	} else {
		v.inode = x.path(of) + 1
	}
}

// fdPath recognises the names of descriptors: /dev/fd/9, /proc/self/fd/9, /proc/$$/fd/9.
func fdPath(text string) (int, bool) {
	for _, prefix := range []string{"/dev/fd/", "/proc/self/fd/", "/proc/$$/fd/", "/proc/$BASHPID/fd/"} {
		if rest, ok := strings.CutPrefix(text, prefix); ok {
			return shell.Number(rest)
		}
	}
	return 0, false
}

func isDescriptor(text string) bool {
	_, ok := fdPath(text)
	return ok
}

// path returns the index of the protocol's path for v.
func (x *walker) path(v value) int {
	written, text := "", v.text
	if v.relative() { // behind a cd it is another name
		written = usualKey(v.key)
		if x.at.key != "" {
			if v = v.in(x.at); v.known || v.private {
				text = v.text
			}
		}
	}
	given := givenText(v.key)
	key, fromPWD := strings.CutPrefix(usualKey(v.key), startsHere.key)
	if v.known && v.text != "" {
		key = path.Clean(v.text)
	}
	if rest, below := strings.CutPrefix(key, x.at.key+"/"); written == "" && (below && x.at.key != "" || fromPWD) {
		written = rest // it is given by $PWD
	}
	if x.world != "" { // another machine has files of its own
		key, text = x.world+"\x00"+key, x.world+":"+text
	}
	if i, ok := x.paths[key]; ok {
		if x.p.Paths[i].Given == "" {
			x.p.Paths[i].Given = given
		}
		x.about[i].named, x.about[i].mixed = x.about[i].named || v.named(), x.about[i].mixed || v.mixed
		return i
	}
	i := len(x.p.Paths)
	x.paths[key] = i
	x.about = append(x.about, about{key: key, written: written, named: v.named(), mixed: v.mixed, own: !v.known && slices.ContainsFunc(shell.VarsOf(v.text), func(name string) bool { return x.in.holdsTemporary(name, 3) })})
	x.p.Paths = append(x.p.Paths, protocol.Path{
		Text: text, Private: v.private, Inside: v.inside, Self: v.key == "\x000\x00", Opaque: !v.known,
		Input: x.givenIn(key), Given: given, Compared: x.in.compares, Varies: strings.Contains(key, varies+"\x00"),
	})
	return i
}
