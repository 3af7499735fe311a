package inclusion

import (
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/lockkit/lockkit/shellkit/protocol"
)

// A name says which names of a log a path of the protocol can stand for.
type name struct {
	exact   []string       // where the script fixes it: what it may be once links are resolved
	tail    string         // … where it is relative: what it ends in
	pattern *regexp.Regexp // where the script does not fix it
	binds   bool           // all steps of a run mean the same one
	given   *name          // what it is where the runs are given another one; nil: that is all
}

// nameOf reads the text of a path.
func nameOf(p *protocol.Path) name {
	n := usualName(p)
	if p.Given != "" {
		n.given = &name{pattern: patternOf(p.Given), binds: n.pattern == nil || n.binds}
	}
	return n
}

// chosen is the name as the runs have it in whose log such names are: what they may be
// given is seen where there is no other.
func (n *name) chosen(log []string) name {
	if n.given != nil && !slices.ContainsFunc(log, n.fits) && slices.ContainsFunc(log, n.given.fits) {
		return *n.given
	}
	return *n
}

// usualName is what a path is where a run is given nothing in place of what the script says.
func usualName(p *protocol.Path) name {
	switch {
	case p.Opaque || p.Private || p.Varies || p.Self:
		return name{pattern: patternOf(p.Text), binds: !p.Private && !p.Varies}
	case strings.HasPrefix(p.Text, "/"):
		clean := path.Clean(p.Text)
		return name{exact: []string{clean, resolved(clean)}}
	}
	clean := path.Clean(p.Text)
	for strings.HasPrefix(clean, "../") {
		clean = clean[3:]
	}
	return name{tail: "/" + clean}
}

// fits tells whether the path can stand for a name of the log.
func (n *name) fits(log string) bool {
	switch {
	case n.pattern != nil:
		return n.pattern.MatchString(log) || n.pattern.MatchString(log+"/")
	case n.tail != "":
		return strings.HasSuffix(log, n.tail)
	}
	for _, e := range n.exact {
		if e == log {
			return true
		}
	}
	return false
}

// fixed tells whether the script alone says which name it is.
func (n *name) fixed() bool { return n.pattern == nil }

// resolved follows the links of the folders of a path; what is not there has none.
func resolved(name string) string {
	rest := ""
	for at := name; at != "/"; at = path.Dir(at) {
		if real, err := filepath.EvalSymlinks(at); err == nil {
			return path.Join(real, rest)
		}
		rest = path.Join(path.Base(at), rest)
	}
	return name
}

// patternOf makes each symbol in a text, $NAME, ${…}, $(…) or `…`, stand for anything,
// and for nothing: a name of the log has no part that is empty.
func patternOf(text string) *regexp.Regexp {
	fixed := strings.IndexAny(text, "$`~")
	if fixed < 0 {
		fixed = len(text)
	}
	var b strings.Builder
	b.WriteString("^(?s:.*/)?")
	if folder := strings.LastIndexByte(text[:fixed], '/'); folder > 0 && text[0] == '/' {
		literal := path.Clean(text[:folder])
		b.WriteString("(?:" + regexp.QuoteMeta(literal) + "|" + regexp.QuoteMeta(resolved(literal)) + ")")
		text = text[folder:]
	}
	for i := 0; i < len(text); {
		if n := symbolAt(text[i:]); n > 0 {
			whole := i > 0 && text[i-1] == '/'
			i += n
			if whole && i < len(text) && text[i] == '/' {
				b.WriteString("(?s:.*/)?")
				i++
			} else {
				b.WriteString("(?s:.*)")
			}
			continue
		}
		n := 1
		for i+n < len(text) && text[i+n] != '$' && text[i+n] != '`' && text[i+n] != '~' {
			n++
		}
		b.WriteString(regexp.QuoteMeta(text[i : i+n]))
		i += n
	}
	b.WriteString("$")
	return regexp.MustCompile(b.String())
}

// symbolAt is the length of the symbol that a text begins with, 0 where it begins with
// none.
func symbolAt(text string) int {
	switch {
	case text[0] == '~':
		return 1
	case text[0] == '`':
		if end := strings.IndexByte(text[1:], '`'); end >= 0 {
			return end + 2
		}
		return len(text)
	case text[0] != '$' || len(text) == 1:
		return 0
	case text[1] == '{':
		return closing(text, '{', '}')
	case text[1] == '(':
		return closing(text, '(', ')')
	}
	n := 1
	for n < len(text) && (text[n] == '_' || text[n] >= '0' && text[n] <= '9' || text[n] >= 'a' && text[n] <= 'z' || text[n] >= 'A' && text[n] <= 'Z') {
		n++
	}
	return max(n, 2) // $$, $!, $@
}

func closing(text string, open, end byte) int {
	depth := 0
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case open:
			depth++
		case end:
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}
