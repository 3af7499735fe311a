package extract

import "mvdan.cc/sh/v3/syntax"

// point is a statement that is walked, in its text.
type point struct {
	src    *src
	stmt   *syntax.Stmt
	nested bool // the script is being run by itself
}

// key names the place, whatever the file is called: what a value of that place is known by has
// no part of a path in it. It is made where somebody asks for it: most statements are not asked
// for theirs.
func (p point) key() string {
	if p.stmt == nil { // before the first one
		return ""
	}
	key := itoa(p.src.number) + ":" + itoa(int(p.stmt.Pos().Offset()))
	if p.src.depth > 0 || p.src.fixed != nil {
		key += "#" + itoa(p.src.depth)
	}
	if p.nested {
		key += "*"
	}
	return key
}

// visit notes that the walk has come to a statement.
func (x *walker) visit(s *syntax.Stmt) {
	if here := (point{x.src, s, false}); !x.been[here] {
		x.been[here] = true
		x.marks.visited[x.src.place(s)] = true
	}
}
