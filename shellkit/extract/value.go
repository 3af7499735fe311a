package extract

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/shell"
)

// value is what a word is known to be when the shell expands it.
//
// Two values are the same when their keys are. A known value's key is its text;
// a value that the script does not fix has a key of its own, so that `$DIR/x` is
// the same path twice as long as DIR is not assigned in between.
type value struct {
	text    string // as a person would write it
	key     string
	known   bool // text is exactly what the shell has
	private bool // differs from run to run: $$, mktemp, date
	mixed   bool // on some ways here it is private, on others it is not
	fresh   bool // private, and nobody else makes such a name: mktemp, $$
	inside  bool // it lies in a directory with a fresh name
	nonzero bool // a failing exit status
	over    int  // of a failing exit status: it is more than that
	filled  bool // some part of it is written down, so that it is not empty
	counted bool // arithmetic gave it: a number, whatever it is
	lockish bool // some name in it says lock, pid, …
	called  bool // it is the value of a variable whose name says so
	quoted  bool // no part of it is open to word splitting
	content int  // it was read from that path: index+1 in the protocol's paths
	links   int  // it is how many links a file has that was linked to that path: index+1
	inode   int  // it is that path's inode number: index+1
	inodeFD int  // it is the inode number of what that descriptor has open: fd+1
	age     age  // it tells how old a file is
	spawn   int  // it is the process number of the background child started at that node: id+1
	command string
	machine string   // it tells what kind of machine it is, by that
	refers  string   // it is another variable: declare -n
	list    *[]value // the words of an array, where each is one
	dict    *[]item  // what an array has under names and single numbers
	empty   bool     // nothing sets it: the shell has nothing there
	input   bool     // an argument or the environment may set it to something else
}

// sure tells whether a value is known whatever the script is given.
func (v value) sure() bool { return v.known && !v.input }

func literal(s string) value {
	return value{text: s, key: s, known: true, lockish: shell.Lockish(s), quoted: true}
}

// symbol is a value that the script does not fix. Equal ids are equal values.
func symbol(text, id string) value {
	return value{text: text, key: "\x00" + id + "\x00", lockish: shell.Lockish(text)}
}

var failed = value{text: "$?", key: "\x00failed\x00", nonzero: true}

// moreThan is a failing exit status of which that much is known.
func moreThan(n int) value {
	v := failed
	v.key, v.over = "\x00failed>"+itoa(n)+"\x00", n
	return v
}

// someNumber is a number in a variable, about which nothing else is known.
func someNumber(name string) value {
	v := symbol("$"+name, name+"#")
	v.counted = true
	return v
}

// anotherNumber is a number that a variable did not have before, and the state in which
// nothing has been asked of it. What another variable has kept of the old one is not this.
func (x *walker) anotherNumber(name string, s *state) (value, *state) {
	v := someNumber(name)
	for other, old := range s.vars.all() {
		if other != name && strings.Contains(old.key, v.key) {
			v.key = "\x00" + name + "#" + x.here.key() + "\x00"
			break
		}
	}
	s = s.clone()
	s.forget(v.key)
	return v, s
}

// join is the value of two words written together.
func (v value) join(w value) value {
	switch {
	case v.blank():
		w.lockish, w.list, w.dict = w.lockish || v.lockish, nil, nil
		w.quoted = w.quoted && v.quoted
		return w
	case w.blank():
		v.lockish, v.list, v.dict = v.lockish || w.lockish, nil, nil
		v.quoted = w.quoted && v.quoted
		return v
	}
	return value{
		text: v.text + w.text, key: v.key + w.key, known: v.known && w.known,
		private: v.private || w.private, mixed: v.mixed || w.mixed, fresh: v.fresh || w.fresh,
		inside: v.inside || w.inside || v.fresh && strings.HasPrefix(w.text, "/"), lockish: v.lockish || w.lockish, quoted: v.quoted && w.quoted,
		counted: v.counted || w.counted, input: v.input || w.input,
		filled: v.filled || w.filled || v.sure() || w.sure(), // neither is blank
	}
}

// named tells whether a path is called as locks are: by its last part where that
// is written down, else by any part of it.
func (v value) named() bool {
	if v.called {
		return true
	}
	if !v.lockish {
		return false
	}
	last := v.text[strings.LastIndexByte(v.text, '/')+1:]
	if last == "" || strings.Contains(last, "$") || last == v.text {
		return true
	}
	return shell.Lockish(last)
}
