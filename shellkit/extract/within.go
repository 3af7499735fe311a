package extract

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lockkit/lockkit/shellkit/protocol"
	"github.com/lockkit/lockkit/shellkit/shell"
)

// A folder goes with all that is in it: who removes, moves or empties it removes the
// locks that lie there.

// sweep is a command that takes away what lies in a folder.
type sweep struct {
	at     protocol.ID // the node behind which it has happened
	folder int         // the path that the command names: a folder, or a pattern
	deep   bool        // not only the names that a pattern fits, but also what is in those
	names  []string    // patterns of names, where only such are taken
	spares []string    // patterns of names that are left alone
	hidden bool        // * also fits names that begin with a dot
	by     string
	kind   string // as find -type has it: d, f, or "" for all
	itself bool   // the folder goes too, or what is no folder
	unless string // what else is asked, so that it is not known what goes
	old    bool   // … and that is how long ago it was written to

	replaces bool // other files take the names
	forGood  bool // the folder is of this run alone, and is not made again
}

// sweeps notes that a node takes away what lies in a folder.
func (x *walker) sweeps(f flow, s sweep) flow {
	if len(f.from) > 0 && x.effort != exact {
		s.at = f.from[0].node
		x.swept = append(x.swept, s)
	}
	return f
}

// inside takes the locks away that go with a folder, before what is done to that.
func inside(p *protocol.Protocol, about []about, swept []sweep) {
	for _, s := range swept {
		for lock := range p.Paths {
			if p.Paths[lock].Kind == protocol.Data || lock == s.folder && !s.itself || !s.takes(about[s.folder].key, about[lock].key) {
				continue
			}
			if s.kind == "f" && p.Paths[lock].Dir || s.kind == "d" && !p.Paths[lock].Dir || s.old && renewed(p, lock) {
				continue
			}
			if s.replaces && p.Paths[lock].Kind != protocol.Inode {
				continue // the name stays
			}
			if s.by == "mv" && standsIn(&p.Paths[lock], &p.Paths[s.folder]) {
				continue // a move is one step, and takes it along
			}
			if s.forGood && p.Paths[lock].Inside {
				continue // who comes later finds no folder to make it in
			}
			command := p.Nodes[s.at]
			if s.unless != "" {
				u := protocol.Unknown{Span: command.Span, Why: fmt.Sprintf("whether %s %s takes %s away", s.by, s.unless, p.Paths[lock].Text)}
				if !slices.Contains(p.Unknowns, u) {
					p.Unknowns = append(p.Unknowns, u)
				}
				continue
			}
			n := protocol.NewNode(protocol.Remove)
			n.Path, n.To, n.Text, n.Next = lock, s.folder, s.by, protocol.ID(len(p.Nodes))
			if s.replaces {
				n.Op, n.To = protocol.Rename, lock
			}
			n.Span, n.Word, n.Handlers = command.Span, command.Word, command.Handlers
			p.Nodes = append(p.Nodes, command)
			p.Nodes[s.at] = n // what is in a folder goes before it
		}
	}
}

// standsIn tells whether a lock stands in the folder that another one is.
func standsIn(lock, folder *protocol.Path) bool {
	return folder.Kind == protocol.Exists && lock.Private == folder.Private && path.Dir(lock.Text) == folder.Text
}

// goesForGood tells whether a command removes a folder that mktemp has made for this run
// alone: nobody can make anything in it again, unless a line of the script, be it one of
// a trap, may make a folder where it was.
func (x *walker) goesForGood(c *call, i int) bool {
	folder, w := c.args[i], c.word(i)
	if !folder.private || folder.inside || !strings.Contains(folder.key, "mktemp") || w == nil {
		return false
	}
	for _, name := range shell.VarsOf(x.raw(w)) {
		for line := range strings.Lines(string(x.src.text)) {
			if strings.Contains(line, name) && slices.ContainsFunc(folderMakers, func(m string) bool { return strings.Contains(line, m) }) {
				return false
			}
		}
	}
	return shell.ParamOf(w) != ""
}

// folderMakers are commands that make a folder of a name that they are given.
var folderMakers = []string{"mkdir", "install", "mv ", "cp ", "rsync", "git ", "tar ", "unzip", "ln "}

// renewed tells whether a file is truncated whenever it is opened, which makes it young.
func renewed(p *protocol.Protocol, path int) bool {
	opened := false
	for i := range p.Nodes {
		if n := &p.Nodes[i]; n.Op == protocol.Open && n.Path == path {
			if !n.Mode.Has(protocol.Truncate) {
				return false
			}
			opened = true
		}
	}
	return opened
}

// takes tells whether what lies at a place goes with a folder.
func (s *sweep) takes(folder, place string) bool {
	last := place[strings.LastIndexByte(place, '/')+1:]
	called := func(name string) bool { fits, err := path.Match(name, last); return fits || err != nil }
	if slices.ContainsFunc(s.spares, called) || len(s.names) > 0 && !slices.ContainsFunc(s.names, called) {
		return false
	}
	switch {
	case folder == "", s.by == "git clean" && slices.Contains(strings.Split(place, "/"), ".git"):
		return false
	case folder == place: // under another name
		return true
	case folder == ".":
		return s.deep && place[0] != '/' && place[0] != 0
	case folder == "\x00dir\x00"+place:
		return s.deep
	case !strings.ContainsAny(folder, "*?["):
		return s.deep && strings.HasPrefix(place, strings.TrimSuffix(folder, "/")+"/")
	}
	base := folder[:strings.LastIndexByte(folder[:strings.IndexAny(folder, "*?[")], '/')+1]
	rest, found := strings.CutPrefix(place, base)
	if !found || base == "" && (rest == "" || rest[0] == '/' || rest[0] == 0) {
		return false
	}
	patterns, names := strings.Split(folder[len(base):], "/"), strings.Split(rest, "/")
	if len(patterns) > len(names) || len(patterns) < len(names) && !s.deep {
		return false
	}
	for i, pattern := range patterns {
		pattern = strings.ReplaceAll(pattern, "[!", "[^")
		hidden := !s.hidden && strings.HasPrefix(names[i], ".") && !strings.HasPrefix(pattern, ".")
		if fits, err := path.Match(pattern, names[i]); hidden || !fits || err != nil {
			return false
		}
	}
	return true
}

// sweepsHere tells of a command that takes away what lies in the working directory,
// wherever that is.
func (in *interest) sweepsHere(name string, words []*syntax.Word) bool {
	rewrites := commands()[name].rewriter != nil
	switch {
	case name == "git":
		return len(words) > 0 && strings.Contains(in.raw(words[0]), "clean") || len(words) > 2
	case name == "xargs", name == "parallel":
		all := []string{name}
		for _, w := range words {
			all = append(all, shell.PlainText(w))
		}
		return doneTo(all) != leftAlone
	case name == "rm", name == "find", name == "mv", name == "rsync", rewrites:
		for _, w := range words {
			if word := in.bare(w); word != "" && !strings.ContainsAny(word[:1], "/$-~") {
				return true
			}
		}
	}
	return false
}

// gitCommand walks git: clean -x removes what git does not know, lock files among it;
// without -x it spares what is to be ignored, and nobody can tell here what that is.
func gitCommand(x *walker, c *call, f flow) []flow {
	folder, i := literal("."), 1
	for ; i < len(c.args) && strings.HasPrefix(c.args[i].text, "-"); i++ {
		if c.args[i].text == "-C" && i+1 < len(c.args) {
			i++
			folder = c.args[i]
		} else if c.args[i].text == "-c" {
			i++
		}
	}
	out := x.program(c, "git", f)
	if i >= len(c.args) || c.args[i].text != "clean" {
		return out
	}
	options := &call{args: c.args[i:]}
	if !options.has("-f") && !options.has("--force") || options.has("-n") || options.has("--dry-run") {
		return out
	}
	s := sweep{folder: x.path(folder), deep: true, by: "git clean"}
	if !options.has("-x") && !options.has("-X") {
		s.unless = "without -x"
	}
	for k, a := range options.args {
		if (a.text == "-e" || a.text == "--exclude") && k+1 < len(options.args) {
			s.spares = append(s.spares, strings.TrimPrefix(options.args[k+1].text, "/"))
		} else if name, ok := strings.CutPrefix(a.text, "--exclude="); ok {
			s.spares = append(s.spares, strings.TrimPrefix(name, "/"))
		}
	}
	x.sweeps(out[0], s)
	return out
}

// rsyncCommand walks rsync: with --delete, what the source does not have goes.
func rsyncCommand(x *walker, c *call, f flow) []flow {
	out := x.program(c, "rsync", f)
	ops := c.operands()
	if len(ops) < 2 {
		return out
	}
	s := sweep{deep: true, by: "rsync --delete"}
	deletes := false
	for i, a := range c.args {
		deletes = deletes || strings.HasPrefix(a.text, "--del")
		for _, option := range []string{"--exclude", "--filter", "-f"} {
			if a.text == option && i+1 < len(c.args) {
				s.spares = append(s.spares, spared(c.args[i+1].text))
			} else if name, ok := strings.CutPrefix(a.text, option+"="); ok {
				s.spares = append(s.spares, spared(name))
			}
		}
		option, _, _ := strings.Cut(a.text, "=")
		switch option { // what they spare stands in a file, or hangs on more than a name
		case "--exclude-from", "--include-from", "--files-from", "--include", "--cvs-exclude", "-C", "-F", "-FF", "--max-delete", "--max-size", "--min-size":
			s.unless = "with " + option
		}
	}
	target := c.args[ops[len(ops)-1]]
	if !deletes || strings.Contains(target.text, ":") || c.has("-n") || c.has("--dry-run") {
		return out
	}
	s.folder = x.path(target)
	x.sweeps(out[0], s)
	return out
}

// spared is the name in a filter of rsync.
func spared(filter string) string {
	for _, mark := range []string{"- ", "P ", "protect ", "exclude ", "/"} {
		filter = strings.TrimPrefix(filter, mark)
	}
	return filter
}

// findParents lists the folders that are written down as those of locks.
func (in *interest) findParents() {
	add := func(word string) {
		for i := len(word) - 1; i > 0; i-- {
			if word[i] == '/' {
				in.parents[word[:i]] = true
			}
		}
	}
	for word := range in.opened {
		add(word)
	}
	for _, c := range in.claims {
		add(c.word)
	}
	for word := range in.made {
		if in.probed[word] {
			add(word)
		}
	}
	for v := range in.core {
		for _, a := range in.assigned[v] {
			add(shell.UnquoteText(a.text))
		}
	}
}

// findSweeps notes what goes with a find that removes or replaces. Where it asks for more
// than a name and a kind, what it finds is not known.
func (x *walker) findSweeps(c *call, out []flow, fate fateOfFile) []flow {
	s := sweep{deep: true, itself: true, by: "find -delete", replaces: fate == putAnew}
	if s.replaces {
		s.by = "find"
	}
	var folders []value
	i := 1
	for ; i < len(c.args) && !strings.HasPrefix(c.args[i].text, "-") && c.args[i].text != "(" && c.args[i].text != "!"; i++ {
		folders = append(folders, c.args[i])
	}
	if len(folders) == 0 {
		folders = []value{literal(".")}
	}
	for ; i < len(c.args); i++ {
		switch option := c.args[i].text; option {
		case "-name":
			i++
			if i < len(c.args) {
				s.names = append(s.names, c.args[i].text)
			}
		case "!", "-not":
			if i+2 < len(c.args) && c.args[i+1].text == "-name" {
				i += 2
				s.spares = append(s.spares, c.args[i].text)
			} else {
				s.unless = "with " + option
			}
		case "-type", "-mindepth", "-maxdepth":
			i++
			s.itself = s.itself && (option != "-mindepth" || i < len(c.args) && c.args[i].text == "0")
			if option == "-maxdepth" && i < len(c.args) && c.args[i].text == "0" {
				return out
			}
			if option == "-type" && i < len(c.args) {
				s.kind = c.args[i].text
			}
		case "-xdev", "-mount", "-depth", "-delete", "-print", "-print0":
		case "-exec", "-execdir", "-ok":
			i = len(c.args)
		default:
			old := findsAge[option] && i+1 < len(c.args) && !strings.HasPrefix(c.args[i+1].text, "-")
			switch {
			case option == "-o" || option == "-or": // one of several
				s.names, s.spares, s.kind, s.unless = nil, nil, "", "with "+option
				i = len(c.args)
			case strings.HasPrefix(option, "-") && s.unless == "":
				s.old, s.unless = old, "with "+option
			case strings.HasPrefix(option, "-"):
				s.old = s.old || old
			case option == "(" || option == ")":
				s.unless = "with parentheses"
			}
		}
	}
	for _, folder := range folders {
		s.folder = x.path(folder)
		x.sweeps(out[0], s)
	}
	return out
}
