package truth

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lockkit/lockkit/shellkit/prove"
)

// A plant is a lock that is known to be broken, to be put into a script that knows
// nothing of it.
type plant struct {
	name   string
	breaks prove.Property
	// text is what is put in: LOCK is its file, FD a descriptor that the script leaves
	// alone, WORK and JOB programs of nobody else's.
	text string
}

// plants are the ones that are put in. They hold nothing of the script they stand in
// against them: its set -e, its traps and its children may not make one right.
var plants = []plant{
	{"looks, then makes it", prove.Exclusion, "if [ -e LOCK ]; then exit 75; fi\ntouch LOCK\nWORK\nrm -f LOCK\n"},
	{"removes another's in a trap", prove.Exclusion, "trap 'rm -f LOCK' EXIT\n( set -C; echo $$ >LOCK ) 2>/dev/null || exit 75\nWORK\n"},
	{"removes the locked file", prove.Exclusion, "exec FD>>LOCK\nflock FD || exit 75\nWORK\nrm -f LOCK\n"},
	{"leaves it to a job", prove.Leak, "exec FD>>LOCK\nflock -n FD || exit 75\nJOB &\nWORK\n"},
	{"does not ask whether it got it", prove.Exclusion, "exec FD>>LOCK\nflock -n FD || echo busy >&2\nWORK\n"},
	{"keeps the folder when a signal comes", prove.Stale, "mkdir LOCK || exit 75\nWORK\nrmdir LOCK\n"},
}

// Names of what is planted; no script has them.
const (
	plantedWork = "planted-work"
	plantedJob  = "planted-job"
	plantedMark = "planted-mark-"
	plantedLock = "lockkit-planted.lock"
)

// write returns the text of a plant for a script, with its lock in a folder.
func (p *plant) write(script, folder string) string {
	return strings.NewReplacer("LOCK", folder+"/"+plantedLock, "FD", freeDescriptor(script), "WORK", plantedWork, "JOB", plantedJob).Replace(p.text)
}

// freeDescriptor is a digit that no redirect of a script has.
func freeDescriptor(script string) string {
	for fd := 9; fd > 3; fd-- {
		d := strconv.Itoa(fd)
		if !strings.Contains(script, d+">") && !strings.Contains(script, d+"<") && !strings.Contains(script, "&"+d) {
			return d
		}
	}
	return "9"
}

// beds are the lines, from 0, before which something can be put: those that begin a
// command at the left margin, as far as a look at the text tells. Whether a run comes by
// is told by a rehearsal.
func beds(script string) []int {
	lines := strings.Split(script, "\n")
	var list []int
	for i, line := range lines {
		if i == 0 || line == "" || strings.HasSuffix(lines[i-1], "\\") || !plainStart(line) {
			continue
		}
		list = append(list, i)
	}
	return list
}

// notFirst are words that go on with a command or end one.
var notFirst = []string{"then", "else", "elif", "fi", "do", "done", "esac", "in"}

func plainStart(line string) bool {
	c := line[0]
	if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '[' || c == '.' || c == '$') {
		return false
	}
	word := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' || r == ';' })
	return len(word) > 0 && !slices.Contains(notFirst, word[0]) && !strings.HasSuffix(word[0], ")") && !strings.HasSuffix(word[0], ";;")
}

// put puts a text before a line of a script.
func put(script string, line int, text string) string {
	lines := strings.SplitAfter(script, "\n")
	return strings.Join(lines[:line], "") + text + strings.Join(lines[line:], "")
}

// marked puts a mark before each of the beds.
func marked(script string, beds []int) string {
	for n := len(beds) - 1; n >= 0; n-- {
		script = put(script, beds[n], fmt.Sprintf("%s%d || :\n", plantedMark, n))
	}
	return script
}
