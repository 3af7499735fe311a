package rehearse

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/regex"
)

// Questions about arguments, as scripts ask them.
var (
	comparison  = regex.Of(`^"?\$\{?([1-9])(?::?-[^}]*)?\}?"?\s*(==?|!=)\s*["']?([^"'\s\]]*)`)
	emptiness   = regex.Of(`(-[nz])\s+$`)
	operator    = regex.Of(`^-[nz]\s+`)
	positional  = regex.Of(`^"?\$\{?([1-9])\b`)
	caseWord    = regex.Of(`\bcase\s+"?\$\{?([1-9])\b`)
	caseBegin   = regex.Of(`\bcase\s+\S.*?\s+in\b`)
	caseEnd     = regex.Of(`\besac\b`)
	inputInPath = regex.Of(`\$\{?([1-9])\}?`)
)

// findArguments works out which arguments each run needs so that it goes the way that
// it goes in the trace: from the words that the script holds its arguments against.
func (c *course) findArguments(scripts []Script, protocols []*protocol.Protocol, v *prove.Violation) {
	c.args = map[int][]string{}
	var lines [][]string
	for _, s := range scripts {
		data, _ := os.ReadFile(s.Path) // who cannot be read is told of where it is to be run
		lines = append(lines, strings.Split(string(data), "\n"))
	}
	needs := map[int]map[int]string{}
	need := func(actor, n int, value string) {
		actor = c.runOf(actor)
		if needs[actor] == nil {
			needs[actor] = map[int]string{}
		}
		if old, known := needs[actor][n]; !known || old == otherWord {
			needs[actor][n] = value
		}
	}
	for i := range v.Events {
		ev := &v.Events[i]
		if ev.Node == protocol.None {
			continue
		}
		p := protocols[ev.Script]
		node := &p.Nodes[ev.Node]
		at := node.Span.Start
		if node.Op != protocol.Choose || node.Span.File != p.File || at.Line < 1 || at.Line > len(lines[ev.Script]) {
			continue
		}
		line := lines[ev.Script][at.Line-1]
		if at.Column < 1 || at.Column > len(line) {
			continue
		}
		if n, value, ok := answer(lines[ev.Script], at.Line, line[:at.Column-1], line[at.Column-1:], node.Text, ev.OK); ok {
			need(ev.Process, n, value)
		}
	}
	c.fillPaths(protocols, v, needs, need)
	for n, a := range c.actors {
		if n == 0 || a.parent != 0 {
			continue
		}
		given, text := scripts[a.script].Args, strings.Join(lines[a.script], "\n")
		if len(given) == 0 && needs[n] == nil && eachArgument().MatchString(text) {
			given = []string{"one", "two"} // it does something with each of them
		}
		c.args[n] = filledIn(given, needs[n], text)
	}
}

// eachArgument finds the place where a script goes through its arguments.
var eachArgument = regex.Of(`(?m)\bfor\s+\w+\s*(in\s+"?\$\{?[@*]|;|do\b|$)|=\(\s*"?\$[@*]`)

// filledIn are the arguments of a run: those that it needs, and else those that it is
// given. Where any word will do, the script's own for want of another is the best: the
// trace calls names by it.
func filledIn(given []string, needs map[int]string, text string) []string {
	args := slices.Clone(given)
	for i, word := range args {
		if own := ownWord(text, i+1); own != "" && word != "" {
			args[i] = own
		}
	}
	for n, value := range needs {
		for len(args) < n {
			args = append(args, "")
		}
		if value == otherWord {
			if args[n-1] != "" {
				continue
			}
			if own := ownWord(text, n); own != "" {
				value = own
			}
		}
		args[n-1] = value
	}
	return args
}

// ownWord is what a script takes where it is not given an argument.
func ownWord(text string, n int) string {
	m := regexp.MustCompile(`\$\{` + strconv.Itoa(n) + `:?-([\w./-]+)\}`).FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return m[1]
}

// otherWord is an argument that no script asks for.
const otherWord = "other"

// answer reads a question, which stands between two parts of a line, and says which
// argument must be what for the answer yes.
func answer(lines []string, number int, before, after, text string, yes bool) (n int, value string, ok bool) {
	if op := operator().FindString(after); op != "" {
		before, after = before+"-n ", after[len(op):] // of either it is said whether there is something
	}
	if m := comparison().FindStringSubmatch(after); m != nil {
		n, _ = strconv.Atoi(m[1])
		if yes == (m[2] != "!=") {
			return n, m[3], true
		}
		return n, otherWord, true
	}
	if m := positional().FindStringSubmatch(after); m != nil {
		n, _ = strconv.Atoi(m[1])
		if e := emptiness().FindStringSubmatch(before); e != nil {
			if yes == (e[1] == "-n") {
				return n, otherWord, true
			}
			return n, "", true
		}
		return 0, "", false
	}
	if !yes || !strings.HasPrefix(after, text) || !patternEnd().MatchString(after[len(text):]) {
		return 0, "", false // it is no pattern, or one further down says more
	}
	if n = caseOf(lines[:number-1], before); n == 0 {
		return 0, "", false
	}
	pattern, _, _ := strings.Cut(text, "|")
	pattern = strings.Trim(pattern, `"' `)
	if matched, err := path.Match(pattern, otherWord); err == nil && matched {
		return n, otherWord, true
	}
	return n, strings.NewReplacer("*", "", "?", "x").Replace(pattern), true
}

// patternEnd is what stands behind a pattern of a case: others, and the end of the list.
var patternEnd = regex.Of(`^\s*(\|[^|();&]+)*\)`)

// caseOf is the argument that the innermost case asks about which is open behind some
// lines and the beginning of another; 0 where it asks about something else.
func caseOf(lines []string, before string) int {
	closed := 0
	for _, line := range slices.Backward(append(slices.Clone(lines), before)) {
		closed += len(caseEnd().FindAllString(line, -1))
		for range caseBegin().FindAllString(line, -1) {
			if closed--; closed >= 0 {
				continue
			}
			m := caseWord().FindStringSubmatch(line)
			if m == nil {
				return 0
			}
			n, _ := strconv.Atoi(m[1])
			return n
		}
	}
	return 0
}
