package source

import "testing"

// The head of a script of another language hands the file over to its own program.
func TestHandedOver(t *testing.T) {
	for name, c := range map[string]struct {
		text, program string
		line          int
	}{
		"Tcl":                   {"#!/bin/sh\n# the next line restarts \\\nexec tclsh \"$0\" \"$@\"\nproc f {} {}\n", "tclsh", 3},
		"Tcl with a version":    {"#!/bin/sh\n# \\\nexec wish8.6 \"$0\" ${1+\"$@\"}\n", "wish8.6", 3},
		"Python in quotes":      {"#!/bin/sh\n'''exec' python3 \"$0\" \"$@\"\n' '''\nimport os\n", "python3", 2},
		"Python word for word":  {"#!/bin/sh\n\"exec\" \"/usr/bin/python3\" \"$0\" \"$@\"\n", "python3", 2},
		"Python by env":         {"#!/bin/sh\n''':'\nexec /usr/bin/env python \"$0\" \"$@\"\n'''\n", "python", 3},
		"Perl":                  {"#!/bin/sh\neval 'exec perl -x -wS $0 ${1+\"$@\"}'\n  if 0;\n", "perl", 2},
		"Go":                    {"#!/bin/sh\n//usr/bin/env go run \"$0\" \"$@\"; exit\npackage main\n", "go", 2},
		"node":                  {"#!/bin/sh\n':' //; exec node \"$0\" \"$@\"\n", "node", 2},
		"Lisp":                  {"#!/bin/sh\n#|\nexec sbcl --script \"$0\" \"$@\"\n|#\n", "sbcl", 3},
		"in braces":             {"#!/bin/sh\nexec guile -s ${0} \"$@\"\n!#\n", "guile", 2},
		"as root":               {"#!/bin/sh\nexec sudo \"$0\" \"$@\"\n", "", 0},
		"under a lock":          {"#!/bin/sh\nexec flock -n /run/x \"$0\" \"$@\"\n", "", 0},
		"by another shell":      {"#!/bin/sh\nexec bash \"$0\" \"$@\"\n", "", 0},
		"another file":          {"#!/bin/sh\nexec python3 tool.py \"$@\"\n", "", 0},
		"a file beside":         {"#!/bin/sh\nexec python3 \"${0%/*}/tool.py\" \"$@\"\n", "", 0},
		"a file of that name":   {"#!/bin/sh\nexec python3 \"$0.py\"\n", "", 0},
		"another file below $0": {"#!/bin/sh\nexec python3 lib.py; echo \"$0\"\n", "", 0},
	} {
		if program, line := HandedOver([]byte(c.text)); program != c.program || line != c.line {
			t.Errorf("%s: %q in line %d, want %q in line %d", name, program, line, c.program, c.line)
		}
	}
}

// What is no shell is named by a mark of its own; a script that only speaks of it has none.
func TestLooksLike(t *testing.T) {
	for text, want := range map[string]string{
		"import os\ndef f(x):\n    pass\n":                      "Python",
		"from os import path\nx(\n":                             "Python",
		"class A(object):\n  x = (1\n":                          "Python",
		"proc f {x} {\n  puts $x\n}}\n":                         "Tcl",
		"use strict;\nmy %h = (a => 1);\n":                      "Perl",
		"require 'json'\ndef f(x)\nend\n":                       "Ruby",
		"<?php\n$x = f($y);\n":                                  "PHP",
		"<!DOCTYPE html>\n<html>\n<p>Not found</p>\n":           "a page of HTML",
		"#!/bin/sh\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> topic": "a file with conflict markers of a merge",
		"{% if x %}\necho $(\n{% endif %}\n":                    "a template that is to be filled in first",
		"#include <stdio.h>\nint main(void) {}\n":               "C",
		"package main\n\nfunc main() {\n}\n":                    "Go",
		"const fs = require('fs');\nf(x => {\n":                 "JavaScript",
		"function greet\n  set -l x (date)\nend\n":              "fish",
		"#!/bin/sh\nif true; then\n":                            "",
		"cat <<E\n  <html>\nE\n":                                "",
		"python3 -c 'import os'\nimport x.png y.png\n":          "",
		"f() {\n set -x\n}\nfunction g {\n :\n}\n(":             "",
	} {
		if got := LooksLike([]byte(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
