package scripts

import "strconv"

// work is what the lock is for: programs of the script's own folder, the first of them
// in the plainest way.
func (p *plan) work() []string {
	j := p.words.jobs
	out := []string{"./" + j[0]}
	switch p.does {
	case "asked":
		out = append(out, "if ./"+j[1]+"; then", "  ./"+j[2], "else", `  echo "`+j[1]+` failed" >&2`, "fi")
	case "looped":
		out = append(out, within("for part in a b; do", []string{"./" + j[1] + ` "$part"`}, "done")...)
	case "logged":
		out = append(out, "./"+j[1]+" >>./out.log 2>&1", "echo done >>./out.log")
	case "captured":
		out = []string{"n=$(./" + j[0] + ")", "./" + j[1] + ` "$n"`}
	case "twice":
		out = append(out, "./"+j[1])
	}
	return append(out, p.children()...)
}

// noDescriptor closes the lock's descriptor for a program.
func (p *plan) noDescriptor() string {
	if p.opening == "brace" {
		return "{" + p.fd + "}>&-"
	}
	return p.fd + ">&-"
}

// children are programs that the script does not simply run.
func (p *plan) children() []string {
	j := "./" + p.words.jobs[3]
	each := func(body string) []string { return within("for part in a b; do", []string{body}, "done") }
	switch p.child {
	case "waited":
		return []string{j + " &", "wait"}
	case "pipeline":
		return []string{j + " | ./" + p.words.jobs[0] + " >/dev/null"}
	case "substitution":
		return []string{`n=$(` + j + `)`, `echo "$n done"`}
	case "closed":
		return []string{j + " " + p.noDescriptor() + " &"}
	case "closed-nohup":
		return []string{"nohup " + j + " >/dev/null 2>&1 " + p.noDescriptor() + " &"}
	case "closed-subshell":
		return within("(", []string{"exec " + p.noDescriptor(), j}, ") &")
	case "closed-group":
		return []string{"{ " + j + "; } " + p.noDescriptor() + " &"}
	case "closed-function":
		return []string{"later() { " + j + "; }", "later " + p.noDescriptor() + " &"}
	case "workers-waited":
		return append(each(j+` "$part" &`), "wait")
	case "left":
		return []string{j + " &"}
	case "left-subshell":
		return within("(", []string{j, "echo later >>./out.log"}, ") &")
	case "left-both":
		return []string{j + " &", "setsid -f " + j + " --again"}
	case "left-nohup":
		return []string{"nohup " + j + " >/dev/null 2>&1 &"}
	case "left-setsid":
		return []string{pick(p.dice, "setsid -f ", "setsid --fork ") + j}
	case "workers-closed":
		if p.way == byDescriptor {
			return each(j + ` "$part" ` + p.noDescriptor() + " &")
		}
		return each(j + ` "$part" &`)
	}
	return nil
}

// descriptor is the lock's descriptor as a word.
func (p *plan) descriptor() string {
	if _, err := strconv.Atoi(p.fd); err == nil {
		return p.fd
	}
	return `"$` + p.fd + `"`
}

// jobs are the programs that have to be there.
func (p *plan) jobs() []string { return p.words.jobs }
