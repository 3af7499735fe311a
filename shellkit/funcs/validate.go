package funcs

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit"
	"github.com/lockkit/lockkit/shellkit/diag"
	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/shell"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Outcome is how one check of Validate went.
type Outcome int

// Unknown is what could not be decided: it is no success, and why is said.
const (
	Passed Outcome = iota
	Failed
	Unknown
)

func (o Outcome) String() string { return [...]string{"ok", "failed", "unknown"}[o] }

// Check is one thing that Validate looks at.
type Check struct {
	What    string // as `lockkit validate --help` lists them
	Outcome Outcome
	Text    string
}

// Validate checks what Init printed, or a script that has a block of Embed. version
// is that of the lockkit that asks.
func Validate(f *source.File, version string) []Check {
	v := &validation{file: f, version: version}
	v.run()
	return v.checks
}

type validation struct {
	file    *source.File
	version string
	checks  []Check

	block  *block // nil for what Init printed
	text   []byte // the functions
	from   int    // where they begin in the file
	shell  string
	opt    Options
	script *shellkit.Script

	proofs     []*proof
	unfollowed []string // engines whose code is none of a shell
}

func (v *validation) say(what string, o Outcome, format string, args ...any) {
	v.checks = append(v.checks, Check{what, o, fmt.Sprintf(format, args...)})
}

func (v *validation) run() {
	var err error
	v.text = v.file.Data
	if v.block, err = findBlock(v.file.Data); err == nil && v.block != nil {
		v.text, v.from = v.block.text, v.block.from+bytes.IndexByte(v.file.Data[v.block.from:], '\n')+1
	}
	var known bool
	v.shell, v.opt, known = readStamp(v.text)
	dialect := source.DialectOf(v.file)
	if v.block == nil && slices.Contains(Shells, v.shell) {
		dialect = source.Dialect(v.shell)
	}
	if v.script, err = shellkit.Load(v.file, dialect, nil); err != nil {
		text := parseError(err)
		if hint := source.ForeignHint(v.file.Data); hint != "" {
			text += "; " + hint
		}
		v.say("parses", Failed, "%s", text)
		return
	}
	v.say("parses", Passed, "as %s", dialect)
	v.origin(known)
	if !known {
		return
	}
	v.definitions()
	if slices.ContainsFunc(v.checks, func(c Check) bool { return c.Outcome == Failed }) {
		return // what was tampered with is not worth the time
	}
	v.plan()
	v.follow()
	if v.lint() {
		v.bodies()
	}
	v.prove()
}

func parseError(err error) string {
	var syntax *shell.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("%s: %s", syntax.Span.Start, syntax.Text)
	}
	return err.Error()
}

// origin says which lockkit wrote the functions, and whether they are as it did.
func (v *validation) origin(known bool) {
	_, torn := findBlock(v.file.Data)
	switch {
	case torn != nil:
		v.say("block", Failed, "%s", torn)
	case v.block != nil && v.block.modified:
		v.say("block", Failed, "edited by hand: its hash is another one")
	case !known:
		v.say("block", Failed, "neither a block of lockkit embed nor what lockkit init printed")
	case v.opt.Version == v.version && !v.reproduced():
		v.say("block", Failed, "not what lockkit %s writes", v.version)
	case v.opt.Version == v.version:
		v.say("block", Passed, "lockkit %s, unmodified", v.version)
	case v.block != nil:
		v.say("block", Passed, "lockkit %s, unmodified; this is lockkit %s", v.opt.Version, v.version)
	default:
		v.say("block", Unknown, "lockkit %s printed it, and only that version can tell whether it is unmodified", v.opt.Version)
	}
}

// reproduced makes the functions again and compares.
func (v *validation) reproduced() bool {
	o := v.opt
	o.inside = v.block != nil
	want, err := Init(v.shell, o)
	return err == nil && bytes.Equal(want, v.text)
}

// definitions looks for the public functions, and for anything that does more
// than define when it is sourced.
func (v *validation) definitions() {
	d, ok := dialects[v.shell]
	if !ok {
		v.say("functions", Failed, "for %q, which lockkit does not know", v.shell)
		return
	}
	file, err := syntax.NewParser(syntax.Variant(d.lang)).Parse(bytes.NewReader(v.text), "")
	if err != nil {
		v.say("functions", Failed, "they do not parse as %s", v.shell)
		return
	}
	var missing []string
	for _, name := range Public {
		if !defines(file, v.opt.Prefix+name) {
			missing = append(missing, v.opt.Prefix+name)
		}
	}
	if len(missing) > 0 {
		v.say("functions", Failed, "missing: %s", strings.Join(missing, ", "))
	} else {
		v.say("functions", Passed, "%s", strings.Join(v.public(), ", "))
	}
	for _, s := range file.Stmts {
		if !onlyDefines(s) {
			line := v.file.Pos(v.from + int(s.Pos().Offset())).Line
			v.say("definitions", Failed, "line %d does more than define", line)
			return
		}
	}
	v.say("definitions", Passed, "when they are read, nothing runs but functions of lockkit")
}

func (v *validation) public() []string {
	var out []string
	for _, name := range Public {
		out = append(out, v.opt.Prefix+name)
	}
	return out
}

func defines(file *syntax.File, name string) bool {
	return slices.ContainsFunc(file.Stmts, func(s *syntax.Stmt) bool {
		f, ok := s.Cmd.(*syntax.FuncDecl)
		return ok && f.Name != nil && f.Name.Value == name
	})
}

// onlyDefines tells whether a statement makes functions and variables of ours and
// nothing else: it runs no program but functions of ours, opens no file,
// touches no name of the user's.
func onlyDefines(s *syntax.Stmt) bool {
	if f, ok := s.Cmd.(*syntax.FuncDecl); ok {
		return f.Name != nil && !s.Background && len(s.Redirs) == 0
	}
	good := true
	syntax.Walk(s, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FuncDecl:
			good = false
		case *syntax.Stmt:
			good = good && !n.Background && len(n.Redirs) == 0
		case *syntax.CmdSubst, *syntax.ProcSubst, *syntax.Subshell, *syntax.DeclClause:
			good = false
		case *syntax.CallExpr:
			if len(n.Args) > 0 {
				name := strings.TrimPrefix(n.Args[0].Lit(), `\`)
				good = good && (name == ":" || strings.HasPrefix(name, internal))
			}
		case *syntax.Assign:
			good = good && n.Name != nil && strings.HasPrefix(n.Name.Value, internal)
		}
		return good
	})
	return good
}

// lint reads the script, the functions taken at their word, and tells whether the
// functions are worth a proof.
func (v *validation) lint() bool {
	for _, p := range v.proofs {
		if _, err := p.script(); err != nil {
			v.say("lint", Failed, "the functions do not parse alone: %s", parseError(err))
			return false
		}
	}
	if f := v.suspect(); f != nil {
		v.say("lint", Failed, "%s in the functions: %s", f.Rule.Code, f.Message)
		return false
	}
	if found := len(shellkit.Check(v.script)); found > 0 {
		v.say("lint", Failed, "%d found: lockkit lint %s", found, v.file.Name)
		return true
	}
	v.say("lint", Passed, "clean")
	return true
}

// suspect is a finding about the functions in their plainest use that those of this
// very version do not give as well: lint does not know what a lock of the root
// directory, by which an engine is proved, is for.
func (v *validation) suspect() *diag.Finding {
	if len(v.proofs) == 0 {
		return nil
	}
	serious := func(v *validation) (list []diag.Finding) {
		for _, f := range shellkit.Check(v.plainest().known()) {
			if f.Level <= diag.Warning { // what is below is taste, or a suspicion that prove has not confirmed
				list = append(list, f)
			}
		}
		return list
	}
	o := v.opt
	o.inside = v.block != nil
	text, err := Init(v.shell, o)
	if err == nil && bytes.Equal(text, v.text) {
		return nil
	}
	ours := map[string]int{}
	if err == nil {
		pristine := *v
		pristine.text = text
		for _, f := range serious(&pristine) {
			ours[f.Rule.Code+f.Message]++
		}
	}
	for _, f := range serious(v) {
		if ours[f.Rule.Code+f.Message]--; ours[f.Rule.Code+f.Message] < 0 {
			return &f
		}
	}
	return nil
}

// plainest is the first use of the functions, walked.
func (v *validation) plainest() *followed {
	p := v.proofs[0]
	return follow(v.file.Name, v.calling(p), p.dialect)
}

// prove explores the script, the functions taken at their word.
func (v *validation) prove() {
	if !v.script.Protocol.HasLocks() {
		return // nothing but the functions, or a script that never calls them
	}
	switch explore(v.script).Verdict {
	case prove.Violated:
		v.say("prove", Failed, "violated: lockkit prove %s", v.file.Name)
	case prove.Unknown:
		v.say("prove", Unknown, "not all was understood: lockkit prove %s", v.file.Name)
	default:
		v.say("prove", Passed, "holds for %d runs, the functions taken at their word", prove.DefaultProcesses)
	}
}

func explore(s *shellkit.Script) prove.Result {
	return prove.Explore([]*protocol.Protocol{s.Protocol}, prove.Options{Processes: prove.DefaultProcesses})
}
