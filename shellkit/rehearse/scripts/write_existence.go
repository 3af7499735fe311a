package scripts

import (
	"maps"
	"slices"
	"strings"
)

// attempt is the command that takes a lock whose existence is the lock, with what has
// to be there before, and what is left over afterwards.
func (p *plan) attempt() (before []string, take string, after []string) {
	d, path := p.dice, p.path()
	own := p.beside(".$$")
	switch p.tool {
	case "mkdir":
		return nil, "mkdir " + p.bare() + pick(d, "", " 2>/dev/null"), nil
	case "noclobber":
		return nil, pick(d, `(set -C; echo $$ >`+path+`) 2>/dev/null`, `( set -o noclobber; echo "$$" > `+path+` ) 2>/dev/null`), nil
	case "ln":
		return []string{"echo $$ >" + own}, "ln " + own + " " + path, []string{"rm -f " + own}
	case "ln -s":
		return nil, "ln -s " + pick(d, "$$", `"$$"`, "$0") + " " + path + " 2>/dev/null", nil
	case "lockfile":
		return nil, "lockfile -r 0 " + path, nil
	case "lockfile -l":
		return nil, "lockfile -r 0 -l 600 " + path, nil
	case "dotlockfile":
		return nil, "dotlockfile -r 0 " + path, nil
	case "lockfile-create":
		return nil, "lockfile-create -r 0 " + path, nil
	case "shlock":
		return nil, "shlock -f " + path + " -p $$", nil
	case "zsystem":
		return []string{"zmodload zsh/system", ": >>" + path}, pick(d, "zsystem flock -t 0 ", "zsystem flock -t 5 ") + path, nil
	case "lock":
		return nil, "lock -n " + path, nil
	case "mkdir -p":
		return nil, "mkdir -p " + path, nil
	case "late noclobber":
		return nil, "(set -C; echo $$) >" + path, nil
	case "ln -sf":
		return nil, "ln -sf $$ " + path, nil
	case "mv":
		return []string{"echo $$ >" + own}, "mv " + own + " " + path, nil
	}
	return nil, p.tool + " " + path, nil
}

// removal takes the lock away.
func (p *plan) removal() string {
	switch p.tool {
	case "mkdir", "mkdir -p":
		how := pick(p.dice, "rmdir ", "rm -rf ")
		p.wiped = p.wiped || p.tool == "mkdir -p" && how == "rm -rf "
		return how + p.path()
	case "lockfile-create":
		return "lockfile-remove " + p.path()
	case "dotlockfile":
		return "dotlockfile -u " + p.path()
	case "lock":
		return "lock -u " + p.path()
	case "zsystem":
		return ":"
	}
	return "rm -f " + p.bare()
}

// existenceSection takes a lock whose existence is the lock.
func (p *plan) existenceSection(bail string) *section {
	s := &section{bail: bail}
	j := p.words.jobs
	prepared, take, left := p.attempt()
	remove := p.removal()
	list := map[string]bool{}
	arm := func(what, signals string) string {
		if p.listed && signals != "EXIT" && signals != "ERR" {
			list[signals] = true
			return "trap " + quoted(what) + " $on_" + strings.ToLower(strings.ReplaceAll(signals, " ", "_"))
		}
		return p.trap(what, signals)
	}
	goes := arm("exit 1", "HUP INT TERM")

	taken, after := p.taken(prepared, take, bail, remove)
	s.close = after
	armed, leave := []string(nil), []string{remove}
	first := []string(nil)
	switch p.traps {
	case "exit-signals":
		armed, leave = []string{arm(remove, "EXIT"), goes}, nil
		if p.leave == "disarmed" {
			leave = []string{"trap - EXIT", remove, `echo "$0 is through"`}
		}
	case "signals-first":
		first, armed, leave = []string{goes}, []string{arm(remove, "EXIT")}, nil
	case "exit-only":
		armed, leave = []string{arm(remove, "EXIT")}, nil
	case "handler":
		armed = []string{arm(remove+"; exit 1", "HUP INT TERM")}
	case "int-term":
		armed = []string{arm(remove+"; exit 1", "INT TERM")}
	case "combined":
		armed, leave = []string{arm(remove+pick(p.dice, "; exit 1", "; exit"), pick(p.dice, "HUP INT TERM EXIT", "INT TERM EXIT", "EXIT INT TERM HUP"))}, nil
	case "goes-on":
		armed = []string{arm(remove, "HUP INT TERM")}
	case "before":
		first, leave = pick(p.dice, []string{arm(remove, "EXIT"), goes}, []string{goes, arm(remove, "EXIT")}), nil
	case "late":
		armed, leave = []string{"./" + j[2], arm(remove, "EXIT"), goes}, nil
	case "overwritten":
		armed = []string{arm(remove, "EXIT"), goes, "trap 'rm -f ./scratch' EXIT"}
	case "twice":
		armed, leave = []string{arm(remove, "EXIT"), goes}, []string{remove, "./" + j[2] + " --after"}
	case "flagged":
		first = []string{"mine=", arm(`if [ -n "$mine" ]; then `+remove+`; fi`, "EXIT"), goes}
		armed, leave = []string{"mine=1"}, nil
	case "error":
		armed = []string{arm(remove+"; exit 1", "ERR")}
	}
	if p.twist == "removed-first" {
		first = append(first, remove)
	}
	if p.twist == "signals-itself" {
		armed = append(armed, "if ! ./"+j[2]+"; then", "  kill -"+pick(p.dice, "TERM", "INT", "s TERM")+" $$", "fi")
	}
	for _, signals := range slices.Sorted(maps.Keys(list)) {
		first = join([]string{"on_" + strings.ToLower(strings.ReplaceAll(signals, " ", "_")) + "=\"" + signals + "\""}, first)
	}
	s.take = join(first, taken)
	s.inside = join(left, armed, p.work())
	if p.twist == "replaced" {
		s.inside = append(s.inside, "exec ./"+j[1])
		leave = nil
	}
	if p.twist == "rewritten" {
		s.inside = append([]string{"echo $$ >" + p.path()}, s.inside...)
	}
	if p.way == byZsystem {
		leave = nil
	}
	s.leave = leave
	return s
}

// taken is the command in its way of being heeded, or what stands in its place.
func (p *plan) taken(prepared []string, take, bail, remove string) (lines, after []string) {
	path := p.path()
	switch p.twist {
	case "asked-first":
		create := pick(p.dice, "touch "+path, "echo $$ >"+path, ": >"+path)
		ask := "-f"
		if p.tool == "mkdir -p" {
			create, ask = "mkdir -p "+path, "-d"
		}
		return join(pick(p.dice,
			within("if [ "+pick(p.dice, ask, "-e")+" "+path+" ]; then", []string{`echo "busy" >&2`, bail}, "fi"),
			[]string{"[ -e " + path + " ] && " + bail},
			[]string{"test ! -e " + path + " || " + bail},
			within("while [ -e "+path+" ]; do", []string{"sleep 1"}, "done")),
			[]string{create}), nil
	case "moved-onto":
		own := p.beside(".$$")
		return join([]string{"[ -e " + path + " ] && " + bail, "echo $$ >" + own, "mv " + own + " " + path}), nil
	case "asked-living":
		return join(within("if [ -f "+path+" ] && kill -0 \"$(cat "+path+")\" 2>/dev/null; then", []string{bail}, "fi"),
			[]string{"echo $$ >" + path}), nil
	case "taken-over":
		who := `"$(cat ` + path + `)"`
		if p.tool == "ln -s" {
			who = `"$(readlink ` + path + `)"`
			take = "ln -s $$ " + path + " 2>/dev/null"
		}
		dead := pick(p.dice, []string{"kill -0 " + who + " 2>/dev/null && " + bail}, within("if kill -0 "+who+" 2>/dev/null; then", []string{bail}, "fi"))
		if p.tool == "mkdir" {
			dead = []string{`[ -n "$(find ` + path + ` -maxdepth 0 -mmin +60)" ] || ` + bail}
		}
		return within("if ! "+take+"; then", join(dead, []string{remove, take + " || " + bail}), "fi"), nil
	case "loser-cleans":
		fail := p.words.helper + "2"
		return join(within(fail+"() {", []string{`echo "$1" >&2`, remove, "exit 1"}, "}"), prepared, []string{take + " || " + fail + ` "already running"`}), nil
	}
	lines, after = p.heeded(take, bail)
	return join(prepared, lines), after
}

// trap writes a trap in one of the ways that there are.
func (p *plan) trap(what, signals string) string {
	switch p.trapping {
	case "function":
		if strings.Contains(what, " ") && what != "exit 1" {
			return "tidy() { " + what + "; }\ntrap tidy " + signals
		}
	case "trap functions":
		var out []string
		for _, signal := range strings.Fields(signals) {
			out = append(out, "TRAP"+signal+"() { "+what+"; }")
		}
		return strings.Join(out, "\n")
	case "numbers":
		signals = strings.NewReplacer("EXIT", "0", "HUP", "1", "INT", "2", "TERM", "15").Replace(signals)
	case "long names":
		signals = strings.NewReplacer("HUP", "SIGHUP", "INT", "SIGINT", "TERM", "SIGTERM").Replace(signals)
	}
	return "trap " + quoted(what) + " " + signals
}
