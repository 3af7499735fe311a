package hosts

import (
	"bytes"
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// make(1): each line of a recipe is given to a shell of its own, one after the other for as
// long as they succeed; with .ONESHELL: all lines at once. Variables that are written down
// are put in their places; of what is worked out (functions, conditions) nothing is known.
var makefile = &Kind{
	Name:   "makefile",
	named:  func(path string) bool { return makeName().MatchString(path) },
	run:    []string{"make", "gmake", "bmake"}, // debian/rules
	taking: makeRecipes,
}

var (
	makeName   = regex.Of(`(^|/)((GNU|BSD)?[Mm]akefile(\.(am|in|inc|common))?|[^/]+\.(mk|mak|make))$`)
	makeAssign = regex.Of(`^[ \t]*((?:(?:export|override|private|unexport)[ \t]+)*)([^ \t:#=+?!$()]+)[ \t]*(::?:?=|\?=|\+=|!=|=)[ \t]*`)
	makeWord   = regex.Of(`^[ \t]*(-?include|sinclude|export|unexport|override|vpath|undefine|load|ifeq|ifneq|ifdef|ifndef|else|endif|define|endef)([ \t(]|$)`)
	aloneVar   = regex.Of(`^(\$\{[A-Za-z_][A-Za-z0-9_]*\}(?:[ \t]*\\\n)?)(?:[-@+A-Za-z0-9_.]|[ \t]*(?:\(|(?:if|for|while|until|case|set|cd|\{)[ \t\n]))`)
)

// makeReader is a makefile that is being read.
type makeReader struct {
	file     *source.File
	rows     []line
	vars     map[string]*makeVar
	recipes  []recipe
	oneShell bool
	prefix   byte
}

// makeVar is a variable of make. Where it is given more than once, its value is not known.
type makeVar struct {
	value    passage
	unknown  bool
	exported bool
}

// recipe is what is done for a target.
type recipe struct {
	row   int // of the rule
	lines []recipeLine
	open  int // how many conditions have begun in it
}

// recipeLine is a line that a shell gets, or a condition of make's around such lines: the
// word is if, elif, else or fi then.
type recipeLine struct {
	text      passage
	condition string
}

func makeRecipes(f *source.File) ([]*draft, error) {
	r := &makeReader{file: f, rows: lines(f.Data), vars: map[string]*makeVar{}, prefix: '\t'}
	r.read()
	var out []*draft
	for _, one := range r.recipes {
		if d := r.draft(one); d != nil {
			out = append(out, d)
		}
	}
	return out, nil
}

// read goes through all lines: a line that begins with the prefix is of the recipe above.
func (r *makeReader) read() {
	data := r.file.Data
	inside := false // a rule stands above
	for i := 0; i < len(r.rows); {
		row := i
		logical := r.logical(&i)
		text := string(logical.data)
		switch trimmed := strings.TrimSpace(text); {
		case inside && logical.len() > 0 && data[r.rows[row].from] == r.prefix && r.rows[row].from < r.rows[row].to:
			last := &r.recipes[len(r.recipes)-1]
			last.lines = append(last.lines, recipeLine{text: r.recipeLine(row, i)})
		case trimmed == "" || trimmed[0] == '#':
		case makeWord().MatchString(text) && !makeAssign().MatchString(text):
			if word := makeWord().FindStringSubmatch(text)[1]; word == "define" {
				i = r.behindDefine(i)
			} else if word == "export" {
				r.export(strings.Fields(text)[1:])
			} else if inside {
				r.recipes[len(r.recipes)-1].condition(logical)
			}
		case makeAssign().MatchString(text):
			r.assign(logical)
			inside = false
		default:
			inside = r.rule(row, logical)
		}
	}
}

// logical is the line at *i with those that continue it, one blank between them; *i is
// behind them then.
func (r *makeReader) logical(i *int) (p passage) {
	data := r.file.Data
	for *i < len(r.rows) {
		l := r.rows[*i]
		*i++
		if p.len() > 0 {
			l.from = l.to - len(bytes.TrimLeft(data[l.from:l.to], " \t"))
		}
		if backslashes(data[l.from:l.to])%2 == 0 {
			p.copy(data, l.from, l.to)
			break
		}
		p.copy(data, l.from, l.from+len(bytes.TrimRight(data[l.from:l.to-1], " \t")))
		p.instead(" ", l.to-1, l.to)
	}
	return p
}

// backslashes is how many of them end a line.
func backslashes(text []byte) int { return len(text) - len(bytes.TrimRight(text, `\`)) }

// recipeLine is what the shell gets of the lines from a row up to another one: a backslash
// and the line end stay, the prefix goes.
func (r *makeReader) recipeLine(row, end int) (p passage) {
	for i := row; i < end; i++ {
		l := r.rows[i]
		from := l.from
		if from < l.to && r.file.Data[from] == r.prefix {
			from++
		}
		p.copy(r.file.Data, from, l.to)
		if i+1 < end {
			p.instead("\n", l.to, r.rows[i+1].from)
		}
	}
	return p
}

// condition notes a condition in a recipe; what has begun before it is nothing to it.
func (r *recipe) condition(p passage) {
	words := strings.Fields(string(p.data))
	word := words[0]
	switch {
	case strings.HasPrefix(word, "if"):
		r.open++
		word = "if"
	case r.open == 0:
		return
	case word == "else" && len(words) > 1:
		word = "elif"
	case word == "endif":
		r.open--
		word = "fi"
	case word != "else":
		return
	}
	r.lines = append(r.lines, recipeLine{p, word})
}

func (r *makeReader) behindDefine(i int) int {
	for depth := 1; i < len(r.rows) && depth > 0; i++ {
		switch word := makeWord().FindStringSubmatch(r.rows[i].of(r.file.Data)); {
		case word == nil:
		case word[1] == "define":
			depth++
		case word[1] == "endef":
			depth--
		}
	}
	return i
}

func (r *makeReader) assign(p passage) {
	m := makeAssign().FindSubmatchIndex(p.data)
	name, operator := string(p.data[m[4]:m[5]]), string(p.data[m[6]:m[7]])
	value := p.cut(m[1], p.len())
	if at := bytes.Index(value.data, []byte("#")); at >= 0 && (at == 0 || value.data[at-1] != '\\') {
		value = value.cut(0, at)
	}
	v := &makeVar{value: value, unknown: operator == "+=" || operator == "!=" || r.vars[name] != nil && !bytes.Equal(r.vars[name].value.data, value.data)}
	v.exported = bytes.Contains(p.data[m[2]:m[3]], []byte("export")) && !bytes.Contains(p.data[m[2]:m[3]], []byte("unexport"))
	if name == ".RECIPEPREFIX" {
		r.prefix = '\t'
		if value.len() > 0 {
			r.prefix = value.data[0]
		}
	}
	r.vars[name] = v
}

func (r *makeReader) export(names []string) {
	for _, name := range names {
		if v := r.vars[name]; v != nil {
			v.exported = true
		}
	}
}

// rule notes a rule, with the recipe that stands behind ; where it has one. It tells
// whether the line is one.
func (r *makeReader) rule(row int, p passage) bool {
	colon := outside(p.data, ':')
	if colon < 0 {
		return false
	}
	if strings.TrimSpace(string(p.data[:colon])) == ".ONESHELL" {
		r.oneShell = true
	}
	rest := p.cut(colon+1, p.len())
	if makeAssign().Match(bytes.TrimLeft(rest.data, ":")) { // of a variable, for this target alone
		name := makeAssign().FindSubmatch(bytes.TrimLeft(rest.data, ":"))[2]
		r.vars[string(name)] = &makeVar{unknown: true}
		return false
	}
	one := recipe{row: row}
	if semicolon := outside(rest.data, ';'); semicolon >= 0 {
		one.lines = append(one.lines, recipeLine{text: rest.cut(semicolon+1, rest.len())})
	}
	r.recipes = append(r.recipes, one)
	return true
}

// outside is where a character stands that is in no reference to a variable and no comment.
func outside(data []byte, what byte) int {
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == what:
			return i
		case c == '#':
			return -1
		case c == '\\':
			i++
		case c == '$':
			if end := referenceEnd(data, i); end > i {
				i = end - 1
			}
		}
	}
	return -1
}
