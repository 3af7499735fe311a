package reworded

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// asksByName are commands to which it means something how a file is called, or where it lies.
var asksByName = regex.Of(`\b(cd|pushd|find|basename|dirname|rsync|git|pgrep|pkill|pidof|killall|ps|df|stat|mount|mktemp)\b`)

// Neutral gives the files of a script names that say nothing, in a folder that says nothing:
// what something is called is a hint and decides no verdict. ok is false where nothing was
// renamed: a library, a script with programs that go by names, and a file to which another
// whole path leads or whose last part stands elsewhere in the text.
func Neutral(d source.Dialect, text string) (renamed string, ok bool) {
	s := newDraft(d, text, nil)
	if s.tree == nil || s.lib || s.has(asksByName()) || strings.Contains(s.text, "/srv/kettle") {
		return "", false
	}
	all := s.pathsIn()
	for i, p := range all {
		ok = s.rename(p, all, string(rune('a'+i%26))) || ok
	}
	return s.head + s.text, ok && s.read()
}

// rename gives one file such a name, with as many parts as it has.
func (d *draft) rename(p string, all []string, last string) bool {
	base := path.Base(p)
	stem, _, _ := strings.Cut(base, ".")
	if strings.Count(p, "/") < 2 || slices.ContainsFunc(all, func(other string) bool { return strings.HasPrefix(p, other+"/") }) || strings.Contains(d.text, stem+".$") || strings.Contains(d.text, stem+"$") {
		return false
	}
	whole := regexp.MustCompile(regexp.QuoteMeta(p) + `([^\w.$*?{-]|$)`)
	if n := len(whole.FindAllString(d.text, -1)); n == 0 || n != strings.Count(d.text, base) {
		return false
	}
	d.text = whole.ReplaceAllString(d.text, "/srv/kettle"+strings.Repeat("/spout", strings.Count(p, "/")-2)+"/"+last+"$1")
	return true
}
