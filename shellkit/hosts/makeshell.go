package hosts

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
)

// draft makes shell of a recipe: each line in a subshell, and the next one only where it
// has succeeded or begins with -. A condition of make's is one of which nothing is known.
func (r *makeReader) draft(one recipe) *draft {
	d := &draft{remarks: remarks(r.file.Data, r.rows, one.row), quote: makeQuoted, vars: r.exported()}
	d.dialect, d.flags, d.options = r.shell()
	var made []madeLine
	said := 0
	for _, l := range one.lines {
		if l.condition != "" {
			made = append(made, madeLine{passage: r.asked(l)})
			continue
		}
		text, careless := makePrefix(r.expanded(l.text, nil))
		if isEmptyRecipe(text) {
			continue
		}
		made = append(made, madeLine{text, true, careless})
		said++
	}
	for range one.open {
		var end passage
		end.add("fi", made[len(made)-1].end(0))
		made = append(made, madeLine{passage: end})
	}
	switch {
	case said == 0:
		return nil
	case len(made) == 1:
		d.body = made[0].passage
		return d
	}
	for _, l := range made {
		d.body.join(l.shell(r.oneShell, d.flags != ""))
	}
	return d
}

func isEmptyRecipe(p passage) bool {
	text := strings.TrimSpace(string(p.data))
	return text == "" || text[0] == '#' && !strings.Contains(text, "\n")
}

// madeLine is a line of a recipe as shell.
type madeLine struct {
	passage
	subshell bool // it is a command, and no condition
	careless bool // it may fail
}

func (l madeLine) shell(oneShell, errexit bool) (out passage) {
	at, end := l.start(0), l.end(0)
	if oneShell || !l.subshell {
		out.join(l.passage)
		out.add("\n", end)
		return out
	}
	out.add("( ", at)
	out.join(l.passage)
	out.add("\n)", end)
	switch {
	case l.careless:
		out.add(" || :", end)
	case !errexit:
		out.add(" || exit", end)
	}
	out.add("\n", end)
	return out
}

// asked is a condition of make's as one of shell.
func (r *makeReader) asked(l recipeLine) (out passage) {
	at, end := l.text.start(0), l.text.end(0)
	switch l.condition {
	case "if", "elif":
		out.instead(l.condition+" [ \"${"+variableFor(string(l.text.data))+"}\" ]; then :", at, end)
	case "else":
		out.instead("else :", at, end)
	default:
		out.instead("fi", at, end)
	}
	return out
}

// makePrefix drops the signs before a line of a recipe. A variable that nobody knows and
// that stands right before a word is taken for such signs, $(Q)cmd, and so is one before
// what can only begin a command.
func makePrefix(p passage) (text passage, minus bool) {
	i := 0
	for {
		for i < p.len() && (isBlank(p.data[i]) || strings.IndexByte("@-+", p.data[i]) >= 0) {
			minus = minus || p.data[i] == '-'
			i++
		}
		m := aloneVar().FindSubmatchIndex(p.data[i:])
		if m == nil {
			return p.cut(i, p.len()), minus
		}
		i += m[3]
	}
}

// configured is a value that configure puts in: @SHELL@.
var configured = regex.Of(`^@\w+@$`)

// shell is what SHELL and .SHELLFLAGS say.
func (r *makeReader) shell() (dialect, flags, options string) {
	dialect = "sh"
	if v := r.vars["SHELL"]; v != nil {
		value := string(r.expanded(v.value, nil).data)
		if words := strings.Fields(value); len(words) > 0 {
			if dialect = shellOf(words[0]); dialect == "env" && len(words) > 1 {
				dialect = shellOf(words[len(words)-1])
			}
			if strings.Contains(value, " -e") {
				flags = "-e"
			}
		}
		if strings.Contains(dialect, "EXPR_") || configured().MatchString(dialect) {
			dialect = "sh" // it is not known
		}
	}
	if v := r.vars[".SHELLFLAGS"]; v != nil && !v.unknown {
		for _, flag := range strings.Fields(string(v.value.data)) {
			if strings.HasPrefix(flag, "-") && !strings.HasPrefix(flag, "--") && strings.Contains(flag, "e") {
				flags = "-e"
			}
			if flag == "pipefail" {
				options = "set -o pipefail"
			}
		}
	}
	return dialect, flags, options
}

// exported are the variables that the shell gets in its environment.
func (r *makeReader) exported() (out []variable) {
	for name, v := range r.vars {
		if v.exported && !v.unknown {
			out = append(out, variable{name: name, value: r.expanded(v.value, []string{name})})
		}
	}
	return sortedVariables(out)
}

// referenceEnd is where the reference to a variable that begins at i ends: $x, $(x), ${x};
// i where none does.
func referenceEnd(data []byte, i int) int {
	if i+1 >= len(data) {
		return i
	}
	open, closing := data[i+1], byte(0)
	switch open {
	case '(':
		closing = ')'
	case '{':
		closing = '}'
	default:
		return i + 2
	}
	depth := 0
	for j := i + 1; j < len(data); j++ {
		switch data[j] {
		case open:
			depth++
		case closing:
			if depth--; depth == 0 {
				return j + 1
			}
		}
	}
	return i
}

// mostNested bounds how far variables that name variables are followed.
const mostNested = 20

// expanded puts the values of variables in their places; around are those that are being
// expanded.
func (r *makeReader) expanded(p passage, around []string) (out passage) {
	for i := 0; i < p.len() && out.len() < maxExpanded; i++ {
		end := i
		if p.data[i] == '$' {
			end = referenceEnd(p.data, i)
		}
		if end <= i {
			out.join(p.cut(i, i+1))
			continue
		}
		from, to := int(p.from[i]), int(p.to[end-1])
		name := strings.Trim(string(p.data[i+1:end]), "(){}")
		i = end - 1
		v := r.vars[name]
		switch {
		case name == "$":
			out.instead("$", from, to)
		case name == "MAKE":
			out.instead("make", from, to)
		case v != nil && !v.unknown && len(around) < mostNested && !contains(around, name):
			out.instead(string(r.expanded(v.value, append(around[:len(around):len(around)], name)).data), from, to)
		case v == nil && isName(name) && len(name) > 1: // of the environment
			out.instead("${"+name+"}", from, to)
			out.guessed = true
		default:
			out.instead("${"+makeVariable(name)+"}", from, to)
			out.guessed = true
		}
	}
	return out
}

// maxExpanded is about how long a text with the values in it may become; what is beyond is
// not looked at. Variables may name each other twice.
const maxExpanded = 64 << 10

// makeVariable is the name of the variable that stands for something of make's.
func makeVariable(name string) string {
	if word, ok := map[string]string{"@": "target", "<": "first", "^": "all", "*": "stem", "?": "newer", "+": "every", "|": "order"}[name]; ok {
		return "EXPR_" + word
	}
	return variableFor(name)
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

// makeQuoted is text as a recipe has it.
func makeQuoted(text string) string { return strings.ReplaceAll(text, "$", "$$") }
