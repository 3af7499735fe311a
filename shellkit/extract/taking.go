package extract

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// A command may take a lock away, make it or put another file in its place under any
// name. Whether it can is asked of what the variables in its words are set to, never of
// how these are called.

// takes tells whether a command with these words may make, move, replace or remove what
// one of them names.
func takes(words []string) bool {
	name := path.Base(words[0])
	row := commands()[name]
	if row.prefix != nil {
		for i := range words[1:] {
			if takes(words[i+1:]) {
				return true
			}
		}
		return false
	}
	if row.is&isLanguage != 0 {
		return slices.ContainsFunc(words[1:], perlInPlace().MatchString)
	}
	if row.rewriter != nil {
		return true
	}
	return row.is&makesNames != 0 && (row.with == nil || slices.ContainsFunc(words[1:], func(w string) bool {
		return slices.ContainsFunc(row.with, func(own string) bool { return w == own || own[0] == '-' && name == "sed" && strings.HasPrefix(w, own) })
	}))
}

// takesLock tells whether a command may do so to a lock: an operand is made of what is
// only known when the script runs, and not of what this run alone has made.
func (x *walker) takesLock(words []string, args []*syntax.Word) bool {
	return takes(words) && slices.ContainsFunc(args, func(w *syntax.Word) bool {
		raw := x.raw(w)
		return strings.ContainsAny(raw, "$`*?[") && !x.in.temporary(raw)
	})
}

// makesOrRemoves notes what a command claims and what it removes: also one that another
// command runs, or a function: env mkdir L, retry 5 mkdir L.
func (in *interest) makesOrRemoves(c *syntax.CallExpr, scope string) {
	args, vars := c.Args, shell.VarsOf(in.raw(c))
	if isA(in.bare(args[0]), onlyPrints) {
		return
	}
	for i, w := range args[:len(args)-1] {
		operands := args[i+1:]
		switch name := path.Base(strings.TrimPrefix(in.bare(w), `\`)); name {
		case "mkdir", "ln", "link", "symlink":
			last := operands[len(operands)-1]
			in.claims = append(in.claims, claim{in.bare(last), in.raw(last), scope, vars})
			in.make(last, scope) // with -p or -f, also where it is there
			if raw := in.raw(c); strings.Contains(raw, "$$") || strings.Contains(raw, "BASHPID") {
				in.uses.pids[in.bare(last)] = true
			}
			if name == "mkdir" {
				in.folders[in.bare(last)] = true
			} else {
				for _, w := range operands[:len(operands)-1] {
					in.linked[in.bare(w)] = true
				}
			}
		case "mkfifo", "mknod":
			for _, w := range pipesMade(name, operands) {
				in.claims = append(in.claims, claim{in.bare(w), in.raw(w), scope, vars})
			}
		case "dd":
			if _, w := outputOf(operands); w != nil && createsExclusively(append([]string{name}, in.bares(operands)...)) {
				in.claims = append(in.claims, claim{in.bare(w), in.raw(w), scope, vars})
				if slices.Contains(in.bares(operands), "if=/dev/null") { // nothing is kept there
					in.mentions.plain = append(in.mentions.plain, nameOf(in.raw(c)))
				}
			}
		case "touch":
			if i == 0 {
				continue
			}
			for _, w := range operands {
				in.make(w, scope)
			}
		case "rm", "rmdir", "unlink":
			for _, w := range operands {
				in.remove(in.bare(w), scope, w)
				in.gone = append(in.gone, in.raw(w))
			}
		default:
			continue
		}
		if i > 0 {
			in.plainly(path.Base(in.bare(w)), c)
		}
		return
	}
}

// lockFiles notes what a tool for locks is given: the file is a lock, whatever it is called,
// and who removes it gives that up. Some tools put .lock behind the name.
func (in *interest) lockFiles(c *syntax.CallExpr, scope string) {
	for _, w := range c.Args[1:] {
		word := in.bare(w)
		if strings.HasPrefix(word, "-") {
			continue
		}
		for _, name := range []string{word, word + ".lock"} {
			in.made[name], in.claimed[name] = true, true
		}
		in.at(w, scope)
	}
}

func (in *interest) bares(words []*syntax.Word) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = in.bare(w)
	}
	return out
}

// isRemoved tells whether something in the script removes what a word may come to.
func (in *interest) isRemoved(raw string) bool {
	if in.removedNames == nil {
		in.removedNames = map[string]bool{}
		for _, word := range in.gone {
			for _, name := range in.spellings(word) {
				in.removedNames[strings.TrimSuffix(name, "/")] = true
			}
		}
	}
	return slices.ContainsFunc(in.spellings(raw), func(name string) bool { return in.removedNames[strings.TrimSuffix(name, "/")] })
}

// takings is what a look at a script says about such commands.
type takings struct {
	taken        []taken         // words that they make, move, replace or remove
	gone         []string        // words that they remove, as they are written
	linked       map[string]bool // words for what gets another name
	lockNames    map[string]bool // what the words for locks come to, once that was asked
	removedNames map[string]bool // what the words for what is removed come to, once that was asked
}

// taken is a word of such a command, as it is written, and the function that it stands in.
type taken struct{ raw, scope string }

// take notes the words of a command that may make, move, replace or remove what they name.
func (in *interest) take(c *syntax.CallExpr, scope string) {
	words := make([]string, 0, len(c.Args))
	for _, w := range c.Args {
		words = append(words, shell.Unescape(in.bare(w)))
	}
	if takes(words) {
		for _, w := range c.Args[1:] {
			in.taken = append(in.taken, taken{in.raw(w), scope})
		}
	}
}

// takenLocks has the functions followed that do so to what may be a lock, and lists the
// variables by which they name it.
func (in *interest) takenLocks() (vars []string) {
	for _, t := range in.taken {
		if strings.Contains(t.raw, "$") && in.meant(t.raw) {
			in.giving[t.scope] = true
			vars = append(vars, shell.VarsOf(t.raw)...)
		}
	}
	return vars
}

// mostSpellings bounds what a word may come to, spellingDepth how often it is asked what
// a variable in a value is set to.
const mostSpellings, spellingDepth = 16, 4

// spellings are what a word may come to, as far as that is written down. What is not stays
// as it stands.
func (in *interest) spellings(raw string) []string { return in.spelled(raw, spellingDepth) }

func (in *interest) spelled(raw string, depth int) []string {
	i := strings.IndexByte(raw, '$')
	if i < 0 || depth == 0 {
		return []string{shell.UnquoteText(raw)}
	}
	name, end := shell.ExpandedName(raw, i)
	if name == "" {
		return []string{shell.UnquoteText(raw)}
	}
	var out []string
	for _, rest := range in.spelled(raw[end:], depth) {
		for _, value := range in.valuesOf(name, depth-1) {
			if out = append(out, shell.UnquoteText(raw[:i])+value+rest); len(out) == mostSpellings {
				return out
			}
		}
	}
	return out
}

// valued is a question about what a variable is set to, through so many others.
type valued struct {
	variable string
	depth    int
}

// valuesOf are what a variable is set to, or its name where nothing that is known.
func (in *interest) valuesOf(name string, depth int) []string {
	q := valued{name, depth}
	out, known := in.values[q]
	if !known {
		out = in.workOut(name, depth)
		if in.values == nil {
			in.values = map[valued][]string{}
		}
		in.values[q] = out
	}
	return out
}

func (in *interest) workOut(name string, depth int) (out []string) {
	for _, a := range in.assigned[name] {
		text := a.text
		if strings.ContainsAny(text, "`") || strings.Contains(text, "$(") || text == "" {
			continue
		}
		if list, isList := strings.CutPrefix(text, "("); isList {
			for _, one := range strings.Fields(strings.TrimSuffix(list, ")")) {
				out = append(out, in.spelled(one, depth)...)
			}
			continue
		}
		out = append(out, in.spelled(text, depth)...)
	}
	if len(out) == 0 {
		out = []string{"$" + name}
	}
	return out
}

// meant tells whether a word may come to a name that a lock has somewhere in the script.
func (in *interest) meant(raw string) bool {
	if in.lockNames == nil {
		in.lockNames = map[string]bool{}
		for _, some := range []map[string]bool{in.opened, in.claimed} {
			for word := range some {
				in.noteName(word)
			}
		}
		for word := range in.made {
			if in.probed[word] || in.mayFail(word) {
				in.noteName(word)
			}
		}
	}
	return slices.ContainsFunc(in.spellings(raw), func(name string) bool { return in.lockNames[strings.TrimRight(name, "/*")] })
}

// noteName notes all that the word for a lock may come to, and the folders above.
func (in *interest) noteName(word string) {
	for _, name := range in.spellings(word) {
		for name = strings.TrimRight(name, "/"); len(name) > 1 && !strings.HasPrefix(name, "/dev/"); {
			in.lockNames[name] = true
			i := strings.LastIndexByte(name, '/')
			if i < 1 {
				break
			}
			name = name[:i]
		}
	}
}
