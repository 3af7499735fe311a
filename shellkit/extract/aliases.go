package extract

import (
	"strings"
)

// aliasCommand walks alias: what a name stands for that is also a command here is not known.
func aliasCommand(x *walker, c *call, f flow) []flow {
	for _, a := range c.args[1:] {
		name, text, sets := strings.Cut(a.text, "=")
		first, _, _ := strings.Cut(strings.TrimPrefix(text, `\\`), " ")
		if sets && first != name && x.expandsAliases(f.st) && x.means(name) {
			x.dunno(c.at, "what %s is behind an alias", name)
		}
	}
	return x.plain(c.at, "alias", f)
}

// expandsAliases tells whether a script has its aliases expanded.
func (x *walker) expandsAliases(s *state) bool {
	return x.facts.ExpandsAliases || s.opts.posix || strings.Contains(string(x.src.text), "expand_aliases")
}

// means tells whether a name is that of a function, or of a command that is called and known.
func (x *walker) means(name string) bool {
	_, known := commandOf(name, name)
	return len(x.every[name]) > 0 || known && x.in.callers[name] != nil
}
