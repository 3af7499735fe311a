package conformance

import (
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/source"
)

// lockPath is the lock of the script that is extracted.
const lockPath = "/run/conformance.lock"

// Names of what only the real run has, in its own world.
const (
	logPath  = "/mnt/log"
	casePath = "/mnt/case"
)

// A script is a case with its probes.
type script struct {
	real  string // what runs
	lock  string // what is extracted
	marks []mark
	lines []int // of the case, by probe
	// beside says that there is a pipeline or a background command in it, kills that it
	// may send signals, limits that it may take from probes what they need.
	beside, kills, limits bool
}

// mark is a removal in the text that is extracted.
type mark struct {
	at     int // its offset
	probe  int
	status string
}

// statuses are those that a probe tells apart; the last one is any other.
var statuses = []string{"0", "1", "*"}

// class says which of them a status is.
func class(status string) string {
	if slices.Contains(statuses[:2], status) {
		return status
	}
	return "*"
}

// printers are commands to which an argument more is nothing but more to print.
var printers = []string{"echo", "print", "printf", "echoraw", "bracket", "argv.py", "argv"}

// texts are commands whose quoted arguments are scripts of this shell.
var texts = []string{"trap", "eval"}

// spot is a place for a probe: an offset, and whether it stands in double quotes.
type spot struct {
	at     int
	quoted bool
}

// prepare makes the scripts of a case; subshell puts all of it into one. The error says
// that it does not parse.
func prepare(c *Case, d source.Dialect, subshell bool) (*script, error) {
	body, before := c.Head+c.Text, strings.Count(c.Head, "\n")
	if !strings.HasSuffix(body, "\n") {
		body += "\n"
	}
	if subshell {
		body, before = "(\n"+body+")\necho done\n", before+1
	}
	p, err := parser(body, d)
	if err != nil {
		return nil, err
	}
	s := &script{beside: p.beside, kills: strings.Contains(body, "kill"), limits: strings.Contains(body, "ulimit")}
	var real, lock strings.Builder
	real.WriteString("true || exit 9\n")
	lock.WriteString("mkdir " + lockPath + " || exit 9\n")
	last := 0
	for i, at := range p.spots {
		real.WriteString(body[last:at.at])
		lock.WriteString(body[last:at.at])
		last = at.at
		real.WriteString(at.escaped(fmt.Sprintf(
			` $(_s=$?; IFS=\ ; read -r _a _b _c _d _e </proc/self/stat; IFS=; echo %d.$_s.$_d >>%s)`, i, logPath)))
		lock.WriteString(at.escaped(` $(case $? in `))
		for _, status := range statuses {
			lock.WriteString(status + ") ")
			s.marks = append(s.marks, mark{lock.Len(), i, status})
			lock.WriteString("rm -rf " + lockPath + ";; ")
		}
		lock.WriteString("esac; :)")
		s.lines = append(s.lines, max(c.Line+strings.Count(body[:at.at], "\n")-before, c.Line))
	}
	s.real, s.lock = real.String()+body[last:], lock.String()+body[last:]
	return s, nil
}

// escaped is text as it has to be written at the spot.
func (s spot) escaped(text string) string {
	if s.quoted {
		return strings.NewReplacer(`\`, `\\`, `$`, `\$`).Replace(text)
	}
	return text
}

// finder collects the spots of a text.
type finder struct {
	variant syntax.LangVariant
	spots   []spot
	beside  bool
}

// parser finds the spots of a script, in order. The parser is asked without any of the
// repairs that extraction has: the judge does not lean on the judged.
func parser(text string, d source.Dialect) (*finder, error) {
	var err error
	for _, variant := range variantsOf(d) {
		f := &finder{variant: variant}
		if err = f.find(text, 0, false); err == nil {
			slices.SortFunc(f.spots, func(a, b spot) int { return a.at - b.at })
			return f, nil
		}
	}
	return nil, err
}

func variantsOf(d source.Dialect) []syntax.LangVariant {
	switch d {
	case source.Bash:
		return []syntax.LangVariant{syntax.LangBash}
	case source.Mksh, source.Ksh:
		return []syntax.LangVariant{syntax.LangMirBSDKorn, syntax.LangBash}
	case source.Zsh:
		return []syntax.LangVariant{syntax.LangZsh}
	}
	return []syntax.LangVariant{syntax.LangPOSIX, syntax.LangBash}
}

// find looks through a text that begins at an offset of the script.
func (f *finder) find(text string, base int, quoted bool) error {
	file, err := syntax.NewParser(syntax.Variant(f.variant)).Parse(strings.NewReader(text), "")
	if err != nil {
		return err
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.BinaryCmd:
			f.beside = f.beside || n.Op == syntax.Pipe || n.Op == syntax.PipeAll
		case *syntax.Stmt:
			f.beside = f.beside || n.Background || n.Coprocess
		case *syntax.ProcSubst, *syntax.CoprocClause:
			f.beside = true
		case *syntax.CallExpr:
			f.call(n, base, quoted)
		}
		return true
	})
	return nil
}

func (f *finder) call(c *syntax.CallExpr, base int, quoted bool) {
	if len(c.Args) == 0 {
		return
	}
	switch name := c.Args[0].Lit(); {
	case slices.Contains(printers, name):
		at := base + int(c.Args[len(c.Args)-1].End().Offset())
		f.spots = append(f.spots, spot{at, quoted})
	case slices.Contains(texts, name) && !quoted && (name != "eval" || len(c.Args) == 2): // where pieces stand of several, nobody can tell
		for _, w := range c.Args[1:] {
			f.within(w, base)
		}
	}
}

// within looks through a quoted word that is run as a script. One that is none is left alone.
func (f *finder) within(w *syntax.Word, base int) {
	if len(w.Parts) != 1 {
		return
	}
	switch q := w.Parts[0].(type) {
	case *syntax.SglQuoted:
		if !q.Dollar {
			_ = f.find(q.Value, base+int(q.Left.Offset())+1, false)
		}
	case *syntax.DblQuoted:
		if len(q.Parts) != 1 || q.Dollar {
			return
		}
		if l, ok := q.Parts[0].(*syntax.Lit); ok && !strings.Contains(l.Value, `\`) {
			_ = f.find(l.Value, base+int(q.Left.Offset())+1, true)
		}
	}
}
