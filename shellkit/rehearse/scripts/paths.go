package scripts

import "strings"

// constant is where the lock lies when no input has a say.
func (p *plan) constant() string { return p.words.folder + "/" + p.words.lock }

// assignments set the variables that hold the paths of the locks.
func (p *plan) assignments() []string {
	v := p.words.variable
	var out []string
	switch p.input {
	case "literal":
	case "constant":
		out = []string{v + "=" + p.constant()}
	case "assigned":
		out = p.assigned(v)
	case "argument":
		out = []string{v + "=" + p.words.folder + "/$1." + strings.TrimPrefix(p.words.lock, ".")}
	case "default":
		out = []string{`name=${1:-` + p.words.jobs[0] + `}`, v + `="` + p.words.folder + `/$name.` + strings.TrimPrefix(p.words.lock, ".") + `"`}
	case "environment":
		out = []string{v + `="${STAGE_DIR:-` + p.words.folder + `}/` + p.words.lock + `"`}
	case "tmp":
		out = []string{v + "=" + pick(p.dice, "/tmp/", "/var/tmp/") + p.words.lock}
	case "itself":
		out = []string{v + "=$0"}
	case "private":
		out = []string{v + "=" + pick(p.dice, p.constant()+".$$", p.words.folder+"/$$/x", "$(mktemp)", p.constant()+"-$(date +%s%N)", `"`+p.words.folder+`/$(id -un)-$$"`)}
	case "pair":
		out = []string{v + `="` + p.words.folder + `/$1"`, p.words.second + `="` + p.words.folder + `/$2"`}
	}
	if p.needsSecond() && p.input != "pair" {
		out = append(out, p.words.second+"="+p.words.folder+"/"+p.words.other)
	}
	return out
}

// path is the lock's path as a word of the script.
func (p *plan) path() string {
	if p.input == "literal" {
		return p.constant()
	}
	return `"$` + p.words.variable + `"`
}

// bare is the path where a careless writer leaves the quotes out.
func (p *plan) bare() string {
	if p.unquoted && p.input != "literal" {
		return "$" + p.words.variable
	}
	return p.path()
}

// beside is the path with something behind it, as a word.
func (p *plan) beside(tail string) string {
	if p.input == "literal" {
		return `"` + p.constant() + tail + `"`
	}
	return `"$` + p.words.variable + tail + `"`
}

func (p *plan) secondPath() string { return `"$` + p.words.second + `"` }

// needsSecond tells whether there are two locks.
func (p *plan) needsSecond() bool {
	switch p.twist {
	case "order", "same-descriptor", "in-order":
		return true
	}
	return false
}

// runs are the arguments of runs that are to meet.
func (p *plan) runs() [][]string {
	switch {
	case p.input == "pair":
		return [][]string{{"a", "b"}, {"b", "a"}}
	case p.twist == "order" || p.twist == "mixed":
		return [][]string{{"fast"}, {"slow"}}
	case p.twist == "in-order":
		return [][]string{{"fast"}, {"slow"}}
	case p.input == "argument":
		return [][]string{{"alpha"}}
	}
	if p.gate == "argument" {
		return [][]string{{"alpha"}}
	}
	return [][]string{nil}
}

// environment is what its runs need to be given where a text from there is run: with
// nothing in it the script ends.
func (p *plan) environment() []string {
	if p.twist != "dynamic" {
		return nil
	}
	return []string{"STAGE_HOOK=:", "STAGE_TOOL=true", "STAGE_CONF=/dev/null"}
}

// fromOutside tells whether each run may be given another path.
func (p *plan) fromOutside() bool {
	switch p.input {
	case "argument", "default", "environment":
		return true
	}
	return false
}

// assigned gives a variable the lock's path in one of the ways that shells have.
func (p *plan) assigned(v string) []string {
	folder, last := p.words.folder, p.words.lock
	ways := [][]string{
		{"base=" + folder, v + "=$base/" + last},
		{": \"${" + v + ":=" + folder + "/" + last + "}\""},
		{"readonly " + v + "=" + folder + "/" + last},
		{"export " + v + "=" + folder + "/" + last},
		{v + "=" + folder + "/", v + "=${" + v + "%/}/" + last},
		{v + "=" + folder, v + "=\"$" + v + "/" + last + "\""},
		{v + "=$(echo " + folder + ")/" + last},
		{"{ read -r " + v + "; } <<X", folder + "/" + last, "X"},
		{"at() { " + v + "=$1/$2; }", "at " + folder + " " + last},
	}
	if p.shell == "bash" {
		ways = append(ways,
			[]string{"printf -v " + v + " '%s/%s' " + folder + " " + last},
			[]string{"declare -r " + v + "=" + folder + "/" + last},
			[]string{"paths=(" + folder + "/" + last + " /dev/null)", v + "=${paths[0]}"},
			[]string{v + "=" + folder, v + "+=/" + last},
			[]string{"declare -n name=" + v, "name=" + folder + "/" + last})
	}
	return pick(p.dice, ways...)
}
